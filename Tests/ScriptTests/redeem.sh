#!/bin/sh
# scrip redeem: vouchers are spent, and no sale is charged twice.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
SCRIP_REGION=north
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_REGION SCRIP_NOW
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
cafe=$(account south cafe)
scrip accredit --issuer "$shop" --name Shop --submit >out
scrip issue --key shop.pem --to "$alice" --value 100.00CNY --count 2 --partial --submit >out
scrip issue --key shop.pem --to "$bob" --value 7.00CNY --submit >out
scrip seal >out
scrip list --owner "$alice" >vouchers
one=$(sed -n 1p vouchers | jq -r .voucher)
two=$(sed -n 2p vouchers | jq -r .voucher)
head=$(sed -n 1p vouchers | jq -r .head)
bobs=$(scrip list --owner "$bob" | jq -r .voucher)

# The record: everything that is left unless an amount is given.
expect 0 scrip redeem --key alice.pem --merchant "$shop" "$one" "$two"
quiet
is 'redeem 2026-11-23T10:00:00Z null null' "$(value '"\(.type) \(.deadline) \(.ref) \(.memo)"')" 'the record'
is "$alice $shop" "$(value '[.holder, .merchant] | join(" ")')" 'the parties'
is '10000 10000' "$(value '[.vouchers[].amount] | join(" ")')" 'the amounts'
is "$head" "$(value '.vouchers[0].head')" 'the head'
expect 0 scrip redeem --key alice.pem --merchant "$cafe" --amount 30.00CNY --ref till-7/0042 --memo lunch --deadline +1h "$one"
is '3000 till-7/0042 lunch 2026-11-20T11:00:00Z' \
    "$(value '"\(.vouchers[0].amount) \(.ref) \(.memo) \(.deadline)"')" 'the record'

# Mistakes.
refuse 64 'single voucher' scrip redeem --key alice.pem --merchant "$shop" --amount 1.00CNY "$one" "$two"
refuse 64 'is worth CNY, not JPY' scrip redeem --key alice.pem --merchant "$shop" --amount 100JPY "$one"
refuse 64 'no amount' scrip redeem --key alice.pem --merchant "$shop" --amount 30 "$one"
refuse 64 'more than zero' scrip redeem --key alice.pem --merchant "$shop" --amount 0CNY "$one"
refuse 64 '--merchant is missing' scrip redeem --key alice.pem "$one"
refuse 64 'different owners' scrip redeem --key alice.pem --merchant "$shop" "$one" "$bobs"
refuse 66 'is not known' scrip redeem --key alice.pem --merchant "$shop" 0123456789abcdef0123456789abcdef
refuse 65 'no voucher id' scrip redeem --key alice.pem --merchant "$shop" one
refuse 65 'no address' scrip redeem --key alice.pem --merchant shop "$one"
refuse 77 'not the key of' scrip redeem --key bob.pem --merchant "$shop" "$one"

# Requests.
{
    sed -n 1p vouchers
    sed -n 1p vouchers | jq -c '. + {amount: 5, ref: "q"}'
    printf '{"voucher":"%s","amount":"2.50CNY"}\n' "$one"
    printf '{"vouchers":[{"voucher":"%s","amount":1},"%s"],"merchant":"%s"}\n' "$one" "$two" "$cafe"
    printf '{"voucher":"0123456789abcdef0123456789abcdef","owner":"%s","head":"%s","amount":7}\n' "$alice" "$head"
    printf '{"voucher":"0123456789abcdef0123456789abcdef","owner":"%s","head":"%s","amount":"1CNY"}\n' "$alice" "$head"
    printf '{"voucher":"%s","amount":0}\n' "$one"
    printf '{"vouchers":["%s","%s"],"amount":5}\n' "$one" "$two"
    printf '{"voucher":"%s","amount":"1JPY"}\n' "$one"
    for amount in -1 9007199254740992 '"0.00CNY"' '{"amount":0,"currency":"CNY"}' 1.5; do
        printf '{"voucher":"%s","amount":%s}\n' "$one" "$amount"
    done
    printf '{"vouchers":[{"voucher":"%s","amount":0}]}\n' "$one"
} >requests
expect 65 scrip redeem --key alice.pem --merchant "$shop" - <requests
is 'redeem,redeem,redeem,redeem,redeem,unknown-voucher 6,malformed 7,malformed 8,malformed 9,malformed 10,malformed 11,malformed 12,malformed 13,malformed 14,malformed 15' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .type end) | join(",")' out)" 'the answers'
is '10000 5 250 1,10000 7' \
    "$(jq -rs '[.[] | select(.type == "redeem") | [.vouchers[].amount] | map(tostring) | join(",")] | join(" ")' out)" \
    'the amounts'

# A sale: asked twice, charged once, before and after it is sealed, and also with another voucher or amount.
expect 0 scrip redeem --key alice.pem --merchant "$shop" --amount 30.00CNY --ref sale-1 --submit "$one"
is 'admitted null' "$(value '"\(.status) \(.reason)"')" 'the result'
id=$(value .id)
SCRIP_NOW=2026-11-20T10:05:00Z
expect 0 scrip redeem --key alice.pem --merchant "$shop" --amount 30.00CNY --ref sale-1 --submit "$one"
is "admitted already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
expect 0 scrip redeem --key alice.pem --merchant "$shop" --ref sale-1 "$two"
is "admitted already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
scrip seal >out
expect 0 scrip redeem --key alice.pem --merchant "$shop" --amount 30.00CNY --ref sale-1 "$one"
is "sealed already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
cp out earlier
expect 0 scrip validate <earlier
is "sealed already $id" "$(value '"\(.status) \(.reason) \(.id)"')" 'the result'
expect 0 scrip list --owner "$alice"
is '7000 10000' "$(jq -rs 'map(.remaining) | sort | map(tostring) | join(" ")' out)" 'what is left'
# The same number at another merchant is another sale.
expect 2 scrip redeem --key alice.pem --merchant "$cafe" --amount 10.00CNY --ref sale-1 --submit "$one"
is 'awaiting south' "$(value '"\(.status) \(.waiting_for | join(","))"')" 'the result'
expect 2 scrip redeem --key alice.pem --merchant "$cafe" --amount 10.00CNY --ref sale-1 --submit "$one"
is already "$(value .reason)" 'the reason'

# A number that is no UTF-8 is not made the same as another: nothing is signed.
refuse 64 'it is not UTF-8' scrip redeem --key alice.pem --merchant "$shop" --ref "$(printf 'caf\351')" --submit "$one"
refuse 64 'it is not UTF-8' scrip redeem --key alice.pem --merchant "$shop" "--ref=$(printf 'caf\350')" --submit "$two"
expect 0 scrip redeem --key alice.pem --merchant "$shop" --ref "$(printf 'caf\303\251')" "$two"
is "$(printf 'caf\303\251')" "$(value .ref)" 'the ref'

# All of it, and then there is nothing to redeem.
expect 0 scrip redeem --key bob.pem --merchant "$shop" --submit "$bobs"
scrip seal >out
refuse 1 'nothing is left' scrip redeem --key bob.pem --merchant "$shop" "$bobs"
