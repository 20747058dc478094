#!/bin/sh
# Receipts: prove prints what verify --receipt judges with nothing but the charter, small, and refused if a bit of it
# is another.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$SCRIP_ROOT/Tests/ScriptTests/lib.sh"
scrip init north south east --federation example.org/vouchers >/dev/null 2>&1
shop=$(account north shop)
alice=$(account north alice)
cafe=$(account south cafe)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 3 --partial | scrip validate -C north >issued
issue=$(jq -r .id issued)

# What is not sealed, not known, or no id, cannot be proved.
refuse 2 "record $issue is admitted, not sealed yet" scrip prove -C north "$issue"
refuse 66 'is not known here' scrip prove -C north "$(printf %064d 7)"
refuse 66 'is not known here' scrip prove -C north "$(printf %032d 7)"
refuse 65 'is no id' scrip prove -C north north/1
refuse 65 'is no id' scrip prove -C north rubbish
scrip seal -C north >/dev/null
refuse 2 'has 1 of the 2 votes that certify it' scrip prove -C north "$issue"
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null

# A receipt, a tlog-proof in it, and the words for a person.
expect 0 scrip prove -C north "$issue"
quiet
mv out issue.receipt
[ "$(wc -l <issue.receipt)" = 1 ] || fail "a receipt is not one line"
jq -e '.type == "receipt" and (keys == ["proof", "type", "verdict"])' issue.receipt >/dev/null || fail "its fields"
jq -rj .proof issue.receipt >issue.tlog-proof
expect 0 scrip prove -C north --tlog-proof "$issue"
same out issue.tlog-proof
is 'c2sp.org/tlog-proof@v1' "$(sed -n 1p issue.tlog-proof)" 'the first line of the proof'
sed -n 's/^extra //p' issue.tlog-proof | base64 -d >leaf
zcat north/public/segments/north/*/*.seg.gz | grep -F "\"id\":\"$issue\"" | tr -d '\n' >line
same leaf line
cp south/public/charter/1.note charter.note
mkdir empty
(cd empty && expect 0 scrip verify --receipt ../issue.receipt --charter ../charter.note)
mv empty/out out
mv empty/err err
complained 'confirmed by '
complained 'that nothing came after is not shown'
is confirmed "$(value .status)" 'the status'
is "$issue" "$(value .id)" 'the id'
is "north 1 2 3 1" "$(value '[.chain, .height, .index, .size, .charter | tostring] | join(" ")')" 'the place'
is 'north south' "$(value '.voters | join(" ")')" 'the voters'
value .time | grep -Eq '^20[0-9-]{8}T[0-9:]{8}Z$' || fail "the time: $(value .time)"
is "$issue" "$(value .record.id)" 'the record'
# The charter may be the region's own, the receipt standard input; --quiet says no words.
expect 0 scrip verify -C east --receipt - --quiet <issue.receipt
quiet
# Any region that holds the block gives the same proof.
scrip prove -C south "$issue" >other.receipt
same issue.receipt other.receipt

# The receipt of one redemption at another region's merchant, at N = 3, in a chain of some length.
for _ in 1 2 3 4 5 6 7; do
    scrip seal -C north --heartbeat >/dev/null
    scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --count 9 | scrip validate -C north >/dev/null
    scrip seal -C north >/dev/null
done
voucher=$(scrip list -C north --owner "$alice" | jq -rs '.[0].voucher')
scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 30.00CNY --ref 'till 7, 2026-11-20, 4711' "$voucher" |
    scrip validate -C north >redeemed || [ $? = 2 ]
redemption=$(jq -r .id redeemed)
refuse 2 'is awaiting, not sealed yet' scrip prove -C north "$redemption"
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
expect 0 scrip prove -C south "$redemption"
mv out redemption.receipt
size=$(wc -c <redemption.receipt)
[ "$size" -le 4096 ] || fail "the receipt of a redemption has $size bytes"
expect 0 scrip verify --receipt redemption.receipt --charter charter.note
is "$redemption" "$(value .id)" 'the redemption'
# A voucher's id means the record that changed it last.
expect 0 scrip prove -C south "$voucher"
same out redemption.receipt
# Every record of every block has a receipt; several ids, several lines, judged one by one.
scrip cat -C south north | jq -r .id >ids
# shellcheck disable=SC2046  # the ids are words
scrip prove -C south $(cat ids) >all.receipts
is "$(wc -l <ids)" "$(wc -l <all.receipts)" 'the number of receipts'
expect 0 scrip verify --receipt all.receipts --charter charter.note
is "$(wc -l <ids)" "$(wc -l <out)" 'the number of answers'
value .id | cmp -s - ids || fail "the answers are not those of the receipts"

# Little CPU: what 50 verifications take, start of the program included.
# shellcheck disable=SC2016  # the inner shell's
sh -c 'i=0; while [ $i -lt 50 ]; do
    scrip verify --receipt redemption.receipt --charter charter.note >/dev/null 2>&1; i=$((i + 1)); done
    awk "{print \$16 + \$17}" /proc/$$/stat >ticks'
ticks=$(cat ticks)
# 100 ticks a second: 50 runs of 20 ms are 100 ticks.
[ "$ticks" -lt 100 ] || fail "50 verifications took $ticks hundredths of a second of CPU"

# Another charter, no charter, a draft, another federation's receipt.
mkdir elsewhere
(cd elsewhere && scrip init north south east --federation example.org/vouchers >/dev/null 2>&1)
refuse 1 'is signed by' scrip verify --receipt issue.receipt --charter elsewhere/north/public/charter/1.note
refuse 66 'there is no such file' scrip verify --receipt issue.receipt --charter nowhere
refuse 66 'there is no such file' scrip verify --receipt nowhere --charter charter.note
refuse 64 'no region is named' scrip verify --receipt issue.receipt
refuse 64 '--receipt goes with --charter alone' scrip verify --receipt issue.receipt --charter charter.note --full
sed '/^$/,$d' charter.note >draft
refuse 65 'lacks the signature' scrip verify --receipt issue.receipt --charter draft
refuse 65 'this is a bare tlog-proof' scrip verify --receipt issue.tlog-proof --charter charter.note
: >nothing
refuse 65 'it is empty' scrip verify --receipt nothing --charter charter.note
# A bad one among good ones.
{ cat issue.receipt; sed 's/"index 2/"index 3/; s/nindex 2/nindex 1/' issue.receipt; cat redemption.receipt; } >mixed
expect 1 scrip verify --receipt mixed --charter charter.note
is 2 "$(wc -l <out)" 'the good receipts among bad ones'
grep -q '^scrip: mixed:2: the record is not in the tree' err || fail "it does not say which: $(cat err)"

# A certificate that says that records are invalid: a block of north with lies in it, which the others have judged. The
# lies are those of forge.py.
cp "$SCRIP_ROOT/Tests/ScriptTests/forge.py" forge.py
cp -R south/public evil
chmod -R u+w evil
rm evil/heads.note
held=$(scrip list -C south --owner "$alice" --status held | jq -r .voucher | sed -n 1p)
scrip redeem -C south --key alice.pem --merchant "$shop" "$held" >good.json
scrip trade -C south --key alice.pem --to "$shop" "$held" >double.json
{ cat good.json double.json; echo '{"type":"nothing"}'; } >records
python3 forge.py block evil north "$(date -u +%Y-%m-%dT%H:%M:%SZ)" records
scrip sync -C south evil >/dev/null
scrip sync -C east south >/dev/null
expect 1 scrip prove -C east "$(jq -r .id double.json)"
complained 'is rejected (spent), and so says its receipt'
mv out rejected.receipt
expect 1 scrip verify --receipt rejected.receipt --charter charter.note
is "rejected spent $(jq -r .id double.json)" "$(value '[.status, .code, .id] | join(" ")')" 'the rejection'
complained 'was rejected (spent) by '
expect 0 scrip prove -C east "$(jq -r .id good.json)"
mv out good.receipt
expect 0 scrip verify --receipt good.receipt --charter charter.note
# What was refused and is in no block.
scrip issue -C south --key cafe.pem --to "$cafe" --value 1.00CNY | scrip validate -C south >refused || [ $? = 1 ]
refuse 66 'is not known here' scrip prove -C south "$(jq -r .id refused)"

# Standard output that cannot be written.
status=0
scrip prove -C south "$issue" >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
status=0
scrip verify --receipt issue.receipt --charter charter.note >/dev/full 2>/dev/null || status=$?
is 74 "$status" 'the exit status with a full standard output'

# The receipts that lie in the fixtures: they verify for ever, and are still made so.
fixtures=$SCRIP_ROOT/fixtures
expect 0 scrip verify --receipt "$fixtures/receipts/honest.receipts" --charter "$fixtures/receipts/charter.note" --quiet
same out "$fixtures/receipts/expected"
scrip cat -C "$fixtures/honest" | jq -r .id >ids
# shellcheck disable=SC2046  # the ids are words
scrip prove -C "$fixtures/honest" $(cat ids) >made
same made "$fixtures/receipts/honest.receipts"

# A copy of the public folder is enough to prove from, and an index is not needed.
cp -R south/public copy
expect 0 scrip prove -C copy "$redemption"
same out redemption.receipt
