#!/bin/sh
# What a peer's folder holds of a region's own chain stops that region only if the region signed it: not for junk that
# takes long to read, not for what is said of a signed checkpoint, and not for what a key signs that was replaced.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
for _ in 1 2; do scrip seal -C north --heartbeat >/dev/null; done
clone north early
scrip seal -C north --heartbeat >/dev/null
exchange north south east
folder=segments/north/0000000
listen() { # REGION PEER: the region has that peer alone
    jq -c --arg peer "../$2" '.peers = [$peer]' "$1/scrip.json" >settings && cp settings "$1/scrip.json"
}
# mirror NAME: what a liar shows of north, without its hints.
mirror() {
    rm -rf "$1"
    cp -R south/public "$1"
    chmod -R u+w "$1"
    rm -f "$1/heads.note"
}
# member HEIGHT SEAL-OF FILE: a block line of that height, and the seal of another block of north.
member() {
    {
        zcat "south/public/$folder/000000000$2.seg.gz" | head -n 1 | jq -cjS --argjson height "$1" '.height = $height'
        printf '\n'
        zcat "south/public/$folder/000000000$2.seg.gz" | tail -n 1
    } >block
    # The header of a member says nothing of time, name and system.
    { printf '\037\213\010\0\0\0\0\0\0\377'; gzip -nc <block | tail -c +11; } >"$3"
}

# 40 MB that inflate to 19 GB: members of 64 MiB that say that they are block 1. Whatever block they are named after, this
# is seen from their first lines.
bag() {
    python3 - "south/public/$folder/0000000001.seg.gz" "$1" <<'EOF'
import gzip, struct, sys, zlib
lines = gzip.open(sys.argv[1]).read().split(b'\n')
content = lines[0].replace(b'"count":0', b'"count":65000') + b'\n' + (b'x' * 1000 + b'\n') * 65000 + lines[1] + b'\n'
deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
member = b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + deflate.compress(content) + deflate.flush()
member += struct.pack('<II', zlib.crc32(content), len(content))
open(sys.argv[2], 'wb').write(member * 300)
EOF
}
# cheap COMMAND...: as expect, with no more than 3 seconds of processor time, where the bag takes 14.
cheap() { # shellcheck disable=SC3045  # ulimit -t is everywhere that scrip runs
    expect "$1" sh -c 'ulimit -t 3; shift; exec "$@"' - "$@"
}
mirror bag
bag "bag/$folder/0000000004.seg.gz"
listen north bag
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop >record
cheap 0 scrip validate -C north <record
cheap 0 scrip sync -C north
cp south/public/heads.note bag/
cheap 0 scrip doctor -C north
cheap 0 scrip seal -C north
is 4 "$(value .height)" 'the next height'
exchange north south east
# The same under the name of the last block: whoever looks for a fork there.
mirror bag
bag "bag/$folder/0000000004.seg.gz"
cheap 0 scrip sync -C east bag
cheap 0 scrip sync -C north bag
rm -rf bag

# A file that has to be read to its end before it says nothing is read once; what is behind four of them has its turn then.
bulk() { # HEIGHT FILE: 8 MB that are that block until the seal, which is that of block 1
    python3 - "south/public/$folder/0000000001.seg.gz" "$1" "$2" <<'EOF'
import gzip, os, struct, sys, zlib
lines = gzip.open(sys.argv[1]).read().split(b'\n')
first = lines[0].replace(b'"count":0', b'"count":8000').replace(b'"height":1', b'"height":%d' % int(sys.argv[2]))
content = first + b'\n' + b''.join(os.urandom(500).hex().encode() + b'\n' for _ in range(8000)) + lines[1] + b'\n'
deflate = zlib.compressobj(0, zlib.DEFLATED, -15)
member = b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + deflate.compress(content) + deflate.flush()
open(sys.argv[3], 'wb').write(member + struct.pack('<II', zlib.crc32(content), len(content)))
EOF
}
cat >bytes.py <<'EOF'
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
print(next(int(line.split()[1]) for line in open(f'/proc/{process.pid}/io') if line.startswith('rchar:')))
EOF
# bytes COMMAND...: runs it; prints how many bytes it read.
bytes() { python3 bytes.py "$@"; }
mirror bulk
bulk 5 "bulk/$folder/0000000005.seg.gz"
listen north bulk
[ "$(bytes scrip validate -C north <record)" -gt 8000000 ] || fail 'the file was not read'
for _ in 1 2; do
    read=$(bytes scrip validate -C north <record)
    [ "$read" -lt 2000000 ] || fail "the same file was read again: $read bytes"
done
touch "bulk/$folder/0000000005.seg.gz"
[ "$(bytes scrip validate -C north <record)" -gt 8000000 ] || fail 'a file that was changed was not read'
# Mended where it lies, of the same size and time.
cp -p "bulk/$folder/0000000005.seg.gz" mended
cp -p mended "bulk/$folder/0000000005.seg.gz"
[ "$(bytes scrip validate -C north <record)" -gt 8000000 ] || fail 'a file that was mended in place was not read'
# One that is asked for two things, by a hint that nobody signed.
mirror bulk
sed 's/^\(chain north 4 [0-9]*\) .*/\1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' south/public/heads.note >bulk/heads.note
rm "bulk/$folder/0000000004.seg.gz"
bulk 4 "bulk/$folder/0000000004-0000000005.seg.gz"
[ "$(bytes scrip validate -C north <record)" -gt 16000000 ] || fail 'the file was not read for both'
read=$(bytes scrip validate -C north <record)
[ "$read" -lt 2000000 ] || fail "a file that is asked for two things was read again: $read bytes"
# Five of them before block 3 of north, for the copy of north that has not made it yet.
clone early behind
mirror bulk
cp south/public/heads.note bulk/
for last in 4 5 6 7 8; do bulk 3 "bulk/$folder/0000000003-000000000$last.seg.gz"; done
mv "bulk/$folder/0000000003.seg.gz" honest
cat honest >"bulk/$folder/0000000003-0000000009.seg.gz"
listen behind bulk
status=0
for _ in 1 2; do scrip validate -C behind <record >out 2>err || status=$?; done
is 75 "$status" 'the status behind five files of junk'
grep -q 'holds block 3 of this region' err || fail "$(cat err)"
rm -rf bulk behind

# A checkpoint that north signed, with a line before it that gives it another height: nobody signed that line.
mirror wrapped
member 5 2 "wrapped/$folder/0000000005.seg.gz"
listen north wrapped
expect 0 scrip seal -C north --heartbeat
mirror wrapped
rm -f "wrapped/$folder/0000000004.seg.gz"
chmod -R u+w wrapped
member 3 1 "wrapped/$folder/0000000003.seg.gz"
expect 0 scrip seal -C north --heartbeat
exchange north south east

# What north did sign is found behind others in a packed file too, packed as here or anew.
expect 0 scrip pack -C south --keep 1 north
packed=$folder/0000000001-0000000005.seg.gz
[ -e "south/public/$packed" ] || fail "there is no such pack: $(ls "south/public/$folder")"
mirror packed
cp south/public/heads.note packed/
chmod -R u+w early
listen early packed
refuse 75 'holds block 3 of this region' scrip seal -C early --heartbeat
python3 - "packed/$packed" <<'EOF'
import gzip, struct, sys, zlib
blocks, lines = [], []
for line in gzip.open(sys.argv[1]):
    lines.append(line)
    if line.startswith(b'{"checkpoint"'):
        blocks.append(b''.join(lines))
        lines = []
assert len(blocks) == 5 and not lines
with open(sys.argv[1], 'wb') as file:
    for content in blocks:
        deflate = zlib.compressobj(0, zlib.DEFLATED, -15)
        file.write(b'\x1f\x8b\x08\0\0\0\0\0\0\xff' + deflate.compress(content) + deflate.flush())
        file.write(struct.pack('<II', zlib.crc32(content), len(content)))
EOF
refuse 75 'holds block 3 of this region' scrip seal -C early --heartbeat

# The old key of north, which was replaced: nothing that it signs stops north, or is held against it.
rm -rf north south east early bag wrapped packed ./*.pem record
scrip init --quiet --federation example.org/vouchers north south east >/dev/null
scrip seal -C north --heartbeat >/dev/null
exchange north south east
scrip charter line -C north --new-log-key >line
scrip charter draft -C north --rekey north line >draft
for region in north south east; do scrip charter sign -C $region draft >$region.note; done
# A verdict on another tree, while the old key is in force: there is proof against north for as long as it is.
jq -rj .verdict south/public/votes/north/north/0000000/0000000001-0000000001.jsonl >honest
sed '/^$/,$d; s/^root .*/root AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' honest >text
forge sign south/public north text >other
forge evidence vote honest other proof/evidence >/dev/null
expect 1 scrip sync -C south proof
is equivocation "$(value 'select(.event == "evidence") | .code')" 'what two verdicts by the key in force are'
expect 1 scrip status -C south
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note
cp -R north/public/charter news-charter
mkdir news && mv news-charter news/charter
# Whoever had it lets go of it with the charter, and with the index that is made anew.
scrip sync -C south news >/dev/null || [ $? -eq 1 ]
expect 0 scrip status -C south
expect 0 scrip verify -C south
expect 0 scrip reindex -C south
expect 0 scrip status -C south
exchange north south east
scrip seal -C north --heartbeat >/dev/null
exchange north south east
expect 0 scrip sync -C east proof
is '' "$(value 'select(.event == "evidence") | .code')" 'what two verdicts by the old key are'
expect 0 scrip status -C east
expect 0 scrip verify -C east
mirror thief
sed 's/epoch = max(.*/epoch = 1/' "$(dirname "$0")/forge.py" >forge-old.py
: >nothing
cp -R thief before
python3 forge-old.py block thief north 2026-11-20T10:00:05Z nothing
[ -e "thief/$folder/0000000003.seg.gz" ] || fail 'nothing was forged'
# A vote of epoch 1 by that key on a block of south.
scrip seal -C south --heartbeat >/dev/null
cp -R south/public/segments/south thief/segments/
python3 forge-old.py vote thief south north
[ -n "$(find thief/votes/north/south -name '*.jsonl')" ] || fail 'no vote was forged'
expect 0 scrip sync -C north thief
listen north thief
expect 0 scrip seal -C north --heartbeat
expect 0 scrip repair -C north --from thief
expect 0 scrip seal -C north --heartbeat
# With the key in force the same stops it, as it has to.
rm -rf thief
cp -R north/public thief
chmod -R u+w thief
rm thief/heads.note
cp north/private/log-2.pem new.pem
sed 's/charter\/1.note/charter\/2.note/; s/{region}\/private\/{key}.pem/new.pem/' "$(dirname "$0")/forge.py" >forge-new.py
python3 forge-new.py block thief north 2026-11-20T10:00:06Z nothing
refuse 75 'holds block 5 of this region' scrip seal -C north --heartbeat
