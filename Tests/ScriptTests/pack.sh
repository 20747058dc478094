#!/bin/sh
# pack merges segment files and changes nothing else: the same bytes of the same blocks, for every reader, every peer and
# every receipt; never across a multiple of 1,000; and nothing is lost if it is killed, runs twice or finds no room.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$SCRIP_ROOT/Tests/ScriptTests/lib.sh"
scrip init north south east >/dev/null 2>&1
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
blocks() { # COUNT
    i=0
    while [ $i -lt "$1" ]; do
        scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --count 2 | scrip validate -C north >/dev/null
        scrip seal -C north >/dev/null
        i=$((i + 1))
    done
}
names() { (cd "$1/public/segments/north/0000000" && ls); }
blocks 6
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
scrip sync -C east north >/dev/null
cp -R north north-before
cp -R east east-before
cat north/public/segments/north/*/*.seg.gz >members
scrip cat -C north >cat-before
voucher=$(scrip list -C north | jq -rs '.[0].voucher')
scrip show -C north "$voucher" >show-before
scrip verify -C north --full >verify-before
jq -r '.record.id' cat-before >ids
# shellcheck disable=SC2046  # the ids are words
scrip prove -C north $(cat ids) >receipts-before

# Usage.
refuse 64 '--keep is a number from 1 on' scrip pack -C north --keep 0
refuse 66 'is no chain of this federation' scrip pack -C north west
refuse 66 'it can be read, not written' scrip pack -C north/public

# All but the newest block, by default; the others' chains too, where they have anything.
expect 0 scrip pack -C north --keep 100
quiet
[ ! -s out ] || fail "it packed what is kept: $(cat out)"
expect 0 scrip pack -C north --keep 3
is 'packed north 1 3 3' "$(value '[.type, .chain, .from, .to, .removed] | map(tostring) | join(" ")')" 'what it says'
is '0000000001-0000000003.seg.gz 0000000004.seg.gz 0000000005.seg.gz 0000000006.seg.gz ' "$(names north | tr '\n' ' ')" 'the files'
expect 0 scrip pack -C north
is 'segments/north/0000000/0000000001-0000000005.seg.gz' "$(value .file)" 'the file'
is '0000000001-0000000005.seg.gz 0000000006.seg.gz ' "$(names north | tr '\n' ' ')" 'the files'
expect 0 scrip pack -C north
[ ! -s out ] || fail "it packed once more: $(cat out)"
cat north/public/segments/north/*/*.seg.gz >packed
same members packed
is 444 "$(mode north/public/segments/north/0000000/0000000001-0000000005.seg.gz)" 'the mode'

# Every reader sees what it saw.
agree() { # REGION
    scrip cat -C "$1" >cat-after
    same cat-before cat-after
    scrip cat -C "$1" north --from 5 --to 9 >some
    jq -c 'select(.index >= 5 and .index <= 9)' cat-before | cmp -s - some || fail "cat --from --to in $1"
    scrip show -C "$1" "$voucher" >show-after
    same show-before show-after
    # shellcheck disable=SC2046  # the ids are words
    scrip prove -C "$1" $(cat ids) >receipts-after
    same receipts-before receipts-after
    scrip verify -C "$1" --full | jq -c 'del(.pending)' >verify-after
    jq -c 'del(.pending)' verify-before | cmp -s - verify-after || fail "verify in $1: $(diff verify-before verify-after)"
}
agree north
cp -R north/public copy
chmod -R a-w copy
agree copy
rm north/private/index.sqlite*
agree north
scrip reindex -C north >/dev/null
agree north
# Where the blocks lie in the file is a hint in the index, and one that is wrong misleads nobody.
is 4 "$(sqlite3 north/private/index.sqlite 'SELECT count(*) FROM member WHERE offset > 0')" 'the places that are known'
for wrong in 'offset + 1' '(SELECT max(offset) FROM member)' '999999999'; do
    sqlite3 north/private/index.sqlite "UPDATE member SET offset = $wrong WHERE offset > 0"
    agree north
done
expect 0 scrip verify --receipt receipts-before --charter copy/charter/1.note --quiet

# A peer that holds the blocks in other files takes none of them again; one that lacks some takes only those.
expect 0 scrip sync -C east north
! grep -q '"kind":"segment"' out || fail "it pulled again what it holds: $(cat out)"
blocks 3
scrip pack -C north >/dev/null
expect 0 scrip sync -C east north
is '7 8 9' "$(value 'select(.kind == "segment") | [range(.from; .to + 1)] | map(tostring) | join(" ")' | tr '\n' ' ' | sed 's/ $//')" \
    'the blocks that it pulled'
is '0000000001.seg.gz 0000000002.seg.gz 0000000003.seg.gz 0000000004.seg.gz 0000000005.seg.gz 0000000006.seg.gz 0000000007-0000000008.seg.gz 0000000009.seg.gz ' \
    "$(names east | tr '\n' ' ')" 'the files of the peer'
scrip verify -C east --full >/dev/null
scrip pack -C east --keep 2 >/dev/null
is '0000000001-0000000006.seg.gz 0000000007-0000000008.seg.gz 0000000009.seg.gz ' "$(names east | tr '\n' ' ')" \
    'a file that holds kept blocks stays'
scrip pack -C east >/dev/null
is '0000000001-0000000008.seg.gz 0000000009.seg.gz ' "$(names east | tr '\n' ' ')" 'the files of the peer'
scrip verify -C east --full >/dev/null
# From nothing, and after the region went on sealing.
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
blocks 1
scrip sync -C south north >/dev/null
is 10 "$(scrip verify -C south --full | jq -r 'select(.chain == "north") | .blocks')" 'the blocks that south holds'

# Overlapping files: identical blocks are one block.
rm -rf north && cp -R north-before north
cd north/public/segments/north/0000000
cat 0000000002.seg.gz 0000000003.seg.gz 0000000004.seg.gz >0000000002-0000000004.seg.gz
cat 0000000004.seg.gz 0000000005.seg.gz >0000000004-0000000005.seg.gz
cd ../../../../..
expect 0 scrip pack -C north
is 7 "$(value .removed)" 'the overlapping files'
is '0000000001-0000000005.seg.gz 0000000006.seg.gz ' "$(names north | tr '\n' ' ')" 'the files'
agree north

# A damaged file is left, and all that lies beside it; so is a gap.
rm -rf north && cp -R north-before north
victim=north/public/segments/north/0000000/0000000003.seg.gz
chmod u+w "$victim"
printf 'xx' | dd of="$victim" bs=1 seek=60 conv=notrunc 2>/dev/null
names north >names-before
expect 1 scrip pack -C north
complained '0000000003.seg.gz'
names north | cmp -s - names-before || fail "it changed files beside a damaged one"
# The same length, a good gzip file, other lines: the block's root tells.
cp north-before/public/segments/north/0000000/0000000003.seg.gz "$victim.old"
zcat "$victim.old" | sed 's/"count":2/"count":3/' | gzip -n >"$victim.new"
mv "$victim.new" "$victim"
rm -f "$victim.old"
expect 1 scrip pack -C north
names north | cmp -s - names-before || fail "it changed files beside a forged one"
rm -f "$victim"
expect 0 scrip pack -C north
is '0000000001-0000000002.seg.gz 0000000004-0000000005.seg.gz 0000000006.seg.gz ' "$(names north | tr '\n' ' ')" 'around a gap'

# Readers during packs: none of them fails, or misses a record.
rm -rf north && cp -R north-before north
(
    i=0
    while [ $i -lt 15 ]; do
        scrip pack -C north >/dev/null
        # Back to single files, whole ones first.
        for file in north-before/public/segments/north/0000000/*; do
            ln -f "$file" north/public/segments/north/0000000/ 2>/dev/null ||
                cp "$file" north/public/segments/north/0000000/
        done
        rm -f north/public/segments/north/0000000/*-*
        i=$((i + 1))
    done
) & packing=$!
while kill -0 $packing 2>/dev/null; do
    scrip cat -C north >cat-after 2>err || fail "cat during a pack: $(cat err)"
    same cat-before cat-after
    scrip verify -C north/public >out 2>err || fail "verify during a pack: $(cat err; grep problem out)"
    is 6 "$(jq -r 'select(.chain == "north") | .blocks' out)" 'the blocks that verify saw during a pack'
done
wait $packing

# Killed at any call that changes files: every block is there, and the next run completes.
if strace -o /dev/null true 2>/dev/null; then
    calls='write,pwrite64,fsync,fdatasync,linkat,unlinkat,renameat2,renameat,mkdirat,ftruncate,fchmod'
    rm -rf whole && cp -R north-before whole
    strace -f -qq -o trace -e "trace=$calls" scrip pack -C whole >/dev/null
    count=$(wc -l <trace)
    at=1
    while [ "$at" -le "$count" ]; do
        rm -rf trial && cp -R north-before trial
        strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
            scrip pack -C trial >/dev/null 2>&1 || true
        scrip cat -C trial >cat-after || fail "killed at call $at: cat fails"
        same cat-before cat-after
        expect 0 scrip verify -C trial
        expect 0 scrip pack -C trial
        is '0000000001-0000000005.seg.gz 0000000006.seg.gz ' "$(names trial | tr '\n' ' ')" "the files after a kill at $at"
        [ -z "$(find trial -name '.tmp-*')" ] || fail "killed at call $at: litter"
        cat trial/public/segments/north/*/*.seg.gz | cmp -s - members || fail "killed at call $at: other bytes"
        at=$((at + 1))
    done
    echo "killed $count times"
else
    echo "strace does not work here (no permission to trace?); this test needs it"
    exit 1
fi

# What follows goes on signing, which no copy of a region may.
mkdir fresh
cd fresh
scrip init north south east >/dev/null 2>&1
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
blocks 6

# Two at once, and while the region seals.
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY | scrip validate -C north >/dev/null
scrip pack -C north >one 2>&1 & a=$!
scrip pack -C north >two 2>&1 & b=$!
scrip seal -C north >three 2>&1 || fail "seal beside pack: $(cat three)"
wait $a || fail "pack beside pack: $(cat one)"
wait $b || fail "pack beside pack: $(cat two)"
scrip pack -C north >/dev/null
is '0000000001-0000000006.seg.gz 0000000007.seg.gz ' "$(names north | tr '\n' ' ')" 'the files'
scrip verify -C north --full >/dev/null
expect 75 sh -c 'flock north/private/lock scrip pack -C north --lock-timeout 0'

# No room: nothing is changed. A limit on the size of files stands in for a full disk.
blocks 40
names north >names-before
status=0
(ulimit -f 8; exec scrip pack -C north) >out 2>err || status=$?
is 74 "$status" 'the exit status with a limit on the size of files'
[ "$(wc -l <err)" = 1 ] || fail "not one line: $(cat err)"
names north | cmp -s - names-before || fail "it changed files without room"
expect 0 scrip pack -C north
# Standard output that cannot be written.
blocks 2
status=0
scrip pack -C north >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
scrip verify -C north --full >/dev/null
