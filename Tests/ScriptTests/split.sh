#!/bin/sh
# scrip split: a voucher becomes several of the same kind, and not a fen is lost.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 100.00CNY --count 3 --partial --series gift --expires +30d --submit >/dev/null
scrip seal >/dev/null
# shellcheck disable=SC2046  # three ids, three words
set -- $(scrip list --owner "$alice" | jq -r .voucher)

# The record.
expect 0 scrip split --key alice.pem "$1" --amounts 30.00CNY,70.00CNY
quiet
is "split $alice $1 3000,7000" \
    "$(value '"\(.type) \(.holder) \(.voucher) \(.amounts | map(tostring) | join(","))"')" 'the record'
is "$(scrip show "$1" | jq -r .head)" "$(value .head)" 'the head'

# Mistakes: one clear line each.
refuse 64 '--amounts is missing' scrip split --key alice.pem "$1"
refuse 64 'at least two parts' scrip split --key alice.pem "$1" --amounts 100.00CNY
refuse 1 'come to 90.00CNY, and 100.00CNY is left' scrip split --key alice.pem "$1" --amounts 30.00CNY,60.00CNY
refuse 1 'come to 90071992547509.91CNY' scrip split --key alice.pem "$1" --amounts 90071992547409.91CNY,100.00CNY
refuse 64 'is worth CNY, not JPY' scrip split --key alice.pem "$1" --amounts 30.00CNY,7000JPY
refuse 64 'CNY has 2 decimals, not more' scrip split --key alice.pem "$1" --amounts 30.001CNY,69.999CNY
refuse 64 'at most 9007199254740991' scrip split --key alice.pem "$1" --amounts 30.00CNY,90071992547409.92CNY
refuse 64 'capital letters and digits' scrip split --key alice.pem "$1" --amounts 30.00cny,70.00CNY
refuse 64 'no amount' scrip split --key alice.pem "$1" --amounts 30.00CNY,,70.00CNY
refuse 64 'more than zero' scrip split --key alice.pem "$1" --amounts 0CNY,100.00CNY
refuse 65 'no voucher id' scrip split --key alice.pem one --amounts 30.00CNY,70.00CNY
refuse 66 'is not known' scrip split --key alice.pem 0123456789abcdef0123456789abcdef --amounts 30.00CNY,70.00CNY
refuse 77 'not the key of' scrip split --key bob.pem "$1" --amounts 30.00CNY,70.00CNY

# What came of it: the parts have the owner and the terms, the voucher is used up.
expect 0 scrip split --key alice.pem "$1" --amounts 30.00CNY,70.00CNY --submit
id=$(value .id)
scrip seal >/dev/null
scrip list | jq -c "select(.head == \"$id\" and .remaining > 0)" >parts
is '3000 7000' "$(jq -rs 'map(.remaining) | sort | map(tostring) | join(" ")' parts)" 'the parts'
is "$alice $shop gift true 2026-12-20T10:00:00Z" \
    "$(jq -r '"\(.owner) \(.issuer) \(.series) \(.partial) \(.expires)"' parts | sort -u)" 'what the parts are'
is 0 "$(scrip show "$1" | jq .remaining)" 'what is left of the voucher'
refuse 1 'and 0.00CNY is left' scrip split --key alice.pem "$1" --amounts 30.00CNY,70.00CNY
# A part is split again, after a part of it was redeemed, and given away.
part=$(jq -r 'select(.remaining == 7000) | .voucher' parts)
scrip redeem --key alice.pem --merchant "$shop" --amount 0.01CNY --submit "$part" >/dev/null
scrip seal >/dev/null
expect 0 scrip split --key alice.pem "$part" --amounts 69.98CNY,0.01CNY --submit
scrip seal >/dev/null
part=$(scrip list --owner "$alice" | jq -r 'select(.remaining == 6998) | .voucher')
expect 0 scrip trade --key alice.pem --to "$bob" --submit "$part"
scrip seal >/dev/null

# Requests: a voucher as list prints it, once it has amounts.
{
    scrip list --owner "$alice" | jq -c 'select(.remaining == 10000) | .amounts = ["50.00CNY", 2500, "25CNY"]'
    printf '{"voucher":"%s","amounts":[1,2],"head":"%s","owner":"%s"}\n' "$2" "$(scrip show "$2" | jq -r .head)" "$alice"
    printf '{"voucher":"%s","amounts":[5000,4999]}\n{"voucher":"%s"}\n{"voucher":"%s","amounts":[1.5,2]}\n' "$2" "$2" "$2"
    printf '{"voucher":"%s","amounts":["1.00JPY",2]}\n{"voucher":"%s","amounts":10000}\n{"amounts":[1,2]}\n{"voucher":"%s","amounts":[10000,-5000,5000]}\n' "$2" "$2" "$2"
    printf '{"voucher":"%s","amounts":[0,100]}\n' "$2"
} >requests
expect 65 scrip split --key alice.pem - <requests
is '5000,2500,2500;5000,2500,2500;1,2;overspent 4;malformed 5;malformed 6;malformed 7;malformed 8;malformed 9;malformed 10;malformed 11' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .amounts | map(tostring) | join(",") end) | join(";")' out)" 'the answers'
head -n 2 out >good
expect 0 scrip validate <good
scrip seal >/dev/null
is '1,2500,2500,2500,2500,3000,5000,5000' \
    "$(scrip list --owner "$alice" --status held | jq -rs 'map(.remaining) | sort | map(tostring) | join(",")')" 'what alice holds'
# Brought to a region that has not the voucher, it is not passed on, and the region that has it is named.
part=$(scrip list --owner "$alice" --status held | jq -rs 'map(select(.remaining == 2500))[0].voucher')
scrip split --key alice.pem --amounts 24.99CNY,0.01CNY "$part" >record
expect 1 scrip validate -C south <record
is 'rejected wrong-region' "$(value '"\(.status) \(.code)"')" 'the answer elsewhere'
value .reason | grep -qF "region 'north' seals it" || fail "the reason is $(value .reason)"
[ -z "$(ls south/public/outbox 2>/dev/null)" ] || fail 'it was passed on'

# 4,096 parts at most, as far as the record's line allows.
scrip issue --key shop.pem --to "$alice" --value 50.00CNY --partial --submit >/dev/null
scrip seal >/dev/null
scrip list --owner "$alice" --status held | jq -c 'select(.value.amount == 5000 and .series == null) | .amounts = ([range(4095)] | map(1)) + [905]' >requests
expect 0 scrip split --key alice.pem --submit - <requests
scrip seal >/dev/null
is 4104 "$(scrip list --owner "$alice" --status held | wc -l)" 'the vouchers'
jq -c '.amounts = ([range(4096)] | map(1)) + [904]' requests >many
expect 65 scrip split --key alice.pem - <many
expect 0 scrip verify --full
