#!/bin/sh
# A head that a record in the pool names is reserved for it: until it is sealed, refused, or past its deadline.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --count 3 --submit >/dev/null
scrip seal >/dev/null
# shellcheck disable=SC2046  # three ids, three words
set -- $(scrip list --owner "$alice" | jq -r .voucher)

# Two records that change the same voucher: the first one to come has it.
scrip redeem --key alice.pem --merchant "$shop" "$1" >redeem.json
scrip trade --key alice.pem --to "$shop" "$1" "$2" >trade.json
scrip redeem --key alice.pem --merchant "$shop" "$2" >single
expect 0 scrip validate <redeem.json
expect 1 scrip validate <trade.json
is 'rejected reserved' "$(value '[.status, .code] | join(" ")')" 'the result of the second record'
value .reason | grep -q "$1.*$(jq -r .id redeem.json)" || fail "the reason names neither voucher nor record: $(value .reason)"
# The refused record holds nothing: its other voucher is free.
expect 0 scrip validate <single
expect 0 scrip list --status reserved
is "$(printf '%s\n' "$1" "$2" | sort)" "$(value .voucher)" 'the reserved vouchers'
expect 0 scrip list --status held --owner "$alice"
is "$3" "$(value .voucher)" 'the voucher that is free'
# In one stream as well.
cat redeem.json trade.json >both
expect 1 scrip validate <both
is 'admitted rejected' "$(value .status | tr '\n' ' ' | sed 's/ $//')" 'the statuses in one stream'
expect 0 scrip seal
expect 1 scrip validate <trade.json
is spent "$(value .code)" 'the code once it is sealed'
expect 0 scrip list --status reserved
[ ! -s out ] || fail 'something is reserved with nothing in the pool'

# A record that waits for another region reserves, too, and lets go at its deadline.
scrip trade --key alice.pem --to "$bob" --deadline 2026-11-20T12:00:00Z "$3" >away
expect 2 scrip validate <away
is 'awaiting south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the trade to south'
scrip redeem --key alice.pem --merchant "$shop" "$3" >home
expect 1 scrip validate <home
is reserved "$(value .code)" 'the code while the trade waits'
expect 0 scrip show "$3"
is reserved "$(value .status)" 'the status of the voucher'
SCRIP_NOW=2026-11-20T12:00:00Z
expect 0 scrip seal --heartbeat
expect 1 scrip validate <home
is reserved "$(value .code)" 'the code at the deadline'
SCRIP_NOW=2026-11-20T12:00:01Z
expect 0 scrip seal
expect 0 scrip validate <home
is admitted "$(value .status)" 'the status after the deadline'
expect 1 scrip validate <away
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'what became of the trade'
expect 0 scrip seal
is 1 "$(value .count)" 'the records of the block'

# Nobody can reserve for ever.
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --submit >/dev/null
scrip seal >/dev/null
voucher=$(scrip list --owner "$alice" --status held | jq -r .voucher)
scrip trade --key alice.pem --to "$bob" --deadline +31d "$voucher" >record
expect 1 scrip validate <record
value .reason | grep -q 'reservation_days' || fail "the reason is $(value .reason)"
scrip trade --key alice.pem --to "$bob" --deadline +29d "$voucher" >record
expect 2 scrip validate <record
cp north/scrip.json settings
for days in 31 3650 0; do
    jq -c ".reservation_days = $days" settings >north/scrip.json
    refuse 65 'from 1 to 30' scrip seal --heartbeat
done
# What was promised under a longer one stays.
jq -c '.reservation_days = 1' settings >north/scrip.json
expect 0 scrip seal --heartbeat

# Reservations outlive the index, which is a cache.
rm north/private/index.sqlite
scrip redeem --key alice.pem --merchant "$shop" "$voucher" >home
expect 1 scrip validate <home
is reserved "$(value .code)" 'the code with a new index'
