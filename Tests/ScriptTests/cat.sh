#!/bin/sh
# scrip cat: the records of a chain as a stream, from an index on, to an index, and as they come.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
bob=$(account south bob)

expect 0 scrip cat
[ ! -s out ] || fail 'a record before any was sealed'
expect 0 scrip cat north
[ ! -s out ] || fail 'a record before any was sealed'

scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$shop" --value 5.00CNY --count 4 --submit >/dev/null
scrip seal >/dev/null
scrip seal --heartbeat >/dev/null
for _ in 1 2 3; do scrip issue --key shop.pem --to "$shop" --value 5.00CNY; done >records
scrip validate <records >/dev/null
SCRIP_NOW=2026-11-20T11:00:00Z
scrip seal --max 2 >/dev/null
scrip accredit -C south --issuer "$bob" --name Bob --submit >/dev/null
scrip seal -C south >/dev/null
for region in south north south; do scrip sync -C $region >/dev/null; done

# Leaves are counted from 0, the block lines among them.
expect 0 scrip cat north
quiet
value '[.type, .chain, .height, .index, .status, .time, .record.type] | join(" ")' >got
cat >wanted <<EOT
result north 1 1 confirmed 2026-11-20T10:00:00Z accredit
result north 1 2 confirmed 2026-11-20T10:00:00Z issue
result north 3 5 confirmed 2026-11-20T11:00:00Z issue
result north 3 6 confirmed 2026-11-20T11:00:00Z issue
result north 4 8 confirmed 2026-11-20T11:00:00Z issue
EOT
same wanted got
# The records are those in the segments, byte for byte.
jq -c .record out >got
zcat north/public/segments/north/*/*.gz | jq -c 'select(.type != "block" and .type != "seal")' >wanted
same wanted got
[ "$(jq -r .record.id out)" = "$(jq -r .id out)" ] || fail 'the ids differ'

# All chains in the order of their names.
expect 0 scrip cat
is 'north north north north north south' "$(value .chain | tr '\n' ' ' | sed 's/ $//')" 'the chains'
scrip cat -C south >there
same out there

# From an index on, to an index, both included; a block line is no record.
for range in '2 5:2 5' '3 4:' '0 1:1' '8 8:8' '9 99:' '6 2:'; do
    # shellcheck disable=SC2086  # two words
    set -- ${range%:*}
    expect 0 scrip cat north --from "$1" --to "$2"
    is "${range#*:}" "$(value .index | paste -sd' ')" "the records from $1 to $2"
done
expect 0 scrip cat north --from 6
is '6 8' "$(value .index | paste -sd' ')" 'the records from 6 on'
expect 0 scrip cat north --to 2
is '1 2' "$(value .index | paste -sd' ')" 'the records up to 2'

# As they come: a reader gets each as soon as it is sealed, and no line twice.
scrip cat north --from 6 --follow >stream 2>errors &
follower=$!
until [ "$(wc -l <stream)" -ge 2 ]; do sleep 0.1; done
scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit >result
scrip seal >/dev/null
tries=0
until [ "$(wc -l <stream)" -ge 3 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail 'what was sealed does not come'
    sleep 0.1
done
is "6 8 $(scrip show "$(jq -r .id result)" | jq .index)" "$(jq -r .index stream | paste -sd' ')" 'the stream'
kill "$follower"
wait "$follower" || true
[ ! -s errors ] || fail "it complained: $(cat errors)"
# With an end it ends, though the end is no record.
expect 0 timeout 20 scrip cat north --from 5 --to 7 --follow
is '5 6' "$(value .index | paste -sd' ')" 'the followed records'
# A reader that goes away ends it.
timeout 60 scrip cat --follow 2>errors | head -n 1 >first &
sleep 1
scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit >/dev/null
scrip seal >/dev/null
wait $!
[ ! -s errors ] || fail "it complained: $(cat errors)"

# What it prints can be read again.
expect 0 scrip cat
cp out all
expect 0 scrip validate <all
is already "$(value .reason | sort -u)" 'the reasons'

refuse 66 'no chain' scrip cat west
refuse 66 'no chain' scrip cat North
refuse 64 'need a chain' scrip cat --from 3
refuse 64 'need a chain' scrip cat --to 3
refuse 64 'from 0 on' scrip cat north --from=-1
refuse 64 'from' scrip cat north --from x
refuse 66 'no such region' scrip cat -C nowhere
