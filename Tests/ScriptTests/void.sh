#!/bin/sh
# scrip void: the issuer withdraws what is left, wherever the voucher is.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
other=$(account north other)
alice=$(account north alice)
bob=$(account south bob)
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip accredit --issuer "$other" --name Other --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 100.00CNY --count 8 --partial --voidable --submit >/dev/null
scrip issue --key other.pem --to "$alice" --value 1.00CNY --voidable --submit >/dev/null
scrip seal >/dev/null
round
# shellcheck disable=SC2046  # eight ids, eight words
set -- $(scrip list | jq -r 'select(.value.amount == 10000) | .voucher')
others=$(scrip list | jq -r 'select(.value.amount == 100) | .voucher')

# The record names no head.
expect 0 scrip void --key shop.pem --reason 'stolen' "$1" "$2"
quiet
is "void $shop stolen 2026-11-23T10:00:00Z $1,$2" \
    "$(value '"\(.type) \(.issuer) \(.reason) \(.deadline) \(.vouchers | map(.voucher) | join(","))"')" 'the record'
is voucher "$(value '.vouchers[0] | keys | join(",")')" 'what it says of a voucher'

# Mistakes: one clear line each.
refuse 64 '--reason is missing' scrip void --key shop.pem "$1"
refuse 64 '1 to 256 bytes' scrip void --key shop.pem --reason '' "$1"
refuse 64 'control character' scrip void --key shop.pem --reason "$(printf 'a\tb')" "$1"
refuse 64 'no time' scrip void --key shop.pem --reason stolen --deadline tomorrow "$1"
refuse 64 'different issuers' scrip void --key shop.pem --reason stolen "$1" "$others"
refuse 64 'stands twice' scrip void --key shop.pem --reason stolen "$1" "$1"
refuse 65 'no voucher id' scrip void --key shop.pem --reason stolen one
refuse 66 'is not known' scrip void --key shop.pem --reason stolen 0123456789abcdef0123456789abcdef
refuse 77 'not the key of' scrip void --key alice.pem --reason stolen "$1"

# What is left is withdrawn and stays in the books.
scrip redeem --key alice.pem --merchant "$shop" --amount 30.00CNY --submit "$1" >/dev/null
scrip seal >/dev/null
expect 0 scrip void --key shop.pem --reason stolen --submit "$1"
is admitted "$(value .status)" 'the status'
expect 0 scrip seal
expect 0 scrip show "$1"
is 'voided 7000 void' "$(value '"\(.status) \(.remaining) \(.history[-1].record.type)"')" 'the voucher'

# While a void is in the pool, nobody else is promised the voucher; what was promised before gives way to it.
scrip redeem --key alice.pem --merchant "$shop" --submit "$3" >first
is admitted "$(jq -r .status first)" 'the redemption before'
expect 0 scrip void --key shop.pem --reason stolen --submit "$2" "$3"
id=$(value .id)
for what in "redeem --merchant $shop" "trade --to $bob" 'split --amounts 50.00CNY,50.00CNY'; do
    # shellcheck disable=SC2086  # several words
    expect 1 scrip ${what%% *} --key alice.pem ${what#* } --submit "$2"
    is "rejected reserved" "$(value '[.status, .code] | join(" ")')" "the result of $what"
    value .reason | grep -q "$id" || fail "the reason does not name the void: $(value .reason)"
done
expect 1 scrip void --key shop.pem --reason again --submit "$3"
is reserved "$(value .code)" 'the code of a second void'
rm north/private/index.sqlite*
expect 1 scrip redeem --key alice.pem --merchant "$shop" --submit "$2"
is reserved "$(value .code)" 'the code with a new index'
expect 0 scrip seal
is 1 "$(value .count)" 'the records of the block'
expect 0 scrip show "$(jq -r .id first)"
is 'rejected spent' "$(value '[.status, .code] | join(" ")')" 'what became of the redemption'
expect 1 scrip void --key shop.pem --reason again --submit "$3"
is overspent "$(value .code)" 'the code of a void of what is void'

# A voucher that went to another region: the custodian seals, the issuer's region attests. Brought to the issuer's
# region, which attests at once; to the custodian, which asks for it; to a third one, which passes it on.
expect 2 scrip trade --key alice.pem --to "$bob" --submit "$4" "$5" "$6"
round
scrip seal >/dev/null
round
refuse 64 "custody of 'north' and 'south'" scrip void --key shop.pem --reason recall "$4" "$7"
expect 2 scrip void --key shop.pem --reason recall --submit "$4"
is south "$(value '.waiting_for | join(",")')" 'who must answer'
round
expect 0 scrip seal -C south
is 1 "$(value .count)" 'the records of the block'
expect 2 scrip void -C south --key shop.pem --reason recall --submit "$5"
is north "$(value '.waiting_for | join(",")')" 'who must answer'
id=$(value .id)
# It holds nothing up before the issuer's region vouches for it.
expect 0 scrip redeem -C south --key bob.pem --merchant "$bob" --amount 1.00CNY --submit "$5"
scrip seal -C south >/dev/null
round
expect 0 scrip seal -C south
is 1 "$(value .count)" 'the records of the block'
expect 0 scrip show -C south "$id"
is south "$(value .chain)" 'the chain'
expect 2 scrip void -C east --key shop.pem --reason recall --submit "$6"
is 'north,south' "$(value '.waiting_for | join(",")')" 'who must answer'
round
round
expect 0 scrip seal -C south
is 1 "$(value .count)" 'the records of the block'
round
for region in north south east; do
    is 'voided,voided,voided confirmed' \
        "$(scrip list -C $region --owner "$bob" | jq -rs '"\(map(.status) | join(",")) \(map(.certainty) | unique | join(","))"')" "the vouchers at $region"
    is '9900 10000 10000' "$(scrip list -C $region --owner "$bob" | jq -rs 'map(.remaining) | sort | map(tostring) | join(" ")')" "the books at $region"
    [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "the outbox of $region is not empty: $(cat $region/public/outbox/*)"
    expect 0 scrip verify -C $region --full
done

# Requests: a series as list prints it, over two regions and more than one issuer.
expect 2 scrip trade --key alice.pem --to "$bob" --submit "$7"
round
scrip seal >/dev/null
round
mkdir keys
cp -p shop.pem other.pem keys
scrip list --status held >requests
is 3 "$(wc -l <requests)" 'the vouchers that are left'
printf '{"voucher":"%s"}\n{"vouchers":["%s"],"reason":5}\n{"vouchers":[]}\n' "$8" "$8" >>requests
expect 65 scrip void --keys keys --reason recall - <requests
is 'void,void,void,void,malformed 5,malformed 6' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .type end) | join(",")' out)" 'the answers'
head -n 3 out >records
expect 2 scrip validate <records
scrip seal >/dev/null
round
scrip seal -C south >/dev/null
round
is '' "$(scrip list --status held,reserved)" 'what is left'
expect 0 scrip verify --full
