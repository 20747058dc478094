#!/bin/sh
# Where a segment is damaged, who reads says which file it is and answers nothing: what lies before it would look like the
# whole, and what was altered in it like what was verified.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
scrip seal -C north >/dev/null
for _ in 1 2; do
    scrip issue -C north --key shop.pem --to "$alice" --value 1.00CNY --count 2 --submit >/dev/null
    scrip seal -C north >/dev/null
done
exchange north south east
folder=segments/north/0000000
second=$folder/0000000002.seg.gz
id=$(scrip cat -C north north | tail -n 1 | jq -r .id)
# readers REGION STATUS WHAT: each command that reads ends so, prints nothing and names the file.
readers() {
    for words in 'list' 'list --totals' "show $alice" "show $id" 'cat north' 'status' "tally $id" 'settle' \
        'export --format csv' 'report'; do
        # shellcheck disable=SC2086  # words of a command line
        expect "$2" scrip -C "$1" $words
        [ ! -s out ] || fail "$words prints: $(head -n 2 out)"
        is 1 "$(wc -l <err)" "the lines of $words on standard error"
        grep -q "$second: .*$3" err || fail "$words does not name the file: $(cat err)"
    done
}
# A copy for an auditor.
cp -R north/public copy
chmod -R u+w copy
truncate -s -9 "copy/$second"
readers copy 65 'cut off'
expect 1 scrip verify -C copy
grep -q "$second" out || fail 'verify does not name it'
# A hole in a copy is no damage: it may be on its way.
rm "copy/$second"
expect 0 scrip status -C copy
# A region whose index was removed, as anybody may, and one that has it.
clone south trial
chmod -R u+w trial/public
truncate -s -9 "trial/public/$second"
expect 0 scrip list -C trial
rm trial/private/index.sqlite*
readers trial 65 'cut off'
expect 1 scrip doctor -C trial
grep -q "$second" out || fail "doctor does not name it: $(cat out)"
jq '.peers = ["../north"]' trial/scrip.json >settings && cp settings trial/scrip.json
expect 0 scrip repair -C trial
expect 0 scrip list -C trial --totals
is 4 "$(value .vouchers)" 'the vouchers after the repair'
rm trial/private/index.sqlite*
expect 0 scrip list -C trial --totals
# Altered, in whole gzip: the index knows that it is another block.
rm -rf trial
clone south trial
chmod -R u+w trial/public
zcat "trial/public/$second" | sed 's/"amount":100/"amount":900/' >text
{ printf '\037\213\010\0\0\0\0\0\0\377'; gzip -nc <text | tail -c +11; } >"trial/public/$second"
head=$(zcat "trial/public/$second" | sed -n 2p | jq -r .id)
for words in "show $head" "tally $head"; do
    # shellcheck disable=SC2086  # words of a command line
    expect 1 scrip -C trial $words
    [ ! -s out ] || fail "$words prints: $(cat out)"
    grep -q "$second: block 2 in it is not the one that was verified" err || fail "$words: $(cat err)"
done
for words in 'cat north' 'export --format csv'; do
    # shellcheck disable=SC2086  # words of a command line
    expect 1 scrip -C trial $words
    grep -q "$second: block 2 in it is not the one that was verified" err || fail "$words: $(cat err)"
done
printf junk >"trial/public/$second"
expect 1 scrip cat -C trial north
grep -q "$second: " err || fail "cat does not name the file: $(cat err)"
