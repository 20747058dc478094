#!/bin/sh
# scrip refund: what was redeemed is given back, once, as a new voucher of the holder's.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
cafe=$(account south cafe)
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 100.00CNY --count 3 --partial --series gift --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 500JPY --submit >/dev/null
scrip seal >/dev/null
# shellcheck disable=SC2046  # three ids, three words
set -- $(scrip list --owner "$alice" --series gift | jq -r .voucher)
yen=$(scrip list --owner "$alice" | jq -r 'select(.value.currency == "JPY") | .voucher')
# redeemed OPTION...: redeems, seals and prints the id of the redemption.
redeemed() {
    scrip redeem --key alice.pem --submit "$@" >redemption.json
    scrip seal >/dev/null
    jq -r .id redemption.json
}
# left: what alice holds, in minor units.
left() {
    scrip list --owner "$alice" --series gift --status held | jq -rs 'map(.remaining) | sort | map(tostring) | join(" ")'
}

# The record: the whole redemption unless something is named.
first=$(redeemed --merchant "$shop" --amount 30.00CNY "$1")
expect 0 scrip refund --key shop.pem --redemption "$first"
quiet
is "refund $shop $first 2026-11-23T10:00:00Z null" \
    "$(value '"\(.type) \(.merchant) \(.redemption) \(.deadline) \(.ref)"')" 'the record'
is "$1 3000" "$(value '.vouchers[] | "\(.voucher) \(.amount)"')" 'what it gives back'
expect 0 scrip refund --key shop.pem --redemption "$first" --amount 12.50CNY --ref back-1 --deadline +1h
is '1250 back-1 2026-11-20T11:00:00Z' "$(value '"\(.vouchers[0].amount) \(.ref) \(.deadline)"')" 'the record'
expect 0 scrip refund --key shop.pem --redemption "$first" "$1"
is 3000 "$(value '.vouchers[0].amount')" 'the amount'

# Mistakes: one clear line each.
refuse 64 '--redemption is missing' scrip refund --key shop.pem
refuse 65 'no id of a record' scrip refund --key shop.pem --redemption "$1"
refuse 65 'no voucher id' scrip refund --key shop.pem --redemption "$first" one
refuse 66 'sealed, or synced, first' scrip refund --key shop.pem --redemption "$(jq -r .record.vouchers[0].head redemption.json)"
refuse 77 'not the key of' scrip refund --key alice.pem --redemption "$first"
refuse 1 'is not in redemption' scrip refund --key shop.pem --redemption "$first" "$2"
refuse 64 'single voucher' scrip refund --key shop.pem --redemption "$first" --amount 1.00CNY "$1" "$2"
refuse 64 'is worth CNY, not JPY' scrip refund --key shop.pem --redemption "$first" --amount 100JPY
refuse 64 'CNY has 2 decimals, not more' scrip refund --key shop.pem --redemption "$first" --amount 1.001CNY
refuse 64 'at most 9007199254740991' scrip refund --key shop.pem --redemption "$first" --amount 90071992547409.92CNY
refuse 64 'capital letters and digits' scrip refund --key shop.pem --redemption "$first" --amount 1.00yuan
refuse 64 'more than zero' scrip refund --key shop.pem --redemption "$first" --amount 0.00CNY
refuse 64 'no sign' scrip refund --key shop.pem --redemption "$first" --amount=-1.00CNY

# A till that was cut off asks again: in the pool, sealed, and with another amount, it is the refund that was.
expect 0 scrip refund --key shop.pem --redemption "$first" --amount 10.00CNY --ref back-1 --submit
is 'admitted null' "$(value '"\(.status) \(.reason)"')" 'the result'
id=$(value .id)
SCRIP_NOW=2026-11-20T10:05:00Z
expect 0 scrip refund --key shop.pem --redemption "$first" --amount 10.00CNY --ref back-1
is "admitted already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
expect 0 scrip refund --key shop.pem --redemption "$first" --ref back-1 --submit
is "admitted already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
# One that was written before it was cut off is another record of the same refund.
printf '{"redemption":"%s","merchant":"%s","voucher":"%s","amount":999}\n' "$first" "$shop" "$1" >request
scrip refund -C south --key shop.pem --ref back-1 - <request >other
expect 0 scrip validate <other
is "admitted already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
scrip seal >/dev/null
expect 0 scrip validate <other
is "sealed already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'

# What came of it: a new voucher of the same terms, whatever the first one is now.
is '1000 7000 10000 10000' "$(left)" 'what alice holds'
expect 0 scrip list --series gift
is "$shop gift true 1" "$(jq -rs --arg id "$id" 'map(select(.head == $id)) | "\(.[0].issuer) \(.[0].series) \(.[0].partial) \(length)"' out)" 'the new voucher'

# The rest of it, by default; then nothing is left to give back.
expect 0 scrip refund --key shop.pem --redemption "$first" --submit
is 2000 "$(value '.record.vouchers[0].amount')" 'the rest'
refuse 1 'was given back already' scrip refund --key shop.pem --redemption "$first"
refuse 1 'was given back already' scrip refund --key shop.pem --redemption "$first" "$1"
scrip seal >/dev/null
refuse 1 'was given back already' scrip refund --key shop.pem --redemption "$first"
is '1000 2000 7000 10000 10000' "$(left)" 'what alice holds'

# A refund is redeemed and refunded as any voucher is.
voucher=$(scrip list --owner "$alice" --series gift | jq -r 'select(.remaining == 2000) | .voucher')
again=$(redeemed --merchant "$shop" "$voucher")
expect 0 scrip refund --key shop.pem --redemption "$again" --submit
scrip seal >/dev/null
is '1000 2000 7000 10000 10000' "$(left)" 'what alice holds'

# What is in the pool counts: it is not promised twice.
pair=$(redeemed --merchant "$shop" "$2" "$3")
expect 0 scrip refund --key shop.pem --redemption "$pair" --amount 40.00CNY --submit "$2"
printf '{"redemption":"%s","vouchers":[{"voucher":"%s","amount":6001}],"merchant":"%s"}\n' "$pair" "$2" "$shop" >request
expect 1 scrip refund --key shop.pem --submit - <request
is 'rejected reserved' "$(value '[.status, .code] | join(" ")')" 'the result'
expect 0 scrip refund --key shop.pem --redemption "$pair" --amount 60.00CNY --submit "$2"
refuse 64 'single voucher' scrip refund --key shop.pem --redemption "$pair" --amount 1.00CNY "$2" "$3"
expect 0 scrip refund --key shop.pem --redemption "$pair"
is "$3" "$(value '.vouchers[].voucher')" 'what is left of it'
rm north/private/index.sqlite*
scrip refund --key shop.pem - <request >record
expect 1 scrip validate <record
is reserved "$(value .code)" 'the code with a new index'
scrip seal >/dev/null
expect 1 scrip validate <record
is overspent "$(value .code)" 'the code once it is sealed'

# The result of a redemption stands for it, and so does its record.
yens=$(redeemed --merchant "$shop" "$yen")
cp redemption.json result.json
jq -c .record result.json >record
jq -c '. + {ref: "y-1", amount: "200JPY"}' result.json >request
cat record request >both
expect 0 scrip refund --key shop.pem - <both
is "$yens 500 null,$yens 200 y-1" \
    "$(jq -rs 'map("\(.redemption) \(.vouchers[0].amount) \(.ref)") | join(",")' out)" 'the refunds'
scrip cat north | jq -c "select(.id == \"$yens\")" >line
expect 0 scrip refund --key shop.pem --submit - <line
is admitted "$(value .status)" 'the status'
scrip seal >/dev/null
scrip show "$pair" >line
expect 0 scrip refund --key shop.pem - <line
is "$3 10000" "$(value '.vouchers[] | "\(.voucher) \(.amount)"')" 'what is left of it'
# A voucher as list prints it, with the redemption.
scrip list --owner "$alice" | jq -c --arg id "$pair" --arg voucher "$3" 'select(.voucher == $voucher) | .redemption = $id' >line
expect 0 scrip refund --key shop.pem - <line
is "$3 10000" "$(value '.vouchers[] | "\(.voucher) \(.amount)"')" 'the refund'
# What is no redemption, and what the command before could not read.
scrip issue --key shop.pem --to "$bob" --value 1.00CNY --submit >issued
echo '{"bad' | scrip validate >bad || test $? -eq 65
printf '{"redemption":"%s","vouchers":[{"voucher":"%s","amount":0}]}\n' "$pair" "$3" >zero
printf '{"type":"voucher"}\n{"redemption":"%s","amount":1.5}\n{"redemption":"%s","amount":"1CNY","vouchers":[]}\n[]\n' "$pair" "$pair" >wrong
cat issued bad wrong zero >lines
expect 65 scrip refund --key shop.pem - <lines
is 'malformed 1,malformed 1,malformed 3,malformed 4,malformed 5,malformed 6,malformed 7' \
    "$(jq -rs 'map("\(.code) \(.line)") | join(",")' out)" 'the answers'
grep -q 'no redemption' err || fail 'it does not say what the issue is not'

# At a merchant of another region: that region attests, the chain of the redemption seals.
scrip seal >/dev/null
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
scrip redeem --key alice.pem --merchant "$cafe" --amount 5.00CNY --submit "$1" >away.json || test $? -eq 2
round
scrip seal >/dev/null
round
expect 2 scrip refund -C south --key cafe.pem --ref away-1 --submit - <away.json
is 'awaiting north' "$(value '"\(.status) \(.waiting_for | join(","))"')" 'the result at the merchant'
id=$(value .id)
expect 2 scrip refund -C south --key cafe.pem --ref away-1 --submit - <away.json
is "awaiting already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result at the merchant'
expect 0 scrip sync -C north
expect 0 scrip seal
is 1 "$(value .count)" 'the records of the block'
round
for region in north south east; do
    expect 0 scrip show -C $region "$id"
    is confirmed "$(value .status)" "the status at $region"
    [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "the outbox of $region is not empty"
    expect 0 scrip refund -C $region --key cafe.pem --ref away-1 - <away.json
    is "confirmed already $id" "$(value '"\(.status) \(.reason) \(.id)"')" "the result at $region"
    expect 0 scrip verify -C $region --full
done
# Brought to a region that has nothing to do with it, which knows the redemption; and the other way round.
scrip redeem --key alice.pem --merchant "$cafe" --amount 5.00CNY --submit "$1" >away.json || test $? -eq 2
round
scrip seal >/dev/null
round
scrip refund -C east --key cafe.pem - <away.json >record
expect 2 scrip validate -C east <record
is 'north,south' "$(value '.waiting_for | join(",")')" 'who must answer'
id=$(value .id)
round
scrip seal >/dev/null
round
expect 0 scrip show -C east "$id"
is confirmed "$(value .status)" 'the status'
for region in north south east; do
    [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "the outbox of $region is not empty"
done
