#!/bin/sh
# scrip list: the vouchers of all regions, in the order of their ids, and what the options leave out.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
expect 0 scrip list
[ ! -s out ] || fail 'a voucher before any was issued'
scrip issue --key shop.pem --to "$alice" --value 5.00CNY --count 4 --series tea --expires +30d --submit >/dev/null
scrip issue --key shop.pem --to "$shop" --value 7.00CNY --count 3 --series "caf$(printf '\303\251')" --submit >/dev/null
expect 0 scrip list
[ ! -s out ] || fail 'a voucher before it was sealed'
scrip seal >/dev/null

expect 0 scrip list
quiet
is 7 "$(wc -l <out)" 'the number of vouchers'
value .voucher | sort -c || fail 'the order is not that of the ids'
is 'certainty,custodian,expires,head,issuer,owner,partial,remaining,series,status,transferable,type,value,voidable,voucher' \
    "$(jq -r 'select(.series == "tea") | keys | join(",")' out | sort -u)" 'the fields'
is 'voucher held sealed north' "$(value '[.type, .status, .certainty, .custodian] | join(" ")' | sort -u)" 'what they say'

# Each option alone, and together.
expect 0 scrip list --owner "$alice"
is "4 $alice" "$(wc -l <out) $(value .owner | sort -u)" 'the vouchers of alice'
expect 0 scrip list --series tea
is 4 "$(wc -l <out)" 'the vouchers of the series'
expect 0 scrip list --series te
[ ! -s out ] || fail 'a part of the name of a series matches'
# Names are bytes: the same letters otherwise composed are another name.
expect 0 scrip list --series "caf$(printf '\303\251')"
is 3 "$(wc -l <out)" 'the vouchers of the composed name'
expect 0 scrip list --series "cafe$(printf '\314\201')"
[ ! -s out ] || fail 'names that are composed otherwise match'
expect 0 scrip list --expiring-before +31d
is 4 "$(wc -l <out)" 'the vouchers that expire soon'
expect 0 scrip list --expiring-before 2026-12-20T10:00:00Z
[ ! -s out ] || fail 'a voucher that expires at the time expires before it'
expect 0 scrip list --expiring-before 2026-12-20T10:00:01Z --owner "$shop"
[ ! -s out ] || fail 'a voucher that does not expire'

# Statuses.
# shellcheck disable=SC2046  # four ids, four words
set -- $(scrip list --owner "$alice" | jq -r .voucher)
scrip redeem --key alice.pem --merchant "$shop" --submit "$1" >/dev/null
scrip seal >/dev/null
scrip redeem --key alice.pem --merchant "$shop" --submit "$2" >/dev/null
expect 0 scrip list --status redeemed
is "$1 0" "$(value '[.voucher, .remaining] | join(" ")')" 'the redeemed'
expect 0 scrip list --status reserved
is "$2 500" "$(value '[.voucher, .remaining] | join(" ")')" 'the reserved'
expect 0 scrip list --status held --owner "$alice"
is 2 "$(wc -l <out)" 'the held'
expect 0 scrip list --status held,reserved --owner "$alice"
is 3 "$(wc -l <out)" 'the held and the reserved'
expect 0 scrip list --status voided
[ ! -s out ] || fail 'something is voided'
expect 0 env SCRIP_NOW=2026-12-20T10:00:01Z scrip list --status expired
is 3 "$(wc -l <out)" 'the expired'
refuse 64 'held, reserved, redeemed, voided, expired' scrip list --status sold
refuse 64 'held, reserved, redeemed, voided, expired' scrip list --status held,
refuse 65 'no address' scrip list --owner alice
refuse 65 'no address' scrip list --issuer alice
refuse 64 'sealed, confirmed, disputed' scrip list --certainty sure
refuse 64 'no code of a currency' scrip list --currency yuan
refuse 64 'no name of a region' scrip list --custodian North
refuse 66 'no chain of this federation' scrip list --custodian west
refuse 64 'no time' scrip list --expiring-before tomorrow

# A voucher moves on to another owner, and is listed there alone.
scrip trade --key alice.pem --to "$shop" --submit "$3" >/dev/null
scrip seal >/dev/null
expect 0 scrip list --owner "$alice" --status held
is "$4" "$(value .voucher)" 'what alice holds'
expect 0 scrip list --owner "$shop" --series tea
is "$3" "$(value .voucher)" 'what the shop got'

# Any line is a request.
scrip list --owner "$shop" --series tea | jq -c --arg to "$alice" '.to = $to' >requests
expect 0 scrip trade --key shop.pem --submit - <requests
is admitted "$(value .status)" 'the trade'

# The other region lists what it has taken over.
expect 0 scrip list -C south
[ ! -s out ] || fail 'south knows of vouchers that it has not seen'
scrip sync -C south >/dev/null
expect 0 scrip list -C south
is '7 confirmed' "$(wc -l <out) $(value .certainty | sort -u)" 'the vouchers at south'

# Custodian, issuer, currency, certainty; all options narrow together.
bob=$(account south bob)
cafe=$(account south cafe)
scrip accredit -C south --issuer "$cafe" --name Cafe --submit >/dev/null
scrip issue -C south --key cafe.pem --to "$bob" --value 900JPY --count 2 --series tea --submit >/dev/null
scrip seal -C south >/dev/null
expect 0 scrip list -C south --custodian south
is "2 $cafe JPY" "$(wc -l <out) $(value '[.issuer, .value.currency] | join(" ")' | sort -u)" 'the vouchers at south'
expect 0 scrip list -C south --issuer "$shop" --series tea
is '4 CNY' "$(wc -l <out) $(value .value.currency | sort -u)" 'the tea of the shop'
expect 0 scrip list -C south --currency JPY --series tea
is 2 "$(wc -l <out)" 'the tea in yen'
expect 0 scrip list -C south --certainty sealed
is "2 $bob" "$(wc -l <out) $(value .owner | sort -u)" 'what is not confirmed'
expect 0 scrip list -C south --certainty sealed,confirmed --issuer "$shop" --custodian north --currency CNY --status redeemed
is 2 "$(wc -l <out)" 'what fits all'
expect 0 scrip list -C south --certainty disputed
[ ! -s out ] || fail 'something is disputed'

# Totals: what the lines come to, by issuer, currency and series.
for options in '' '--status held' "--issuer $shop" '--series none'; do
    # shellcheck disable=SC2086  # two words
    scrip list -C south $options | jq -cs 'group_by([.issuer, .value.currency, .series])[]
        | {issuer: .[0].issuer, currency: .[0].value.currency, series: .[0].series, vouchers: length, type: "total",
            value: map(.value.amount) | add, remaining: map(.remaining) | add}' | jq -cS >wanted
    # shellcheck disable=SC2086  # two words
    expect 0 scrip list -C south --totals $options
    quiet
    same wanted out
done

# A reader that goes away early is no reason to complain.
scrip list 2>err | head -n 1 >out
is 1 "$(wc -l <out)" 'the lines of head'
quiet
status=0
scrip list >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
