#!/bin/sh
# scrip seal: one block of what is complete, its line, its vote; heartbeats, --max, the clock, the end of a pipe.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south hq --observer hq >/dev/null
shop=$(account north shop)

# Nothing to seal: nothing is printed, nothing is made.
expect 0 scrip seal
quiet
[ ! -s out ] || fail 'a line for no block'
[ ! -d north/public/segments ] || [ -z "$(find north/public/segments -type f)" ] || fail 'a segment without a block'

# A block, and what is said of it.
expect 0 scrip accredit --issuer "$shop" --name Shop --submit
expect 0 scrip issue --key shop.pem --to "$shop" --value 1.00CNY --count 2 --submit
expect 0 scrip seal
quiet
is 1 "$(wc -l <out)" 'the number of lines'
is 'sealed north 1 3 2 2026-11-20T10:00:00Z' \
    "$(value '[.type, .chain, .height, .size, .count, .time] | join(" ")')" 'the line of the block'
is chain,count,height,root,size,time,type "$(value 'keys | join(",")')" 'its fields'
file=north/public/segments/north/0000000/0000000001.seg.gz
is 444 "$(mode $file)" 'the mode of the segment'
zcat $file >block
is 'block accredit issue seal' "$(jq -r .type block | tr '\n' ' ' | sed 's/ $//')" 'the lines of the block'
is "$(zcat $file | jq -r 'select(.type == "seal") | .checkpoint' | sed -n 3p | base64 -d | od -An -tx1 | tr -d ' \n')" \
    "$(value .root)" 'the root'
# The region votes on its own block when it seals.
is north "$(jq -r .voter north/public/votes/north/north/0000000/0000000001-0000000001.jsonl)" 'the own vote'
[ -z "$(find north -name '.tmp-*')" ] || fail "something is left in staging: $(find north -name '.tmp-*')"
[ -z "$(find north/private/pool -type f)" ] || fail 'the pool holds sealed records'
grep -q '^chain north 1 3 ' north/public/heads.note || fail 'heads.note does not name the block'

# A heartbeat seals an empty block when there is nothing else, and only then.
SCRIP_NOW=2026-11-21T10:00:00Z
expect 0 scrip seal --heartbeat
is '2 0 4 2026-11-21T10:00:00Z' "$(value '[.height, .count, .size, .time] | join(" ")')" 'the heartbeat'
expect 0 scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit
expect 0 scrip seal --heartbeat
is '1 3 1' "$(jq -rs '[length, .[0].height, .[0].count] | join(" ")' out)" 'the block in place of a heartbeat'

# --max bounds a block; the rest goes into the next ones.
for _ in 1 2 3 4 5; do scrip issue --key shop.pem --to "$shop" --value 1.00CNY; done >records
expect 0 scrip validate <records
expect 0 scrip seal --max 2
is '4 2,5 2,6 1' "$(jq -r '[.height, .count] | join(" ")' out | paste -sd,)" 'the blocks of two'
expect 0 scrip cat north --from 7
is "$(jq -r .id records | paste -sd,)" "$(value .id | paste -sd,)" 'the order of the records'
refuse 64 '--max' scrip seal --max 0
refuse 64 '--max' scrip seal --max 65537
refuse 64 'max' scrip seal --max many

# At the end of a pipe it waits for the end of its input.
scrip issue --key shop.pem --to "$shop" --value 1.00CNY >record
scrip validate <record | scrip seal - >out
is 1 "$(value .count)" 'the records of a pipe'
mkfifo pipe
scrip seal - <pipe >late &
exec 3>pipe
scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit >result
[ ! -s late ] || fail 'it sealed before the end of its input'
exec 3>&-
wait $! || fail 'seal - failed'
is 1 "$(jq .count late)" 'the records at the end of the pipe'
refuse 64 "is not '-'" scrip seal north

# The time never goes back.
SCRIP_NOW=2020-01-01T00:00:00Z
expect 0 scrip seal --heartbeat
is 2026-11-21T10:00:00Z "$(value .time)" 'the time of a block whose clock went back'

# Nor far ahead, unless somebody says that the clock is right.
SCRIP_NOW=2026-12-21T10:00:00Z
expect 0 scrip seal --heartbeat
SCRIP_NOW=2027-01-20T10:00:01Z
refuse 75 '--clock-ok' scrip seal --heartbeat
expect 0 scrip seal --heartbeat --clock-ok
is 2027-01-20T10:00:01Z "$(value .time)" 'the time of the block'

# What nobody can be told of is done all the same, and not done again.
height=$(scrip status | jq 'select(.chain == "north") | .height')
status=0
scrip seal --heartbeat >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
complained 'standard output'
is $((height + 1)) "$(scrip status | jq 'select(.chain == "north") | .height')" 'the height after that'
grep -q "^chain north $((height + 1)) " north/public/heads.note || fail 'the heads are old'
expect 0 scrip seal
[ ! -s out ] || fail 'the block was sealed twice'

# An observer has no chain; a copy cannot be written; the keys must be safe, and those of the charter.
refuse 77 'observer' scrip seal -C hq --heartbeat
refuse 66 'copy of a public folder' scrip seal -C north/public --heartbeat
chmod 644 north/private/log.pem
refuse 77 'chmod 600' scrip seal --heartbeat
chmod 600 north/private/log.pem
mv north/private/log.pem saved
refuse 66 'log.pem' scrip seal --heartbeat
cp south/private/log.pem north/private/log.pem
refuse 77 'not those' scrip seal --heartbeat
mv saved north/private/log.pem
expect 0 scrip seal --heartbeat

# A copy of the directory signs nothing, and neither does one that was set back; what they hold stays. The rest is in
# restore.sh.
cp -R north old
expect 0 scrip seal --heartbeat
find old/public -type f -exec sha256sum {} + | sort >before
refuse 75 'is a copy' scrip seal -C old --heartbeat
find old/public -type f -exec sha256sum {} + | sort >after
same before after
