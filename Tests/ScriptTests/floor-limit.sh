#!/bin/sh
# A floor limit: a merchant takes what still awaits another region at its own risk, up to an amount a redemption.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east west >/dev/null
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

# A region that only passed the redemption on tells what the merchant's region has refused: no goods for that.
is 'confirmed' "$(scrip list -C east | jq -r .certainty | sort -u)" 'the vouchers at east'
scrip issue -C north --key shop.pem --to "$alice" --value 20.00CNY --count 4 --submit >/dev/null
scrip seal -C north >/dev/null
round
# shellcheck disable=SC2046  # four ids, four words
set -- $(scrip list -C east --owner "$alice" | jq -r 'select(.value.amount == 2000 and .value.currency == "CNY") | .voucher')
mkdir south/private/hooks
printf '#!/bin/sh\necho stolen\nexit 1\n' >south/private/hooks/validate
chmod 755 south/private/hooks/validate
scrip redeem -C east --key alice.pem --merchant "$cafe" --ref sale-1 "$1" >sale
expect 0 scrip validate -C east --floor-limit 50.00CNY <sale
id=$(jq -r .id sale)
round
refused() {
    is "rejected policy refused by 'south': stolen" "$(value '"\(.status) \(.code) \(.reason)"')" "$1"
}
expect 1 scrip validate -C east --floor-limit 50.00CNY <sale
refused 'the result at east'
expect 1 scrip redeem -C east --key alice.pem --merchant "$cafe" --ref sale-1 --submit --floor-limit 50.00CNY "$1"
refused 'the same redemption again'
rm east/private/index.sqlite*
expect 1 scrip validate -C east --floor-limit 50.00CNY <sale
refused 'the result with a new index'
# As with any refusal the till may try again: another redemption with the same ref, and that is the one from then on.
rm south/private/hooks/validate
expect 0 scrip redeem -C east --key alice.pem --merchant "$cafe" --ref sale-1 --deadline +71h --submit --floor-limit 50.00CNY "$1"
other=$(value .id)
[ "$other" != "$id" ] || fail 'the refused redemption is tried again'
expect 0 scrip redeem -C east --key alice.pem --merchant "$cafe" --ref sale-1 --deadline +70h --submit --floor-limit 50.00CNY "$1"
is "$other already" "$(value '"\(.id) \(.reason)"')" 'the retry asked again'
expect 1 scrip validate -C east --floor-limit 50.00CNY <sale
for region in north south north; do scrip sync -C $region >/dev/null; done
scrip seal -C north >/dev/null
round
is confirmed "$(scrip show -C east "$other" | jq -r .status)" 'the retry'
for region in south east; do
    is 'rejected policy' "$(scrip show -C $region "$id" | jq -r '"\(.status) \(.code)"')" "the refused redemption at $region in the end"
done

# Only who must attest can refuse, and only while it has not attested; and what is sealed is sealed.
scrip sync -C west >/dev/null
mkdir -p peer/outbox
scrip redeem -C north/public --key alice.pem --merchant "$cafe" "$2" >sale
id=$(jq -r .id sale)
expect 0 scrip validate -C west --floor-limit 50.00CNY <sale
forge refusal north/public east "$id" "$SCRIP_NOW" policy >peer/outbox/0000000001.jsonl
forge refusal north/public south "$id" "$SCRIP_NOW" policy | jq -c '.code = "spent"' >>peer/outbox/0000000001.jsonl
cp -R north/public/charter peer/
scrip sync -C west peer >events
is 2 "$(jq -s 'map(select(.event == "ignored") | .count // 1) | add' events)" 'the refusals that do not count'
expect 0 scrip validate -C west --floor-limit 50.00CNY <sale
forge refusal north/public south "$id" "$SCRIP_NOW" policy >peer/outbox/0000000002.jsonl
scrip sync -C west peer >events
is "relayed $id" "$(jq -r 'select(.id) | [.event, .id] | join(" ")' events)" 'the refusal that counts'
expect 1 scrip validate -C west --floor-limit 50.00CNY <sale
expect 2 scrip validate -C north <sale
for region in south north; do scrip sync -C $region >/dev/null; done
# The two words of south stand against each other.
expect 0 scrip sync -C west south/public
is awaiting "$(scrip show -C west "$id" | jq -r .status)" 'the status with both words'
scrip seal -C north >/dev/null
round
expect 0 scrip sync -C west north/public south/public east/public
is confirmed "$(scrip show -C west "$id" | jq -r .status)" 'the status of what was sealed all the same'

# A refusal that is read before its record, as its peer comes first.
printf '#!/bin/sh\nexit 1\n' >south/private/hooks/validate
chmod 755 south/private/hooks/validate
expect 0 scrip redeem -C north --key alice.pem --merchant "$cafe" --submit --floor-limit 50.00CNY "$3"
id=$(value .id)
scrip sync -C south >/dev/null
expect 0 scrip sync -C east south/public north/public
is 'rejected policy' "$(scrip show -C east "$id" | jq -r '"\(.status) \(.code)"')" 'the status at east'
