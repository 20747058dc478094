#!/bin/sh
# Three regions that sync at different times: one after every change, one now and then, one rarely. Whatever the pace,
# every record is confirmed everywhere once the rare one has come by, and before that by the two others.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south east >/dev/null
for region in north south east; do
    eval "shop_$region=\$(account $region shop-$region)"
    eval "holder_$region=\$(account $region holder-$region)"
    eval "shop=\$shop_$region holder=\$holder_$region"
    SCRIP_NOW=2026-11-20T10:00:00Z
    export SCRIP_NOW
    # shellcheck disable=SC2154  # set by eval
    scrip accredit -C $region --issuer "$shop" --name "Shop of $region" --submit >/dev/null
    # shellcheck disable=SC2154
    scrip issue -C $region --key "shop-$region.pem" --to "$holder" --value 10.00CNY --count 8 --submit >/dev/null
    scrip seal -C $region >/dev/null
done

clock() { SCRIP_NOW=$(date -u -d "2026-11-20T10:01:00Z + $minute minutes" +%Y-%m-%dT%H:%M:%SZ); }
# goby: a minute goes by, and each region that syncs in it seals too.
goby() {
    for pace in 'north 1' 'south 3' 'east 10'; do
        region=${pace% *}
        every=${pace#* }
        [ $((minute % every)) = 0 ] || continue
        scrip sync -C "$region" >/dev/null || fail "a sync of $region in minute $minute"
        scrip seal -C "$region" >/dev/null || fail "a seal of $region in minute $minute"
    done
    minute=$((minute + 1))
}

# What happens in which minute. north syncs every minute, south every third, east every tenth; each seals as often.
: >ids
minute=0
while [ "$minute" -lt 40 ]; do
    clock
    # A holder trades to the next region, or redeems there.
    if [ $((minute % 2)) = 0 ]; then
        case $(((minute / 2) % 3)) in
        0) from=north to=south ;;
        1) from=south to=east ;;
        *) from=east to=north ;;
        esac
        voucher=$(scrip list -C $from --status held | jq -r --arg from "$from" \
            'select((.owner | startswith($from)) and .issuer != .owner) | .voucher' | head -n 1)
        eval "merchant=\$shop_$to buyer=\$holder_$to"
        if [ -n "$voucher" ]; then
            # shellcheck disable=SC2154
            if [ $((minute % 4)) = 0 ]; then
                scrip trade -C $from --key holder-$from.pem --to "$buyer" --submit "$voucher" >result || [ $? -eq 2 ]
            else
                scrip redeem -C $from --key holder-$from.pem --merchant "$merchant" --submit "$voucher" >result || [ $? -eq 2 ]
            fi
            jq -r .id result >>ids
        fi
    fi
    goby
done
# Nothing new comes any more; each goes on at its own pace, heartbeats included.
while [ "$minute" -lt 100 ]; do
    clock
    goby
done

[ "$(wc -l <ids)" -ge 15 ] || fail "only $(wc -l <ids) records were made"
for region in north south east; do
    while read -r id; do
        expect 0 scrip show -C $region "$id"
        is confirmed "$(value .status)" "record $id at $region"
    done <ids
    # Every receipt, of each region, is good by the charter alone.
    xargs scrip prove -C $region <ids >receipts
    is "$(wc -l <ids)" "$(wc -l <receipts)" "the receipts of $region"
    scrip verify --receipt receipts --charter $region/public/charter/1.note >proofs || fail "a receipt of $region is no good"
    is confirmed "$(jq -r .status proofs | sort -u)" "what the receipts of $region show"
    scrip verify -C $region --full >/dev/null || fail "$region does not verify"
    is 0 "$(find $region/public/outbox $region/private/pool -type f | wc -l)" "what is left over at $region"
done
for region in south east; do
    for peer in north "$region"; do scrip list -C "$peer" >"list.$peer"; done
    same list.north list.$region
done
