#!/bin/sh
# A region is lost: its chain ends where a charter says, and its successor seals for what it had in its custody. The lost
# one, which was only cut off, trades the same voucher: exactly one of the two trades is ever confirmed.
# shellcheck disable=SC2086  # names of regions are words
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east west far >/dev/null
shop=$(account north shop)
alice=$(account south alice)
dave=$(account south dave)
carol=$(account east carol)
all='north south east west far'
round() { exchange $all; }
status_of() { scrip status -C "$1" | jq -r "select(.type == \"chain\" and .chain == \"$2\") | $3"; }
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip seal -C north >/dev/null
round
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 4 --voidable --submit >/dev/null ||
    [ $? -eq 2 ]
round
scrip seal -C north >/dev/null
round
is 4 "$(scrip list -C south --owner "$alice" --certainty confirmed | wc -l)" 'what alice holds'
# shellcheck disable=SC2046  # ids, words
set -- $(scrip list -C south --owner "$alice" | jq -r .voucher)
redemption=$(scrip redeem -C south --key alice.pem --merchant "$dave" --submit "$4" | jq -r .id)
scrip seal -C south >/dev/null
round

# South is cut off, and goes on by itself. Far sees it for a moment, and votes.
old=$(scrip trade -C south --key alice.pem --to "$dave" --submit "$1" | jq -r .id)
scrip seal -C south >/dev/null
expect 0 scrip sync -C far south
is 2 "$(value 'select(.event == "voted" and .chain == "south") | .height')" 'what far votes on'
all='north east west far'

# The others draft without it. A voter leaves only retired, and with a successor, as it holds vouchers.
refuse 65 "only with a line 'retire south" scrip charter draft -C north --remove south
refuse 65 'is about a region that is a voter' scrip charter draft -C north --retire south
refuse 65 'is no voter of it' sh -c 'scrip charter draft -C north --remove south --retire south --successor south=south'
scrip charter draft -C north --remove south --retire south >draft
refuse 1 "needs a line 'successor south" scrip charter sign -C north draft
[ ! -e north/private/charter/2.text ] || fail 'a draft that was refused is promised'
scrip charter draft -C north --remove south --retire south/1 --successor south=east >draft
grep -q '^retire south 2 ' draft || fail "the draft does not end the chain: $(cat draft)"
grep -q '^successor south east$' draft || fail 'the draft names no successor'
# What is not held, or is another block, or is not the end of what is certified, is not signed.
sed 's/^retire south 2 /retire south 3 /' draft >beyond
refuse 75 'is here to 2 only' scrip charter sign -C north beyond
sed 's/^\(retire south 2\) .*/\1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' draft >elsewhere
refuse 1 'no block that is held here' scrip charter sign -C north elsewhere
scrip charter draft -C north --remove south --retire south/0 --successor south=east >early
refuse 1 'a certificate covers the chain beyond it' scrip charter sign -C north early
# Who has voted beyond does not sign, nor does who has sealed beyond.
refuse 1 'has voted beyond it' scrip charter sign -C far draft
refuse 1 'has sealed beyond it' scrip charter sign -C south draft
for region in north east; do scrip charter sign -C $region draft >$region.note; done
expect 2 scrip charter adopt --quiet -C north north.note east.note
is '1:1 2:1' "$(value '[.lacking[] | "\(.epoch):\(.votes)"] | join(" ")')" 'what is lacking'
# Two drafts of one epoch: a voter signs one.
scrip charter draft -C north --quorum 4 >second
refuse 1 'has signed another charter of epoch 2' scrip charter sign -C north second
rm north/private/index.sqlite*
refuse 1 'has signed another charter of epoch 2' scrip charter sign -C north second

# The promise holds before the charter does: who signed does not vote beyond the end, also if it sees the block now.
expect 0 scrip sync -C north far
is '' "$(value 'select(.event == "voted" and .chain == "south") | .height')" 'what north votes on'
value 'select(.event == "pending" and .chain == "south") | .reason' | grep -q 'has signed a charter' || fail 'it does not say why'
rm north/private/index.sqlite*
expect 0 scrip sync -C north south
is '' "$(value 'select(.event == "voted" and .chain == "south") | .height')" 'what north votes on with a new index'
[ ! -e north/public/votes/north/south/0000000/0000000002-0000000002.jsonl ] || fail 'north broke its promise'

# West signs: in force. Everywhere the chain ends there, whatever was held beyond.
scrip charter sign -C west draft >west.note
expect 0 scrip charter adopt --quiet -C north north.note east.note west.note
is 'south east' "$(value '.successor[] | "\(.lost) \(.region)"')" 'the successor'
round
for region in $all; do
    is '2 2 2' "$(status_of $region south '"\(.size) \(.confirmed) \(.end)"')" "where the chain ends at $region"
    is "south $alice" "$(scrip show -C $region "$1" | jq -r '"\(.owner)"' | sed 's/^/south /')" "the owner at $region"
    is east "$(scrip show -C $region "$1" | jq -r .custodian)" "the custodian at $region"
done

# The successor seals for what south had: the same voucher that south has traded.
new=$(scrip trade -C east --key alice.pem --to "$carol" --submit "$1" | jq -r .id)
expect 0 scrip seal -C east
round
for region in $all; do
    is confirmed "$(scrip show -C $region "$new" | jq -r .status)" "the trade of the successor at $region"
    is "$carol" "$(scrip show -C $region "$1" | jq -r .owner)" "the owner at $region"
    expect 66 scrip show -C $region "$old"
done
# It refunds what south has redeemed, and withdraws what the issuer asks for; new vouchers go to accounts of the lost region too.
scrip refund -C east --key dave.pem --redemption "$redemption" --submit >/dev/null
scrip void -C north --key shop.pem --reason lost "$2" >void
scrip validate -C north <void >/dev/null || [ $? -eq 2 ]
round
scrip seal -C east >/dev/null
round
is voided "$(scrip show -C west "$2" | jq -r .status)" 'what became of the voided voucher'
is 2 "$(scrip list -C west --owner "$alice" --status held --custodian east --certainty confirmed | wc -l)" 'what alice holds'
for region in $all; do
    expect 0 scrip verify -C $region --full
    is 0 "$(value 'select(.type == "summary") | .pending')" "what is pending at $region"
    expect 0 scrip reindex -C $region
    is confirmed "$(scrip show -C $region "$new" | jq -r .status)" "the trade at $region with a new index"
done

# South comes back: its own block is beyond the end, and nothing that it does counts.
is sealed "$(scrip show -C south "$old" | jq -r .status)" 'the trade of the lost region'
expect 0 scrip sync -C south north east west far
expect 66 scrip show -C south "$old"
is "$carol" "$(scrip show -C south "$1" | jq -r .owner)" 'the owner at south'
refuse 77 'was retired' scrip seal -C south --heartbeat
all='north east west far'
for region in $all; do expect 0 scrip sync -C $region south; done
is 2 "$(status_of north south .size)" 'where the chain ends'
expect 0 scrip verify -C south --full
# Its name is gone for good.
mkdir new
scrip init --federation example.org/vouchers new/south >south.line
refuse 65 'names are never used again' scrip charter draft -C north south.line
