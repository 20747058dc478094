#!/bin/sh
# A voucher is spent again before the block of its last change is certified: another region that has to answer holds the
# block, and must neither attest what may yet go nor refuse what is good. Four regions, so that two voters decide nothing.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
regions='north south east west'
# shellcheck disable=SC2086  # the list is made of words
scrip init --quiet $regions >/dev/null
# shellcheck disable=SC2086  # as above
everybody() { exchange $regions; }
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
cafe=$(account south cafe)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >/dev/null
scrip seal -C north >/dev/null
everybody

# Bob has both vouchers by a block that only north and south know.
vouchers=$(scrip list -C north --owner "$alice" | jq -r .voucher)
first=$(echo "$vouchers" | head -n 1)
second=$(echo "$vouchers" | tail -n 1)
scrip redeem -C north --key alice.pem --merchant "$cafe" "$first" >old.json
# shellcheck disable=SC2086  # as above
scrip trade -C north --key alice.pem --to "$bob" --submit $vouchers >trade.json
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
is "$(jq -r .id trade.json)" "$(scrip show -C south "$(jq -r .id trade.json)" | jq -r .id)" 'the trade in south'
is sealed "$(scrip show -C south "$(jq -r .id trade.json)" | jq -r .status)" 'what south says of the trade'

# The merchant's region is asked directly, and by way of the outbox.
scrip redeem -C north --key bob.pem --merchant "$cafe" "$first" >redeem.json
expect 2 scrip validate -C south <redeem.json
is awaiting "$(value .status)" 'what the region of the merchant says of what it cannot tell yet'
quiet
expect 2 scrip redeem -C north --key bob.pem --merchant "$cafe" --submit "$second"
cp out second.json
scrip sync -C south north >news
[ "$(jq -r 'select(.event == "refused") | .id' news)" = '' ] || fail "south refused: $(cat news)"

# The block of the trade becomes certified, then south answers, then north hears of it.
everybody
everybody
scrip seal -C north >/dev/null
everybody
for region in $regions; do
    for id in $(jq -r .id redeem.json) $(jq -r .id second.json); do
        is confirmed "$(scrip show -C "$region" "$id" | jq -r .status)" "the status of $id in $region"
    done
done

# What alice signed when she had it comes too late, and is told so for good.
expect 1 scrip validate -C south <old.json
is spent "$(value .code)" 'the code of a redemption by who had the voucher before'
for region in $regions; do
    expect 0 scrip verify -C "$region" --full
done
