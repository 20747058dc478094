#!/bin/sh
# A region forks its chain, and a charter rules which branch stands: a ruling on the wrong one is refused, on the right one
# the chain goes on, and whoever held the other one comes back to it without voting twice.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east west far >/dev/null
genesis=$(scrip charter show --quiet -C north | jq -r .genesis)

# forge DIRECTORY TIME: north's first block once more, empty and of another time, as a peer's folder that shows it.
forge() {
    mkdir -p "$1/segments/north/0000000" "$1/charter"
    cp north/public/charter/1.note "$1/charter/"
    printf '{"charter":1,"count":0,"height":1,"previous":"%s","region":"north","seen":[],"time":"%s","type":"block","v":1}' \
        "$genesis" "$2" >line
    { printf '\0'; cat line; } | openssl dgst -sha256 -binary >root
    printf 'example.org/vouchers/north\n1\n%s\n' "$(base64 <root)" >text
    openssl pkeyutl -sign -inkey north/private/log.pem -rawin -in text -out signature
    hash=$(sed -n 's|^region north voter example.org/vouchers/north+\([0-9a-f]*\)+.*|\1|p' north/public/charter/1.note)
    { printf '%s' "$hash" | sed 's/../\\x&/g' | xargs -0 printf '%b'; cat signature; } | base64 -w 0 >payload
    { cat text; printf '\n— example.org/vouchers/north %s\n' "$(cat payload)"; } >checkpoint
    {
        cat line
        printf '\n'
        jq -cjn --rawfile note checkpoint '{checkpoint: $note, type: "seal"}'
        printf '\n'
    } >block
    # The header of a member says nothing of time, name and system.
    { printf '\037\213\010\0\0\0\0\0\0\377'; gzip -nc <block | tail -c +11; } \
        >"$1/segments/north/0000000/0000000001.seg.gz"
}
scrip seal -C north --heartbeat >/dev/null
forge other 2026-11-20T10:00:01Z
for region in south east far; do scrip sync -C $region north >/dev/null; done
expect 0 scrip sync -C west other
is 1 "$(value 'select(.event == "voted" and .chain == "north") | .height')" 'what west votes on'
root() { scrip show -C "$1" north/1 | jq -r .root; }
[ "$(root west)" != "$(root south)" ] || fail 'there is no fork'

# The wrong branch: where it is held another one may be certified, and elsewhere it is not held.
scrip charter draft -C west --rule north/1 >wrong
grep -q '^rule north 1 ' wrong || fail "the draft does not rule: $(cat wrong)"
refuse 1 'another branch may still be certified: 1 of 5 voters' scrip charter sign -C west wrong
refuse 1 'no block that is held here' scrip charter sign -C south wrong
# The right one, but not before enough is known: south has heard of north and itself.
scrip charter draft -C south --rule north/1 >right
refuse 1 'another branch may still be certified: 2 of 5 voters' scrip charter sign -C south right
[ ! -e south/private/charter/2.text ] || fail 'a draft that was refused is promised'
for region in south east far; do scrip sync -C $region south east far >/dev/null 2>&1 || true; done
for region in south east far; do scrip sync -C $region south east far >/dev/null 2>&1 || true; done
is 1 "$(find south/public/certificates/north -type f | wc -l)" 'the certificates at south'
for region in south east far; do expect 0 scrip charter sign -C $region right && cp out $region.note; done
# Who has forked signs nothing as long as the other branch is about.
refuse 75 'the chain has forked' scrip charter sign -C north right
# West holds the other branch, also when it knows the certificate, which contradicts it.
refuse 1 'no block that is held here' scrip charter sign -C west right
expect 1 scrip sync -C west south
refuse 1 'the certificate of block 1 says otherwise' scrip charter sign -C west wrong
expect 0 scrip charter adopt --quiet -C south south.note east.note far.note
is "north $(root south)" "$(value '.rule[] | "\(.region) \(.root)"')" 'the ruling'

# Everybody takes it up; west puts its branch aside and comes to the other one.
for turn in 1 2 3; do
    for region in south east west far north; do
        # shellcheck disable=SC2046  # words
        scrip sync -C $region $(for peer in north south east west far; do [ $peer = $region ] || echo $peer; done) >events.$region.$turn || true
    done
done
is "$(root south)" "$(root west)" 'the branch that west holds'
[ -n "$(find west/private/quarantine -name 'north-2-0000000001*')" ] || fail 'what west held is gone'
is confirmed "$(scrip show -C west north/1 | jq -r .status)" 'the status of the block'
# The chain goes on in the new epoch, west votes, and nobody has voted twice for one block and epoch.
expect 0 scrip seal -C north --heartbeat
for turn in 1 2; do
    for region in south east west far north; do
        # shellcheck disable=SC2046  # words
        scrip sync -C $region $(for peer in north south east west far; do [ $peer = $region ] || echo $peer; done) >events.$region.$turn || true
    done
done
is confirmed "$(scrip show -C west north/2 | jq -r .status)" 'the status of the next block'
[ -n "$(find south/public/votes/west/north -name '0000000002-*')" ] || fail 'west does not vote'
for region in north south east west far; do
    expect 0 scrip verify -C $region --full
    cat $region/public/votes/*/north/*/*.jsonl | jq -r '[.voter, (.verdict | split("\n")[2:4] | join(" "))] | join(" ")' | sort | uniq -d >twice
    is '' "$(cat twice)" "votes of one voter for one block and epoch at $region"
    expect 0 scrip reindex -C $region
    is confirmed "$(scrip show -C $region north/2 | jq -r .status)" "the status at $region with a new index"
done
# The forged block comes again, and nobody takes it.
scrip sync -C west other >events.west || [ $? -eq 1 ]
is "$(root south)" "$(root west)" 'the branch that west holds'
# Nor does it stop north as long as it lies with a peer.
cp north/scrip.json settings
jq -c '.peers = ["../other"]' settings >north/scrip.json
expect 0 scrip sync -C north other
expect 0 scrip seal -C north --heartbeat
expect 0 scrip repair -C north --from other
expect 0 scrip seal -C north --heartbeat
cp settings north/scrip.json

# Whoever forks again after a ruling has a new proof against it, and is frozen again.
cp -R south/public again
chmod -R u+w again
rm again/segments/north/0000000/0000000002.seg.gz again/heads.note
: >records
python3 "$SCRIP_ROOT/Tests/ScriptTests/forge.py" block again north 2026-11-20T10:00:02Z records
scrip sync -C west again >events.west || [ $? -eq 1 ]
is "evidence fork" "$(jq -r 'select(.event == "evidence") | "\(.event) \(.kind)"' events.west)" 'what west finds of a second fork'
is true "$(scrip status -C west | jq -r 'select(.type == "chain" and .chain == "north") | .frozen')" 'the chain after it'
expect 1 scrip verify -C west
is fork "$(value 'select(.type == "problem") | .code')" 'what verify says of it'
# South hears of it from west.
scrip sync -C south west >events.south || [ $? -eq 1 ]
is true "$(scrip status -C south | jq -r 'select(.type == "chain" and .chain == "north") | .frozen')" 'the chain at south'
