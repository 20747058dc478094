#!/bin/sh
# issue --bearer that is killed at any of its calls: once a record was printed its codes are there, a file of codes is
# whole or absent, and the same --ref gives the same record and codes again.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

need_strace
calls='openat,write,fchmod,fsync,fdatasync,linkat,unlinkat,renameat2,renameat,mkdirat,ftruncate'
scrip init --quiet north south >out
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop --submit >out

issue() { scrip issue -C north --key shop.pem --bearer "$1" --value 1.00CNY --count 5 --ref "$1"; }

mkdir whole
strace -f -qq -o trace -e "trace=$calls" scrip issue -C north --key shop.pem --bearer whole/codes --value 1.00CNY \
    --count 5 --ref whole >out
count=$(wc -l <trace)
[ "$count" -ge 10 ] || fail "only $count calls"
at=1
printed=0
while [ "$at" -le "$count" ]; do
    mkdir trial
    status=0
    strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
        scrip issue -C north --key shop.pem --bearer trial/codes --value 1.00CNY --count 5 --ref "trial-$at" \
        >killed 2>err || status=$?
    if [ -e trial/codes ]; then
        is 600 "$(mode trial/codes)" "the mode of the codes, killed at call $at"
        is 5 "$(wc -l <trial/codes)" "the number of codes, killed at call $at"
        cp trial/codes kept
    else
        rm -f kept
        [ ! -s killed ] || fail "killed at call $at: a record was printed, and its codes are not there"
    fi
    [ ! -s killed ] || printed=$((printed + 1))
    for name in trial/.tmp-*; do
        [ ! -e "$name" ] || is 600 "$(mode "$name")" "the mode of what is left, killed at call $at"
    done
    expect 0 scrip issue -C north --key shop.pem --bearer trial/codes --value 1.00CNY --count 5 --ref "trial-$at"
    [ ! -s killed ] || same killed out
    [ ! -e kept ] || same kept trial/codes
    is "$(value .id)" "$(head -n 1 trial/codes | jq -r .record)" "the record of the codes, killed at call $at"
    rm -r trial
    at=$((at + 1))
done
echo "killed $count times, $printed after the record was printed"

# No room for the codes: no record.
status=0
(ulimit -f 1; exec scrip issue -C north --key shop.pem --bearer big.codes --value 1.00CNY --count 2000 --ref big) \
    >out 2>err || status=$?
is 74 "$status" 'the exit status with a limit on the size of files'
[ ! -s out ] || fail 'a record was printed'
[ ! -e big.codes ] || fail 'there is a file of codes'
is '' "$(find . -name '.tmp-*')" 'the litter'
expect 0 issue big.codes

# fsync or the link fails: no record, and nothing stays.
for call in fsync linkat fchmod; do
    status=0
    strace -f -qq -o /dev/null -e "trace=$call" -e "inject=$call:error=EIO:when=1" \
        scrip issue -C north --key shop.pem --bearer $call.codes --value 1.00CNY --ref $call >out 2>err || status=$?
    is 74 "$status" "the exit status when $call fails"
    [ ! -s out ] || fail "a record was printed although $call failed"
    [ ! -e $call.codes ] || fail "there is a file of codes although $call failed"
done
# The directory cannot be made durable: the codes are there, and the record comes when it is asked for again. The
# main thread makes that call; those before it come from others.
status=0
strace -qq -o /dev/null -e trace=fsync -e inject=fsync:error=EIO:when=1 \
    scrip issue -C north --key shop.pem --bearer b.codes --value 1.00CNY --ref b >out 2>err || status=$?
is 76 "$status" 'the exit status when the name may not be durable'
[ ! -s out ] || fail 'a record was printed although its codes may go'
expect 0 scrip issue -C north --key shop.pem --bearer b.codes --value 1.00CNY --ref b
is "$(value .id)" "$(jq -r .record b.codes)" 'the record'
