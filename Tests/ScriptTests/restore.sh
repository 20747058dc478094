#!/bin/sh
# A region directory that was copied, restored or set back signs nothing until it was repaired: at every height, with
# peers that have pulled and without.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
cafe=$(account south cafe)
next() { # HEIGHT: something for the pool of north
    if [ "$1" = 1 ]; then
        scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
    else
        scrip issue -C north --key shop.pem --to "$shop" --value "$1.00CNY" --ref "issue-$1" --submit >/dev/null
    fi
}
all() { for region in south east north; do scrip sync -C $region >/dev/null; done; }
sums() { find "$1/public" -type f -exec sha256sum {} + | sort; }
record() { # a record that north must attest
    scrip issue -C south --key cafe.pem --to "$shop" --value 1.00CNY --ref "$1" --deadline 2026-12-01T00:00:00Z
}
scrip accredit -C south --issuer "$cafe" --name Cafe --submit >/dev/null
scrip seal -C south >/dev/null

# Every height: a copy before the block, then the block, pulled by the others or not.
copies=4
height=0
while [ $height -lt $copies ]; do
    cp -a north "backup-$height"
    height=$((height + 1))
    next $height
    scrip seal -C north >/dev/null
    all
done
cp -a north newest
record one >attest.json
jq -cn --arg issuer "$shop" '{$issuer, name: "Shop"}' >accredit.json

validate() { scrip validate -C "$1" <attest.json; }
signs_nothing() { # DIRECTORY TEXT
    sums "$1" >before
    refuse 75 "$2" scrip seal -C "$1" --heartbeat
    refuse 75 "$2" scrip sync -C "$1" south
    refuse 75 "$2" scrip sync -C "$1" --dry-run south
    refuse 75 "$2" validate "$1"
    refuse 75 "$2" scrip accredit -C "$1" --issuer "$shop" --name Shop
    refuse 75 "$2" scrip accredit -C "$1" - <accredit.json
    if [ -n "$(scrip settle -C "$1")" ]; then refuse 75 "$2" scrip settle -C "$1" --sign; fi
    sums "$1" >after
    same before after
    # What only reads goes on.
    expect 0 scrip show -C "$1" "$shop"
    expect 0 scrip verify -C "$1"
    expect 0 scrip reindex -C "$1"
}
scrip settle -C north | grep -q cut || fail 'nothing is to be settled'
height=0
while [ $height -lt $copies ]; do
    # In place: the directory is restored whole, and the others have pulled.
    mkdir -p in-place
    mv north in-place/now
    cp -a "backup-$height" north
    signs_nothing north 'is a copy'
    rm -rf north
    # Over the newest one, as rsync does without deleting, and with a file that is overwritten keeping its inode.
    cp -a in-place/now over
    own over
    chmod -R u+w over
    cp -R "backup-$height/." over/
    refuse 75 'is a copy' scrip seal -C over --heartbeat
    rm -rf over
    # Only public/ is set back; with and without the index.
    cp -a in-place/now north
    own north
    chmod -R u+w north/public
    rm -rf north/public
    cp -a "backup-$height/public" north/
    status=0
    scrip seal -C north --heartbeat >out 2>err || status=$?
    # The last block itself is put back from the mark.
    if [ $height = 3 ]; then
        is 0 "$status" 'the exit status where the mark has the block'
        is 5 "$(value .height)" 'the next height'
    else
        is 75 "$status" "the exit status with public/ set back to $height"
        complained 'files were set back'
    fi
    rm -f north/private/index.sqlite*
    status=0
    scrip seal -C north --heartbeat >out 2>err || status=$?
    if [ $height != 3 ]; then is 75 "$status" 'the exit status with a new index'; fi
    rm -rf north
    # Only private/ is set back.
    cp -a in-place/now north
    rm -rf north/private
    cp -a "backup-$height/private" north/
    refuse 75 'is a copy' scrip seal -C north --heartbeat
    # The marks are gone.
    rm -rf north/private/high-water
    refuse 75 'missing' scrip seal -C north --heartbeat
    rm -rf north
    mv in-place/now north
    height=$((height + 1))
done
# The true one signs, wherever it is moved on this file system.
mv north moved
expect 0 scrip seal -C moved --heartbeat
mv moved north
expect 0 scrip seal -C north --heartbeat
expect 0 scrip accredit -C north --issuer "$shop" --name Shop
all

# A copy may share its files with the original, as 'cp -al' and 'rsync --link-dest' make it: it is in other folders.
cp -al north linked
rm -f linked/private/index.sqlite*
signs_nothing linked 'is a copy'
expect 0 scrip seal -C north --heartbeat
mkdir -p in-place
mv north in-place/now
mv linked north
signs_nothing north 'is a copy'
# Once the original is gone, and it is in use alone, it is as any other copy.
refuse 75 'is a copy' scrip seal -C north --heartbeat
rm -rf north
mv in-place/now north
expect 0 scrip seal -C north --heartbeat
# A mark of an earlier version, which did not say in which folder it was, is renewed by repair alone.
cp -a north trial
own trial
for mark in trial/private/high-water/*; do
    name=${mark##*/}
    stem=${name%%.*}
    mv "$mark" "${mark%/*}/${stem%-*-*}.${name#*.}"
done
signs_nothing trial 'an earlier version'
expect 0 scrip repair -C trial --from south --from east --moved
expect 0 scrip verify -C trial
(cd trial/private/high-water && ls) >marks
is 2 "$(grep -c '^[^-]*-[^-]*-[^-]*-[^-]*-[^-]*-[^-]*$' marks)" 'the new marks'
rm -rf trial
all

# Even a mark that passes for genuine does not help against what peers hold, in any command that signs.
height=0
while [ $height -le $copies ]; do
    backup=backup-$height
    [ $height != $copies ] || backup=newest
    clone $backup trial
    sums trial >before
    refuse 75 "holds block $((height + 1)) of this region" scrip seal -C trial --heartbeat
    refuse 75 "repair --from" scrip sync -C trial south
    refuse 75 "holds block $((height + 1)) of this region" validate trial
    refuse 75 "holds block $((height + 1)) of this region" scrip accredit -C trial --issuer "$shop" --name Shop
    # A mirror without a hint, and one with a hint that lies, say the same.
    cp -R south/public mirror
    rm mirror/heads.note
    refuse 75 "holds block $((height + 1))" scrip sync -C trial mirror
    rm -rf mirror
    sums trial >after
    same before after
    rm -rf trial
    height=$((height + 1))
done
# A peer that is away is no reason to refuse, nor what a peer merely claims.
clone newest trial
mkdir alone
mv trial alone/north
expect 0 scrip seal -C alone/north --heartbeat
rm -rf alone
clone north trial
mkdir -p liar/charter
cp south/public/charter/1.note liar/charter
sed 's/^chain north [0-9]*/chain north 99/' south/public/heads.note >liar/heads.note
mkdir -p liar/segments/north/0000000 liar/votes/north/south/0000000
cp south/public/segments/south/0000000/0000000001.seg.gz liar/segments/north/0000000/0000000007.seg.gz
sed 's/north/sauth/' south/public/votes/north/south/0000000/0000000001-0000000001.jsonl \
    >liar/votes/north/south/0000000/0000000099-0000000099.jsonl
jq '.peers = ["../liar"]' trial/scrip.json >settings && cp settings trial/scrip.json
expect 0 scrip seal -C trial --heartbeat
expect 0 scrip sync -C trial liar
rm -rf trial

# A copy that runs in two places: both are found, by the mark or by what a peer has pulled.
cp -a north twin
refuse 75 'is a copy' scrip seal -C twin --heartbeat
clone north twin-that-passes
expect 0 scrip seal -C north --heartbeat
all
refuse 75 'holds block' scrip seal -C twin-that-passes --heartbeat
# It seals another block of the same height while nobody looks; from then on neither goes on.
mkdir away
mv twin-that-passes away/north
SCRIP_NOW=2026-11-20T10:00:07Z expect 0 scrip seal -C away/north --heartbeat
jq '.peers += ["../away/north"]' north/scrip.json >settings
cp north/scrip.json saved
cp settings north/scrip.json
refuse 75 'another block' scrip seal -C north --heartbeat
expect 75 scrip repair -C north
complained 'another block'
cp saved north/scrip.json
# The proof is kept before it refuses.
clone north trial
expect 75 scrip sync -C trial away/north
is evidence "$(value .event)" 'what a region finds of its twin'
complained 'another block'
rm -rf trial
cp saved north/scrip.json
rm -rf away

# Votes: a region that voted on more than it holds, and a vote that only a peer has.
all
cp -a east east-before
scrip seal -C south --heartbeat >/dev/null
all
clone east-before trial
refuse 75 'vote of this region on block' scrip sync -C trial north
rm -rf trial
clone east trial
chmod -R u+w trial
last=$(find trial/public/segments/south -name '*.seg.gz' | sort | tail -n 1)
rm "$last" trial/private/index.sqlite*
refuse 75 'voted on block' scrip sync -C trial north
rm -rf trial
# A vote that was lost is signed again with the same verdict: the block is the same.
clone east trial
chmod -R u+w trial
last=$(find trial/public/votes/east/south -name '*.jsonl' | sort | tail -n 1)
cp "$last" vote-before
rm "$last" trial/private/index.sqlite* trial/public/heads.note
jq '.peers = []' trial/scrip.json >settings && cp settings trial/scrip.json
mkdir -p empty
expect 0 scrip sync -C trial empty
is "$(jq -r .verdict vote-before)" "$(jq -r .verdict "$last")" 'the verdict'
rm -rf trial
