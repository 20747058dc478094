#!/bin/sh
# What liars can do with votes. One of four who calls everything invalid changes nothing. Two of three make a certificate
# that is wrong: the third keeps it, keeps its own state, alarms, and signs nothing until a person has looked. Voters
# who make two certificates that disagree freeze that chain, certified or not, and are named.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW

# shop: a shop at north, with one voucher for alice, sealed and seen by everybody who is named.
shop() {
    shop=$(account north shop)
    alice=$(account north alice)
    scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
    scrip seal -C north >/dev/null
    for region in "$@" "$@"; do scrip sync -C "$region" >/dev/null || [ $? -eq 1 ]; done
    scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --submit >issue.json
    scrip seal -C north >/dev/null
}
# mirror NAME: what a liar shows of north, without its hints.
mirror() {
    rm -rf "$1"
    cp -R north/public "$1"
    chmod -R u+w "$1"
    rm -f "$1/heads.note"
}

# Four voters, a quorum of three, and west, which calls everything invalid.
scrip init --quiet north south east west >/dev/null
shop south east north
mirror lies
forge vote lies north west '3 spent'
for region in south east north; do
    scrip sync -C $region lies south east north >/dev/null || fail "the sync of $region"
done
for region in south east north; do
    scrip sync -C $region lies south east north >/dev/null || fail "the second sync of $region"
    expect 0 scrip tally -C $region north/2
    is 'confirmed east+north+south west' "$(value '[.outcome, (.classes | map(.voters | join("+")))[]] | join(" ")')" "the tally at $region"
    expect 0 scrip wait -C $region --timeout 0s "$(jq -r .id issue.json)"
    expect 0 scrip status -C $region
    expect 0 scrip verify -C $region --full
done
# The liar takes the word back: two verdicts on one block. It is kept, and neither counts.
mirror again
forge vote again north west
expect 1 scrip sync -C south again
is 'equivocation north 2 west' "$(value 'select(.event == "evidence") | [.code, .chain, .height, .signers[]] | join(" ")')" 'the two verdicts'
expect 0 scrip tally -C south north/2
is 'confirmed ["west"] 1' "$(value '[.outcome, (.contradictory | tostring), (.classes | length)] | join(" ")')" 'the tally with two verdicts'
expect 1 scrip verify -C south
is 'equivocation public/evidence' "$(value 'select(.type == "problem") | [.code, (.file | split("/")[:2] | join("/"))] | join(" ")')" 'the problem'
# A cosignature of another time is no contradiction.
mirror later
sed 's/time = 1795168800/time = 1795168801/' "$(dirname "$0")/forge.py" >forge-later.py
python3 forge-later.py vote later north west '3 spent'
clone east other
rm -rf other/private/index.sqlite*
expect 0 scrip sync -C other later
is 0 "$(find other/public/evidence -name '*.json' 2>/dev/null | wc -l)" 'the evidence of a cosignature of another time'

# All three votes are needed, and east has signed two verdicts: the second does not make a quorum either.
rm -rf north south east west ./*.pem lies again later other
scrip init --quiet --quorum two-thirds north south east >/dev/null
shop south east north
mirror one
forge vote one north east '3 spent'
mirror two
forge vote two north east
expect 1 scrip sync -C south one north
is disputed "$(value 'select(.event == "disputed") | .code')" 'the first verdict of east'
expect 1 scrip tally -C south north/2
is disputed "$(value .outcome)" 'the tally with the first verdict'
scrip sync -C south two >sync.out && fail 'two verdicts are no fault'
is 'equivocation' "$(jq -r 'select(.event == "evidence") | .code' sync.out)" 'the evidence'
expect 1 scrip tally -C south north/2
is 'disputed ["east"] false' "$(value '[.outcome, (.contradictory | tostring), .certificate] | join(" ")')" 'the tally with both'
expect 0 scrip reindex -C south
expect 1 scrip tally -C south north/2
is '["east"]' "$(value '.contradictory | tostring')" 'who contradicts themselves, with a new index'

# Three voters, a quorum of two, and two liars.
rm -rf north south east ./*.pem one two
scrip init --quiet north south east >/dev/null
shop south east north
voucher=$(scrip list -C north | jq -r .voucher)
bob=$(account south bob)
scrip redeem -C north --key alice.pem --merchant "$bob" "$voucher" --submit >redeem.json || [ $? -eq 2 ]
mirror liars
rm -rf liars/votes/east/north/0000000/0000000002* liars/certificates/north/0000000/0000000002*
forge certificate liars north east,north '3 spent'
mkdir -p liars/outbox
cp north/public/outbox/* liars/outbox/
chmod -R u+w liars
clone south before
expect 1 scrip sync -C south liars
is 'disputed verdict north 2' "$(value 'select(.event == "disputed") | [.event, .code, .chain, .height] | join(" ")')" 'the alarm of sync'
is 0 "$(value 'select(.event == "voted" or .event == "attested" or .event == "refused") | .event' | wc -l)" 'what was signed'
same liars/certificates/north/0000000/0000000002-1.json south/public/certificates/north/0000000/0000000002-1.json
# The own state stands: the voucher is there and held.
is 'held disputed' "$(scrip list -C south | jq -r '[.status, .certainty] | join(" ")')" 'the own state'
expect 1 scrip status -C south
value 'select(.code == "verdict") | .reason' | grep -q '"north/2" to .acknowledged. in scrip.json' || fail "the alarm does not say what to do: $(cat out)"
for command in 'seal --heartbeat' 'settle --sign'; do
    # shellcheck disable=SC2086
    refuse 75 'ALARMS in scrip-status(1)' scrip ${command%% *} -C south ${command#* }
done
mill=$(account south mill)
refuse 75 'ALARMS in scrip-status(1)' scrip accredit -C south --issuer "$mill" --name Mill
scrip accredit -C before --issuer "$mill" --name Mill >accredit.json
refuse 75 'ALARMS in scrip-status(1)' scrip validate -C south <accredit.json
# Every sync says so, and the alarm outlasts the index.
expect 1 scrip sync -C south liars
is verdict "$(value 'select(.event == "disputed") | .code')" 'the alarm of the next sync'
expect 0 scrip reindex -C south
expect 1 scrip status -C south
refuse 75 'ALARMS in scrip-status(1)' scrip seal -C south --heartbeat
expect 1 scrip verify -C south
is 'verdict north 2' "$(value 'select(.type == "problem") | [.code, .chain, .height] | join(" ")')" 'the problem'
# An operator has looked, and lets it stand.
jq -c '.acknowledged = ["north/3"]' south/scrip.json >settings
cp settings south/scrip.json
refuse 75 'ALARMS in scrip-status(1)' scrip seal -C south --heartbeat
jq -c '.acknowledged = ["north/2"]' south/scrip.json >settings
cp settings south/scrip.json
expect 0 scrip status -C south
is true "$(value 'select(.code == "verdict") | .acknowledged')" 'the alarm that was acknowledged'
expect 0 scrip sync -C south liars
is 'north 2 0' "$(value 'select(.event == "voted") | [.chain, .height, .invalid] | join(" ")')" 'what south votes now'
expect 0 scrip seal -C south --heartbeat
is 'held disputed' "$(scrip list -C south | jq -r '[.status, .certainty] | join(" ")')" 'the own state, still'
jq -c '.acknowledged = ["north/02"]' south/scrip.json >settings
cp settings south/scrip.json
refuse 65 acknowledged scrip status -C south

# The same liars tell somebody else the truth: two certificates of one block.
rm -rf south
clone before south
rm -rf south/private/index.sqlite*
mirror honest
forge certificate honest north east,north
expect 0 scrip sync -C south honest
is 'held confirmed' "$(scrip list -C south | jq -r '[.status, .certainty] | join(" ")')" 'the state with the first certificate'
expect 1 scrip sync -C south liars
is 'certificate north 2 east+north' \
    "$(value 'select(.kind == "certificate") | [.code, .chain, .height, (.signers | join("+"))] | join(" ")')" 'the evidence'
is 'held disputed' "$(scrip list -C south | jq -r '[.status, .certainty] | join(" ")')" 'the state with both'
expect 1 scrip tally -C south north/2
is 'disputed true' "$(value '[.outcome, .certificate] | join(" ")')" 'the tally with both'
expect 1 scrip status -C south
value 'select(.type == "alarm" and .code == "certificate") | .reason' | grep -q "'east', 'north' signed both" || fail "the alarm names nobody: $(cat out)"
is confirmed "$(scrip show -C south north/1 | jq -r .status)" 'the block below'
# South goes on, and what it seals builds on nothing of north's beyond.
expect 0 scrip seal -C south --heartbeat
is '' "$(zcat south/public/segments/south/*/*.gz | jq -r 'select(.type == "block") | .seen[].size' | sort -n | awk '$1 > 2')" 'what south has seen'
expect 1 scrip verify -C south
is certificate "$(value 'select(.type == "problem") | .code')" 'the problem'
expect 0 scrip reindex -C south
is 'held disputed' "$(scrip list -C south | jq -r '[.status, .certainty] | join(" ")')" 'the state with a new index'
