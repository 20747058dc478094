#!/bin/sh
# export --tiles writes a C2SP tlog-tiles directory, completes what is there, and refuses what is something else.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$SCRIP_ROOT/Tests/ScriptTests/lib.sh"
scrip init north south east --federation example.org/vouchers >/dev/null 2>&1
shop=$(account north shop)
refuse 2 "the chain of 'north' has no block here yet" scrip export -C north --tiles tiles
rm -r tiles
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
issue() { # COUNT
    i=0
    while [ $i -lt "$1" ]; do
        printf '{"to":"%s","value":"1.00CNY"}\n' "$shop"
        i=$((i + 1))
    done | scrip issue -C north --key shop.pem - | scrip validate -C north >result
    scrip seal -C north >/dev/null
}
issue 253

# 255 leaves: nothing is full; then 256 and a tile of level 1; then one more.
expect 0 scrip export -C north --tiles tiles
quiet
is 'tiles north 1 255 north 3' "$(value '[.type, .chain, .height, .size, .cosigners[0], .files] | map(tostring) | join(" ")')" \
    'what it says'
is 'checkpoint tile/0/000.p/255 tile/entries/000.p/255' \
    "$(cd tiles && find checkpoint tile -type f | sort | tr '\n' ' ' | sed 's/ $//')" 'the files of 255 leaves'
is 444 "$(mode tiles/tile/0/000.p/255)" 'the mode of a tile'
scrip seal -C north --heartbeat >/dev/null
expect 0 scrip export -C north --tiles tiles/
is 4 "$(value .files)" 'the files of one more leaf'
is 'tile/0/000 tile/1/000.p/1 tile/entries/000' \
    "$(cd tiles && find tile -type f ! -path '*p/255' | sort | tr '\n' ' ' | sed 's/ $//')" 'the files of 256 leaves'
is 8192 "$(wc -c <tiles/tile/0/000)" 'the size of a full tile'
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
issue 1
expect 0 scrip export -C north --tiles tiles
expect 0 scrip export -C north --tiles tiles
is 0 "$(value .files)" 'the files of the same again'
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
# More cosignatures make another checkpoint; fewer do not take it back.
expect 0 scrip export -C north --tiles tiles
is 'north south 1' "$(value '.cosigners + [.files | tostring] | join(" ")')" 'the checkpoint of the certificate'
is 3 "$(grep -c '^— ' tiles/checkpoint)" 'the signatures of the checkpoint'

# Whoever exports gets the same, from a copy and from another region too; the tree is that of the lines.
expect 0 scrip export -C south --tiles again north
cp -R south/public copy
expect 0 scrip export -C copy --tiles copied north
for other in again copied; do
    (cd tiles && find checkpoint tile -type f ! -path '*.p/255' ! -path '*.p/256' | sort) |
        while read -r file; do
            case $file in *.p/*) [ -e "$other/$file" ] || continue ;; esac
            cmp "tiles/$file" "$other/$file" || exit 1
        done || fail "the files differ"
done
zcat north/public/segments/north/*/*.seg.gz | sed '/"type":"seal"}$/d' | sed -n 256p | tr -d '\n' >leaf
tail -c "$(wc -c <leaf)" tiles/tile/entries/000 >entry
same leaf entry
{ printf '\000'; cat leaf; } | openssl dgst -sha256 -binary >hash
tail -c 32 tiles/tile/0/000 >stored
same hash stored

# What is missing is written again, what is other is refused, and nothing is written over.
rm -f tiles/tile/0/000
expect 0 scrip export -C north --tiles tiles
is 1 "$(value .files)" 'the files that were missing'
chmod u+w tiles/tile/0/000
printf x | dd of=tiles/tile/0/000 bs=1 seek=100 conv=notrunc 2>/dev/null
cp tiles/tile/0/000 bad
refuse 1 'it is not what the chain of' scrip export -C north --tiles tiles
same bad tiles/tile/0/000
rm -f tiles/tile/0/000
expect 0 scrip export -C north --tiles tiles

# Another chain, another federation, a longer chain, another branch, a directory of something else.
scrip accredit -C south --issuer "$(account south bank)" --name Bank | scrip validate -C south >/dev/null
scrip seal -C south >/dev/null
refuse 1 'it is no checkpoint of' scrip export -C south --tiles tiles
cp tiles/checkpoint before
issue 1
expect 0 scrip export -C north --tiles tiles
refuse 1 "run 'scrip sync' first" scrip export -C south --tiles tiles north
mkdir -p elsewhere
(cd elsewhere && scrip init north south east --federation example.org/vouchers >/dev/null 2>&1 &&
    scrip seal -C north --heartbeat >/dev/null)
refuse 1 'it is no checkpoint of' scrip export -C elsewhere/north --tiles tiles
mkdir home
echo mine >home/letter
refuse 1 "it holds 'letter', so it is no tiles directory" scrip export -C north --tiles home
is mine "$(cat home/letter)" 'what was there'
is letter "$(ls -A home)" 'the names that were there'
echo 'no note' >tiles/checkpoint.new
refuse 1 "it holds 'checkpoint.new'" scrip export -C north --tiles tiles
rm tiles/checkpoint.new
cp -R tiles broken
chmod u+w broken/checkpoint
echo rubbish >broken/checkpoint
refuse 1 'it is no checkpoint of' scrip export -C north --tiles broken

# Wrong usage.
refuse 64 'exclude each other' scrip export -C north --tiles tiles --format csv
refuse 64 'for --tiles only' scrip export -C north --format csv north
refuse 66 'is no chain of this federation' scrip export -C north --tiles tiles west
refuse 66 '' scrip export -C north --tiles no/such/parent
[ ! -e no ] || fail "it made a parent"
: >file
refuse 66 '' scrip export -C north --tiles file

# Two at once, and killed half-way: the rest is completed.
rm -rf both
(scrip export -C north --tiles both >one 2>&1 || true) &
scrip export -C north --tiles both >two 2>&1 || true
wait
expect 0 scrip export -C north --tiles both
is 0 "$(value .files)" 'the files after two at once'
if strace -o /dev/null true 2>/dev/null; then
    calls=openat,write,fsync,linkat,unlinkat,renameat2,renameat,mkdirat
    strace -f -qq -o trace -e "trace=$calls" scrip export -C north --tiles whole >/dev/null
    count=$(wc -l <trace)
    at=1
    while [ "$at" -le "$count" ]; do
        rm -rf killed
        strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
            scrip export -C north --tiles killed >/dev/null 2>&1 || true
        expect 0 scrip export -C north --tiles killed
        [ -z "$(find killed -name '.tmp-*' ! -name .tmp-lock)" ] || fail "killed at $at: litter"
        (cd both && find checkpoint tile -type f | sort | xargs sha256sum) >wanted
        (cd killed && sha256sum --quiet -c ../wanted >/dev/null) || fail "killed at $at: not the same files"
        at=$((at + count / 30 + 1))
    done
fi
# A full disk.
status=0
(ulimit -f 8; exec scrip export -C north --tiles full) >out 2>err || status=$?
is 74 "$status" 'the exit status with a limit on the size of files'
[ ! -e full/checkpoint ] || fail "a checkpoint without its tiles"
expect 0 scrip export -C north --tiles full
