#!/bin/sh
# A floor limit: a merchant takes what still awaits another region at its own risk, up to an amount a redemption.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
cafe=$(account south cafe)
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 12 --partial --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100JPY --count 2 --partial --submit >/dev/null
scrip seal -C north >/dev/null
round
# shellcheck disable=SC2046  # twelve ids, twelve words
set -- $(scrip list -C north | jq -r 'select(.value.currency == "CNY") | .voucher')
yen=$(scrip list -C north | jq -rs 'map(select(.value.currency == "JPY"))[0].voucher')
yen2=$(scrip list -C north | jq -rs 'map(select(.value.currency == "JPY"))[1].voucher')

# redeem: to the limit and one over it; the line says what it is all the same.
expect 0 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 50.00CNY --submit --floor-limit 50.00CNY "$1"
is 'awaiting south' "$(value '"\(.status) \(.waiting_for[])"')" 'the result'
quiet
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 50.01CNY --submit --floor-limit 50.00CNY "$2"
is 'awaiting south' "$(value '"\(.status) \(.waiting_for[])"')" 'the result'
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 0.01CNY --submit "$3"
# The total of one record counts, not its parts, and not that of several records.
printf '{"vouchers":[{"voucher":"%s","amount":3000},{"voucher":"%s","amount":2000}]}\n' "$4" "$5" >request
expect 0 scrip redeem -C north --key alice.pem --merchant "$cafe" --submit --floor-limit 50.00CNY - <request
printf '{"vouchers":[{"voucher":"%s","amount":3000},{"voucher":"%s","amount":2001}]}\n' "$6" "$7" >request
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --submit --floor-limit 50.00CNY - <request
# Another currency never counts, however little it is.
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 1JPY --submit --floor-limit 50.00CNY "$yen"
printf '{"vouchers":[{"voucher":"%s","amount":1},{"voucher":"%s","amount":1}]}\n' "$8" "$yen2" >request
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --submit --floor-limit 50.00CNY - <request
# Asked again, it is the same risk.
expect 0 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 50.00CNY --ref till-1 --submit --floor-limit 50.00CNY "$9"
expect 0 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 50.00CNY --ref till-1 --submit --floor-limit 50.00CNY "$9"
is 'awaiting already' "$(value '"\(.status) \(.reason)"')" 'the result'
expect 2 scrip redeem -C north --key alice.pem --merchant "$cafe" --amount 50.00CNY --ref till-1 --submit --floor-limit 49.99CNY "$9"
# Mistakes.
refuse 64 'goes with --submit' scrip redeem -C north --key alice.pem --merchant "$cafe" --floor-limit 50.00CNY "$1"
refuse 64 'no amount' scrip redeem -C north --key alice.pem --merchant "$cafe" --submit --floor-limit 50 "$1"
refuse 64 '2 decimals' scrip validate -C south --floor-limit 50.001CNY </dev/null
refuse 64 'at most 9007199254740991' scrip validate -C south --floor-limit 90071992547409.92CNY </dev/null
refuse 64 'more than zero' scrip validate -C south --floor-limit 0CNY </dev/null

# validate, at the merchant's. A trade is no redemption; what is rejected stays so; the worst line decides.
shift 9
scrip redeem -C north/public --key alice.pem --merchant "$cafe" --amount 50.00CNY "$1" >small
scrip redeem -C north/public --key alice.pem --merchant "$cafe" --amount 50.01CNY "$2" >large
scrip trade -C north/public --key alice.pem --to "$cafe" "$3" >trade
expect 0 scrip validate -C south --floor-limit 50.00CNY <small
is 'awaiting north already' "$(scrip validate -C south <small | jq -r '"\(.status) \(.waiting_for[]) \(.reason)"')" 'the result'
expect 2 scrip validate -C south <small
expect 2 scrip validate -C south --floor-limit 50.00CNY <large
expect 2 scrip validate -C south --floor-limit 50.00CNY <trade
cat small large >both
expect 2 scrip validate -C south --floor-limit 50.00CNY <both
scrip redeem -C north/public --key alice.pem --merchant "$cafe" --amount 10.00CNY "$2" | jq -c --arg sig "$(jq -r .sig large)" '.sig = $sig' >forged
expect 1 scrip validate -C south --floor-limit 50.00CNY <forged
cat forged small >both
expect 1 scrip validate -C south --floor-limit 50.00CNY <both
# What the region knows nothing about is nobody's chosen risk.
printf '{"voucher":"0123456789abcdef0123456789abcdef","head":"%s","owner":"%s","amount":100}\n' "$(jq -r .id small)" "$alice" >request
scrip redeem -C north/public --key alice.pem --merchant "$cafe" - <request >made-up
expect 2 scrip validate -C south --floor-limit 50.00CNY <made-up
is awaiting "$(value .status)" 'the status'
# Nor what names a head that it does not know, as it may be spent.
scrip list -C south | jq -c --arg id "$2" 'select(.voucher == $id) | .amount = 100' | jq -c --arg head "$(jq -r .id small)" '.head = $head' >request
scrip redeem -C south --key alice.pem --merchant "$cafe" - <request >made-up
expect 2 scrip validate -C south --floor-limit 50.00CNY <made-up
# Where nothing is awaited the limit changes nothing.
round
expect 0 scrip seal -C north
round
expect 0 scrip validate -C south --floor-limit 0.01CNY <small
is 'confirmed already' "$(value '"\(.status) \(.reason)"')" 'the result'
