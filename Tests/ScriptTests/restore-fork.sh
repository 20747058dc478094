#!/bin/sh
# A region that voted on one branch of a chain, is restored from a backup of before, and is shown the other branch first:
# repair takes the branch that its own votes are on, and it goes on.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east west >/dev/null
scrip seal -C east --heartbeat >/dev/null
exchange north south east west
cp -R north backup

# East forks. South sees one branch; north and west see the other, and vote on it.
liar_clone east twin
scrip seal -C east --heartbeat >/dev/null
SCRIP_NOW=2026-11-20T10:01:00Z scrip seal -C twin --heartbeat >/dev/null
SCRIP_NOW=2026-11-20T10:02:00Z
expect 0 scrip sync -C south east
expect 0 scrip sync -C north twin
expect 0 scrip sync -C west north
root() { scrip show -C "$1" east/2 | jq -r .root; }
[ "$(root south)" != "$(root north)" ] || fail 'nothing has forked'
branch=$(root north)

# North is lost; the backup is from before it saw either.
chmod -R u+w north
rm -rf north
cp -R backup north
expect 75 scrip seal -C north --heartbeat
# It says that the chain has forked.
expect 1 scrip repair -C north --from south --from west --from twin --moved
is "$branch" "$(root north)" 'the branch that north holds'
[ -n "$(find north/private/quarantine -name 'east-1-0000000002.seg.gz')" ] || fail 'the other branch is gone'
same north/public/votes/north/east/0000000/0000000002-0000000002.jsonl west/public/votes/north/east/0000000/0000000002-0000000002.jsonl
# It goes on, sees the fork, and has said nothing else of the block.
expect 0 scrip seal -C north --heartbeat
expect 1 scrip sync -C north south west
expect 0 scrip seal -C north --heartbeat
is 1 "$(cat north/public/votes/north/east/*/*.jsonl | jq -r 'select(.height == 2) | .verdict' | grep -c '^root ')" 'the verdicts of north on the block'
is '' "$(find ./*/public/evidence -type f -exec jq -r 'select(.kind == "equivocation") | .kind' {} +)" 'evidence against north'
