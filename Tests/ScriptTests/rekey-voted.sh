#!/bin/sh
# Who has voted for a block that a stolen key signed, before the charter came that ends what the key counts for, goes on
# when it comes: the block is gone, and the vote counts for nothing.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east west >/dev/null
scrip seal -C north --heartbeat >/dev/null
exchange north south east west
scrip charter line -C north --new-log-key >line
scrip charter draft -C north --rekey north line >draft
for region in north east west; do scrip charter sign -C $region draft >$region.note; done
# The thief shows south and west a block. South votes for it; west, which has promised not to, keeps it in one file with
# the block before.
cp -R north/public thief
chmod -R u+w thief
rm -f thief/heads.note
: >nothing
python3 "$(dirname "$0")/forge.py" block thief north 2026-11-20T10:00:05Z nothing
expect 0 scrip sync -C south thief
is 2 "$(scrip status -C south | jq -r 'select(.chain == "north") | .voted[] | select(.voter == "south") | .height')" \
    'how far south has voted'
python3 "$(dirname "$0")/forge.py" block thief north 2026-11-20T10:00:06Z nothing
expect 0 scrip sync -C west thief
expect 0 scrip pack -C west --keep 1
[ -f west/public/segments/north/0000000/0000000001-0000000002.seg.gz ] || fail 'nothing was packed'
expect 0 scrip charter adopt --quiet -C north north.note east.note west.note
expect 0 scrip seal -C north --heartbeat
cp -R south/public before
expect 0 scrip sync -C south north
is 2 "$(scrip status -C south | jq -r 'select(.type == "status") | .epoch')" 'the epoch in south'
expect 0 scrip sync -C west north
[ -f west/public/segments/north/0000000/0000000001.seg.gz ] || fail 'west has put the good block aside too'
expect 0 scrip seal -C south --heartbeat
exchange north south east west
# What the thief signed is put aside, for somebody to look at.
for region in south west; do
    expect 1 scrip status -C $region
    is block "$(value 'select(.type == "alarm") | .code')" "the alarm in $region"
    [ -n "$(find $region/private/quarantine -name 'north-2-*0000000002.seg.gz')" ] || fail "nothing was put aside in $region"
    rm $region/private/quarantine/*
done
for region in north south east west; do
    expect 0 scrip status -C $region
    is 2 "$(value 'select(.chain == "north") | .height')" "the height of north in $region"
    is "$(value 'select(.chain == "north") | .size')" "$(value 'select(.chain == "north") | .confirmed')" \
        "what is confirmed of north in $region"
    expect 0 scrip verify -C $region --full
done
# The vote for it is held against nobody: not when peers still have it, nor when the directory is another one.
jq '.peers = ["../before"]' south/scrip.json >settings && cp settings south/scrip.json
expect 0 scrip seal -C south --heartbeat
clone south other
expect 0 scrip repair -C other --from north --from east --moved
expect 0 scrip seal -C other --heartbeat
