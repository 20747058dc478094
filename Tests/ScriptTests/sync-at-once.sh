#!/bin/sh
# Many commands at once in the same regions, as overlapping cron jobs run: each works or says 75, readers are never
# in the way, nothing is lost or done twice; a killed one is no hindrance.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >/dev/null
shop=$(account north shop)
bob=$(account south bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south >/dev/null
scrip sync -C north >/dev/null

# Who does not want to wait gets 75 while another has the lock; reading takes none.
mkfifo pipe
flock north/private/lock sh -c 'echo held >pipe; sleep 5' &
holder=$!
read -r _ <pipe
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY >record
for command in 'seal' 'sync' 'validate' 'reindex'; do
    refuse 75 'another scrip command' scrip $command -C north --lock-timeout 0 <record
done
for command in 'list' 'status' 'cat' 'tally' 'show north/1'; do
    # shellcheck disable=SC2086  # two words
    expect 0 scrip $command -C north
done
# A holder that is killed leaves nothing behind.
kill -9 "$holder"
pkill -9 -P "$holder" 2>/dev/null || true
wait "$holder" 2>/dev/null || true
expect 0 scrip validate -C north --lock-timeout 30 <record

# Twenty writers and some readers.
worker() {
    for turn in 1 2 3; do
        scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --ref "$1-$turn" >"issue.$1.$turn"
        scrip validate -C north --lock-timeout 60 <"issue.$1.$turn" >"result.$1.$turn" || echo "validate: $?" >>faults
        scrip seal -C north --lock-timeout 60 >>"sealed.$1" || echo "seal: $?" >>faults
        scrip sync -C south --lock-timeout 60 >/dev/null || echo "sync south: $?" >>faults
        scrip sync -C north --lock-timeout 60 >/dev/null || echo "sync north: $?" >>faults
        scrip list -C north >"list.$1" || echo "list: $?" >>faults
        scrip cat -C south >"cat.$1" || echo "cat: $?" >>faults
    done
}
: >faults
workers=
for number in 1 2 3 4 5 6 7 8; do
    worker $number 2>>complaints &
    workers="$workers $!"
done
for process in $workers; do wait "$process" || fail "a worker failed"; done
[ ! -s faults ] || fail "$(sort faults | uniq -c): $(head -n 5 complaints)"
scrip seal -C north >/dev/null
for region in south north south; do scrip sync -C $region >/dev/null; done
is 25 "$(scrip list -C south | jq -s 'map(select(.certainty == "confirmed")) | length')" 'the vouchers at south'
is 25 "$(scrip list -C north | jq -s 'map(select(.certainty == "confirmed")) | length')" 'the vouchers at north'
is "$(scrip status -C north | jq 'select(.chain == "north") | .height')" \
    "$(cat sealed.* | wc -l | awk '{ print $1 + 1 }')" 'the blocks that were printed'
is '' "$(cat sealed.* | jq -r .height | sort | uniq -d)" 'the blocks that were printed twice'
[ -z "$(find north south -name '.tmp-*')" ] || fail 'something is left in staging'
scrip verify -C south --full >/dev/null || fail 'the ledger does not verify'

# Killed at any moment and run again, over and over.
voucher() {
    scrip list -C north --owner "$shop" --status held | jq -rs '.[0].voucher'
}
for delay in 0.005 0.01 0.015 0.02 0.03 0.04 0.06 0.08; do
    scrip trade -C north --key shop.pem --to "$bob" "$(voucher)" >trade.json
    timeout -s KILL $delay scrip validate -C north <trade.json >/dev/null 2>&1 || true
    scrip validate -C north <trade.json >result || [ $? -eq 2 ] || fail "validate after a kill: $(cat result)"
    for region in south north; do
        timeout -s KILL $delay scrip sync -C $region >/dev/null 2>&1 || true
        expect 0 scrip sync -C $region
    done
    timeout -s KILL $delay scrip seal -C north >/dev/null 2>&1 || true
    expect 0 scrip seal -C north
    expect 0 scrip show -C north "$(jq -r .id trade.json)"
    is sealed "$(value .status)" "the trade after kills at $delay s"
done
for region in south north south; do scrip sync -C $region >/dev/null; done
is 8 "$(scrip list -C south --owner "$bob" | jq -s 'map(select(.certainty == "confirmed")) | length')" 'what bob got'
[ -z "$(find north/public south/public -name '.tmp-*')" ] || fail 'litter in public/'
for region in north south; do scrip verify -C $region --full >/dev/null || fail "the ledger of $region does not verify"; done
