#!/bin/sh
# The high-water mark under kill -9: what was signed is completed with the same bytes and never signed again otherwise,
# a copy of what a killed command left refuses to sign, and a repair that was killed anywhere is finished by the next.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
need_strace
calls=$writing_calls,fchmod
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
for round in 1 2; do
    scrip seal -C north --heartbeat >/dev/null
    scrip seal -C south --heartbeat >/dev/null
    for region in south north south north; do scrip sync -C $region >/dev/null; done
done
: "$round"

# killed NUMBER COMMAND...: runs the command and kills it at its NUMBERth call that changes files.
killed() {
    number=$1
    shift
    strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$number")" "$@" >/dev/null 2>&1 || true
}
# count COMMAND...: how many such calls there are.
count() {
    strace -f -qq -o trace -e "trace=$calls" "$@" >/dev/null
    wc -l <trace
}
# checkpoint FILE: of the last block in a segment, if it is whole.
checkpoint() { zcat "$1" 2>/dev/null | jq -r 'select(.type == "seal") | .checkpoint' 2>/dev/null || true; }

# Sealing.
clone north whole
rm -rf peers && mkdir peers && cp -R south peers/south && mv whole peers/north
calls_all=$(count scrip seal -C peers/north --heartbeat)
[ "$calls_all" -gt 15 ] || fail "only $calls_all calls were traced"
at=1
refused=0
while [ $at -le "$calls_all" ]; do
    rm -rf trial && mkdir trial && cp -R south trial/south
    clone north trial/north
    SCRIP_NOW=2026-11-20T10:00:01Z killed $at scrip seal -C trial/north --heartbeat
    # A copy of what is left signs nothing.
    mkdir trial/copies
    cp -a trial/north trial/copies/north
    expect 75 scrip seal -C trial/copies/north --heartbeat
    grep -q 'is a copy\|is missing' err || fail "killed at call $at: the copy says $(cat err)"
    refused=$((refused + 1))
    signed=
    for mark in trial/north/private/high-water/0000000003-*.seg.gz; do
        [ ! -e "$mark" ] || signed=$(checkpoint "$mark")
    done
    # At another time another block would come out, if the one that was signed were forgotten.
    SCRIP_NOW=2026-11-20T10:00:09Z expect 0 scrip seal -C trial/north --heartbeat
    if [ -n "$signed" ]; then
        is "$signed" "$(checkpoint trial/north/public/segments/north/0000000/0000000003.seg.gz)" \
            "the block after a kill at call $at"
    fi
    expect 0 scrip verify -C trial/north --full
    is 2 "$(find trial/north/private/high-water -type f | wc -l)" "the marks after a kill at call $at"
    at=$((at + 1))
done

# Voting.
rm -rf peers && mkdir peers
clone north peers/north
clone south peers/south
scrip seal -C peers/south --heartbeat >/dev/null
cp -R peers more
own more/north more/south
calls_all=$(count scrip sync -C more/north)
rm -rf more
stride=$((calls_all / 60 + 1))
at=1
while [ $at -le "$calls_all" ]; do
    rm -rf trial && cp -R peers trial
    own trial/north trial/south
    killed $at scrip sync -C trial/north
    expect 0 scrip sync -C trial/north
    expect 0 scrip seal -C trial/north --heartbeat
    expect 0 scrip verify -C trial/north --full
    is 3 "$(jq -r '.chains[0].height' trial/north/private/high-water/votes-*.json)" "the votes marked after a kill at call $at"
    at=$((at + stride))
done

# Repairing: north from a backup of height 2, while south has block 3 and a vote more, and a file is damaged.
rm -rf peers && mkdir peers
cp -a north peers/backup
mv north peers/north
mv south peers/south
scrip seal -C peers/north --heartbeat >/dev/null
scrip seal -C peers/south --heartbeat >/dev/null
for region in south north south north; do scrip sync -C peers/$region >/dev/null; done
whole=$(cd peers/north/public && find segments votes certificates -type f -exec sha256sum {} + | sort)
chmod -R u+w peers/backup
damaged=public/segments/south/0000000/0000000001.seg.gz
printf 'x' | dd of=peers/backup/$damaged bs=1 seek=100 conv=notrunc 2>/dev/null
trial() {
    rm -rf trial && mkdir trial
    cp -R peers/south trial/south
    cp -R peers/backup trial/north
}
trial
calls_all=$(count scrip repair -C trial/north)
[ "$calls_all" -gt 50 ] || fail "only $calls_all calls were traced"
stride=$((calls_all / 60 + 1))
at=1
while [ $at -le "$calls_all" ]; do
    trial
    killed $at scrip repair -C trial/north
    # It may sign again only once it has everything.
    cp -a trial/north trial/kept
    status=0
    scrip seal -C trial/north --heartbeat >out 2>err || status=$?
    if [ "$status" = 0 ]; then
        is 4 "$(value .height)" "the next height after a kill at call $at"
    else
        is 75 "$status" "the exit status after a kill at call $at"
        rm -rf trial/north
        mv trial/kept trial/north
        expect 0 scrip repair -C trial/north
        is "$whole" "$(cd trial/north/public && find segments votes certificates -type f -exec sha256sum {} + | sort)" \
            "the files after a kill at call $at"
        expect 0 scrip seal -C trial/north --heartbeat
    fi
    expect 0 scrip verify -C trial/north --full
    is 1 "$(find trial/north/private/quarantine -type f | wc -l)" "the files in quarantine after a kill at call $at"
    at=$((at + stride))
done
