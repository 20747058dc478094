#!/bin/sh
# A region that says it has seen a block that nobody certified, or that does not exist, stalls nobody but itself.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW

found() {
    rm -rf north south east lies ./*.pem
    scrip init --quiet north south east >/dev/null
    mill=$(account south mill)
    eve=$(account east eve)
    scrip accredit -C south --issuer "$mill" --name Mill --submit >/dev/null
    scrip seal -C south >/dev/null
    scrip seal -C north --heartbeat >/dev/null
    for region in south east north south east north; do scrip sync -C $region >/dev/null; done
    cp -R north/public lies
    chmod -R u+w lies
    rm -f lies/heads.note
    : >nothing
}
# height REGION CHAIN
height() {
    scrip status -C "$1" | jq -r "select(.type == \"chain\" and .chain == \"$2\") | .height"
}
# goes_on WHAT: an issue from south to east is attested, sealed, certified, and nobody alarms.
goes_on() {
    scrip issue -C south --key mill.pem --to "$eve" --value 3.00CNY --submit >issue.json || [ $? -eq 2 ]
    scrip sync -C east lies south >/dev/null || fail "the first sync of east: $1"
    scrip sync -C south lies east >/dev/null || fail "the first sync of south: $1"
    scrip seal -C south >/dev/null
    scrip sync -C east lies south >/dev/null || fail "the second sync of east: $1"
    scrip sync -C south lies east >/dev/null || fail "the second sync of south: $1"
    for region in south east; do
        expect 0 scrip wait -C $region --timeout 0s "$(jq -r .id issue.json)"
        expect 0 scrip status -C $region
        is 1 "$(height $region north)" "the height of north at $region: $1"
        [ ! -e $region/public/evidence ] || fail "there is evidence at $region: $1"
    done
}
head=$(printf '%064d' 7)

# A size that does not exist.
found
forge block lies north 2026-11-20T10:00:01Z nothing "[{\"region\":\"south\",\"root\":\"$head\",\"size\":99}]"
expect 0 scrip sync -C east lies
is "segments/north/0000000/0000000002.seg.gz it has seen 'south' to 99, which is not here yet" \
    "$(value 'select(.event == "pending" and .file != "charter/1.note") | [.file, .reason] | join(" ")')" 'why it waits'
goes_on 'a size that does not exist'

# Another root than the certified one is a block that is no good, and no evidence against south.
found
size=$(scrip status -C south | jq 'select(.type == "chain" and .chain == "south") | .size')
forge block lies north 2026-11-20T10:00:01Z nothing "[{\"region\":\"south\",\"root\":\"$head\",\"size\":$size}]"
expect 1 scrip sync -C east lies
is seen "$(value 'select(.event == "quarantined") | .code')" 'the code of another root'
is 1 "$(height east north)" 'the height of north with another root'
[ ! -e east/public/evidence ] || fail 'there is evidence at east'
is false "$(scrip status -C east | jq 'select(.type == "chain" and .chain == "south") | .frozen // false')" 'south at east'

# A block that nobody has certified yet: it waits until somebody has.
found
scrip seal -C south --heartbeat >ahead.json
scrip sync -C north --dry-run south >/dev/null
cp -R south/public/segments/south lies/segments/
chmod -R u+w lies
jq -c '[{region: .chain, root: .root, size: .size}]' ahead.json >seen.json
forge block lies north 2026-11-20T10:00:01Z nothing "$(cat seen.json)"
rm -rf alone
clone east alone
rm -rf lies/votes/south/south/0000000/0000000002*
expect 0 scrip sync -C alone lies
is 1 "$(height alone north)" 'the height of north before there is a certificate'
value 'select(.event == "pending") | .reason' | grep -q "certificate of 'south'" || fail "it does not wait: $(cat out)"
expect 0 scrip sync -C alone lies south
is 2 "$(height alone north)" 'the height of north once there is one'
