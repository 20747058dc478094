#!/bin/sh
# scrip wait: until a record is admitted, sealed or confirmed, or cannot be any more, or the time is over.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >/dev/null
shop=$(account north shop)
bob=$(account south bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >result
id=$(jq -r .id result)

# It looks once with no time to wait, and says how far the record came.
expect 0 scrip wait -C north --until admitted --timeout 0s "$id"
is admitted "$(value .status)" 'the status'
expect 2 scrip wait -C north --until sealed --timeout 0s "$id"
is admitted "$(value .status)" 'the status'
before=$(date +%s%N)
expect 2 scrip wait -C north --timeout 1s "$id"
elapsed=$((($(date +%s%N) - before) / 1000000))
[ "$elapsed" -ge 1000 ] || fail "it gave up after $elapsed ms"
[ "$elapsed" -lt 20000 ] || fail "it waited $elapsed ms"

# It goes on when what it waits for comes, whoever does it; it does not burn the processor meanwhile.
(
    sleep 1
    scrip seal -C north >/dev/null
) &
expect 0 scrip wait -C north --until sealed --timeout 1m "$id"
is 'sealed north 1' "$(value '[.status, .chain, .height] | join(" ")')" 'the result'
wait
(
    sleep 2
    scrip sync -C south >/dev/null
    scrip sync -C north >/dev/null
) &
# shellcheck disable=SC2016  # the inner shell expands
expect 0 sh -c 'scrip wait -C north --timeout 1m "$1" && times' wait "$id"
is confirmed "$(head -n 1 out | jq -r .status)" 'the status'
sed -n '$p' out | grep -q '^0m[01]\.' || fail "it took processor time: $(sed -n '$p' out)"
wait
expect 0 scrip wait -C north --until sealed "$id"
is confirmed "$(value .status)" 'the status of what is more than sealed'

# A clock that stands still does not stop the time-out.
expect 2 env SCRIP_NOW=2030-01-01T00:00:00Z scrip wait -C south --until confirmed --timeout 0s "$(
    scrip issue -C north --key shop.pem --to "$bob" --value 1.00CNY >issue.json
    scrip validate -C south <issue.json | jq -r .id)"
is awaiting "$(value .status)" 'the status of a record on its way'

# What cannot be reached any more ends the wait at once.
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --submit >/dev/null
scrip seal -C north >/dev/null
voucher=$(scrip list -C north --owner "$shop" | jq -r .voucher)
scrip trade -C north --key shop.pem --to "$bob" --deadline +1s --submit "$voucher" >trade.json || [ $? -eq 2 ]
(
    sleep 2
    scrip seal -C north --heartbeat >/dev/null
) &
expect 1 scrip wait -C north --timeout 1m "$(jq -r .id trade.json)"
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'the result of a dead record'
wait

# A copy of a public folder is watched, too.
cp -R north/public copy
expect 0 scrip wait -C copy --timeout 0s "$id"

refuse 66 'not known here' scrip wait -C north --timeout 1m 0000000000000000000000000000000000000000000000000000000000000000
refuse 65 'no id' scrip wait -C north --timeout 1m x
refuse 65 'no record id' scrip wait -C north --timeout 1m "$voucher"
refuse 64 'duration' scrip wait -C north --timeout soon "$id"
refuse 64 'duration' scrip wait -C north --timeout 5 "$id"
refuse 64 'duration' scrip wait -C north --timeout +5m "$id"
refuse 64 'until' scrip wait -C north --until rejected "$id"
refuse 66 'no such region' scrip wait -C nowhere "$id"
