#!/bin/sh
# Code that others wrote takes what scrip writes: the Go code of Tests/GoChecker, over golang.org/x/mod, checks notes,
# cosignatures, tlog-proofs, receipts, the tlog-policy and every file of an exported tlog-tiles directory.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$SCRIP_ROOT/Tests/ScriptTests/lib.sh"
if ! command -v go >/dev/null || [ ! -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
    echo "SKIP outside: NO OUTSIDE CODE HAS CHECKED ANYTHING: there is no Go with golang.org/x/mod here" \
        "(Debian: apt-get install golang-go golang-golang-x-mod-dev)"
    exit 0
fi
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$(pwd)/cache GOFLAGS=
export GO111MODULE GOPATH GOCACHE GOFLAGS
(cd "$SCRIP_ROOT/Tests/GoChecker" && go vet . && go build -o "$OLDPWD/gochecker" .)
[ -z "$(gofmt -l "$SCRIP_ROOT/Tests/GoChecker")" ] || fail "gofmt would write the checker otherwise"

# The checker itself: the public test data, good proofs and bad ones.
vectors=${SCRIP_VECTORS:-$SCRIP_ROOT/../shared/vectors}
[ -d "$vectors" ] || fail "no public test vectors at '$vectors': put them there, or name their folder in SCRIP_VECTORS"
expect 0 ./gochecker vectors "$vectors/rfc6962-merkle/testdata"
is 'vectors 196, of them refused 184' "$(cat out)" 'what the vectors say'

scrip init north south east --federation example.org/vouchers >/dev/null 2>&1
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
issue() { scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY | scrip validate -C north >result; }
# A chain of more than 256 leaves, in blocks of many sizes: two tiles and a third.
for count in 1 2 5 30 90 200 250; do
    i=0
    while [ $i -lt $count ]; do
        printf '{"to":"%s","value":"1.00CNY"}\n' "$shop"
        i=$((i + 1))
    done | scrip issue -C north --key shop.pem - | scrip validate -C north >result
    scrip seal -C north >/dev/null
done
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null

# Notes by the log keys: charter, heads, checkpoint, verdict.
key() { sed -n "s|^region $1 [a-z]* \([^ ]*\) .*|\1|p" north/public/charter/1.note; }
checked() { # WHAT REGION FILE GOOD OTHERS
    expect 0 ./gochecker note "$(key "$2")" "$3"
    grep -q " $4 good, $5 of others$" out || fail "$1: $(cat out)"
}
checked charter south north/public/charter/1.note 1 2
checked heads north north/public/heads.note 1 0
certificate=$(find north/public/certificates/north -name '*-1.json' | sort | tail -n 1)
jq -rj .checkpoint "$certificate" >checkpoint.note
jq -rj .verdict "$certificate" >verdict.note
checked checkpoint north checkpoint.note 1 2
checked verdict south verdict.note 1 1
tr 7 8 <checkpoint.note >forged.note
expect 1 ./gochecker note "$(key north)" forged.note

# Proofs and receipts of every record, by the policy that charter policy prints.
scrip charter policy -C north >policy
scrip cat -C north north | jq -r .id >ids
sed -n '1p;2p;40p;100p;$p' ids >some
while read -r id; do
    scrip prove -C south --tlog-proof "$id" >proof
    expect 0 ./gochecker proof policy proof
done <some
# shellcheck disable=SC2046  # the ids are words
scrip prove -C south $(cat ids) >receipts
expect 0 ./gochecker receipt policy receipts
is "$(wc -l <ids)" "$(grep -c '^receipt example.org/vouchers/north index [0-9]* valid$' out)" 'the valid receipts'
# What is no proof is none here, either.
head -n 1 receipts | jq -rj .proof >proof
expect 0 ./gochecker proof policy proof
for change in 's/^index 1$/index 2/' '/witness/d' 's/^extra ..../extra AAAA/' '4d' '1s/v1/v2/'; do
    sed "$change" proof >forged
    cmp -s proof forged && fail "'$change' changes nothing"
    expect 1 ./gochecker proof policy forged
done
# A quorum of three is not there.
sed 's/^group voters 2/group voters 3/' policy >strict
expect 1 ./gochecker proof strict proof
grep -q 'are not the quorum' err || fail "$(cat err)"

# The tiles, with the quorum's cosignatures: 8 blocks, 579 records.
expect 0 scrip export -C south --tiles tiles north
is 587 "$(value .size)" 'the leaves'
expect 0 ./gochecker tiles policy tiles
is 'tiles example.org/vouchers/north size 587 files 7 quorum true' "$(cat out)" 'the tiles'
# The next blocks change nothing that is full, and until others have seen them there is no quorum.
issue
scrip seal -C north >/dev/null
expect 0 scrip export -C north --tiles tiles
expect 0 ./gochecker tiles policy tiles
is 'tiles example.org/vouchers/north size 589 files 7 quorum false' "$(cat out)" 'the tiles of a longer chain'
# The checker sees what is wrong with tiles.
chmod -R u+w tiles
printf 'x' | dd of=tiles/tile/entries/001 bs=1 seek=40 conv=notrunc 2>/dev/null
expect 1 ./gochecker tiles policy tiles
