#!/bin/sh
# Junk that stands before what is honest in a peer's folder, or in its place: what is honest arrives within as many runs
# as the manual page says, a run reads a bounded part of the junk, and none of it is read twice.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
bob=$(account east bob)
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do scrip seal -C north --heartbeat >/dev/null; done
exchange north south east
clone east before
# What is new: two blocks, a trade that waits for east, a settlement of south's, and a fork of north's.
voucher=$(scrip list -C north --owner "$alice" | jq -r .voucher)
scrip trade -C north --key alice.pem --to "$bob" --submit "$voucher" >trade.json || [ $? -eq 2 ]
for _ in 1 2; do scrip seal -C north --heartbeat >/dev/null; done
for _ in 1 2; do
    scrip sync -C south north >/dev/null
    scrip sync -C north south >/dev/null
done
scrip seal -C south --heartbeat >/dev/null
scrip sync -C north south >/dev/null
scrip sync -C south north >/dev/null
scrip settle -C south --sign >/dev/null
# A region with a block on which nobody else has voted.
liar_clone north lone
scrip seal -C lone --heartbeat >/dev/null

# peer KIND: a mirror of south without heads, and junk of that kind in it.
cat >junk.py <<'EOP'
import os, sys
kind = sys.argv[1]
def fill(folder, names, text='junk\n'):
    os.makedirs('peer/' + folder, exist_ok=True)
    for name in names:
        path = f'peer/{folder}/{name}'
        if not os.path.exists(path):
            open(path, 'w').write(text)
def ranges(suffix):
    # Names that claim to begin with the lowest heights, more than are kept of one folder.
    for first in range(1, 12):
        for last in range(first + 1, 1000):
            yield f'{first:010}-{last:010}.{suffix}'
def ends(count):
    # As many hashes before any other one as behind it.
    for number in range(count):
        yield f'{number if number % 2 else 2**256 - 1 - number:064x}'
if kind == 'outbox':
    fill('outbox', (f'{n:010}.jsonl' for n in range(1, 3000)), '{"type":"redeem"}\n')
elif kind == 'segments':
    fill('segments/north/0000000', ranges('seg.gz'))
elif kind == 'votes':
    fill('votes/south/north/0000000', ranges('jsonl'))
elif kind == 'certificates':
    fill('certificates/north/0000000', (f'{h:010}-{e}.json' for e in range(2, 900) for h in range(1, 12)))
elif kind == 'settlements':
    fill('settlements/south', (f'{digits}-{digits}.note' for digits in ends(200)))
elif kind == 'evidence':
    fill('evidence', (f'{digits}.json' for digits in ends(3000)))
elif kind == 'large':
    # 3 MB each, of which next to nothing lies on the disk; they claim a block that has no certificate yet.
    os.makedirs('peer/votes/east/north/0000000', exist_ok=True)
    for last in range(14, 42):
        with open(f'peer/votes/east/north/0000000/{13:010}-{last:010}.jsonl', 'w') as file: file.truncate(3000000)
elif kind == 'replaced':
    # Junk under the names of what north has for the last heights, and of the next charter.
    for height in range(7, 13):
        for path in (f'certificates/north/0000000/{height:010}-1.json',
                     f'votes/south/north/0000000/{height:010}-{height:010}.jsonl',
                     f'votes/north/north/0000000/{height:010}-{height:010}.jsonl'):
            os.makedirs('peer/' + os.path.dirname(path), exist_ok=True)
            open('peer/' + path, 'w').write('junk\n' * 1000)
    open('peer/charter/2.note', 'w').write('junk\n' * 1000)
EOP
peer() {
    rm -rf peer trial
    cp -R south/public peer
    chmod -R u+w peer
    rm -f peer/heads.note
    clone "${2:-before}" trial
    # The outbox of honest regions is small, and its numbers are low.
    for file in peer/outbox/*.jsonl; do mv "$file" peer/outbox/0000900000.jsonl; done
    python3 junk.py "$1"
}

# arrives KIND RUNS COMMAND...: the command succeeds after at most so many runs of sync.
arrives() {
    kind=$1
    runs=$2
    shift 2
    peer "$kind"
    if [ "$kind" = evidence ]; then cp fork/* peer/evidence/; fi
    run=0
    until "$@"; do
        run=$((run + 1))
        [ "$run" -le "$runs" ] || fail "behind junk of $kind nothing arrived in $runs runs: $(cat err)"
        scrip sync -C trial peer >out 2>err || [ $? -eq 1 ] || fail "sync with junk of $kind: $(cat err)"
    done
    echo "$kind: what is honest arrived in run $run"
}
height_is() { [ "$(scrip status -C trial | jq -r 'select(.type == "chain" and .chain == "north") | .height')" = "$1" ]; }
is_confirmed() { [ "$(scrip tally -C trial north/12 2>/dev/null | jq -r .outcome)" = confirmed ]; }
is_attested() { cat trial/public/outbox/*.jsonl 2>/dev/null | grep -q "$(jq -r .id trade.json)"; }
has_settlement() { [ -n "$(ls trial/public/settlements/south 2>/dev/null)" ]; }
has_evidence() { [ -n "$(ls trial/public/evidence 2>/dev/null)" ]; }

arrives outbox 1 is_attested
arrives segments 1 height_is 12
arrives votes 1 is_confirmed
arrives certificates 1 is_confirmed
# 100 at either end, of which 32 each are read in a run.
arrives settlements 4 has_settlement
# A clone of north seals another block: 1,500 at either end of that, of which 512 each are read in a run.
liar_clone north away
SCRIP_NOW=2026-11-20T10:00:01Z scrip seal -C north --heartbeat >/dev/null
SCRIP_NOW=2026-11-20T10:00:02Z scrip seal -C away --heartbeat >/dev/null
clone south judge
scrip sync -C judge north >/dev/null
scrip sync -C judge away >/dev/null || [ $? -eq 1 ]
mkdir fork
cp judge/public/evidence/* fork/
arrives evidence 4 has_evidence

# No junk is opened twice, whatever it is, and of a folder no more is read in one run than the manual page says.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    for kind in outbox segments votes settlements evidence large replaced; do
        if [ "$kind" = large ]; then peer "$kind" lone; else peer "$kind"; fi
        find peer -type f | sed 's|^peer/||' | sort >all
        (cd south/public && find . -type f | sed 's|^\./||' | sort) >real
        if [ "$kind" = replaced ]; then
            find peer -type f -size 5000c | sed 's|^peer/||' | sort >junk
        else
            comm -23 all real | grep -v outbox/0000900000 >junk
        fi
        : >opened
        for run in 1 2 3; do
            strace -f -y -e trace=openat -o trace scrip sync -C trial peer >out 2>&1 || [ $? -eq 1 ]
            sed -n 's|.*openat([0-9]*<.*/peer/\([^>]*\)>, "\([^"]*\)", \(.*\)) = .*|\1/\2 \3|p' trace |
                grep -v O_DIRECTORY | cut -d ' ' -f 1 | sort | comm -12 - junk >read
            [ "$kind" = evidence ] || [ "$(wc -l <read)" -le 64 ] ||
                fail "$(wc -l <read) files of junk of $kind were opened in run $run"
            # 16 MiB, and the rest of the file with which that is exceeded.
            [ "$kind" != large ] || [ "$(wc -l <read)" -le 6 ] ||
                fail "$(wc -l <read) files of 3 MB were read in run $run"
            cat read >>opened
        done
        [ -s opened ] || fail "the trace shows no junk of $kind"
        sort opened | uniq -d >twice
        [ ! -s twice ] || fail "junk of $kind was opened twice: $(wc -l <twice), such as $(head -n 3 twice)"
        echo "$kind: $(wc -l <opened) of $(wc -l <junk) files of junk were opened in three runs"
    done
else
    echo 'SKIP flood-before: there is no strace that works, so what is opened twice is not seen'
fi
