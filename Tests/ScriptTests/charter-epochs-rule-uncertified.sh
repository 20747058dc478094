#!/bin/sh
# A fork of which no branch was certified, since one of those who voted for it had voted for both. A charter rules that one
# stands: its block is confirmed by votes for the quorum of the new epoch, that of a voter who is new in it among them,
# and never by those of the old one, however many there are.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
# Five voters, of whom four make a quorum.
scrip init --quiet --federation example.org/vouchers --quorum two-thirds north south east west far >/dev/null
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
liar_clone north clone
scrip seal -C north >/dev/null
SCRIP_NOW=2026-11-20T10:00:01Z scrip seal -C clone >/dev/null
root() { scrip show -C "$1" north/1 | jq -r .root; }
status_of() { scrip show -C "$1" north/1 | jq -r .status; }
# voters REGION EPOCH: whose votes on the first block of north for the quorum of an epoch a region holds.
voters() {
    cat "$1"/public/votes/*/north/*/*.jsonl | jq -r --arg epoch "charter $2" \
        'select(.height == 1) | select(.verdict | split("\n") | index($epoch)) | .voter' | sort -u | paste -sd ' '
}
certificates() { (cd "$1/public" && find . -path './certificates/north/*/0000000001-*' | sed 's|.*/||' | sort | paste -sd ' '); }
# pull REGION PEER...: a sync, which may tell of the fork.
pull() {
    pulling=$1
    shift
    status=0
    scrip sync -C "$pulling" "$@" >pulled 2>err || status=$?
    [ "$status" -le 1 ] || fail "exit status $status of a sync of $pulling: $(cat err)"
}

# Three vote for one branch, each with no vote but that of north; far is away.
for region in south east west; do expect 0 scrip sync -C $region north; done
for region in south east west; do
    is "$(printf '%s\nnorth\n' $region | sort | paste -sd ' ')" "$(voters $region 1)" "the votes at $region"
done
[ "$(root south)" != "$(root clone)" ] || fail 'there is no fork'
# The proof that north has forked, and has voted for both branches, comes before the fourth vote.
for region in south east west; do
    expect 1 scrip sync -C $region clone
    is "$(printf 'equivocation\nfork')" "$(value 'select(.event == "evidence") | .code' | sort -u)" "the evidence at $region"
done
for region in south east west south; do
    # shellcheck disable=SC2046  # words
    pull $region $(for peer in south east west; do [ $peer = $region ] || echo $peer; done)
done
uncertified() {
    for region in south east west; do
        is 'east north south west' "$(voters $region 1)" "the votes at $region $1"
        is '' "$(certificates $region)" "the certificates at $region $1"
        [ "$(status_of $region)" != confirmed ] || fail "four votes of which one does not count confirm it at $region $1"
    done
}
uncertified 'before the ruling'
expect 1 scrip tally -C south north/1
is '["north"] false' "$(value '[(.contradictory | tostring), .certificate] | join(" ")')" 'the tally at south'

# The charter of epoch 2 rules, and lets new in: of six voters, five make a quorum. Far takes the branch and the votes from
# south, and does not vote on a chain that has forked.
mkdir added
scrip init --quiet --federation example.org/vouchers added/new >new.line
scrip charter draft -C south --rule north/1 new.line >draft
grep -q "^rule north 2 " draft || fail "the draft does not rule: $(cat draft)"
refuse 75 'the chain is here to 0 only' scrip charter sign -C far draft
pull far south
is "$(root south)" "$(root far)" 'the branch that far holds'
is 'east north south west' "$(voters far 1)" 'the votes at far'
for region in south east west far added/new; do expect 0 scrip charter sign -C $region draft && cp out "$(basename $region).note"; done
expect 0 scrip charter adopt --quiet -C south south.note east.note west.note far.note new.note
is "north $(root south)" "$(value '.rule[] | "\(.region) \(.root)"')" 'the ruling'
expect 0 scrip charter adopt --quiet -C added/new south/public/charter/1.note south/public/charter/2.note
# The ruling confirms nothing by itself, and neither do the votes that are there.
for region in east west; do expect 0 scrip charter adopt --quiet -C $region south/public/charter/2.note; done
uncertified 'after the ruling'

# South votes again, for epoch 2; then the others, one after the other, each with all votes of epoch 1 at hand.
votes=
for region in south east west far; do
    # shellcheck disable=SC2086  # words
    pull $region $votes south
    votes="$votes $region"
    # shellcheck disable=SC2086  # words
    is "$(printf '%s\n' $votes | sort | paste -sd ' ')" "$(voters $region 2)" "the votes for epoch 2 at $region"
    is 'east north south west' "$(voters $region 1)" "the votes for epoch 1 at $region"
    is '' "$(certificates $region)" "the certificates at $region after the votes of$votes"
    [ "$(status_of $region)" != confirmed ] || fail "votes of two epochs make a quorum at $region"
done
# All votes of the old epoch with four of the new: none with a new index, either.
expect 0 scrip reindex -C far
pull far south east west
is '' "$(certificates far)" 'the certificates at far with a new index'
# An old vote under the name of one for epoch 2 is none.
cp -R far/public lies
chmod -R u+w lies
cp "$(find lies/votes/north/north -name '0000000001-0000000001.jsonl')" lies/votes/north/north/0000000/0000000001-0000000001-2.jsonl
pull far lies
jq -se 'any(.[]; .event == "ignored" and .file == "votes/north/north/0000000/0000000001-0000000001-2.jsonl")' pulled >/dev/null ||
    fail "nothing is said of an old vote with a new name: $(cat pulled)"
is '' "$(certificates far)" 'the certificates at far with an old vote under a new name'

# The fifth, of the voter that epoch 2 has let in, makes the certificate, which is of epoch 2 and has none of the old votes.
pull added/new far south east west
is 'confirmed 0000000001-2.json' "$(status_of added/new) $(certificates added/new)" 'the block at the new voter'
is '["east","far","new","south","west"]' "$(jq -c '[.verdict | scan("\u2014 example.org/vouchers/([a-z]+) ")[0]] | sort' \
    added/new/public/certificates/north/0000000/0000000001-2.json)" 'the voters of the certificate'
jq -e '.verdict | split("\n") | index("charter 2")' added/new/public/certificates/north/0000000/0000000001-2.json >/dev/null ||
    fail 'the certificate is for another epoch'
for turn in 1 2; do
    for region in south east west far north; do pull $region south east west far added/new; done
done
for region in south east west far north added/new; do
    is 'confirmed 0000000001-2.json' "$(status_of $region) $(certificates $region)" "the block at $region in turn $turn"
done
# The chain goes on, in the new epoch.
expect 0 scrip seal -C north --heartbeat
for turn in 1 2; do
    for region in south east west far added/new north; do pull $region north south east west far added/new; done
done
for region in south east west far north added/new; do
    is confirmed "$(scrip show -C $region north/2 | jq -r .status)" "the next block at $region"
    # What was ruled on is no fault any more; that north has signed two verdicts is one for ever, and the only one.
    expect 1 scrip verify -C $region --full
    is "equivocation" "$(value 'select(.type == "problem") | .code')" "what is wrong at $region"
    cat $region/public/votes/*/north/*/*.jsonl | jq -r '[.voter, (.verdict | split("\n")[2:4] | join(" "))] | join(" ")' | sort | uniq -d >twice
    is '' "$(cat twice)" "votes of one voter for one block and epoch at $region"
done
