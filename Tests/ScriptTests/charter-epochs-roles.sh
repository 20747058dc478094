#!/bin/sh
# Roles change: an observer becomes a voter with a chain of its own, and a voter becomes an observer, whose chain ends and
# which goes on receiving. What it held goes to its successor.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
all='north south east hq'
scrip init --quiet --federation example.org/vouchers --observer hq $all >/dev/null
shop=$(account north shop)
alice=$(account south alice)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >/dev/null || [ $? -eq 2 ]
exchange $all
scrip seal -C north >/dev/null
exchange $all
[ ! -e hq/public/segments/hq ] || fail 'an observer has a chain'

# An observer becomes a voter.
expect 0 scrip charter draft -C north --voter hq
cp out second
for region in $all; do scrip charter sign -C $region second >$region.note; done
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note hq.note
exchange $all
for region in $all; do expect 0 scrip seal -C $region --heartbeat; done
exchange $all
is 4 "$(scrip charter show --quiet -C hq | jq -r .voters)" 'the voters'
is confirmed "$(scrip show -C south hq/1 | jq -r .status)" 'the first block of hq'
[ -n "$(find north/public/votes/hq/south -type f)" ] || fail 'hq does not vote'
clerk=$(account hq clerk)
expect 0 scrip accredit -C hq --issuer "$clerk" --name Clerk --submit
expect 0 scrip seal -C hq
exchange $all
is confirmed "$(scrip show -C south hq/2 | jq -r .status)" 'a record of hq'

# A voter becomes an observer only when its chain ends, and when somebody seals for what it holds.
refuse 65 "only with a line 'retire south" scrip charter draft -C north --observer south
expect 0 scrip charter draft -C north --observer south --retire south
cp out orphaned
refuse 1 'successor' scrip charter sign -C north orphaned
expect 0 scrip charter draft -C north --observer south --retire south --successor south=east
cp out third
for region in $all; do scrip charter sign -C $region third >$region.note; done
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note hq.note
exchange $all
for region in north east hq; do expect 0 scrip seal -C $region --heartbeat; done
exchange $all
expect 0 scrip seal -C east --heartbeat
exchange $all
is 3 "$(scrip charter show --quiet -C south | jq -r .voters)" 'the voters after'
before=$(find south/public/votes/south -type f | wc -l)
if scrip seal -C south --heartbeat >out 2>err; then fail 'an observer seals'; fi
# It receives, and its customers redeem at the successor.
voucher=$(scrip list -C south --owner "$alice" --status held | jq -r .voucher | head -n 1)
expect 0 scrip redeem -C east --key alice.pem --merchant "$(account east cafe)" --submit "$voucher"
id=$(value .id)
expect 0 scrip seal -C east
exchange $all
is confirmed "$(scrip show -C south "$id" | jq -r .status)" 'the redemption at the region that became an observer'
is "$before" "$(find south/public/votes/south -type f | wc -l)" 'the votes of an observer'
for region in $all; do
    expect 0 scrip verify -C $region --full
    expect 0 scrip reindex -C $region
    is confirmed "$(scrip show -C $region "$id" | jq -r .status)" "the redemption at $region with a new index"
done
