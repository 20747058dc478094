#!/bin/sh
# One voucher, redeemed in part in several regions one after the other, is worth what it was worth.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
regions='north south east'
# shellcheck disable=SC2086  # three words
scrip init --quiet $regions >/dev/null
issuer=$(account north issuer)
alice=$(account north alice)
bob=$(account east bob)
away=$(scrip address alice.pem --region south | jq -r .address)
for region in $regions; do account "$region" "shop-$region" >"shop-$region"; done
# rest: everybody syncs and seals until nothing moves.
rest() {
    for _ in 1 2 3; do
        for region in $regions; do
            scrip sync -C "$region" >/dev/null
            scrip seal -C "$region" >/dev/null
        done
    done
}
# waits COMMAND...: it is done now, or once another region has answered.
waits() {
    status=0
    "$@" >out 2>err || status=$?
    case $status in 0 | 2) ;; *) fail "exit status $status: $*: $(cat out err)" ;; esac
    id=$(value .id)
    rest
    for region in $regions; do
        is confirmed "$(scrip show -C "$region" "$id" | jq -r .status)" "the status at $region of: $*"
    done
}
# holds OWNER REGION REMAINING
holds() {
    for region in $regions; do
        is "$1 $2 $3 confirmed" \
            "$(scrip show -C "$region" "$voucher" | jq -r '"\(.owner) \(.custodian) \(.remaining) \(.certainty)"')" "the voucher at $region"
    done
}
scrip accredit -C north --issuer "$issuer" --name Issuer --submit >/dev/null
scrip issue -C north --key issuer.pem --to "$alice" --value 100.00CNY --partial --submit >/dev/null
rest
voucher=$(scrip list -C north | jq -r .voucher)

# At home, at a merchant of home and at one of another region.
waits scrip redeem -C north --key alice.pem --merchant "$(cat shop-north)" --amount 10.00CNY --submit "$voucher"
holds "$alice" north 9000
waits scrip redeem -C north --key alice.pem --merchant "$(cat shop-east)" --amount 0.01CNY --submit "$voucher"
holds "$alice" north 8999
# Alice moves to south, and pays there and at home.
waits scrip trade -C north --key alice.pem --to "$away" --submit "$voucher"
holds "$away" south 8999
waits scrip redeem -C south --key alice.pem --merchant "$(cat shop-south)" --amount 20.00CNY --submit "$voucher"
waits scrip redeem -C south --key alice.pem --merchant "$(cat shop-north)" --amount 0.99CNY --submit "$voucher"
holds "$away" south 6900
# Too much, and from the region that it left.
expect 1 scrip redeem -C south --key alice.pem --merchant "$(cat shop-south)" --amount 69.01CNY --submit "$voucher"
is overspent "$(value .code)" 'the code'
jq -cn --arg voucher "$voucher" --arg head "$(scrip show -C north "$voucher" | jq -r .head)" --arg owner "$alice" \
    '{voucher: $voucher, head: $head, owner: $owner, amount: 1}' >request
expect 1 scrip redeem -C north --key alice.pem --merchant "$(cat shop-north)" --submit - <request
is wrong-region "$(value .code)" 'the code'
# On to Bob in east, who pays in all three, and splits what is left.
waits scrip trade -C south --key alice.pem --to "$bob" --submit "$voucher"
for region in $regions; do
    waits scrip redeem -C east --key bob.pem --merchant "$(cat "shop-$region")" --amount 3.00CNY --submit "$voucher"
done
holds "$bob" east 6000
# One of them is taken back: it is east's to seal, and north's merchant's to sign.
scrip cat -C east east | jq -c --arg merchant "$(cat shop-north)" 'select(.record.merchant == $merchant)' >result
waits scrip refund -C north --key shop-north.pem --submit - <result
waits scrip split -C east --key bob.pem --amounts 59.00CNY,1.00CNY --submit "$voucher"
holds "$bob" east 0
for region in $regions; do
    is '100 300 5900' \
        "$(scrip list -C "$region" --owner "$bob" --status held | jq -rs 'map(.remaining) | sort | map(tostring) | join(" ")')" \
        "what is left at $region"
    is '10000 300' "$(scrip cat -C "$region" | jq -rs '[
        ([.[].record | select(.type == "redeem") | .vouchers[].amount] | add) + 5900 + 100,
        ([.[].record | select(.type == "refund") | .vouchers[].amount] | add)] | map(tostring) | join(" ")')" "the sums at $region"
    expect 0 scrip verify -C "$region" --full
done
