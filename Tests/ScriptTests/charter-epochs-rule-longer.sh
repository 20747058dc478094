#!/bin/sh
# A charter rules on a fork, and the branch that lost went on beyond the place that the ruling names: whoever voted there
# signs no second verdict for the earlier quorum on the first block of the new epoch, not even after a repair.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
all='north south east west far'
scrip init --quiet --federation example.org/vouchers $all >/dev/null
liar_clone north twin
scrip seal -C north --heartbeat >/dev/null
for second in 1 2; do SCRIP_NOW=2026-11-20T10:00:0${second}Z scrip seal -C twin --heartbeat >/dev/null; done
SCRIP_NOW=2026-11-20T10:00:10Z
scrip sync -C west twin >/dev/null
is 2 "$(scrip status -C west | jq -r 'select(.chain == "north") | .height')" 'what west holds of the branch that will lose'
rounds() { # COUNT: everybody syncs with everybody, as far as the fork lets them
    for _ in $(seq "$1"); do
        for region in south east west far north; do
            # shellcheck disable=SC2046  # words
            scrip sync -C $region $(for peer in $all; do [ $peer = $region ] || echo $peer; done) >events 2>&1 || true
        done
    done
}
for region in south east far; do scrip sync -C $region north >/dev/null; done
for _ in 1 2; do
    for region in south east far; do scrip sync -C $region south east far >/dev/null 2>&1 || true; done
done
scrip charter draft -C south --rule north/1 >right
for region in south east far; do scrip charter sign -C $region right >$region.note; done
scrip charter adopt --quiet -C south south.note east.note far.note >/dev/null
rounds 3
is "$(scrip show -C south north/1 | jq -r .root)" "$(scrip show -C west north/1 | jq -r .root)" 'the branch that west holds'

# once NAME: nobody but the liar has voted twice for one block and epoch, and verify holds nothing against anybody else.
once() {
    for region in $all; do
        cat $region/public/votes/*/north/*/*.jsonl |
            jq -r '[.voter, (.verdict | split("\n") | .[2:4] + .[6:7] | join(" "))] | join(" ")' | sort -u |
            cut -d ' ' -f 1-5 | uniq -d | grep -v '^north ' >twice || true
        is '' "$(cat twice)" "votes of one voter for one block and epoch at $region, $1"
        ! find $region/public/evidence -name '*.json' -exec jq -r '.a, .b' {} + 2>/dev/null | grep -q 'vouchers/west ' ||
            fail "there is evidence with the signature of west at $region, $1"
        # That north signed two chains, beyond the ruling too, and two verdicts, is so.
        scrip verify -C $region --full >out || [ $? -eq 1 ]
        jq -r 'select(.type == "problem") | "\(.file): \(.reason)"' out |
            grep -v "evidence/[0-9a-f]*.json: 'north' has signed\|^public/votes/north/.* another verdict" >wrong || true
        is '' "$(cat wrong)" "what verify finds at $region, $1"
        expect 0 scrip reindex -C $region
    done
}
# A repair writes west's marks anew, by what it holds then.
cp -R west moved
rm -rf west
mv moved west
refuse 75 'copy' scrip seal -C west --heartbeat
expect 0 scrip repair -C west --from south --from east --from far --from north
expect 0 scrip seal -C north --heartbeat
rounds 3
once 'after the first block of the new epoch'
for region in $all; do
    is confirmed "$(scrip show -C $region north/2 | jq -r .status)" "the first block of the new epoch at $region"
done
[ -n "$(find south/public/votes/west/north -name '0000000002-*')" ] || fail 'west does not vote for the new quorum'
