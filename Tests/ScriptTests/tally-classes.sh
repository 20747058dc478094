#!/bin/sh
# Regions that lie: north seals a record that breaks a rule and calls it valid. What honest regions vote, how tally
# tells the classes apart, what a certificate against the liar does, and what becomes of a split and of a majority
# of liars. The lies are made here with the regions' own keys, by forge.py.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
crook=$(account north crook)
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
for region in south east north; do scrip sync -C $region >/dev/null; done
voucher=$(scrip list -C north | jq -r .voucher)

# A block of north with one good record, a double spend, an issue by nobody, a line that is no record, and the good
# record once more. It is signed as it should be.
scrip redeem -C north --key alice.pem --merchant "$shop" "$voucher" >good.json
scrip trade -C north --key alice.pem --to "$crook" "$voucher" >double.json
scrip issue -C north --key crook.pem --to "$crook" --value 1000000.00CNY >nobody.json
{
    cat good.json double.json nobody.json
    echo '{"type":"nothing"}'
    cat good.json
} >records
# mirror NAME: what the liar shows, without its hints.
mirror() {
    cp -R north/public "$1"
    chmod -R u+w "$1"
    rm -f "$1/heads.note"
}
mirror evil
forge block evil north 2026-11-20T10:00:01Z records
forge vote evil north north

# Honest regions take the block over, skip what is invalid, and say so.
expect 0 scrip sync -C south evil
is 'north 2 4' "$(value 'select(.event == "voted") | [.chain, .height, .invalid] | join(" ")')" 'the vote of south'
expect 2 scrip tally -C south north/2
jq -r '.classes[] | [.voters[0], (.invalid | map("\(.index) \(.code)") | join(" "))] | join(": ")' out >got
cat >wanted <<EOT
north: 
south: 5 spent 6 unknown-issuer 7 malformed 8 duplicate
EOT
same wanted got
is 'pending ["east"]' "$(value '[.outcome, (.silent | tostring)] | join(" ")')" 'the outcome'
# Two voters who agree on a record may stand in two classes of its block.
expect 2 scrip tally -C south "$(jq -r .id good.json)"
is 'sealed {"valid":["north","south"]}' "$(value '[.status, (.votes | tostring)] | join(" ")')" 'the votes on the good record'
expect 1 scrip tally -C south "$(jq -r .id double.json)"
is 'rejected spent {"spent":["south"],"valid":["north"]}' \
    "$(value '[.status, .code, (.votes | tostring)] | join(" ")')" 'the votes on the double spend'

# With east there is a majority against north: a certificate that lists the invalid records.
expect 0 scrip sync -C east south evil
is 'confirmed north 2' "$(value 'select(.event == "confirmed" and .height == 2) | [.event, .chain, .height] | join(" ")')" 'the certificate'
value 'select(.event == "rejected") | [.index, .code, (.id == null)] | join(" ")' >got
printf '%s\n' '5 spent false' '6 unknown-issuer false' '7 malformed true' '8 duplicate false' >wanted
same wanted got
expect 0 scrip tally -C east north/2
is 'confirmed ["east","south"]' "$(value '[.outcome, (.classes[0].voters | tostring)] | join(" ")')" 'the outcome at east'
expect 0 scrip tally -C east "$(jq -r .id good.json)"
is confirmed "$(value .status)" 'the good record'
expect 1 scrip tally -C east "$(jq -r .id nobody.json)"
is 'rejected unknown-issuer' "$(value '[.status, .code] | join(" ")')" 'the issue by nobody'
expect 1 scrip wait -C east --timeout 0s "$(jq -r .id double.json)"
expect 0 scrip show -C east north/2
is 'confirmed [5,6,7,8]' "$(value '[.status, (.invalid | map(.index) | tostring)] | join(" ")')" 'the block'
expect 0 scrip cat -C east north --from 4
value '[.index, .status, .code // "", (.record != null)] | join(" ")' >got
printf '%s\n' '4 confirmed  true' '5 rejected spent true' '6 rejected unknown-issuer true' \
    '7 rejected malformed true' '8 rejected duplicate true' >wanted
same wanted got
# Any line stands for its record, whatever else it says.
scrip show -C east "$(jq -r .id nobody.json)" >shown
jq -e '.votes | has("unknown-issuer")' shown >/dev/null || fail "the votes are $(jq -c .votes shown)"
expect 1 scrip validate -C east <shown
is 'rejected unknown-issuer' "$(value '[.status, .code] | join(" ")')" 'the result of a result'
# What is invalid changed nothing.
expect 0 scrip list -C east
is "$voucher redeemed confirmed" "$(value '[.voucher, .status, .certainty] | join(" ")')" 'the vouchers'
expect 0 scrip reindex -C east
expect 0 scrip list -C east
is "$voucher redeemed confirmed" "$(value '[.voucher, .status, .certainty] | join(" ")')" 'the vouchers from a new index'

# Three voters, three verdicts: disputed, and everybody is told.
clone south split
rm -rf split/public/certificates/north/0000000/0000000002-1.json
mirror three
forge block three north 2026-11-20T10:00:01Z records
forge vote three north north
forge vote three north east '5 spent'
expect 1 scrip sync -C split three
is 'disputed north 2' "$(value 'select(.event == "disputed") | [.event, .chain, .height] | join(" ")')" 'the event'
expect 1 scrip tally -C split north/2
is 'disputed 3' "$(value '[.outcome, (.classes | length)] | join(" ")')" 'the tally'
expect 1 scrip tally -C split
expect 1 scrip tally -C split "$(jq -r .id good.json)"
is disputed "$(value .status)" 'the status of the good record'
expect 1 scrip status -C split
is 'disputed north 2' "$(value 'select(.type == "alarm") | [.code, .chain, .height] | join(" ")')" 'the alarm'
expect 1 scrip wait -C split --timeout 0s "$(jq -r .id good.json)"
expect 0 scrip list -C split
is disputed "$(value .certainty)" 'the certainty of what changed last'
# A certificate that turns up wins.
cp -R east/public later
expect 1 scrip sync -C split later
is 'equivocation ["east"]' "$(value 'select(.event == "evidence") | [.code, (.signers | tostring)] | join(" ")')" 'what east said to whom'
expect 0 scrip tally -C split north/2
is confirmed "$(value .outcome)" 'the outcome once there is a certificate'
expect 1 scrip status -C split
is equivocation "$(value 'select(.type == "alarm") | .code')" 'the alarm that is left'

# A majority of liars: a certificate that contradicts one's own recomputation. The certificate is kept, the own state
# too, and nothing is signed any more.
clone south honest
mirror majority
forge block majority north 2026-11-20T10:00:01Z records
forge vote majority north north
forge vote majority north east
forge certificate majority north east,north
expect 1 scrip sync -C honest majority
is 'disputed verdict' "$(value 'select(.event == "disputed") | [.event, .code] | join(" ")')" 'the event'
expect 1 scrip status -C honest
is 'verdict north 2' "$(value 'select(.type == "alarm") | [.code, .chain, .height] | join(" ")')" 'the alarm'
expect 1 scrip tally -C honest north/2
is 'disputed true' "$(value '[.outcome, .certificate] | join(" ")')" 'the tally'
expect 0 scrip list -C honest
is "$voucher disputed" "$(value '[.voucher, .certainty] | join(" ")')" 'the vouchers'
refuse 75 'verify --full' scrip seal -C honest --heartbeat
refuse 75 'verify --full' scrip validate -C honest <good.json
same majority/certificates/north/0000000/0000000002-1.json honest/public/certificates/north/0000000/0000000002-1.json
expect 0 scrip reindex -C honest
expect 1 scrip status -C honest

# Blocks that are invalid by themselves are never built on, and kept for a person to look at.
invalid() {
    rm -rf trial
    clone south-before trial
    expect 1 scrip sync -C trial wrong
    is "$1" "$(value 'select(.event == "quarantined") | .code')" "the code of $2"
    is 1 "$(scrip status -C trial | jq -r 'select(.chain == "north") | .height')" "the height with $2"
    is 1 "$(find trial/private/quarantine -type f | wc -l)" "the quarantine with $2"
    rm -rf wrong
}
clone south south-before
rm -rf south-before/public/segments/north/0000000/0000000002.seg.gz south-before/private/index.sqlite*
find south-before/public/votes south-before/public/certificates -name '0000000002*' -delete
# It has not voted on that block either.
for mark in south-before/private/high-water/votes-*; do
    chmod u+w "$mark"
    echo '{"chains":[],"type":"votes","v":1}' >"$mark"
done
mirror wrong
forge block wrong north 2026-11-20T09:59:59Z good.json
invalid time 'a time before that of the block before'
mirror wrong
forge block wrong south 2026-11-20T10:00:00Z good.json
mkdir -p wrong/segments/north/0000000
mv wrong/segments/south/0000000/0000000001.seg.gz wrong/segments/north/0000000/0000000002.seg.gz
rm -r wrong/segments/south
invalid link 'a block of another chain'
mirror wrong
mv north/private/log.pem held
cp east/private/log.pem north/private/log.pem
forge block wrong north 2026-11-20T10:00:00Z good.json
mv held north/private/log.pem
invalid checkpoint 'a checkpoint by another key'
