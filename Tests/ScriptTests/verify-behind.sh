#!/bin/sh
# Behind a block that is missing or damaged nothing can be judged; but what a certificate stands for can still be told
# from what was altered, and verify names every such file.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
scrip seal -C north >/dev/null
for _ in 1 2 3 4; do
    scrip issue -C north --key shop.pem --to "$alice" --value 1.00CNY --count 2 --submit >/dev/null
    scrip seal -C north >/dev/null
done
exchange north south east
# The last block has no certificate yet.
scrip issue -C north --key shop.pem --to "$alice" --value 1.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
folder=segments/north/0000000
# edit FILE SED: the block with other lines, in whole gzip.
edit() {
    zcat "$1" | sed "$2" >text
    ! zcat "$1" | cmp -s - text || fail "nothing is changed in $1"
    rm "$1"
    { printf '\037\213\010\0\0\0\0\0\0\377'; gzip -nc <text | tail -c +11; } >"$1"
}
problems() { value 'select(.type == "problem") | [.file, .code] | join(" ")' | sed "s,.*/,," | sort | tr '\n' ' ' | sed 's/ $//'; }
fresh() {
    rm -rf copy
    cp -R north/public copy
    chmod -R u+w copy
}

# A hole: what lies behind it is pending, and no problem.
fresh
rm "copy/$folder/0000000002.seg.gz"
expect 0 scrip verify -C copy
expect 0 scrip verify -C copy --full
[ "$(value 'select(.type == "summary") | .pending')" -gt 0 ] || fail 'nothing is pending'
# An amount, a signature, bytes that are no record; none of them in the last block, for which nobody stands.
for change in 's/"amount":100/"amount":900/' 's/"sig":"./"sig":"_/' '2s/^{/{ /'; do
    fresh
    rm "copy/$folder/0000000002.seg.gz"
    edit "copy/$folder/0000000004.seg.gz" "$change"
    for full in '' --full; do
        # shellcheck disable=SC2086  # no word or one
        expect 1 scrip verify -C copy $full
        is '0000000004.seg.gz root' "$(problems)" "what verify$full names where $change"
    done
    value 'select(.type == "problem") | .reason' | grep -q 'is not the one that was sealed' || fail "the reason: $(cat out)"
done
# Behind a damaged file, and two of them.
fresh
truncate -s -9 "copy/$folder/0000000002.seg.gz"
edit "copy/$folder/0000000003.seg.gz" 's/"amount":100/"amount":900/'
edit "copy/$folder/0000000005.seg.gz" 's/"amount":100/"amount":900/'
expect 1 scrip verify -C copy
is '0000000002.seg.gz framing 0000000003.seg.gz root 0000000005.seg.gz root' "$(problems)" 'what verify names behind a damaged file'
# A repair takes them all from a peer.
clone south trial
chmod -R u+w trial/public
truncate -s -9 "trial/public/$folder/0000000002.seg.gz"
edit "trial/public/$folder/0000000004.seg.gz" 's/"amount":100/"amount":900/'
rm trial/private/index.sqlite*
expect 0 scrip repair -C trial --from north --from east
expect 0 scrip verify -C trial --full

# What was sealed is no alteration, however bad it is: a certificate says so.
fresh
rm -f copy/heads.note
bad=$(zcat "copy/$folder/0000000005.seg.gz" | sed -n 2p | jq -c '.series = "other"')
printf '%s\nno record\n' "$bad" >records
forge block copy north "$(zcat "copy/$folder/0000000006.seg.gz" | head -n 1 | jq -r .time)" records
scrip sync -C south copy >/dev/null
scrip sync -C east copy south >/dev/null
scrip sync -C south east >/dev/null
certificate=south/public/certificates/north/0000000/0000000007-1.json
is 2 "$(jq -r .verdict "$certificate" | grep -c '^invalid ')" 'the invalid records that the certificate names'
rm -rf copy
cp -R south/public copy
chmod -R u+w copy
rm "copy/$folder/0000000002.seg.gz"
expect 0 scrip verify -C copy --full
