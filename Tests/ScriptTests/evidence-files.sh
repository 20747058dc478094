#!/bin/sh
# Files of evidence prove themselves or are junk. Two honest statements prove nothing, whatever they are put into; junk is
# ignored, counted, and read once; what is proven travels from region to region, and one pair is enough.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
scrip seal -C south --heartbeat >/dev/null
for region in south east north south east north; do scrip sync -C $region >/dev/null; done
# What the regions signed, each in a file.
zcat north/public/segments/north/*/*.gz | jq -rj 'select(.type == "seal") | .checkpoint' | sed -n 1,5p >first
zcat north/public/segments/north/*/*.gz | jq -rj 'select(.type == "seal") | .checkpoint' | sed -n 6,10p >second
zcat north/public/segments/south/*/*.gz | jq -rj 'select(.type == "seal") | .checkpoint' >south-first
cat north/public/votes/south/north/*/*.jsonl | jq -rj 'select(.height == 1) | .verdict' >verdict
cat north/public/votes/south/north/*/*.jsonl | jq -rj 'select(.height == 2) | .verdict' >verdict-second
cat north/public/votes/east/north/*/*.jsonl | jq -rj 'select(.height == 1) | .verdict' >verdict-east
cat north/public/votes/south/north/*/*.jsonl | jq -rj 'select(.height == 1) | .checkpoint' >cosigned
tr -d '\n' <north/public/certificates/north/0000000/0000000001-1.json >certificate
tr -d '\n' <north/public/certificates/north/0000000/0000000002-1.json >certificate-second
cp north/public/heads.note heads
cp north/public/charter/1.note charter

# Another federation of the same name, of regions of the same names and other keys.
mkdir other
scrip init --quiet other/north other/south other/east >/dev/null
scrip seal -C other/north --heartbeat >/dev/null
zcat other/north/public/segments/north/*/*.gz | jq -rj 'select(.type == "seal") | .checkpoint' >foreign
cp other/north/public/charter/1.note foreign-charter

# framed WHAT KIND A B: it is no evidence to anybody, and a peer that has it changes nothing.
framed() {
    rm -rf peer trial
    mkdir peer
    clone east trial
    path=$(forge evidence "$2" "$3" "$4" peer/evidence)
    expect 0 scrip sync -C trial peer
    is "evidence/$(basename "$path") 1" "$(value 'select(.event == "ignored") | [.file, .count // 1] | join(" ")')" "what is ignored: $1"
    [ ! -e trial/public/evidence ] || fail "it was taken over: $1"
    expect 0 scrip status -C trial
    # By hand in the own folder it is junk, too.
    mkdir -p trial/public/evidence
    cp "$path" trial/public/evidence/
    expect 1 scrip verify -C trial
    is evidence "$(value 'select(.type == "problem") | .code')" "the problem: $1"
    rm -rf trial/private/index.sqlite*
    expect 0 scrip status -C trial
}
framed 'two checkpoints of different sizes' fork first second
framed 'a checkpoint and itself with a cosignature' fork first cosigned
framed 'a checkpoint of another federation' fork first foreign
framed 'checkpoints of two chains of one size' fork first south-first
framed 'a checkpoint and a verdict' fork first verdict
framed 'a checkpoint and the heads' fork first heads
framed 'two verdicts on two blocks' vote verdict verdict-second
framed 'two verdicts of two voters' vote verdict verdict-east
framed 'a verdict and a checkpoint' vote verdict first
framed 'two certificates of two blocks' certificate certificate certificate-second
framed 'two charters of epoch 1' charter charter foreign-charter
framed 'a text' fork charter /dev/null
sed 's/^size .*/size 9/' verdict >altered
framed 'a verdict that was altered' vote verdict altered
sed '2s/.*/9/' first >altered
framed 'a checkpoint that was altered' fork second altered
# The log key of north signs something that looks like a checkpoint of another chain, and one of no chain.
sed -n 1,3p south-first >text
forge sign north/public north text >crossed
framed 'a checkpoint of another chain' fork south-first crossed
printf 'vouchers.local/nobody\n4\n%s\n' "$(sed -n 3p first)" >text
forge sign north/public north text >nobody
framed 'a checkpoint of no chain' fork first nobody

# An honest block is no invalid one, wherever it is cut off.
segment=north/public/segments/north/0000000/0000000002.seg.gz
base64 -w0 $segment | tr -d '\n' >member
forge evidence block member second . >/dev/null
# The tree before it has two leaves: one subtree, whose root is that of the first checkpoint.
sed -n 3p first | tr -d '\n' >subtrees
framed 'an honest block' block member subtrees
zcat $segment | sed 1d >tail
python3 - tail <<'EOT' >member-tail
import base64, struct, sys, zlib
content = open(sys.argv[1], 'rb').read()
deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
data = b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + deflate.compress(content) + deflate.flush()
data += struct.pack('<II', zlib.crc32(content), len(content))
sys.stdout.write(base64.b64encode(data).decode())
EOT
zcat $segment | sed -n 1p | tr -d '\n' | { printf '\000'; cat; } | openssl sha256 -binary | base64 >leaf
{
    cat subtrees
    echo
    tr -d '\n' <leaf
} >subtrees-tail
framed 'the end of an honest block' block member-tail subtrees-tail
printf -- - >none
framed 'an honest block at the wrong place' block member none

# A block that is invalid by itself, signed by north: it says that it holds one record and holds none.
cp -R north/public wrong
chmod -R u+w wrong
rm -f wrong/heads.note
sed "s/'count': len(records)/'count': 1 + len(records)/" "$(dirname "$0")/forge.py" >forge-count.py
: >nothing
python3 forge-count.py block wrong north 2026-11-20T10:00:00Z nothing
clone east trial-block
expect 1 scrip sync -C trial-block wrong
is 'block north' "$(value 'select(.event == "evidence") | [.code, .chain] | join(" ")')" 'the evidence of an invalid block'
expect 1 scrip status -C trial-block
is true "$(value 'select(.type == "chain" and .chain == "north") | .frozen')" 'the chain with an invalid block'
expect 1 scrip verify -C trial-block
is block "$(value 'select(.type == "problem") | .code')" 'the problem of an invalid block'
# It proves itself to who has nothing but the evidence.
rm -rf trial peer
mkdir peer
cp -R trial-block/public/evidence peer/
clone east trial
expect 1 scrip sync -C trial peer
is 'block peer' "$(value 'select(.event == "evidence") | [.code, .peer] | join(" ")')" 'the evidence that travels'
same trial/public/evidence/*.json trial-block/public/evidence/*.json

# Junk of every kind beside what is proven: ignored and counted in one line, and the proof is taken.
chmod -R u+w peer
for number in $(seq 300); do
    printf '{"a":"x%s","b":"y","kind":"fork","type":"evidence"}\n' "$number" >junk
    mv junk "peer/evidence/$(sha256sum junk | cut -c 1-64).json"
    printf '%064d' "$number" >junk
    mv junk "peer/evidence/$(cat junk).json"
done
name=$(printf 'abc%061d' 1).json
ln -s /etc/passwd "peer/evidence/$name"
mkfifo "peer/evidence/$(printf 'abc%061d' 2).json"
mkdir "peer/evidence/$(printf 'abc%061d' 3).json"
truncate -s 1G "peer/evidence/$(printf 'abc%061d' 4).json"
rm -rf trial
clone east trial
expect 1 timeout 60 scrip sync -C trial peer
is 604 "$(value 'select(.event == "ignored" and (.file | startswith("evidence/")) and .count > 1) | .count')" 'the junk that was counted'
is block "$(value 'select(.event == "evidence") | .kind')" 'the evidence among junk'
is 1 "$(find trial/public/evidence -type f | wc -l)" 'the evidence that was kept'
# It is not read twice.
expect 0 strace -f -e trace=openat -o calls scrip sync -C trial peer
is 0 "$(grep -c 'evidence/.*\.json\|"[0-9a-f]\{64\}\.json"' calls)" 'the junk that was opened again'
is 0 "$(value 'select(.event == "ignored" and (.file | startswith("evidence/"))) | .file' | wc -l)" 'the junk that was told again'
# What was still arriving is read again once it is there.
rm -rf trial peer
mkdir -p peer/evidence
clone east trial
whole=$(find trial-block/public/evidence -type f)
head -c 100 "$whole" >"peer/evidence/$(basename "$whole")"
expect 0 scrip sync -C trial peer
cp -f "$whole" peer/evidence/
expect 1 scrip sync -C trial peer
is block "$(value 'select(.event == "evidence") | .kind')" 'the evidence that arrived late'
# A second pair about the same chain says nothing new.
cp -R north/public wrong-again
chmod -R u+w wrong-again
rm -f wrong-again/heads.note
python3 forge-count.py block wrong-again north 2026-11-20T10:00:09Z nothing
rm -rf second-trial peer
clone east second-trial
expect 1 scrip sync -C second-trial wrong-again
mkdir -p peer
cp -R second-trial/public/evidence peer/
expect 0 scrip sync -C trial peer
is 1 "$(find trial/public/evidence -type f | wc -l)" 'the evidence with a second pair'
# A dry run says what would come and keeps nothing.
rm -rf trial
clone east trial
expect 1 scrip sync -C trial --dry-run peer
is block "$(value 'select(.event == "evidence") | .kind')" 'the evidence of a dry run'
[ ! -e trial/public/evidence ] || fail 'a dry run has kept evidence'
expect 0 scrip status -C trial
