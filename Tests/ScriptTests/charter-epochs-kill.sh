#!/bin/sh
# Signing and adopting a charter, killed at any call that changes files: no second draft of the epoch is ever signed, a
# promise that was given out holds, and the command run again completes.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
need_strace
calls=$writing_calls
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east far >/dev/null
scrip seal -C south --heartbeat >/dev/null
for _ in 1 2; do
    for region in north south east far; do
        # shellcheck disable=SC2046  # words
        scrip sync -C $region $(for other in north south east far; do [ $other = $region ] || echo $other; done) >/dev/null
    done
done
# South seals beyond the end; who signs the charter does not vote on that.
scrip charter draft -C north --remove south --retire south >first
scrip charter draft -C north --quorum 4 >second
scrip seal -C south --heartbeat >/dev/null
cp -R south/public beyond

# restore: north as it was. It is told that the directory was moved, or it would take it for a copy and sign nothing.
tar -cf north.tar north
restore() {
    find north -mindepth 1 -delete
    tar -xf north.tar
    scrip repair -C north --moved >repaired || fail "repair: $(cat repaired)"
}
count_calls() {
    strace -f -qq -o trace -e "trace=$calls" "$@" >/dev/null 2>&1 || true
    wc -l <trace
}
total=0
count=$(count_calls scrip charter sign -C north first)
restore
at=1
while [ "$at" -le "$count" ]; do
    strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
        scrip charter sign -C north first >signed 2>/dev/null || true
    if [ -s signed ]; then
        # The signature was given out, so the promise is there, and no other draft is signed.
        [ -e north/private/charter/2.text ] || fail "killed at call $at: a signature without a promise"
    fi
    if [ -e north/private/charter/2.text ]; then
        same north/private/charter/2.text first
        refuse 1 'has signed another charter of epoch 2' scrip charter sign -C north second
        scrip sync -C north beyond >events
        is '' "$(jq -r 'select(.event == "voted" and .chain == "south") | .height' events)" "votes beyond, killed at call $at"
        expect 0 scrip charter sign -C north first
    else
        # Nothing was promised: either draft can be signed, one of them.
        expect 0 scrip charter sign -C north second
        refuse 1 'has signed another charter of epoch 2' scrip charter sign -C north first
    fi
    expect 0 scrip verify -C north
    restore
    total=$((total + 1))
    at=$((at + 1))
done

# Adopting.
for region in north east far; do scrip charter sign -C $region first >$region.note; done
rm north.tar
tar -cf north.tar north
count=$(count_calls scrip charter adopt --quiet -C north north.note east.note far.note)
restore
stride=$((count / 40 + 1))
at=1
while [ "$at" -le "$count" ]; do
    strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
        scrip charter adopt --quiet -C north north.note east.note far.note >/dev/null 2>&1 || true
    if [ -e north/public/charter/2.note ]; then
        # What is there is whole, and taken up by the next command.
        is 2 "$(scrip status -C north | jq -r 'select(.type == "status") | .epoch')" "the epoch, killed at call $at"
    fi
    expect 0 scrip charter adopt --quiet -C north north.note east.note far.note
    is '1 1' "$(scrip status -C north | jq -r 'select(.chain == "south") | "\(.height) \(.end)"')" "the end, killed at call $at"
    expect 0 scrip sync -C north beyond
    is 1 "$(scrip status -C north | jq -r 'select(.chain == "south") | .height')" "the chain, killed at call $at"
    expect 0 scrip verify -C north --full
    if find north/public -name '.tmp-*' | grep -q .; then fail "killed at call $at: litter in public/"; fi
    restore
    total=$((total + 1))
    at=$((at + stride))
done
echo "killed $total times"
