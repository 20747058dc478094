#!/bin/sh
# scrip reindex: the index is a cache, which can go at any time and is built anew from the files.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
expect 0 scrip reindex
is '{"blocks":0,"chains":0,"records":0,"type":"reindexed","vouchers":0}' "$(cat out)" 'the line'

shop=$(account north shop)
bob=$(account south bob)
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$shop" --value 5.00CNY --count 4 --submit >/dev/null
scrip seal >/dev/null
scrip seal -C south --heartbeat >/dev/null
for region in south north south; do scrip sync -C $region >/dev/null; done
# shellcheck disable=SC2046  # four ids, four words
set -- $(scrip list | jq -r .voucher)
scrip redeem --key shop.pem --merchant "$shop" --submit "$1" >/dev/null
scrip seal >/dev/null
# Something in the pool, complete and not, something in the outbox.
scrip redeem --key shop.pem --merchant "$shop" --submit "$2" >/dev/null
scrip trade --key shop.pem --to "$bob" --submit "$3" >/dev/null || [ $? -eq 2 ]

# state: all that the readers say.
state() {
    scrip list
    scrip cat
    scrip status
    scrip tally
    scrip show "$shop" "$bob" north/1 north/2 south/1
}
state >before
expect 0 scrip reindex
quiet
is 'reindexed 2 3 3 4' "$(value '[.type, .chains, .blocks, .records, .vouchers] | join(" ")')" 'the counts'
state >after
same before after
# Deleted, cut off, something else: the next command that reads or writes builds it anew.
rm north/private/index.sqlite*
state >after
same before after
rm north/private/index.sqlite*
printf 'something else' >north/private/index.sqlite
expect 0 scrip reindex
state >after
same before after
size=$(stat -c %s north/private/index.sqlite)
dd if=/dev/zero of=north/private/index.sqlite bs=1 seek=$((size / 3)) count=$((size / 3)) conv=notrunc 2>/dev/null
expect 0 scrip reindex
state >after
same before after
truncate -s 5000 north/private/index.sqlite
expect 0 scrip reindex
state >after
same before after
# The index of another federation.
mkdir other
scrip init --quiet other/north other/south >/dev/null
scrip seal -C other/north --heartbeat >/dev/null
cp other/north/private/index.sqlite north/private/index.sqlite
state >after
same before after
expect 0 scrip reindex
is 3 "$(value .blocks)" 'the blocks'

# It changes nothing under public/, and what was on its way goes on.
scrip sync -C south >/dev/null
scrip sync >/dev/null
expect 0 scrip seal
is 2 "$(value .count)" 'the records of the block'

# A damaged file: it is named, and the old index stays.
state >before
segment=north/public/segments/north/0000000/0000000001.seg.gz
chmod u+w $segment
cp $segment saved
printf 'x' | dd of=$segment bs=1 seek=100 conv=notrunc 2>/dev/null
refuse 1 '0000000001.seg.gz' scrip reindex
cp saved $segment
# Behind the last block, whether others follow or not: verify says framing.
for number in 1 2; do
    last=north/public/segments/north/0000000/000000000$number.seg.gz
    chmod u+w $last
    cp $last kept
    printf x >>$last
    refuse 1 "000000000$number.seg.gz" scrip reindex
    cp kept $last
    cat kept >>$last
    refuse 1 "000000000$number.seg.gz" scrip reindex
    cp kept $last
done
state >after
same before after
mv north/public/segments/north/0000000/0000000002.seg.gz moved
refuse 1 'is missing' scrip reindex
mv moved north/public/segments/north/0000000/0000000002.seg.gz
vote=north/public/votes/south/north/0000000/0000000001-0000000001.jsonl
chmod u+w $vote
cp $vote saved
sed -i 's/"height":1/"height":2/' $vote
refuse 1 "$vote" scrip reindex
cp saved $vote
certificate=north/public/certificates/north/0000000/0000000001-1.json
chmod u+w $certificate
cp $certificate saved
sed -i 's/[A-M]/Z/' $certificate
refuse 1 "$certificate" scrip reindex
cp saved $certificate
expect 0 scrip reindex
state >after
same before after

refuse 66 'copy of a public folder' scrip reindex -C north/public
refuse 66 'no such region' scrip reindex -C nowhere
# While another command is at work it waits, and then gives up.
mkfifo pipe
scrip validate <pipe >/dev/null &
exec 3>pipe
flock north/private/lock sleep 3 &
sleep 1
refuse 75 'another scrip command' scrip reindex --lock-timeout 0
expect 0 scrip reindex --lock-timeout 20
exec 3>&-
wait
