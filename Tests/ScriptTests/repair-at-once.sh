#!/bin/sh
# repair twice at once in one region, and beside sync, seal and status: one works, the others wait or say 75; each damaged
# file is moved away once, nothing is lost, and nothing is signed twice.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
for number in 1 2 3 4 5 6 7 8; do
    scrip issue -C north --key shop.pem --to "$shop" --value "$number.00CNY" --submit >/dev/null
    scrip seal -C north >/dev/null
    scrip seal -C south --heartbeat >/dev/null
done
for region in south east north south east north; do scrip sync -C $region >/dev/null; done
sums() { (cd "$1/public" && find charter segments votes certificates -type f -exec sha256sum {} + | sort); }
sums north >whole
cp -a north healthy
flip() { chmod u+w "$1" && printf 'x' | dd of="$1" bs=1 seek=120 conv=notrunc 2>/dev/null; }
damaged='charter/1.note
segments/north/0000000/0000000003.seg.gz
segments/south/0000000/0000000002.seg.gz
segments/south/0000000/0000000005.seg.gz
certificates/south/0000000/0000000004-1.json'
count=$(printf '%s\n' "$damaged" | wc -l)
# damage: a fresh north, with damaged files and one that is missing.
damage() {
    rm -rf north
    clone healthy north
    for file in $damaged; do flip "north/public/$file"; done
    rm -f north/public/segments/north/0000000/0000000006.seg.gz
}
# whole WHAT: everything is there again, and what was damaged lies in quarantine, each file once.
whole() {
    sums north >now
    same whole now
    is "$count" "$(find north/private/quarantine -name 'replaced-*' | wc -l)" "the files in quarantine $1"
    is "$(printf '%s\n' "$damaged" | tr / + | sort)" \
        "$(find north/private/quarantine -name 'replaced-*' | sed 's|.*/replaced-[0-9a-f]*-||' | sort)" "what was moved $1"
    [ -z "$(find north -name '.tmp-*')" ] || fail "something is left in staging $1"
    scrip verify -C north --full >/dev/null || fail "the region does not verify $1"
}
damage
expect 0 scrip repair -C north
whole 'by one repair'

# Whoever does not want to wait gets 75 and has touched nothing, a damaged charter or not; who waits gets its turn.
damage
mkfifo pipe
flock --no-fork north/private/lock sh -c 'echo held >pipe; exec sleep 600' &
holder=$!
read -r _ <pipe
for charter in damaged good; do
    [ $charter = damaged ] || cp -f healthy/public/charter/1.note north/public/charter/
    sums north >before
    refuse 75 'another scrip command' scrip repair -C north --lock-timeout 0
    sums north >now
    same before now
    [ ! -e north/private/quarantine ] || fail "something was moved beside a lock, with a $charter charter"
done
flip north/public/charter/1.note
scrip repair -C north --lock-timeout 60 >waited 2>waited.err &
waiting=$!
sleep 0.3
kill -0 $waiting 2>/dev/null || fail "it did not wait: $(cat waited.err)"
kill "$holder"
wait "$holder" 2>/dev/null || true
wait $waiting || fail "the repair that waited: $(cat waited.err)"
whole 'by the repair that waited'

# Several at once, round after round. Those that come later find nothing left to do.
for round in 1 2 3 4 5; do
    damage
    processes=
    for number in 1 2 3 4; do
        scrip repair -C north --lock-timeout 60 >"repair.$number" 2>"repair.$number.err" &
        processes="$processes $!"
    done
    for process in $processes; do wait "$process" || fail "a repair in round $round: $(cat repair.*.err)"; done
    whole "in round $round"
    is "$count" "$(cat repair.? | jq -r 'select(.event == "moved") | .file' | sort -u | wc -l)" \
        "the files that were said to be moved in round $round"
done

# Impatient ones: each works or says 75, and one works.
for round in 1 2 3; do
    damage
    processes=
    for number in 1 2 3 4; do
        { scrip repair -C north --lock-timeout 0 >"repair.$number" 2>"repair.$number.err" && echo 0 || echo $?; } >"status.$number" &
        processes="$processes $!"
    done
    # shellcheck disable=SC2086  # numbers of processes are words
    wait $processes
    cat status.? >statuses
    grep -qx 0 statuses || fail "no repair worked in round $round: $(cat statuses repair.*.err)"
    if grep -vqx -e 0 -e 75 statuses; then fail "an exit status in round $round: $(cat statuses repair.*.err)"; fi
    whole "by impatient ones in round $round"
done

# Beside commands that sign. They work, or refuse to sign as long as something is amiss, or do not find what is being put
# back; none of them takes up another history.
for round in 1 2 3 4; do
    damage
    processes=
    number=0
    for command in 'repair' 'sync' 'repair' 'seal --heartbeat' 'sync' 'status'; do
        number=$((number + 1))
        # shellcheck disable=SC2086  # a command of some words
        { status=0; scrip $command -C north >"out.$number" 2>"err.$number" || status=$?; echo "${command%% *} $status"; } >"status.$number.$round" &
        processes="$processes $!"
    done
    # shellcheck disable=SC2086  # as above
    wait $processes
    cat status.*."$round" >statuses
    grep -qx 'repair 0' statuses || fail "no repair in round $round: $(cat statuses err.*)"
    if grep -Evqx 'repair (0|75)|status (0|1|65|66)|(sync|seal) (0|1|65|66|75)' statuses; then
        fail "an exit status in round $round: $(cat statuses err.*)"
    fi
    expect 0 scrip repair -C north
    expect 0 scrip verify -C north --full
    # What is there is what was there, and at most one block more; what its peers have is not contradicted by it.
    sums north | grep -v '/north/.*000000000[9]\|00000000010' >now || true
    grep -v '/north/.*000000000[9]\|00000000010' whole >expected || true
    same expected now
    is "$count" "$(find north/private/quarantine -name 'replaced-*' | wc -l)" "the files in quarantine beside others in round $round"
    rm -rf peer
    clone south peer
    expect 0 scrip sync -C peer north
    expect 0 scrip verify -C peer --full
    [ ! -e peer/public/evidence ] || fail "north has signed two things in round $round"
done
