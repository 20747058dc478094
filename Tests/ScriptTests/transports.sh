#!/bin/sh
# Movers of files as they are: rsync from a live region, interrupted, deleting and in any order; Syncthing's and rclone's
# other names; a mount that cannot be written; heads that come before their files, after them, or are of somebody else.
# Whatever the weather, the same state in the end.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
command -v rsync >/dev/null || fail 'rsync is not installed; scripts/test installs it'

scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account east bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 3 --submit >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
first=segments/north/0000000/0000000001.seg.gz
second=segments/north/0000000/0000000002.seg.gz

# The east that every trial begins with.
clone east fresh
trial() {
    rm -rf trial
    clone fresh trial
}
height() {
    scrip status -C trial | jq -r 'select(.chain == "north") | .height'
}
# state DIR FOLDER...: what a region holds of others, votes aside if not named: a certificate makes do without them. Of
# certificates that agree any will do.
state() {
    scrip list -C "$1"
    (
        cd "$1/public"
        shift
        find certificates -type f | sort
        find segments "$@" -type f -exec sha256sum {} + | sort -k2
    )
}
trial
scrip sync -C trial south >/dev/null
state trial >wanted

## rsync

# Heads of one length and second differ all the same: -I, as scrip-transports(7) says.
# A mirror of a live region: it seals while rsync runs, again and again.
rsync -aI south/public/ mirror/
trial
expect 0 scrip sync -C trial mirror
state trial >got
same wanted got
trial
rm -rf mirror
(
    for _ in 1 2 3 4 5 6; do
        scrip seal -C south --heartbeat >/dev/null
        scrip sync -C north south >/dev/null
        scrip sync -C south north >/dev/null
    done
) &
while kill -0 $! 2>/dev/null; do
    rsync -aI --delete south/public/ mirror/ 2>/dev/null || [ $? -eq 24 ]
    scrip sync -C trial mirror >/dev/null || fail 'a sync from the mirror of a live region'
done
wait $!
# Heads of the same length and second are the same to rsync, unless it is told to look (scrip-transports(7)).
rsync -aI --delete --exclude /heads.note south/public/ mirror/
rsync -aI --ignore-times south/public/heads.note mirror/
expect 0 scrip sync -C trial mirror
is 6 "$(scrip status -C trial | jq -r 'select(.chain == "south") | .height')" 'the blocks that were sealed meanwhile'
scrip verify -C trial --full >/dev/null || fail 'what came from a live region does not verify'

# Interrupted at every file: what rsync --partial leaves, with the names that it gives while it writes.
trial
rm -rf mirror
rsync -aI --exclude heads.note --exclude "$second" south/public/ mirror/
head -c 100 south/public/$second >mirror/segments/north/0000000/.0000000002.seg.gz.x7Gq2A
mkdir mirror/segments/north/0000000/.rsync-partial
head -c 50 south/public/$second >mirror/segments/north/0000000/.rsync-partial/0000000002.seg.gz
mkdir mirror/segments/.~tmp~
cp south/public/$first mirror/segments/.~tmp~/0000000002.seg.gz
expect 0 scrip sync -C trial mirror
is 1 "$(height)" 'the height while the second block is on its way'
value 'select(.event == "ignored") | [.file, .count // 1] | join(" ")' | sort >got
printf '%s\n' 'segments 1' 'segments/north/0000000 2' >want
same want got
# --partial and --inplace write under the name itself.
for bytes in 0 11 200; do
    head -c $bytes south/public/$second >mirror/$second
    expect 0 scrip sync -C trial mirror
    is 1 "$(height)" "the height with $bytes bytes of the second block"
done
# As it is, it is not read again; it is once rsync has gone on.
expect 0 scrip sync -C trial mirror
grep -q 'not read again' out || fail "what is cut off is read again and again: $(cat out)"
rsync -aI --partial --inplace south/public/ mirror/
expect 0 scrip sync -C trial mirror
state trial >got
scrip sync -C trial south >/dev/null
state trial >want
same want got

# Times say nothing: old, new, in the future, all the same.
for time in 1980-01-01 2100-01-01 2026-11-20; do
    trial
    rm -rf mirror
    rsync -aI south/public/ mirror/
    find mirror -exec touch -h -d "$time" {} +
    expect 0 scrip sync -C trial mirror
    is 2 "$(height)" "the height with files of $time"
done

# --delete: what the peer has removed is no reason to remove it here; what is gone when it is to be read waits.
before=$(cd trial/public && find . -type f | sort | sha256sum)
rm -rf mirror/segments mirror/votes mirror/certificates mirror/outbox
mkdir empty
rsync -aI --delete empty/ mirror/
expect 0 scrip sync -C trial mirror
is "$before" "$(cd trial/public && find . -type f | sort | sha256sum)" 'what is held after the mirror was emptied'
rm -rf mirror
refuse 66 'cannot be read' scrip sync -C trial mirror

## Syncthing, rclone, and whoever else renames

trial
rm -rf mirror
rsync -aI south/public/ mirror/
folder=mirror/segments/north/0000000
mkdir mirror/.stfolder mirror/.stversions mirror/.stversions/segments
for file in 0000000002.sync-conflict-20261120-100000-ABCDEFG.seg.gz .syncthing.0000000002.seg.gz.tmp \
    '~syncthing~0000000002.seg.gz.tmp' 0000000002.seg.gz.partial 0000000002.seg.gz.abcd1234.partial \
    '0000000002 (1).seg.gz' '0000000002.seg.gz (conflicted copy)' '._0000000002.seg.gz' .DS_Store Thumbs.db \
    0000000002.SEG.GZ .nfs000000000000001a; do
    cp south/public/$first "$folder/$file"
done
cp south/public/heads.note mirror/heads.sync-conflict-20261120-100000-ABCDEFG.note
cp -R mirror/segments/north mirror/segments/NORTH
cp -R mirror/segments mirror/Segments
mkdir -p mirror/votes/South
cp -R mirror/votes/south/north mirror/votes/South/north
expect 0 scrip sync -C trial mirror
is 'segments 1
segments/north/0000000 12
votes 1' "$(value 'select(.event == "ignored") | [.file, .count // 1] | join(" ")')" 'the names that are ignored'
state trial >got
scrip sync -C trial south >/dev/null
state trial >want
same want got
(cd trial/public && find . -type f -name '*conflict*' -o -name '*tmp*' -o -name '*partial*') >got
[ ! -s got ] || fail "such names were taken over: $(cat got)"
# The conflict copy is the good one, and the name has something else: it waits until they are put right.
trial
mv mirror/$second mirror/$second.sync-conflict-20261120-100000-ABCDEFG
cp mirror/$first mirror/$second
expect 0 scrip sync -C trial mirror
is 1 "$(height)" 'the height with the first block under the name of the second'
mv mirror/$second.sync-conflict-20261120-100000-ABCDEFG mirror/$second
expect 0 scrip sync -C trial mirror
is 2 "$(height)" 'the height once the names are right'

## A mount that cannot be written

rm -rf mirror mount
cp -R south/public mirror
mkdir mount
trial
if [ "$(id -u)" = 0 ] && mount --bind "$PWD/mirror" "$PWD/mount" 2>/dev/null &&
    mount -o remount,ro,bind "$PWD/mount" 2>/dev/null; then
    ! touch mount/x 2>/dev/null || fail 'the mount can be written'
    status=0
    scrip sync -C trial mount >out 2>err || status=$?
    umount mount
    is 0 "$status" 'the exit status from a read-only mount'
else
    umount mount 2>/dev/null || true
    echo 'SKIP transports: nothing can be mounted read-only here; a folder without write permission takes its place'
    chmod -R a-w mirror
    expect 0 scrip sync -C trial mirror
    chmod -R u+w mirror
fi
is 2 "$(height)" 'the height from a read-only peer'

## heads.note and the files apart

# The heads first, their files later: it is looked at again although the heads are the same.
later() {
    what=$1
    shift
    trial
    rm -rf mirror
    rsync -aI "$@" south/public/ mirror/
    scrip sync -C trial mirror >/dev/null || [ $? -eq 1 ]
    rsync -aI south/public/ mirror/
    expect 0 scrip sync -C trial mirror
    state trial >got
    scrip sync -C trial south >/dev/null
    state trial >want
    same want got
    is 2 "$(height)" "the height when $what came later"
}
later 'everything but the heads' --include /heads.note --exclude '*'
later 'everything but heads and charter' --include /heads.note --include /charter/ --include '/charter/*' --exclude '*'
later 'segments' --exclude '/segments/**'
later 'votes' --exclude '/votes/**'
later 'certificates' --exclude '/certificates/**'
later 'votes and certificates' --exclude '/certificates/**' --exclude '/votes/**'
later 'the second block' --exclude "/$second"
later 'the first block' --exclude "/$first"
later 'the charter' --exclude '/charter/**'
# The files first, the heads later or never.
later 'the heads' --exclude /heads.note
# Heads of earlier, of another region, of nobody: they only delay.
trial
rm -rf mirror
rsync -aI south/public/ mirror/
cp south/public/heads.note heads.old
scrip seal -C south --heartbeat >/dev/null
rsync -aI south/public/ mirror/
cp heads.old mirror/heads.note
expect 0 scrip sync -C trial mirror
cp south/public/heads.note mirror/heads.note
expect 0 scrip sync -C trial mirror
is 7 "$(scrip status -C trial | jq -r 'select(.chain == "south") | .height')" 'the height after heads of earlier'
for heads in north/public/heads.note /dev/null; do
    trial
    cat $heads >mirror/heads.note
    scrip sync -C trial mirror >/dev/null
    is 2 "$(height)" "the height with the heads of $heads"
done
printf 'scrip heads v1\n' >mirror/heads.note
trial
scrip sync -C trial mirror >/dev/null
is 2 "$(height)" 'the height with half of the heads'

# Heads that are behind for ever: the next full scan does not follow them.
trial
scrip sync -C trial south >/dev/null
rm -rf mirror
rsync -aI south/public/ mirror/
scrip sync -C trial mirror >/dev/null
scrip seal -C south --heartbeat >/dev/null
rsync -aI --exclude heads.note south/public/ mirror/
expect 0 scrip sync -C trial mirror
is '' "$(value 'select(.event == "pulled") | .file')" 'what is taken over while the heads say that nothing is new'
expect 0 env SCRIP_NOW=2026-11-21T10:00:01Z scrip sync -C trial mirror
is 8 "$(scrip status -C trial | jq -r 'select(.chain == "south") | .height')" 'the height after the full scan'

## Only one thing is new

trial
scrip sync -C trial south >/dev/null
rm -rf mirror
rsync -aI south/public/ mirror/
expect 0 scrip sync -C trial mirror
# shellcheck disable=SC2046  # the ids are words
set -- $(scrip list -C north --owner "$alice" | jq -r .voucher)
expect 2 scrip trade -C south --key alice.pem --to "$bob" --submit "$1"
id=$(value .id)
rsync -aI --exclude heads.note south/public/ mirror/
rsync -aI south/public/heads.note mirror/
expect 0 scrip sync -C trial mirror
is "attested $id" "$(value '[.event, .id] | join(" ")')" 'what an outbox item alone brings about'
# The heads first, the item later.
expect 2 scrip trade -C south --key alice.pem --to "$bob" --submit "$2"
id=$(value .id)
rsync -aI south/public/heads.note mirror/
expect 0 scrip sync -C trial mirror
is '' "$(value .id)" 'what the heads alone bring about'
rsync -aI south/public/ mirror/
expect 0 scrip sync -C trial mirror
is "attested $id" "$(value '[.event, .id] | join(" ")')" 'what the item brings about that came after the heads'

# Junk in a folder of evidence is none, and the rest goes on.
trial
mkdir -p mirror/evidence
echo junk >mirror/evidence/junk
expect 0 scrip sync -C trial mirror
is 2 "$(height)" 'the height with junk among the evidence'
[ ! -e trial/public/evidence/junk ] || fail 'junk was taken for evidence'

## Any order

# Six files of two blocks of north: segments, votes of two regions, certificates. They come one by one, in each order,
# with a sync after each; and all together.
rm -rf pieces
mkdir pieces
rsync -aI --include '*/' --include '/segments/north/**' --include '/certificates/north/**' \
    --include '/votes/*/north/**' --exclude '*' south/public/ pieces/
rm pieces/votes/north/north/0000000/0000000002-0000000002.jsonl
(cd pieces && find . -type f | sort) >files
is 6 "$(wc -l <files)" 'the files of two blocks'
cat >permutations.awk <<'EOT'
function walk(prefix, used, depth, i) {
    if (depth == 6) { print prefix; return }
    for (i = 1; i <= 6; i++) if (index(used, i) == 0) walk(prefix " " i, used i, depth + 1)
}
BEGIN { walk("", "", 0) }
EOT
awk -f permutations.awk >orders
is 720 "$(wc -l <orders)" 'the orders of six files'
trial
mkdir -p mirror
rm -rf mirror
cp -R pieces mirror
mkdir -p mirror/charter
cp south/public/charter/1.note mirror/charter/
expect 0 scrip sync -C trial mirror
state trial votes/north votes/south >wanted
# Every order with TRANSPORTS_ORDERS=720; otherwise some, drawn with a seed that is printed.
count=${TRANSPORTS_ORDERS:-12}
seed=${TRANSPORTS_SEED:-$(date +%s)}
echo "orders: $count of 720, seed $seed"
awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' orders | sort -k1,1g | cut -f2 |
    head -n "$count" >drawn
while read -r order; do
    trial
    rm -rf mirror
    mkdir -p mirror/charter
    cp south/public/charter/1.note mirror/charter/
    for number in $order; do
        file=$(sed -n "${number}p" files)
        mkdir -p "mirror/${file%/*}"
        cp "pieces/$file" "mirror/$file"
        scrip sync -C trial mirror >/dev/null || fail "a sync in the order $order"
    done
    state trial votes/north votes/south >got
    cmp -s wanted got || fail "another state in the order $order: $(diff wanted got)"
done <drawn
