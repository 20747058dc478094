#!/bin/sh
# Records that need another region: who is waited for, who attests, and what a refusal by the buyer's region does.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
cafe=$(account east cafe)
round() {
    for region in south east north; do scrip sync -C $region >>events; done
}
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 4 --expires 2026-11-20T12:00:00Z \
    --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --no-transfer --submit >/dev/null
scrip seal -C north >/dev/null
round
# shellcheck disable=SC2046  # four ids, four words
set -- $(scrip list -C north --owner "$alice" | jq -r 'select(.transferable) | .voucher')
bound=$(scrip list -C north --owner "$alice" | jq -r 'select(.transferable | not) | .voucher')

# Without a deadline a record cannot wait.
scrip issue -C north --key shop.pem --to "$bob" --value 1.00CNY >record
jq -e .deadline record >/dev/null || fail 'an issue to another region has no deadline'

# The seller's region admits and waits; the buyer's attests at its next sync; the seller's seals.
scrip trade -C north --key alice.pem --to "$bob" "$1" >trade.json
expect 2 scrip validate -C north <trade.json
is 'awaiting south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at the seller'
expect 2 scrip validate -C north <trade.json
is 'awaiting south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result when asked again'
expect 0 scrip seal -C north
[ ! -s out ] || fail 'a trade was sealed without the attestation of the buyer'\''s region'
expect 0 scrip sync -C south north
is "$(jq -r .id trade.json)" "$(value 'select(.event == "attested") | .id')" 'what south attests'
expect 0 scrip show -C south "$(jq -r .id trade.json)"
is 'awaiting north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the status at the buyer'
expect 0 scrip sync -C north south
expect 0 scrip show -C north "$(jq -r .id trade.json)"
is admitted "$(value .status)" 'the status with the attestation'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
round
expect 0 scrip show -C south "$(jq -r .id trade.json)"
is 'confirmed south' "$(value '[.status, .record.attest[].region] | join(" ")')" 'the result at the buyer'

# Any region may receive it: the buyer's attests at once and passes it on; a third one passes it on.
scrip trade -C north --key alice.pem --to "$bob" "$2" >trade.json
expect 2 scrip validate -C south <trade.json
is 'awaiting north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at the buyer'
is south "$(value '.record.attest[].region')" 'the attestation'
scrip redeem -C north --key alice.pem --merchant "$cafe" "$3" >redeem.json
expect 2 scrip validate -C south <redeem.json
is 'awaiting east north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at a third region'
round
round
expect 0 scrip seal -C north
is 2 "$(value .count)" 'the records of the block'
round
for id in "$(jq -r .id trade.json)" "$(jq -r .id redeem.json)"; do
    expect 0 scrip show -C east "$id"
    is confirmed "$(value .status)" 'the status in the end'
done

# A holder moves a voucher to another region by trading it to the same key there, also one that is not transferable,
# and redeems there at once.
moved=$(scrip address --region south alice.pem | jq -r .address)
expect 2 scrip trade -C north --key alice.pem --to "$moved" --submit "$bound"
round
expect 0 scrip seal -C north
round
expect 0 scrip show -C south "$bound"
is "south confirmed $moved" "$(value '[.custodian, .certainty, .owner] | join(" ")')" 'the voucher that was moved'
expect 1 scrip trade -C south --key alice.pem --to "$bob" --submit "$bound"
is not-transferable "$(value .code)" 'the code of a trade to another key'
expect 0 scrip redeem -C south --key alice.pem --merchant "$bob" --submit "$bound"
is admitted "$(value .status)" 'the redemption where it was moved'
expect 0 scrip seal -C south
round

# An issue to owners in three regions needs the two others.
expect 2 scrip issue -C north --key shop.pem --to "$alice" --to "$bob" --to "$cafe" --value 3.00CNY --submit
is 'awaiting east south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the issue'
id=$(value .id)
scrip sync -C south >>events
scrip sync -C north >>events
expect 0 scrip show -C north "$id"
is 'awaiting east' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the issue with one attestation'
expect 0 scrip seal -C north
[ ! -s out ] || fail 'it was sealed with one attestation of two'
scrip sync -C east >>events
scrip sync -C north >>events
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
round
for region in north south east; do
    expect 0 scrip show -C $region "$id"
    is 'confirmed east south' "$(value '[.status, .record.attest[].region] | join(" ")')" "the issue at $region"
done
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --no-transfer --submit >/dev/null
scrip seal -C north >/dev/null
round
bound=$(scrip list -C north --owner "$alice" --status held | jq -r 'select(.transferable | not) | .voucher')

# What the buyer's region cannot heal it refuses, once and for all.
scrip trade -C north --key alice.pem --to "$bob" "$bound" >trade.json
expect 1 scrip validate -C south <trade.json
is 'rejected not-transferable' "$(value '[.status, .code] | join(" ")')" 'the result at the buyer'
expect 1 scrip validate -C south <trade.json
is 'rejected not-transferable' "$(value '[.status, .code] | join(" ")')" 'the result when asked again'
expect 1 scrip validate -C north <trade.json
is 'rejected not-transferable' "$(value '[.status, .code] | join(" ")')" 'the result at the seller'

# A refusal by the buyer's region: by its clock the voucher has expired. The seller's region drops the record for
# good, and its head is free.
scrip trade -C north --key alice.pem --to "$bob" "$4" >trade.json
expect 2 scrip validate -C north <trade.json
expect 0 env SCRIP_NOW=2026-11-20T12:30:00Z scrip sync -C south north
id=$(jq -r .id trade.json)
is "$id south expired" "$(value 'select(.event == "refused") | [.id, .region, .code] | join(" ")')" 'what south refuses'
expect 0 scrip sync -C south north
[ -z "$(value 'select(.event == "attested" or .event == "refused")')" ] || fail 'south answered twice'
expect 0 scrip list -C north --status reserved
is "$4" "$(value .voucher)" 'the reserved voucher before north hears of it'
expect 0 scrip sync -C north south
is "$id south expired" "$(value 'select(.event == "refused") | [.id, .region, .code] | join(" ")')" 'what north hears'
expect 0 scrip show -C north "$id"
is 'rejected expired' "$(value '[.status, .code] | join(" ")')" 'the status at the seller'
value .reason | grep -q "south" || fail "the reason does not name south: $(value .reason)"
expect 0 scrip list -C north --status reserved
[ ! -s out ] || fail 'the head of a refused record is reserved still'
expect 1 scrip validate -C north <trade.json
is 'rejected expired' "$(value '[.status, .code] | join(" ")')" 'the result when asked again'
# With an index from nothing it is no different.
expect 0 scrip reindex -C north
expect 1 scrip validate -C north <trade.json
is 'rejected expired' "$(value '[.status, .code] | join(" ")')" 'the result with a new index'
expect 0 scrip redeem -C north --key alice.pem --merchant "$shop" --submit "$4"
is admitted "$(value .status)" 'the redemption in its place'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'

# A forged refusal counts for nothing.
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
round
voucher=$(scrip list -C north --owner "$alice" --status held |
    jq -r 'select(.transferable and .value.amount == 1000) | .voucher')
scrip trade -C north --key alice.pem --to "$bob" "$voucher" >trade.json
expect 2 scrip validate -C north <trade.json
cp -R south/public mirror
chmod -R u+w mirror
find mirror/outbox -type f -delete
mkdir -p mirror/outbox
cat south/public/outbox/*.jsonl | grep refusal | head -n 1 | jq -c --arg id "$(jq -r .id trade.json)" '.id = $id' >mirror/outbox/0000000099.jsonl
rm -f mirror/heads.note
expect 0 scrip sync -C north mirror
is 1 "$(value 'select(.event == "ignored") | .event' | wc -l)" 'the number of ignored events'
expect 0 scrip show -C north "$(jq -r .id trade.json)"
is awaiting "$(value .status)" 'the status after a forged refusal'
