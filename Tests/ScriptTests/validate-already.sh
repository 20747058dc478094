#!/bin/sh
# A till that was cut off asks again: a redemption with the merchant and ref of an earlier one gets that one's result,
# wherever it is on its way, and nothing is charged twice.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
cafe=$(account east cafe)
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 6 --partial --submit >/dev/null
scrip seal -C north >/dev/null
round
# shellcheck disable=SC2046  # six ids, six words
set -- $(scrip list -C north --owner "$alice" | jq -r .voucher)

# redeem MERCHANT REF VOUCHER [OPTION...]: writes a redemption; a deadline that is given makes it the same each time.
redeem() {
    merchant=$1 ref=$2 voucher=$3
    shift 3
    scrip list -C north | jq -c --arg merchant "$merchant" --arg ref "$ref" --arg voucher "$voucher" \
        'select(.voucher == $voucher) | {voucher, head, owner, merchant: $merchant, ref: $ref, amount: .remaining}' >request
    [ $# -eq 0 ] || { jq -c "$1" request >changed && mv changed request; }
    scrip redeem -C north/public --key alice.pem - <request
}
# answer WANTED REGION FILE: what the region says of the record in the file.
answer() {
    status=0
    scrip validate -C "$2" <"$3" >out 2>err || status=$?
    is "$1" "$status $(value '[.id, .status, .reason // "", .code // ""] | join(" ")')" "the answer of $2 to $3"
}

# At home: in the pool, sealed, confirmed; the record that asks is another one each time.
redeem "$shop" sale-1 "$1" >first.json
id=$(jq -r .id first.json)
answer "0 $id admitted  " north first.json
redeem "$shop" sale-1 "$1" '.amount = 400' >other.json
[ "$(jq -r .id other.json)" != "$id" ] || fail 'it is the same record'
answer "0 $id admitted already " north other.json
jq -c .record out >got
same first.json got
# Also for another voucher altogether: the ref says which sale it is.
redeem "$shop" sale-1 "$2" >third.json
answer "0 $id admitted already " north third.json
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
answer "0 $id sealed already " north other.json
round
answer "0 $id confirmed already " north third.json
is 'held 1000' "$(scrip show -C north "$2" | jq -r '[.status, .remaining] | join(" ")')" 'the other voucher'
# Another merchant, another ref, no ref: other sales.
redeem "$alice" sale-1 "$2" '.amount = 100' >one.json
redeem "$shop" sale-2 "$3" '.amount = 100' >two.json
redeem "$shop" x "$4" 'del(.ref)' >three.json
cat one.json two.json three.json >sales
expect 0 scrip validate -C north <sales
is 'admitted null' "$(value '[.status, .reason // "null"] | join(" ")' | sort -u)" 'the other sales'
expect 0 scrip seal -C north
is 3 "$(value .count)" 'the records of the block'

# At a merchant of another region: while it waits, at the custodian, at the merchant's region, at a third one.
redeem "$cafe" till-1 "$5" >first.json
id=$(jq -r .id first.json)
answer "2 $id awaiting  " north first.json
redeem "$cafe" till-1 "$5" '.amount = 1' >other.json
answer "2 $id awaiting already " north other.json
scrip sync -C east >/dev/null
answer "2 $id awaiting already " east other.json
scrip sync -C south >/dev/null
answer "2 $id awaiting already " south other.json
scrip sync -C north >/dev/null
answer "0 $id admitted already " north other.json
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
round
for region in north south east; do answer "0 $id confirmed already " $region other.json; done
is 'redeemed 0' "$(scrip show -C east "$5" | jq -r '[.status, .remaining] | join(" ")')" 'the voucher'

# Received by the merchant's region first: the till asks there, and is told the same.
redeem "$cafe" till-2 "$6" >first.json
id=$(jq -r .id first.json)
answer "2 $id awaiting  " east first.json
redeem "$cafe" till-2 "$6" '.amount = 1' >other.json
answer "2 $id awaiting already " east other.json
round
scrip seal -C north >/dev/null
round
answer "0 $id confirmed already " east other.json
# And with an index from nothing.
for region in north east; do
    rm $region/private/index.sqlite*
    answer "0 $id confirmed already " $region other.json
done

# What was rejected is no earlier sale: the till may try again with the same ref.
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
voucher=$(scrip list -C north --owner "$alice" --status held | jq -r 'select(.remaining == 1000 and .partial == false) | .voucher')
redeem "$shop" sale-3 "$voucher" '.amount = 1' >bad.json
answer "1 $(jq -r .id bad.json) rejected the amount is not what voucher $voucher allows overspent" north bad.json
redeem "$shop" sale-3 "$voucher" >good.json
answer "0 $(jq -r .id good.json) admitted  " north good.json
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
