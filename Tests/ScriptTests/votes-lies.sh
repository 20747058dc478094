#!/bin/sh
# Votes that are signed, and still do not count: those of observers and strangers, of another federation, epoch, height or
# chain, stuffed into one file, or cosigned by somebody else. The regions' own keys sign them, by forge.py.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east hq --observer hq >/dev/null
scrip seal -C north --heartbeat >/dev/null
scrip seal -C south --heartbeat >/dev/null
vote=votes/south/north/0000000/0000000001-0000000001.jsonl

# peer: a mirror of north without hints and certificates.
peer() {
    rm -rf peer
    cp -R north/public peer
    chmod -R u+w peer
    rm -rf peer/heads.note peer/certificates
}
# south's vote, in every field as it should be, counts.
peer
forge vote peer north south
cp "peer/$vote" good.jsonl
clone east trial
expect 0 scrip sync -C trial peer
is '["east","north","south"]' "$(scrip tally -C trial north/1 | jq -c '.classes[0].voters')" 'the voters with a good vote'

# uncounted WHAT: what lies in ./peer gives north's block no vote but east's and north's, and a certificate of theirs.
uncounted() {
    rm -rf trial
    clone east trial
    expect 0 scrip sync -C trial peer
    expect 0 scrip tally -C trial north/1
    is '[["east","north"]] ["south"] 3' "$(value '[(.classes | map(.voters) | tostring), (.silent | tostring), .voters] | join(" ")')" "the tally with $1"
    find trial/public/votes -type f | grep -v '/east/\|/north/' >got || true
    [ ! -s got ] || fail "it was taken over: $1: $(cat got)"
    [ ! -e trial/public/evidence ] || fail "it is evidence: $1"
}
# altered WHAT SED: a vote that south signs with another forge.
altered() {
    peer
    sed "$2" "$(dirname "$0")/forge.py" >forge-other.py
    python3 forge-other.py vote peer north south
    cmp -s "peer/$vote" good.jsonl && fail "nothing was altered: $1"
    uncounted "$1"
}
altered 'another epoch' 's/ncharter 1/ncharter 2/'
altered 'another height in the verdict' 's/nheight {len(heights)}/nheight {len(heights) + 1}/'
altered 'another size before' 's/from {heights\[-1\]}/from {heights[-1] + 1}/'
altered 'another size' 's/nsize {len(lines)}/nsize {len(lines) + 1}/'
altered 'another chain in the verdict' 's|chain {key_hash(public, chain, 3).0.}|chain vouchers.local/south|'
altered 'the cosignature of another' "s/''.join(signature(public, voter, text, 'witness') for voter in voters)/signature(public, 'east', text, 'witness')/"
altered 'the verdict of another' "s/''.join(signature(public, voter, verdict_text) for voter in voters)/signature(public, 'east', verdict_text)/"
altered 'the cosignature by the log key' "s/signature(public, voter, text, 'witness')/signature(public, voter, text)/"
altered 'two verdicts in one note' "s/for voter in voters), (verdict_text/for voter in voters), (verdict_text/; s/signature(public, voter, verdict_text) for voter in voters/signature(public, name, verdict_text) for name in ['south', 'east']/"
altered 'another voter than the folder says' "s/'voter': voter/'voter': 'east'/"

# Observers and strangers sign well, and have no vote.
peer
forge vote peer north hq
uncounted 'the vote of an observer'
peer
forge vote peer north hq
mkdir -p peer/votes/south
mv peer/votes/hq/north peer/votes/south/north
uncounted 'the vote of an observer in the folder of a voter'
mkdir -p west/private
openssl genpkey -algorithm ed25519 -out west/private/log.pem
openssl genpkey -algorithm ed25519 -out west/private/witness.pem
peer
cp peer/charter/1.note charter
sed 's/^region south /region west /' charter >peer/charter/1.note
forge vote peer north west
cp charter peer/charter/1.note
uncounted 'the vote of a stranger'

# A vote of a federation of the same name with other keys; a good one that is copied to another height or chain; twice in
# one file.
mkdir other
scrip init --quiet other/north other/south other/east >/dev/null
scrip seal -C other/north --heartbeat >/dev/null
scrip sync -C other/south other/north >/dev/null
peer
mkdir -p "peer/$(dirname $vote)"
cp "other/south/public/$vote" "peer/$vote"
uncounted 'a vote of another federation'
peer
mkdir -p "peer/$(dirname $vote)"
jq -c '.height = 2' good.jsonl >"peer/$(dirname $vote)/0000000002-0000000002.jsonl"
uncounted 'a vote at another height'
peer
mkdir -p "peer/$(dirname $vote)"
cat good.jsonl good.jsonl >"peer/$vote"
uncounted 'a vote that stands twice'
peer
mkdir -p "peer/$(dirname $vote)"
cat good.jsonl good.jsonl >"peer/$(dirname $vote)/0000000001-0000000002.jsonl"
uncounted 'a vote that stands for two heights'
peer
mkdir -p peer/votes/south/east/0000000
cp good.jsonl peer/votes/south/east/0000000/0000000001-0000000001.jsonl
uncounted 'a vote on another chain'
# Copies of one vote under every name make no quorum: south is still one voter.
peer
for voter in east hq north west; do
    mkdir -p peer/votes/$voter/north/0000000
    chmod -R u+w peer/votes/$voter
    cp -f good.jsonl peer/votes/$voter/north/0000000/0000000001-0000000001.jsonl
done
rm -rf trial
clone south trial
expect 0 scrip sync -C trial peer
is '["south"] ["east","north"]' "$(scrip tally -C trial north/1 | jq -r '[(.classes[0].voters | tostring), (.silent | tostring)] | join(" ")')" 'the tally with copies'
