#!/bin/sh
# Every code with which a region refuses a refund, a split or a void, and that the refused record leaves no trace.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
other=$(account north other)
bob=$(account south bob)
nobody=0123456789abcdef0123456789abcdef

# refused CODE FILE [TIME]: the record in the file is refused so, now and again, and nothing is kept of it.
refused() {
    for _ in 1 2; do
        expect 1 env SCRIP_NOW="${3-$SCRIP_NOW}" scrip validate <"$2"
        is "rejected $1" "$(value '[.status, .code] | join(" ")')" "the result of $(cat "$2")"
        [ -n "$(value .reason)" ] || fail "no reason is given for $1"
    done
    expect 0 scrip seal
    [ ! -s out ] || fail "a refused record was sealed: $1"
}
# issued OPTION...: issues one voucher to alice, seals, and prints its id.
issued() {
    id=$(scrip issue --key shop.pem --to "$alice" "$@" --submit | jq -r .id)
    scrip seal >/dev/null
    scrip list --owner "$alice" | jq -r "select(.head == \"$id\") | .voucher"
}
# redeemed VOUCHER OPTION...: redeems at the shop, seals, and prints the id of the redemption.
redeemed() {
    voucher=$1
    shift
    scrip redeem --key alice.pem --merchant "$shop" --submit "$@" "$voucher" | jq -r .id
    scrip seal >/dev/null
}
forged() {
    jq -c --arg sig "$(jq -r .sig other.json)" '.sig = $sig' "$1"
}
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip seal >/dev/null
terms='--value 10.00CNY --partial --voidable'
# shellcheck disable=SC2086  # several words
first=$(issued $terms)
redemption=$(redeemed "$first" --amount 4.00CNY)
# shellcheck disable=SC2086  # several words
scrip trade --key alice.pem --to "$other" "$(issued $terms)" >other.json

## refund
# refund OPTION...: a request that brings all that the record takes, so that nothing is looked up.
refund() {
    jq -cn --arg redemption "$redemption" --arg merchant "$shop" --arg voucher "$first" \
        "{redemption: \$redemption, merchant: \$merchant, voucher: \$voucher, amount: 100} | ${1-.}" >request
    scrip refund --key "${2-shop}.pem" - <request
}
refund >record
forged record >bad
refused bad-signature bad
jq -c '.vouchers[0].amount = 101' record >bad
expect 65 scrip validate <bad
is malformed "$(value .code)" 'the code of what was changed'
refund ".vouchers = [\"$first\", \"$first\"] | del(.voucher, .amount) | .vouchers |= map({voucher: ., amount: 1})" >out 2>err && fail 'it wrote the same voucher twice'
refund ".redemption = \"$(jq -r .id other.json)\"" >bad
refused unknown-voucher bad
refund ".merchant = \"$other\"" other >bad
refused not-owner bad
refund '.amount = 401' >bad
refused overspent bad
refund ".voucher = \"$nobody\"" >bad
refused overspent bad
refund '.amount = 9007199254740991' >bad
refused overspent bad
refund '.deadline = "2026-11-20T11:00:00Z"' >bad
refused deadline bad 2026-11-20T11:00:01Z
# The pool: reserved; the chain: duplicate by ref where another record comes, and what is left is overspent.
refund '.amount = 300' >record
refund '.amount = 101' >bad
expect 0 scrip validate <record
expect 1 scrip validate <bad
is reserved "$(value .code)" 'the code while the pool holds the rest'
scrip seal >/dev/null
refused overspent bad
expect 0 scrip validate <record
is already "$(value .reason)" 'the reason'
# Admitted in time, sealed too late.
refund '.deadline = "2026-11-20T11:00:00Z"' >late
expect 0 scrip validate <late
expect 0 env SCRIP_NOW=2026-11-20T11:00:01Z scrip seal
expect 0 scrip show "$(jq -r .id late)"
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'what became of the late refund'
SCRIP_NOW=2026-11-20T11:00:01Z

## split
# split FILTER KEY: a request that brings the head and the owner.
split() {
    scrip list | jq -c --arg voucher "$first" \
        "select(.voucher == \$voucher) | {voucher, head, owner, amounts: [100, .remaining - 100]} | ${1-.}" >request
    scrip split --key "${2-alice}.pem" - <request
}
split >record
forged record >bad
refused bad-signature bad
split ".voucher = \"$nobody\"" >bad
refused unknown-voucher bad
split ".owner = \"$other\"" other >bad
refused not-owner bad
split ".head = \"$(jq -r .id other.json)\"" >bad
refused spent bad
split '.amounts = [100, 501]' >bad
refused overspent bad
split '.amounts = [100, 499]' >bad
refused overspent bad
split '.amounts = [9007199254740991, 9007199254740991]' >bad
refused overspent bad
whole=$(issued --value 10.00CNY)
scrip split --key alice.pem --amounts 1.00CNY,9.00CNY "$whole" >bad
refused overspent bad
# shellcheck disable=SC2086  # several words
short=$(issued $terms --expires 2026-11-20T12:00:00Z)
scrip split --key alice.pem --amounts 1.00CNY,9.00CNY "$short" >bad
refused expired bad 2026-11-20T12:00:01Z
# Reserved for it, spent after it, and twice the same is "already".
scrip redeem --key alice.pem --merchant "$shop" "$first" >redeem.json
expect 0 scrip validate <record
expect 1 scrip validate <redeem.json
is reserved "$(value .code)" 'the code while a split waits'
scrip seal >/dev/null
refused spent redeem.json
expect 0 scrip validate <record
is 'sealed already' "$(value '[.status, .reason] | join(" ")')" 'the result of the same split'
first=$(scrip list --status held | jq -rs 'map(select(.remaining == 500))[0].voucher')

## void
void() {
    jq -cn --arg issuer "$shop" --arg voucher "$first" \
        "{issuer: \$issuer, voucher: \$voucher, reason: \"lost\"} | ${1-.}" >request
    scrip void --key "${2-shop}.pem" - <request
}
void >record
forged record >bad
refused bad-signature bad
void ".voucher = \"$nobody\"" >bad
refused unknown-voucher bad
void ".issuer = \"$other\"" other >bad
refused not-owner bad
void ".voucher = \"$whole\"" >bad
refused not-voidable bad
void '.deadline = "2026-11-20T12:00:00Z"' >bad
refused deadline bad 2026-11-20T12:00:01Z
# All or nothing: one that cannot be withdrawn spoils the record.
void ".vouchers = [\"$first\", \"$whole\"] | del(.voucher)" >bad
refused not-voidable bad
expect 0 scrip validate <record
void '.reason = "again"' >bad
expect 1 scrip validate <bad
is reserved "$(value .code)" 'the code of a second void in the pool'
scrip seal >/dev/null
refused overspent bad
expect 0 scrip validate <record
is 'sealed already' "$(value '[.status, .reason] | join(" ")')" 'the result of the same void'
# Nothing left, by redemption.
first=$short
redeemed "$short" >/dev/null
void >bad
refused overspent bad
# A head of what is withdrawn is spent.
# shellcheck disable=SC2086  # several words
first=$(issued $terms)
split >cut
scrip redeem --key alice.pem --merchant "$shop" "$first" >redeem.json
void >record
expect 0 scrip validate <record
scrip seal >/dev/null
refused spent cut
refused spent redeem.json

## wrong-region: what another region seals does not get into this chain. A region passes it on instead; so the
# sealing region is made to judge what it no longer, or does not alone, has in its custody.
# shellcheck disable=SC2086  # several words
one=$(issued $terms)
# shellcheck disable=SC2086  # several words
two=$(issued $terms)
round
scrip trade --key alice.pem --to "$bob" --submit "$one" >/dev/null || test $? -eq 2
round
scrip seal >/dev/null
round
first=$two
void ".vouchers = [\"$two\", \"$one\"] | del(.voucher) | .owner = \"$alice\"" >bad
refused wrong-region bad
first=$one
split ".owner = \"$alice\"" >bad
refused wrong-region bad
# A void that was admitted gives way to a trade that is sealed elsewhere first: it is let go, and can be asked of the
# other region.
expect 2 scrip validate <<RECORD
$(void)
RECORD
is south "$(value '.waiting_for | join(",")')" 'who seals it now'
# A refund by a merchant of another region, of a redemption that north sealed: a region that does not know the
# redemption passes it to the merchant's region, which does not know it either.
cafe=$(account south cafe)
printf '{"redemption":"%s","merchant":"%s","voucher":"%s","amount":1}\n' "$(jq -r .id other.json)" "$cafe" "$one" >request
scrip refund --key cafe.pem - <request >record
expect 1 scrip validate -C south <record
is unknown-voucher "$(value .code)" 'the code at the merchant'
expect 2 scrip validate -C east <record
is south "$(value '.waiting_for | join(",")')" 'who must answer'
# A deadline is needed wherever it waits, and must not be too far off.
void '.deadline = "2027-01-20T00:00:00Z"' >far
expect 1 scrip validate <far
is policy "$(value .code)" 'the code of a far deadline'
expect 0 scrip verify --full
