#!/bin/sh
# scrip show: a voucher with its history, a record, a block, an account.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
round() {
    for region in north south north south; do scrip sync -C $region >>events; done
}
scrip accredit -C north --issuer "$shop" --name 'Corner shop' --until 2027-11-20T10:00:00Z --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --series gift --partial --voidable \
    --expires 2026-12-31T23:59:59Z --redeem-in north,south --submit >issue.json
scrip issue -C north --key shop.pem --to "$alice" --value 500JPY --submit >/dev/null
scrip seal -C north >/dev/null
round
voucher=$(scrip list -C north --owner "$alice" --series gift | jq -rs '.[0].voucher')

# A voucher: the line of list, with its history.
expect 0 scrip show -C north "$voucher"
quiet
jq -c 'del(.history)' out >shown
scrip list -C north | jq -c --arg voucher "$voucher" 'select(.voucher == $voucher)' >listed
same listed shown
is 'result issue confirmed north 1' "$(value '.history[] | [.type, .record.type, .status, .chain, .height] | join(" ")')" 'the history'

# Its way: traded to another region, redeemed there in part; the chains change with the custody.
scrip trade -C north --key alice.pem --to "$bob" --submit "$voucher" >/dev/null || [ $? -eq 2 ]
round
scrip seal -C north >/dev/null
round
scrip redeem -C south --key bob.pem --merchant "$bob" --amount 4.00CNY --submit "$voucher" >redeem.json
scrip seal -C south >/dev/null
expect 0 scrip show -C south "$voucher"
is 'issue north confirmed,trade north confirmed,redeem south sealed' \
    "$(value '.history[] | [.record.type, .chain, .status] | join(" ")' | paste -sd,)" 'the history'
is "held sealed 600 south $bob" "$(value '[.status, .certainty, .remaining, .custodian, .owner] | join(" ")')" 'the voucher'
is "$(jq -r .id redeem.json)" "$(value .head)" 'the head'
# The other region does not know of it yet.
expect 0 scrip show -C north "$voucher"
is 'held confirmed 1000' "$(value '[.status, .certainty, .remaining] | join(" ")')" 'the voucher at north'
round
expect 0 scrip show -C north "$voucher"
is 'held confirmed 600' "$(value '[.status, .certainty, .remaining] | join(" ")')" 'the voucher at north'
# Its terms.
is '{"amount":1000,"currency":"CNY"} gift true true true ["north","south"] 2026-12-31T23:59:59Z' \
    "$(value '[(.value | tostring), .series, .partial, .transferable, .voidable, (.redeem_in | tostring), .expires] | join(" ")')" \
    'the terms'

# Records: sealed, with the votes; in the pool; refused; the line is that of validate.
expect 0 scrip show -C north "$(jq -r .id issue.json)"
is 'result confirmed north 1 2 {"valid":["north","south"]}' \
    "$(value '[.type, .status, .chain, .height, .index, (.votes | tostring)] | join(" ")')" 'the issue'
jq -c .record issue.json >wanted
jq -c .record out >got
same wanted got
second=$(scrip list -C north --owner "$alice" --series gift | jq -r .voucher)
scrip redeem -C north --key alice.pem --merchant "$shop" --submit "$second" >redeem.json
expect 0 scrip show -C north "$(jq -r .id redeem.json)"
is admitted "$(value .status)" 'the redemption in the pool'
expect 0 scrip show -C north "$second"
is 'reserved confirmed 1' "$(value '[.status, .certainty, (.history | length)] | join(" ")')" 'the reserved voucher'
scrip seal -C north >/dev/null
round
expect 0 scrip show -C south "$second"
is 'redeemed 0 issue,redeem' "$(value '[.status, .remaining, (.history | map(.record.type) | join(","))] | join(" ")')" 'the redeemed voucher'

# Blocks.
expect 0 scrip show -C south north/1
is 'sealed north 1 1 0 3 4 confirmed [] []' \
    "$(value '[.type, .chain, .height, .charter, .from, .count, .size, .status, (.seen | tostring), (.invalid | tostring)] | join(" ")')" \
    'the first block'
expect 0 scrip show -C north south/1
zcat north/public/segments/south/*/0000000001.seg.gz | head -n 1 | jq -c .seen >wanted
jq -c .seen out >got
same wanted got
is 1 "$(jq length got)" 'the chains that the first block of south has seen'
for block in north/1 north/2 south/1; do
    file=north/public/segments/${block%/*}/0000000/000000000${block#*/}.seg.gz
    scrip show -C north $block | jq -c '[.charter, .count, .height, .region, .time, .seen] | .[3] = ""' >got
    zcat "$file" | head -n 1 | jq -c '[.charter, .count, .height, "", .time, .seen]' >wanted
    same wanted got
done

# Accounts: what is held and left, by currency; what the region says of an issuer.
expect 0 scrip show -C south "$alice" "$shop" "$bob"
is "account $alice north 1 [{\"amount\":500,\"currency\":\"JPY\"}] null" \
    "$(sed -n 1p out | jq -r '[.type, .address, .region, .held, (.totals | tostring), .issuer // "null"] | join(" ")')" 'the account of alice'
is '0 [] Corner shop active 2027-11-20T10:00:00Z' \
    "$(sed -n 2p out | jq -r '[.held, (.totals | tostring), .name, .issuer, .until] | join(" ")')" 'the account of the shop'
is '1 [{"amount":600,"currency":"CNY"}]' "$(sed -n 3p out | jq -r '[.held, (.totals | tostring)] | join(" ")')" 'the account of bob'
scrip accredit -C north --issuer "$shop" --revoke --submit >/dev/null
scrip seal -C north >/dev/null
expect 0 scrip show -C north "$shop"
is 'Corner shop revoked null' "$(value '[.name, .issuer, .until // "null"] | join(" ")')" 'the account of a revoked issuer'
# What has expired is not held.
expect 0 env SCRIP_NOW=2027-01-01T00:00:00Z scrip show -C south "$bob" "$voucher"
is 0 "$(sed -n 1p out | jq .held)" 'the vouchers held after the term'
is expired "$(sed -n 2p out | jq -r .status)" 'the status after the term'

# Several, of which some are not known: those that are, are shown, and one line is said of each other.
expect 66 scrip show -C north "$voucher" 00000000000000000000000000000000 north/1
is 'voucher sealed' "$(value .type | tr '\n' ' ' | sed 's/ $//')" 'what is shown'
complained 'voucher 00000000000000000000000000000000 is not known here'
expect 65 scrip show -C north x north/99 "$shop"
is 2 "$(wc -l <err)" 'the lines on standard error'
is account "$(value .type)" 'what is shown'
refuse 65 'no id' scrip show -C north "$(printf '%s' "$voucher" | tr a-f A-F)0"
refuse 65 'no address' scrip show -C north "$(printf '%s' "$alice" | sed 's/.$/b/')"
refuse 65 'no block' scrip show -C north north/x
refuse 65 'no block' scrip show -C north North/1
west=$(scrip keygen --region west --out west.pem | jq -r .address)
refuse 66 'not known here' scrip show -C north "$west"
refuse 66 'not known here' scrip show -C north west/1
refuse 64 'Missing expected argument' scrip show -C north
refuse 66 'no such region' scrip show -C nowhere north/1
