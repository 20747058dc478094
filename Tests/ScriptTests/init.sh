#!/bin/sh
# scrip init: one region, a whole federation, and all that is refused.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

# A federation of three.
expect 0 scrip init north south east
complained 'fault_limit 0'
is 1 "$(wc -l <out)" 'the number of lines'
is 'charter vouchers.local 1 majority 3 2 0 1' \
    "$(value '[.type, .federation, .epoch, .quorum, .voters, .quorum_size, .fault_limit, .silent_limit] | join(" ")')" \
    'the charter'
is 'east north south' "$(value '[.regions[].name] | join(" ")')" 'the order of the regions'
is null "$(value .missing)" 'missing'
cp out first
same north/public/charter/1.note south/public/charter/1.note
same north/public/charter/1.note east/public/charter/1.note
is "$(sed '/^$/q' north/public/charter/1.note | sed '$d' | sha256sum | cut -c1-64)" "$(value .genesis)" 'the genesis'
is '../east ../south' "$(jq -r '.peers | join(" ")' north/scrip.json)" 'the peers of north'
is 'north vouchers.local' "$(jq -r '[.region, .federation] | join(" ")' north/scrip.json)" 'the settings'
is 700 "$(mode north/private)" 'the mode of private'
is 600 "$(mode north/private/log.pem)" 'the mode of the log key'
is 600 "$(mode north/private/witness.pem)" 'the mode of the witness key'
is 444 "$(mode north/public/charter/1.note)" 'the mode of the charter'
[ -z "$(find . -name '.tmp-*')" ] || fail 'something is left in staging'

# Again: the same keys, the same charter, the same line, in whatever order.
cp north/private/log.pem key
expect 0 scrip init east north/ ./south --quiet
quiet
same first out
same key north/private/log.pem

# Another federation does not fit over it.
refuse 1 'another federation' scrip init north south
refuse 1 'another federation' scrip init north south east west
[ ! -e west ] || fail 'a directory was made although nothing could come of it'
refuse 1 'another federation' scrip init --federation example.org north south east
refuse 1 'another charter' scrip init --quorum two-thirds north south east

# What is no place for a region.
mkdir full
touch full/thesis.txt
refuse 1 "holds 'thesis.txt'" scrip init full
refuse 1 'no directory' scrip init full/thesis.txt
refuse 64 'no name of a region' scrip init North
refuse 64 'no name of a region' scrip init scrip
refuse 64 'no name of a region' scrip init .
refuse 64 "the name 'a'" scrip init x/a y/a
refuse 64 "observer 'hq'" scrip init --observer hq a b
refuse 64 'not possible' scrip init --quorum 1 a b c
refuse 64 'not possible' scrip init --quorum 4 a b c
refuse 64 'not majority' scrip init --quorum most a b c
refuse 64 'no observer' scrip init --observer a --observer b a b
refuse 64 'no name of a federation' scrip init --federation 'Example org' a b
refuse 64 'at most 29' scrip init a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21 a22 \
    a23 a24 a25 a26 a27 a28 a29 a30
[ ! -e a ] || fail 'a directory was made although the arguments were wrong'
refuse 66 'x' scrip init x/a x/b

# Observers, a quorum, directories that do not lie side by side.
mkdir here there
expect 0 scrip init --federation example.org/vouchers --quorum 2 --observer hq here/north "$PWD/there/south" hq
is 'hq observer' "$(value '.regions[0] | [.name, .role] | join(" ")')" 'the observer'
is '2 2 1 0' "$(value '[.voters, .quorum_size, .fault_limit, .silent_limit] | join(" ")')" 'the quorum'
complained 'silent_limit 0'
is '../../hq ../../there/south' "$(jq -r '.peers | join(" ")' here/north/scrip.json)" 'the peers of here/north'
is '../here/north ../there/south' "$(jq -r '.peers | join(" ")' hq/scrip.json)" 'the peers of hq'

# One region prints its line, makes its keys once, and waits.
expect 0 scrip init --federation example.org/meals west
quiet
grep -q '^region west voter example.org/meals/west+[0-9a-f]\{8\}+[^ ]* example.org/meals/west/witness+[^ ]*$' out ||
    fail "the line of west is $(cat out)"
cp out line
expect 0 scrip init --federation example.org/meals west
same line out
refuse 66 'waits for its charter' scrip charter show -C west
refuse 1 "of the federation 'example.org/meals' already" scrip init west
refuse 64 'charter draft' scrip init --quorum 2 alone
[ ! -e alone ] || fail 'a directory was made although the arguments were wrong'
expect 0 scrip init --observer ear ear
grep -q '^region ear observer ' out || fail "the line of ear is $(cat out)"
refuse 64 'only the region itself' scrip init --observer other nose

# A directory that was moved keeps the name of its region.
mv west West-2
expect 0 scrip init --federation example.org/meals West-2
same line out

# Killed at any of its calls and run again, it ends as if nothing had been.
if strace -o /dev/null true 2>/dev/null; then
    for call in mkdirat linkat fsync unlinkat; do
        number=1
        while :; do
            rm -rf killed
            mkdir killed
            status=0
            (cd killed && strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:signal=KILL:when=$number" \
                scrip init north south >/dev/null 2>&1) || status=$?
            (cd killed && scrip init north south >../out 2>../err) ||
                fail "not finished after a kill at $call $number: $(cat err)"
            same killed/north/public/charter/1.note killed/south/public/charter/1.note
            is ../south "$(jq -r '.peers[]' killed/north/scrip.json)" 'the peer after a kill'
            [ -z "$(find killed -name '.tmp-*')" ] || fail "litter after a kill at $call $number: $(find killed -name '.tmp-*')"
            [ "$status" -ne 0 ] || break
            number=$((number + 1))
        done
        [ "$number" -gt 4 ] || fail "only $number calls of $call were interrupted"
    done
else
    echo 'strace does not work here; kills are not tried'
fi
