#!/bin/sh
# What an old key has attested is sealed under no new charter, also where the seal that steps to it is killed at any call
# that changes files.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
need_strace
calls=$writing_calls
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east >/dev/null
shop=$(scrip keygen --region north --out shop.pem | jq -r .address)
bob=$(scrip keygen --region south --out bob.pem | jq -r .address)
scrip accredit -C north --issuer "$shop" --name 'Corner shop' | scrip validate -C north >/dev/null
for region in north south; do scrip seal -C $region --heartbeat >/dev/null; done
exchange north south east
scrip issue -C north --key shop.pem --to "$shop" --value 50.00CNY --series s --expires 2027-12-31T23:59:59Z >issue
scrip validate -C north <issue >/dev/null
scrip seal -C north >/dev/null
exchange north south east
scrip trade -C north --key shop.pem --to "$bob" "$(jq -r '"\(.id[0:0])"' issue)$(scrip list -C north | jq -r .voucher)" >trade
expect 2 scrip validate -C north <trade
for pair in 'south north' 'north south'; do
    # shellcheck disable=SC2086  # words
    set -- $pair
    scrip sync -C "$1" "$2" >/dev/null
done
id=$(jq -r .id trade)
is admitted "$(scrip show -C north "$id" | jq -r .status)" 'the trade'
scrip charter line -C south --new-log-key >line
scrip charter draft -C north --rekey south line >draft
for region in north south east; do scrip charter sign -C $region draft >$region.note; done
expect 0 scrip charter adopt --quiet -C north north.note south.note east.note

tar -cf north.tar north
restore() {
    find north -mindepth 1 -delete
    tar -xf north.tar
    scrip repair -C north --moved >repaired || fail "repair: $(cat repaired)"
}
restore
strace -f -qq -o trace -e "trace=$calls" scrip seal -C north --heartbeat >/dev/null
count=$(wc -l <trace)
[ "$count" -gt 10 ] || fail "only $count calls were seen"
at=1
while [ "$at" -le "$count" ]; do
    restore
    strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at trace "$at")" \
        scrip seal -C north --heartbeat >/dev/null 2>&1 || true
    for _ in 1 2; do expect 0 scrip seal -C north --heartbeat; done
    is 0 "$(scrip cat -C north north | jq -c 'select(.record.attest)' | wc -l)" "attestations by the old key in blocks, killed at call $at"
    expect 0 scrip show -C north "$id"
    is bad-signature "$(value .code)" "what became of the trade, killed at call $at"
    at=$((at + 1))
done
echo "$((at - 1)) calls"
