#!/bin/sh
# scrip sync: what it takes over, in what order of visits ever; its events; that it changes nothing a second time.
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

# events FILTER: the events of the last sync, made short.
events() {
    value "select(.type == \"event\") | $1"
}
# tree DIR: everything in it but what is allowed to change.
tree() {
    find "$1/public" "$1/private" -type f ! -name '*.sqlite*' -exec sha256sum {} + | sort -k2
}

# With nothing anywhere there is nothing to do.
expect 0 scrip sync -C north
quiet
[ ! -s out ] || fail 'an event without anything new'

scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >/dev/null
scrip seal -C north >/dev/null

# A dry run says the same and changes nothing.
tree south >before
expect 0 scrip sync -C south --dry-run
events 'del(.type) | tostring' >would
tree south >after
same before after
expect 0 scrip list -C south
[ ! -s out ] || fail 'a dry run left something in the index'
expect 0 scrip sync -C south
quiet
events 'del(.type) | tostring' >did
same would did
is 'pulled segment,pulled vote,voted ,confirmed ' "$(jq -r '[.event, .kind // ""] | join(" ")' did | paste -sd,)" 'the events'
is 'segments/north/0000000/0000000001.seg.gz north 1 1' \
    "$(events 'select(.kind == "segment") | [.file, .chain, .from, .to] | join(" ")')" 'the segment'
is 'votes/north/north/0000000/0000000001-0000000001.jsonl north north 1 1' \
    "$(events 'select(.kind == "vote") | [.file, .voter, .chain, .from, .to] | join(" ")')" 'the vote'
is 'north 1 0' "$(events 'select(.event == "voted") | [.chain, .height, .invalid] | join(" ")')" 'the own vote'
is 'north 1 3' "$(events 'select(.event == "confirmed") | [.chain, .height, .size] | join(" ")')" 'the certificate'
same north/public/segments/north/0000000/0000000001.seg.gz south/public/segments/north/0000000/0000000001.seg.gz
is 444 "$(mode south/public/segments/north/0000000/0000000001.seg.gz)" 'the mode of the own copy'
[ "$(stat -c %h south/public/segments/north/0000000/0000000001.seg.gz)" = 1 ] || fail 'the file of the peer was linked'

# Twice changes nothing.
tree south >before
expect 0 scrip sync -C south
[ ! -s out ] || fail "an event the second time: $(cat out)"
tree south >after
same before after

# East sees only a mirror of south, and gets everything, votes and certificate of others too.
cp -R south/public mirror
chmod -R a-w mirror
expect 0 scrip sync -C east mirror
is 'certificate segment vote vote' "$(events 'select(.kind) | .kind' | sort | paste -sd' ')" 'what east takes over'
is 'voted' "$(events 'select(.event == "voted") | .event')" 'the vote of east'
expect 0 scrip show -C east north/1
is confirmed "$(value .status)" 'the block at east'
# North learns of the certificate at its next visit, from whomever.
expect 0 scrip sync -C north east
is 'certificate' "$(events 'select(.event == "pulled" and .kind == "certificate") | .kind')" 'what north takes over'
expect 0 scrip show -C north north/1
is confirmed "$(value .status)" 'the block at north'

# Regions that do not see each other meet through a third: north and south only by east.
# shellcheck disable=SC2046  # two ids, two words
set -- $(scrip list -C north --owner "$alice" | jq -r .voucher)
expect 2 scrip trade -C north --key alice.pem --to "$bob" --submit "$1"
id=$(value .id)
expect 0 scrip sync -C east north
is "relayed $id" "$(events '[.event, .id] | join(" ")')" 'what east passes on'
expect 0 scrip sync -C south east
is "attested $id" "$(events 'select(.event != "pulled") | [.event, .id] | join(" ")')" 'what south does'
expect 0 scrip sync -C east south
is "relayed $id" "$(events 'select(.id) | [.event, .id] | join(" ")')" 'what east passes back'
expect 0 scrip sync -C north east
is "pulled outbox $id" "$(events 'select(.id) | [.event, .kind, .id] | join(" ")')" 'what north gets'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
for region in east south east north; do
    case $region in east) peers='north south' ;; *) peers=east ;; esac
    # shellcheck disable=SC2086  # one word or two
    scrip sync -C $region $peers >/dev/null
done
for region in north south east; do
    expect 0 scrip show -C $region "$id"
    is confirmed "$(value .status)" "the trade at $region"
done
# Sealed, it lies in no outbox any more.
scrip sync -C east north south >/dev/null
is 0 "$(find north/public/outbox east/public/outbox south/public/outbox -type f | wc -l)" 'the files in the outboxes'

# The custodian gets a record that another region received.
scrip redeem -C south --key bob.pem --merchant "$cafe" "$1" >redeem.json
expect 2 scrip validate -C east <redeem.json
expect 0 scrip sync -C south
is "admitted $(jq -r .id redeem.json) admitted" "$(events 'select(.id) | [.event, .id, .status] | join(" ")')" 'what south admits'
expect 0 scrip seal -C south
is 1 "$(value .count)" 'the records of the block'

# A record whose deadline passed is dead once the sealing chain says so.
expect 2 scrip trade -C north --key alice.pem --to "$bob" --deadline 2026-11-20T11:00:00Z --submit "$2"
id=$(value .id)
scrip sync -C east north >/dev/null
expect 2 scrip tally -C east "$id"
SCRIP_NOW=2026-11-20T11:00:01Z
scrip seal -C north --heartbeat >/dev/null
expect 2 scrip tally -C east "$id"
scrip sync -C south north >/dev/null
expect 0 scrip sync -C east north south
is "rejected $id deadline" "$(events 'select(.id) | [.event, .id, .code] | join(" ")')" 'the dead record'
expect 0 scrip show -C east "$id"
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'the status of the dead record'

# In whatever order the regions visit each other, and however often: the same in the end.
for region in south north east south; do scrip sync -C $region >/dev/null; done
for region in north south east; do
    (cd $region/public && find segments certificates -type f | LC_ALL=C sort) >files.$region
    scrip list -C $region >list.$region
done
same files.north files.south
same files.north files.east
same list.north list.south
same list.north list.east

# Blocks from ahead of the clock are taken over, and voted on when their time comes; attestations from there wait.
SCRIP_NOW=2026-11-20T12:00:00Z
scrip seal -C north --heartbeat >/dev/null
expect 0 env SCRIP_NOW=2026-11-20T11:54:59Z scrip sync -C south
height=$(scrip status -C north | jq 'select(.chain == "north") | .height')
is "north $height" "$(events 'select(.event == "pending") | [.chain, .height] | join(" ")')" 'what waits'
is '' "$(events 'select(.event == "voted") | .chain')" 'the votes before the time'
expect 0 env SCRIP_NOW=2026-11-20T11:55:00Z scrip sync -C south
is "north $height" "$(events 'select(.event == "voted") | [.chain, .height] | join(" ")')" 'the votes when the time comes'

# What nobody can be told of is done all the same, and peers see it.
scrip seal -C north --heartbeat >/dev/null
status=0
scrip sync -C south >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
expect 0 scrip sync -C south
[ ! -s out ] || fail 'it was done again'
expect 0 scrip sync -C east south
is $((height + 1)) "$(scrip status -C east | jq 'select(.chain == "north") | .height')" 'the height at east'

# Peers by default are those of scrip.json; a peer that is away is told of, and the others are visited.
scrip seal -C north --heartbeat >/dev/null
mv east away
expect 66 scrip sync -C south
complained 'south/../east'
is 1 "$(events 'select(.kind == "segment") | .chain' | wc -l)" 'the segments from the peer that is there'
mv away east
refuse 66 'cannot be read' scrip sync -C south nowhere
refuse 66 'and 1 more' scrip sync -C south nowhere norhere
jq -c '.peers = []' south/scrip.json >settings
cat settings >south/scrip.json
expect 0 scrip sync -C south
complained 'no peer is named'
refuse 66 'copy of a public folder' scrip sync -C south/public north
refuse 66 'no such region' scrip sync -C nowhere north
# A directory that is no region.
mkdir empty
expect 0 scrip sync -C south empty
is 'pending charter/1.note' "$(events '[.event, .file] | join(" ")')" 'the events of an empty peer'
