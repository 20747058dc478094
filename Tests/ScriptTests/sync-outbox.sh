#!/bin/sh
# A peer's outbox file full of lines that nobody can use: a run goes no further there after some of them, the next one
# goes on behind them, no line is judged twice, and what is of use is taken in the end.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
bob=$(account east bob)
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
voucher=$(scrip list -C north | jq -r .voucher)
expect 2 scrip trade -C north --key alice.pem --to "$bob" --submit "$voucher"
file=$(cd north/public && grep -l "$voucher" outbox/*.jsonl)
grep -h "$voucher" "north/public/$file" >line
cp -R east fresh
junk() {
    awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "{\"n\":%d,\"type\":\"redeem\"}\n", i }'
}
# spoilt N: the trade with other signatures, well formed and made by nobody.
spoilt() {
    awk -v n="$1" '{ at = index($0, "\"sig\":\"") + 6
        for (i = 0; i < n; i++) printf "%s%04d%s\n", substr($0, 1, at), i, substr($0, at + 5) }' line
}
# runs WHAT: syncs with ./peer until the trade is attested. Sets count, in how many runs, and useless, how many lines
# they told to be of no use.
runs() {
    rm -rf trial
    clone fresh trial
    count=0
    : >told
    until grep -q '"attested"' told; do
        count=$((count + 1))
        [ "$count" -lt 20 ] || fail "the trade is not attested after $count runs: $1"
        expect 0 scrip sync -C trial peer
        cat out >>told
    done
    useless=$(jq -s 'map(select(.event == "ignored") | .count // 1) | add // 0' told)
}
mirror() {
    rm -rf peer
    cp -R north/public peer
    chmod -R u+w peer
}

mirror
runs 'without junk'
is '1 0' "$count $useless" 'the runs and useless lines without junk'

mirror
{ junk 3000; cat line; } >"peer/$file"
runs 'with malformed lines before it'
is 3000 "$useless" 'the malformed lines that were told'
[ "$count" -ge 3 ] || fail "3000 malformed lines were gone through in $count runs"
grep -q '"pending"' told || fail 'nothing says that there is more'

mirror
{ spoilt 5000; cat line; } >"peer/$file"
runs 'with badly signed lines before it'
is 5000 "$useless" 'the badly signed lines that were told'
[ "$count" -ge 3 ] || fail "5000 badly signed lines were gone through in $count runs"

# A line that does not end.
mirror
{ head -c 3000000 /dev/zero | tr '\0' '7'; echo; cat line; } >"peer/$file"
runs 'with a line without end before it'
[ "$count" -ge 2 ] || fail "a line of 3 MB was gone through in $count runs"

# What waits before and among the junk is taken once it can be.
mirror
{ cat line; junk 600; } >"peer/$file"
rm -rf peer/segments peer/heads.note
rm -rf trial
clone fresh trial
for _ in 1 2 3 4; do
    expect 0 scrip sync -C trial peer
    ! grep -q '"attested"' out || fail 'what cannot be judged is attested'
done
cp -R north/public/segments peer/
count=0
until grep -q '"attested"' out; do
    count=$((count + 1))
    [ "$count" -lt 9 ] || fail 'what waited before the junk is not taken'
    expect 0 scrip sync -C trial peer
done

# A sync that has gone through it opens it no more.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    expect 0 strace -f -e trace=openat -o trace scrip sync -C trial peer
    grep -q scrip.json trace || fail 'the trace shows nothing'
    ! grep -q "${file#outbox/}" trace || fail 'the file is opened again'
else
    echo 'SKIP sync-outbox: there is no strace that works, so what is opened again is not seen'
fi
