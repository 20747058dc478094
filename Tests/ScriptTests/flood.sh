#!/bin/sh
# A peer's folder is flooded with junk of every kind. What sync needs of memory stays what it was, no junk is read twice,
# and the rest is taken over. FLOOD_FILES=100000 is the whole of it; scripts/bench flood runs that.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

files=${FLOOD_FILES:-3000}
found_shop
bob=$(account east bob)
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
cp -R south/public peer
scrip sync -C east peer >/dev/null
clone east fresh
# What is new: a block and a record that waits for east.
voucher=$(scrip list -C north --owner "$alice" | jq -r .voucher | head -n 1)
scrip trade -C north --key alice.pem --to "$bob" --submit "$voucher" >trade.json || [ $? -eq 2 ]
scrip seal -C north --heartbeat >/dev/null
scrip sync -C south north >/dev/null

# measure NAME COMMAND...: runs it; NAME.json has its status, peak memory in KiB, bytes read, and milliseconds.
cat >measure.py <<'EOT'
import json, os, subprocess, sys, time
name, command = sys.argv[1], sys.argv[2:]
with open(name + '.out', 'wb') as out:
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=out)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    elapsed = time.monotonic() - start
    read = 0
    try:
        for line in open(f'/proc/{process.pid}/io'):
            if line.startswith('rchar:'):
                read = int(line.split()[1])
    except OSError:
        pass
    _, status, usage = os.wait4(process.pid, 0)
json.dump({'status': os.waitstatus_to_exitcode(status), 'memory': usage.ru_maxrss, 'read': read,
           'milliseconds': round(elapsed * 1000), 'cpu': round((usage.ru_utime + usage.ru_stime) * 1000)},
          open(name + '.json', 'w'))
EOT
measure() {
    python3 measure.py "$@"
}
of() {
    jq -r ".$2" "$1.json"
}

# flood KIND: a mirror of south in ./peer with that many files of a kind.
cat >flood.py <<'EOT'
import os, sys
kind, count = sys.argv[1], int(sys.argv[2])
junk = 'peer/.junk'
content = {'outbox': '{"type":"redeem"}\n', 'lines': '', 'vote': '{"type":"vote"}\n', 'certificate': '{"type":"certificate"}\n'}
def fill(folder, names, text='junk\n'):
    os.makedirs(folder, exist_ok=True)
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            with open(path, 'w') as file:
                file.write(text)
if kind == 'names':
    for folder in ('segments/north/0000000', 'outbox', 'votes/south/north/0000000', 'certificates/north/0000000', '.'):
        fill('peer/' + folder, (f'junk-{n}.tmp' for n in range(count // 5)))
elif kind == 'outbox':
    fill('peer/outbox', (f'{n:010}.jsonl' for n in range(100, 100 + count)), content[kind])
elif kind == 'before':
    # The number of what is honest is the highest.
    name, = os.listdir('peer/outbox')
    os.rename('peer/outbox/' + name, 'peer/outbox/9000000000.jsonl')
    fill('peer/outbox', (f'{n:010}.jsonl' for n in range(1, 1 + count)), content['outbox'])
elif kind == 'evidence':
    fill('peer/evidence', (f'{n:064x}.json' for n in range(count)))
elif kind == 'lines':
    with open('peer/outbox/0000000099.jsonl', 'w') as file:
        for n in range(count):
            file.write('{"n":%d,"type":"redeem"}\n' % n)
elif kind == 'vote':
    def names():
        made = 0
        for first in range(1, 1000):
            for last in range(first, 1000):
                if made == count: return
                made += 1
                yield f'{first:010}-{last:010}.jsonl'
    fill('peer/votes/south/north/0000000', names(), content[kind])
elif kind == 'certificate':
    # Those of the epoch that there is may be good; of others there are many more.
    fill('peer/certificates/north/0000000', (f'{3 + n % 900:010}-{1 + n // 900}.json' for n in range(count)), content[kind])
elif kind == 'segment':
    def segments():
        made = 0
        for first in range(1, 1000):
            for last in range(max(first, 3), 1000):
                if made == count: return
                made += 1
                yield f'{first:010}-{last:010}.seg.gz'
    fill('peer/segments/north/0000000', segments())
elif kind == 'folders':
    # More than a run lists in one folder, and in both together.
    for n in range(36000):
        os.makedirs(f'peer/certificates/north/{n:07}', exist_ok=True)
        os.makedirs(f'peer/votes/south/north/{n:07}', exist_ok=True)
EOT
flood() {
    rm -rf peer
    cp -R south/public peer
    chmod -R u+w peer
    [ "$1" = none ] || python3 flood.py "$1" "$files"
    # The files that honest regions have come without a hint, too: everything there is looked at.
    [ "${2:-}" != unhinted ] || rm -f peer/heads.note
}
trial() {
    rm -rf trial
    clone fresh trial
}
for hint in hinted unhinted; do
    flood none $hint
    trial
    measure base scrip sync -C trial peer
    is 0 "$(of base status)" 'the exit status without a flood'
    grep -q '"attested"' base.out || fail 'the trade is not attested without a flood'
    for kind in ${FLOOD_KINDS:-names outbox before lines vote certificate segment evidence folders}; do
        flood "$kind" $hint
        trial
        measure flooded timeout 600 scrip sync -C trial peer
        status=$(of flooded status)
        [ "$status" -le 1 ] || fail "the exit status is $status with a flood of $kind"
        is 3 "$(scrip status -C trial | jq -r 'select(.chain == "north") | .height')" "the height with a flood of $kind"
        is "$(jq -r .id trade.json)" "$(jq -r 'select(.event == "attested") | .id' flooded.out)" \
            "what is attested with a flood of $kind"
        # Beside the time of a sync stands that of listing the folder: it may take that much longer.
        measure listing find peer
        [ "$(wc -l <flooded.out)" -le 700 ] || fail "a flood of $kind is told in $(wc -l <flooded.out) lines"
        echo "$hint, $files of $kind: memory $(of base memory) and $(of flooded memory) KiB," \
            "read $(of base read) and $(of flooded read) bytes," \
            "$(of base milliseconds) and $(of flooded milliseconds) ms, cpu $(of base cpu) and $(of flooded cpu) ms;" \
            "find lists them in $(of listing milliseconds) ms," \
            "so it takes $(jq -n --argjson a "$(of base cpu)" --argjson b "$(of flooded cpu)" \
                --argjson c "$(of listing cpu)" '(($b - $a) / ([$c, 1] | max) * 10 | round) / 10') times that more"
        jq -ne --argjson a "$(of base memory)" --argjson b "$(of flooded memory)" '$b <= $a * 1.2' >/dev/null ||
            fail "the memory with a flood of $kind is $(of flooded memory) KiB, without it $(of base memory)"
        # The run after it, and one more, read nothing of it again.
        measure again scrip sync -C trial peer
        measure third scrip sync -C trial peer
        [ "$(of third memory)" -le $(($(of base memory) * 12 / 10)) ] || fail "the memory of a later run: $(of third memory)"
    done
done

# No file of the flood is opened twice, in one run or in several.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    for kind in outbox certificate segment; do
        flood $kind unhinted
        trial
        : >all
        for _ in 1 2 3; do
            strace -f -e trace=openat -o trace scrip sync -C trial peer >/dev/null 2>&1 || [ $? -eq 1 ]
            grep 'O_RDONLY|O_NOCTTY\|O_NONBLOCK' trace >reads || true
            grep -o '"[^"/]*\(jsonl\|json\|seg\.gz\)"' reads | tr -d '"' >>all
        done
        # Only files of the flood: what south does not have, and the peer has.
        (cd south/public && find . -type f | sed 's|.*/||' | sort -u) >real
        (cd peer && find . -type f | sed 's|.*/||' | sort -u) | comm -23 - real >junk
        sort all | comm -12 - junk >opened
        sort all | uniq -d | comm -12 - junk >twice
        echo "$kind: $(wc -l <opened) files of the flood were opened in three runs"
        [ -s opened ] || fail "the trace shows no file of the flood of $kind"
        [ ! -s twice ] || fail "files of a flood of $kind were opened twice: $(wc -l <twice), such as $(head -n 3 twice)"
    done
else
    echo 'SKIP flood: there is no strace that works, so what is opened twice is not seen'
fi
