#!/bin/sh
# The journals that scrip settle and scrip export print, read by hledger: it accepts them, strictly, and its balances
# are those of scrip.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
command -v hledger >/dev/null || {
    echo 'SKIP settle-hledger: there is no hledger here (Debian: apt-get install hledger)'
    exit 0
}
LC_ALL=C.UTF-8
export LC_ALL

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
everybody() {
    for round in 1 2 3 4; do
        for region in north south east; do scrip sync --quiet -C "$region" >/dev/null; done
        for region in north south east; do scrip seal -C "$region" >/dev/null; done
    done
    : "$round"
}
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
cafe=$(account south cafe)
bar=$(account east bar)
issue() { scrip issue -C north --key shop.pem --to "$alice" --partial --submit "$@" >/dev/null; }
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
issue --value 100.00CNY --count 3 --series 'tea: 茶  (50%); "x"'
issue --value 500JPY --count 2
issue --value 10.000KWD --count 1 --series tea
issue --value 7.25P2P --count 1 --series tea
issue --value 5.00CNY --count 2 --series short --expires 2026-11-21T00:00:00Z
# The largest amount there is, twice: their sum is no integer of JSON any more.
for ref in first second; do issue --value 90071992547409.91BIG --count 1 --series big --ref $ref; done
everybody
of() { scrip list -C north --status held --owner "$alice" | jq -r --arg c "$1" 'select(.value.currency == $c) | .voucher'; }
pay() { scrip redeem "$@" --submit >/dev/null || [ $? -eq 2 ]; }
scrip list -C north --status held | jq -r 'select(.series | startswith("tea:")?) | .voucher' >tea
scrip list -C north --status held | jq -r 'select(.series == "short") | .voucher' >short
pay -C north --key alice.pem --merchant "$cafe" --amount 30.00CNY "$(sed -n 1p tea)"
pay -C north --key alice.pem --merchant "$bar" --amount 0.05CNY "$(sed -n 2p tea)"
pay -C north --key alice.pem --merchant "$shop" --amount 1.00CNY "$(sed -n 1p short)"
pay -C north --key alice.pem --merchant "$bar" --amount 123JPY "$(of JPY | head -n 1)"
pay -C north --key alice.pem --merchant "$cafe" --amount 1.005KWD "$(of KWD)"
pay -C north --key alice.pem --merchant "$cafe" "$(of P2P)"
of BIG >bigs
while read -r big; do pay -C north --key alice.pem --merchant "$cafe" "$big"; done <bigs
scrip trade -C north --key alice.pem --to "$bob" --price 80.00CNY "$(sed -n 3p tea)" |
    scrip accept -C north --key bob.pem - | scrip validate -C north >/dev/null || [ $? -eq 2 ]
everybody
SCRIP_NOW=2026-11-22T10:00:00Z
for region in north south east; do scrip seal -C $region --heartbeat >/dev/null; done
everybody

scrip settle -C south >settlement
scrip settle -C south --format hledger >settlement.journal
hledger -f settlement.journal check --strict ordereddates
for region in north south east; do
    for currency in CNY JPY KWD P2P; do
        net=$(jq -r --arg r $region --arg c $currency 'select(.type == "balance" and .region == $r and .currency == $c).net' settlement)
        booked=$(hledger -f settlement.journal balance -N --flat -O csv "regions:$region" "cur:$currency" |
            awk -F'","' 'NR > 1 { split($2, part, " "); gsub(/\./, "", part[1]); s += part[1] } END { print s + 0 }')
        is "${net:-0}" "$booked" "the balance of $region in $currency"
    done
done

is '-18014398509481982' "$(jq -r 'select(.type == "balance" and .region == "north" and .currency == "BIG").net' settlement)" 'a large sum'
is 'string' "$(jq -r 'select(.type == "payment" and .currency == "BIG").amount | type' settlement)" 'its type'
hledger -f settlement.journal balance -N regions:north cur:BIG | grep -q -- '-180143985094819.82 BIG' ||
    fail 'the large sum is another one in the journal'
scrip settle -C south --format csv | grep -q ',payment,BIG,north,south,180143985094819.82,' || fail 'the large sum in the table'

for region in north east; do
    scrip export -C $region --format hledger >$region.journal
    hledger -f $region.journal check --strict ordereddates
done
same north.journal east.journal
# What is outstanding is what scrip lists as held, for each currency.
scrip list -C north --status held >held
for currency in CNY JPY KWD P2P; do
    listed=$(jq --arg c $currency -s 'map(select(.value.currency == $c).remaining) | add // 0' held)
    booked=$(hledger -f north.journal balance -N --flat -O csv liabilities:outstanding "cur:$currency" |
        awk -F'","' 'NR > 1 { split($2, part, " "); gsub(/\./, "", part[1]); s += part[1] } END { print -s + 0 }')
    is "$listed" "$booked" "what is outstanding in $currency"
done
expired=$(scrip list -C north --status expired | jq -s 'map(.remaining) | add')
is "$expired" "$(hledger -f north.journal balance -N -O csv revenues:expired --depth 2 |
    awk -F'","' 'NR > 1 { split($2, part, " "); gsub(/\./, "", part[1]); s += part[1] } END { print -s + 0 }')" 'what expired'
is 900 "$expired" 'what expired'
