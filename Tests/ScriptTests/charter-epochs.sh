#!/bin/sh
# scrip charter, later epochs: a region is added, keys and the quorum change, and what was signed before stays good.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east >/dev/null
shop=$(account north shop)
bob=$(account south bob)
all='north south east'
round() { exchange $all; }
verified() {
    for region in $all; do
        expect 0 scrip verify -C $region --full
        is 0 "$(value 'select(.type == "summary") | .pending')" "what is pending at $region"
    done
}
status_of() { scrip status -C "$1" | jq -r "select(.type == \"chain\" and .chain == \"$2\") | $3"; }

scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 10.00CNY --count 6 --submit >/dev/null
scrip seal -C north >/dev/null
round
voucher() { scrip list -C north --owner "$shop" --status held | jq -rs ".[$1].voucher"; }

# A draft is that of the epoch after the newest; what is not named stays.
expect 0 scrip charter draft -C north
is 'epoch 2' "$(sed -n 3p out)" 'the epoch of a draft'
is "previous $(scrip charter show --quiet -C north | jq -r .genesis)" "$(sed -n 4p out)" 'what it follows'
sed 4,5d out >now
sed '/^$/q' north/public/charter/1.note | sed '$d' | sed 's/epoch 1/epoch 2/' | sed 4,5d >before
same before now

# Adding a region: the quorum before, the quorum after, and the region itself.
scrip init --federation example.org/vouchers west >west.line
scrip charter draft -C north west.line >draft
expect 2 scrip charter show --quiet -C north draft
is 'west' "$(value '.missing | join(" ")')" 'who must sign'
is '1:2 2:3' "$(value '[.lacking[] | "\(.epoch):\(.votes)"] | join(" ")')" 'what the quorums lack'
refuse 66 'name a region that has it with -C' scrip charter show draft
for region in north south west; do
    expect 0 scrip charter sign -C $region draft
    cp out $region.note
    expect 0 scrip charter sign -C $region draft
    same out $region.note
done
is 600 "$(mode north/private/charter/2.text)" 'the mode of the promise'
expect 2 scrip charter adopt --quiet -C north north.note south.note
[ ! -e north/public/charter/2.note ] || fail 'a charter without all signatures was installed'
expect 2 scrip charter adopt --quiet -C north north.note west.note
is '1:1 2:1' "$(value '[.lacking[] | "\(.epoch):\(.votes)"] | join(" ")')" 'what the quorums lack'
refuse 2 'lacks the signature of west' scrip charter policy -C north north.note
expect 0 scrip charter adopt --quiet -C north north.note south.note west.note
expect 0 scrip charter adopt --quiet -C north north.note south.note west.note
is 2 "$(value .epoch)" 'the epoch adopted'
# A new region takes all charters, from the first on, in any order of files.
refuse 66 'from that of epoch 1 on' scrip charter adopt -C west north/public/charter/2.note
expect 0 scrip charter adopt --quiet -C west north/public/charter/2.note north/public/charter/1.note
same west/public/charter/2.note north/public/charter/2.note
expect 0 scrip charter show --quiet -C west --epoch 1
is 1 "$(value .epoch)" 'the epoch shown'
refuse 66 'no charter of epoch 3' scrip charter show -C west --epoch 3
is 4 "$(scrip charter policy -C west | grep -c '^log ')" 'the logs of the policy'

# Sync brings it to the others. It takes effect in a chain with the first block that names it, which both quorums certify.
all='north south east west'
round
same south/public/charter/2.note north/public/charter/2.note
grep -q '"kind":"charter"' events || fail 'sync does not say that it took a charter'
is 1 "$(status_of east north .epoch)" 'the epoch of a chain without a new block'
is 1 "$(status_of east north .epochs_behind)" 'how far it is behind'
scrip redeem -C north --key shop.pem --merchant "$shop" --submit "$(voucher 0)" >/dev/null
expect 0 scrip seal -C north
is 2 "$(scrip show -C north north/2 | jq .charter)" 'the epoch that the block names'
scrip issue -C north --key shop.pem --to "$shop" --value 10.00CNY --submit >/dev/null
expect 0 scrip seal -C north
# Nothing after it is voted on before both have.
[ ! -e north/public/votes/north/north/0000000/0000000003-0000000003.jsonl ] || fail 'north votes on what follows'
expect 0 scrip sync -C south north
is '2 2' "$(value 'select(.event == "voted" and .chain == "north") | .height' | tr '\n' ' ' | sed 's/ $//')" 'what south votes on'
value 'select(.event == "pending") | .reason' | grep -q 'by the voters of both epochs yet' || fail 'it does not say why it waits'
round
ls north/public/certificates/north/0000000 >names
is '0000000001-1.json 0000000002-1.json 0000000002-2.json 0000000003-2.json' "$(tr '\n' ' ' <names | sed 's/ $//')" 'the certificates'
is '' "$(find . -path '*/votes/west/north/*' -name '0000000001*')" 'votes of the new region on old blocks'
[ -n "$(find south/public/votes/west/north -name '0000000002-*')" ] || fail 'the new voter does not vote'
is "$(status_of east north .size)" "$(status_of east north .confirmed)" 'what is confirmed'
# The new region has a chain, accounts and a say.
carol=$(account west carol)
scrip trade -C north --key shop.pem --to "$carol" --submit "$(voucher 0)" >/dev/null || [ $? -eq 2 ]
round
scrip seal -C north >/dev/null
round
is 1 "$(scrip list -C west --owner "$carol" --certainty confirmed | wc -l)" 'what the account in the new region holds'
scrip redeem -C west --key carol.pem --merchant "$carol" --submit "$(scrip list -C west --owner "$carol" | jq -r .voucher)" >/dev/null
scrip seal -C west >/dev/null
round
is redeemed "$(scrip list -C east --owner "$carol" | jq -r .status)" 'what became of it'
verified

# Keys: new ones are made, signed with both, and the old ones stay for what is still open under them.
scrip charter line -C south --new-log-key >line
expect 0 scrip charter line -C south --new-log-key
same out line
is 600 "$(mode south/private/log-3.pem)" 'the mode of the new key'
scrip charter line -C east --new-witness-key >>line
scrip charter draft -C north --rekey south line >draft
refuse 1 'has not come to epoch 2 there' scrip charter sign -C north draft
expect 0 scrip seal -C south --heartbeat
is '1 2' "$(scrip show -C south south/1 | jq .charter) $(scrip show -C south south/2 | jq .charter)" 'the epochs of a chain that began late'
round
scrip charter draft -C north --rekey south line >draft
grep -q '^rekey south 2 ' draft || fail "the draft does not say where the old key ends: $(cat draft)"
expect 0 scrip charter sign -C south draft
is 2 "$(grep -c '^— example.org/vouchers/south ' out)" 'the signatures of south'
cp out south.note
refuse 75 'adopt that charter first' scrip seal -C south --heartbeat
for region in north east; do scrip charter sign -C $region draft >$region.note; done
expect 2 scrip charter adopt --quiet -C north north.note south.note
is east "$(value '.missing | join(" ")')" 'who must sign'
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note
round
for region in south north; do expect 0 scrip seal -C $region --heartbeat; done
round
scrip seal -C south --heartbeat >/dev/null
round
is 3 "$(scrip show -C south south/3 | jq .charter)" 'the epoch of the first block by the new key'
for chain in south north; do
    is "$(status_of west $chain .size)" "$(status_of west $chain .confirmed)" "what is confirmed of $chain"
done
verified

# The old key alone signs nothing any more.
mv south/private/log-3.pem aside.pem
refuse 77 'are not those of' scrip seal -C south --heartbeat
mv aside.pem south/private/log-3.pem

# The quorum, and a trade that an old key attested.
scrip trade -C north --key shop.pem --to "$bob" "$(voucher 0)" >trade
expect 2 scrip validate -C north <trade
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
is admitted "$(scrip show -C north "$(jq -r .id trade)" | jq -r .status)" 'the trade'
scrip charter line -C south --new-log-key >line
scrip charter draft -C north --quorum 4 line >draft
for region in $all; do scrip charter sign -C $region draft >$region.note; done
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note west.note
round
expect 0 scrip seal -C north --heartbeat
is 'rejected bad-signature' "$(scrip show -C north "$(jq -r .id trade)" | jq -r '[.status, .code] | join(" ")')" 'the trade that the old key attested'
round
is 4 "$(jq -r .verdict <north/public/certificates/north/0000000/0000000006-4.json | grep -c '^— ')" 'the votes of the new quorum'
verified

# Everything from the first epoch on is rebuilt from the files, and a stranger who trusts one charter checks it all.
for region in $all; do expect 0 scrip reindex -C $region; done
verified
expect 0 scrip verify -C east/public --charter north/public/charter/1.note
expect 0 scrip verify -C east/public --charter north/public/charter/3.note
sed '/^$/q' north/public/charter/3.note | sed '$d' | sed 's/^quorum .*/quorum 3/' >other
expect 1 scrip verify -C east/public --charter other
is charter "$(value 'select(.type == "problem") | .code')" 'the problem with another charter'
# One that is absent is pending, with all that it judges.
cp -R east/public copy
rm copy/charter/4.note
expect 0 scrip verify -C copy
[ "$(value 'select(.type == "summary") | .pending')" -gt 2 ] || fail 'what has no charter is not pending'
cp -R east/public bad
chmod u+w bad/charter/4.note
sed 's/^quorum .*/quorum 3/' bad/charter/4.note >changed
rm bad/charter/4.note
cp changed bad/charter/4.note
expect 1 scrip verify -C bad
value 'select(.type == "problem") | "\(.code) \(.file)"' | grep -qx 'charter charter/4.note' || fail 'a charter that was changed is not told'
refuse 65 '4.note' scrip status -C bad
