#!/bin/sh
# A copy of north goes on by itself: it seals other blocks than north and shows them to others. Everybody who sees both
# branches keeps the two statements that prove it, stops voting on that chain, and goes on with the rest.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW

# found: four regions with a shop at north and a mill at south, all confirmed, and a copy of north.
found() {
    rm -rf north south east west hq clone ./*.pem
    scrip init --quiet north south east west hq --observer hq >/dev/null
    shop=$(account north shop)
    mill=$(account south mill)
    bob=$(account south bob)
    eve=$(account east eve)
    scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
    scrip accredit -C south --issuer "$mill" --name Mill --submit >/dev/null
    scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --ref first --submit >/dev/null
    scrip issue -C south --key mill.pem --to "$bob" --value 5.00CNY --submit >/dev/null
    scrip seal -C north >/dev/null
    scrip seal -C south >/dev/null
    round south east west north south east west north
    for region in south east west; do scrip seal -C $region --heartbeat >/dev/null; done
    round south east west north south east west north
    liar_clone north clone
}
# round REGION...: each pulls from all that are told of; nobody need be well, and north must not sign.
round() {
    for region in "$@"; do
        scrip sync -C "$region" south east west north >/dev/null 2>&1 || [ $? -eq 1 ] || [ "$region" = north ] ||
            fail "the sync of $region"
    done
}
# issue REGION-DIRECTORY TEXT: north's shop issues one more.
issue() {
    scrip issue -C "$1" --key shop.pem --to "$shop" --value 2.00CNY --ref "$2" --submit >/dev/null
}
# evidence REGION FILTER
evidence() {
    for file in "$1"/public/evidence/*.json; do
        [ ! -f "$file" ] || jq -r "$2" "$file"
    done
}
# alarms REGION: what status says, one line each.
alarms() {
    status=0
    scrip status -C "$1" >status.out || status=$?
    jq -r 'select(.type == "alarm") | [.code, .chain, (.signers // [] | join("+"))] | join(" ")' status.out | sort
}
# confirms WHAT: a trade between south and east is sealed, certified and used, whatever north does.
confirms() {
    voucher=$(scrip list -C south --owner "$bob" | jq -r .voucher)
    scrip trade -C south --key bob.pem --to "$eve" "$voucher" --submit >trade.json || [ $? -eq 2 ]
    round east
    round south
    scrip seal -C south >/dev/null
    round east west south
    round east west south
    for region in south east west; do
        scrip wait -C $region --timeout 0s "$(jq -r .id trade.json)" >got || fail "the trade at $region after $1: $(cat got)"
        is confirmed "$(jq -r .status got)" "the trade at $region after $1"
    done
    mine=$(account east mine)
    scrip redeem -C east --key eve.pem --merchant "$mine" "$voucher" --submit >redeem.json
    scrip seal -C east >/dev/null
    round south west east
    round south west east
    for region in south east west; do
        scrip wait -C $region --timeout 0s "$(jq -r .id redeem.json)" >got || fail "the redemption at $region after $1"
    done
}

# Two blocks of the same size. South sees one of them, west the other.
found
issue north one
issue clone two
scrip seal -C north >sealed.north
scrip seal -C clone >sealed.clone
is "$(jq .size sealed.north)" "$(jq .size sealed.clone)" 'the size of the blocks'
scrip sync -C south north >/dev/null
scrip sync -C west clone >/dev/null
expect 1 scrip sync -C south west
is 'evidence fork north ["north"]' \
    "$(value 'select(.kind == "fork") | [.event, .code, .chain, (.signers | tostring)] | join(" ")')" 'the event at south'
round west east
round south north west east
for region in south east west north; do
    is 'fork
vote' "$(evidence $region .kind | sort)" "the evidence of $region"
    is 'equivocation north north
fork north north' "$(alarms $region)" "the alarms of $region"
    is 1 "$status" "the exit status of status at $region"
    is true "$(jq -r 'select(.type == "chain" and .chain == "north") | .frozen' status.out)" "north at $region"
    is 0 "$(jq -r 'select(.type == "chain" and .chain != "north" and .frozen)' status.out | wc -l)" "the others at $region"
done
# Both statements are checkpoints of one size, each signed by north alone.
evidence west 'select(.kind == "fork") | .a' >a
evidence west 'select(.kind == "fork") | .b' >b
is "$(sed -n 2p a)" "$(sed -n 2p b)" 'the sizes'
[ "$(sed -n 3p a)" != "$(sed -n 3p b)" ] || fail 'the roots are the same'
# The honest voters signed one thing each, and appear nowhere.
is 'vouchers.local/north' "$(evidence east '.a, .b' | sed -n 's/^— \([^ ]*\) .*/\1/p' | sort -u)" 'who signed the evidence'

# What was not certified is disputed, and stays where it is; what was is confirmed.
id=$(scrip list -C south --owner "$shop" | jq -r 'select(.certainty == "disputed") | .voucher')
[ -n "$id" ] || fail 'nothing is disputed at south'
expect 1 scrip tally -C south north/2
is 'disputed true' "$(value '[.outcome, (.reason | contains("frozen"))] | join(" ")')" 'the tally'
expect 0 scrip show -C south north/2
is disputed "$(value .status)" 'the block in show'
is confirmed "$(scrip show -C south north/1 | jq -r .status)" 'the block below'
expect 1 scrip verify -C east
value 'select(.type == "problem") | [.code, .chain] | join(" ")' | sort >got
printf '%s\n' 'equivocation north' 'fork north' >wanted
same wanted got

# North itself is told, and neither seals nor admits; what it is told is what to do.
refuse 75 'make sure that nobody else runs this region' scrip seal -C north --heartbeat
scrip issue -C north --key shop.pem --to "$shop" --value 2.00CNY >more.json
refuse 75 'frozen by evidence' scrip validate -C north <more.json

# Everything else goes on.
confirms 'a fork with blocks of one size'
# Nobody votes on north, nor builds on it any further.
scrip seal -C clone --heartbeat >/dev/null 2>&1 || true
scrip sync -C west clone >/dev/null || [ $? -eq 1 ]
is 2 "$(scrip status -C west | jq -r 'select(.type == "chain" and .chain == "north") | .voted[] | select(.voter == "west") | .height')" 'the votes of west'
for region in south east; do
    zcat $region/public/segments/$region/*/*.seg.gz | jq -r 'select(.type == "block") | .seen[] | select(.region == "north") | .size'
done | sort -un >got
echo 3 >wanted
same wanted got

# With nothing new, a sync costs nothing and says nothing; the alarm stays, also with a new index.
round south east west
expect 0 scrip sync -C south east west
is 0 "$(value 'select(.event == "evidence" or .event == "voted") | .event' | wc -l)" 'the events of one more sync'
expect 0 scrip reindex -C south
is 'equivocation north north
fork north north' "$(alarms south)" 'the alarms of south with a new index'
is true "$(jq -r 'select(.type == "chain" and .chain == "north") | .frozen' status.out)" 'north with a new index'
# An operator who has looked says so; then status is quiet about it.
jq -c --argjson names "$(find south/public/evidence -name '*.json' | sed 's|.*/||; s/\.json$//' | jq -Rsc 'split("\n")[:-1]')" \
    '.acknowledged = $names' south/scrip.json >settings
mv settings south/scrip.json
expect 0 scrip status -C south
is '2 true' "$(value 'select(.type == "alarm") | .acknowledged' | sort | uniq -c | awk '{print $1, $2}')" 'the alarms that were acknowledged'

# Only new evidence: a peer has nothing else that is new, and its hint says so.
clone east fresh
chmod -R u+w fresh/public/evidence
rm -rf fresh/public/evidence fresh/private/index.sqlite*
is 0 "$(scrip status -C fresh | jq 'select(.type == "alarm")' | wc -l)" 'the alarms without the evidence'
expect 1 scrip sync -C fresh south
is 2 "$(value 'select(.event == "evidence" and .peer == "south") | .file' | wc -l)" 'the evidence that came alone'
same "$(find south/public/evidence -name '*.json' | sort | head -n 1)" "$(find fresh/public/evidence -name '*.json' | sort | head -n 1)"
sed -n 's/^evidence //p' fresh/public/heads.note >got
echo 2 >wanted
same wanted got

# Blocks of different sizes have no checkpoint in common. Two proofs of the first leaf that differs show it.
found
issue north one
for number in 1 2 3 4 5 6 7 8; do issue clone "other $number"; done
scrip seal -C north >/dev/null
scrip seal -C clone >/dev/null
# Each branch goes on, so that the fork lies some blocks back.
for number in 1 2 3; do
    scrip seal -C north --heartbeat >/dev/null
    scrip seal -C clone --heartbeat >/dev/null
done
scrip sync -C south north >/dev/null
scrip sync -C west clone >/dev/null
expect 1 scrip sync -C west south
is 'evidence fork' "$(value 'select(.kind == "fork") | [.event, .code] | join(" ")')" 'the event at west'
evidence west 'select(.kind == "fork") | .a' >a
evidence west 'select(.kind == "fork") | .b' >b
for file in a b; do
    is 'c2sp.org/tlog-proof@v1' "$(sed -n 1p $file)" 'the form of a statement'
    is 'index 3' "$(sed -n 3p $file)" 'the leaf that is proven'
    sed -n 's/^extra //p' $file | base64 -d | jq -e '.type == "block" and .height == 2' >/dev/null ||
        fail "the leaf is not the block line: $(cat $file)"
done
round south east west
for region in south east west; do
    alarms $region | grep -qx 'fork north north' || fail "$region has no alarm: $(alarms $region)"
done
confirms 'a fork with blocks of different sizes'

# A certificate for one branch stands; whoever holds the other one is told that its own is frozen, not that it is wrong.
found
issue north one
issue clone two
scrip seal -C north >/dev/null
scrip seal -C clone >/dev/null
scrip sync -C west clone >/dev/null
scrip sync -C south north >/dev/null
scrip sync -C east north south >/dev/null
scrip sync -C south east >/dev/null
is confirmed "$(scrip show -C south north/2 | jq -r .status)" 'the branch with a quorum'
expect 1 scrip sync -C west south
is 0 "$(value 'select(.code == "verdict")' | wc -l)" 'the alarms of west about itself'
is disputed "$(scrip show -C west north/2 | jq -r .status)" 'the other branch'
scrip seal -C west --heartbeat >/dev/null
round south east west
is confirmed "$(scrip show -C south north/2 | jq -r .status)" 'the branch with a certificate, once the fork is known'
alarms south | grep -qx 'fork north north' || fail 'south has no alarm'
confirms 'a fork of which one branch is certified'
# The other branch is not taken in the place of the certified one: hq has the certificate, and is shown another block.
cp -R east/public partial
chmod -R u+w partial
rm -rf partial/heads.note partial/evidence partial/segments/north/0000000/0000000002.seg.gz
expect 0 scrip sync -C hq partial
expect 1 scrip sync -C hq clone
is 1 "$(scrip status -C hq | jq -r 'select(.type == "chain" and .chain == "north") | .height')" 'the height of north with the other branch at hand'
alarms hq | grep -qx 'fork north north' || fail "a certificate and a block of the other branch are no evidence: $(alarms hq)"
expect 1 scrip sync -C hq south
is vote "$(value 'select(.event == "evidence") | .kind')" 'what else south knows'
is confirmed "$(scrip show -C hq north/2 | jq -r .status)" 'the certified block'
# The own files are enough to find it again: a certificate for another tree than the one held.
rm -rf again
clone west again
chmod -R u+w again/public/evidence
rm -rf again/public/evidence again/private/index.sqlite*
expect 0 scrip reindex -C again
alarms again | grep -qx 'fork north north' || fail "the own files are no evidence: $(alarms again)"
