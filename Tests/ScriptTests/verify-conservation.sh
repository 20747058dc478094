#!/bin/sh
# scrip verify proves that value is neither made nor lost, per issuer, series and currency.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
round() {
    for region in north south north south; do scrip sync -C $region >>events; done
}
expect 0 scrip verify -C north
is '' "$(value 'select(.type == "conservation")')" 'the books of an empty ledger'

scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 4 --series gift --partial \
    --expires 2026-11-22T00:00:00Z --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 500JPY --count 2 --series gift --submit >/dev/null
scrip seal -C north >/dev/null
round
# shellcheck disable=SC2046  # ids, one a word
set -- $(scrip list -C north --series gift --currency CNY | jq -r .voucher)
scrip redeem -C north --key alice.pem --merchant "$shop" --amount 30.00CNY --submit "$1" >/dev/null
scrip trade -C north --key alice.pem --to "$bob" --submit "$2" >/dev/null || [ $? -eq 2 ]
scrip redeem -C north --key alice.pem --merchant "$bob" --submit "$3" >/dev/null || [ $? -eq 2 ]
round
scrip seal -C north >/dev/null
round

# books REGION : issuer's books as currency, series, issued, outstanding, redeemed, expired.
books() {
    expect 0 scrip verify -C "$1" --full
    quiet
    value 'select(.type == "conservation") | [.currency, .series // "-", .issued, .outstanding, .redeemed, .expired]
        | join(" ")' >books
}
books north
cat >wanted <<'E2'
CNY - 10000 10000 0 0
CNY gift 40000 27000 13000 0
JPY gift 1000 1000 0 0
E2
same wanted books
is 'currency,expired,issued,issuer,outstanding,redeemed,refunded,series,type,voided' \
    "$(value 'select(.series == "gift" and .currency == "JPY") | keys | join(",")')" 'the fields'
is "$shop" "$(value 'select(.type == "conservation") | .issuer' | sort -u)" 'the issuer'
is true "$(value 'select(.type == "conservation") | .issued + .refunded == .outstanding + .redeemed + .voided + .expired' |
    sort -u)" 'the balances'
is 'conservation,chain,summary' "$(value .type | uniq | paste -sd,)" 'the order of the lines'
cp books north-books
books south
same north-books books

# The term is over. No clock says so, but the last block of the owner's chain.
SCRIP_NOW=2026-11-25T10:00:00Z
books north
same north-books books
scrip seal -C north --heartbeat >/dev/null
books north
is 'CNY gift 40000 10000 13000 17000' "$(sed -n 2p books)" 'the books when the chain of north is past the term'
round
scrip seal -C south --heartbeat >/dev/null
round
books north
is 'CNY gift 40000 0 13000 27000' "$(sed -n 2p books)" 'the books when the chain of south is, too'

# Less than all chains: nothing to report, and still nothing wrong.
expect 0 scrip verify -C north south
is 'chain,summary' "$(value .type | uniq | paste -sd,)" 'the lines for one chain'
# A chain that cannot be read to its end is counted as far as it goes.
chmod -R u+w north/public/segments
rm north/public/segments/south/0000000/*.gz
expect 0 scrip verify -C north
is 'CNY gift 40000 10000 13000 17000' "$(value 'select(.type == "conservation" and .series == "gift" and .currency == "CNY")
    | [.currency, .series, .issued, .outstanding, .redeemed, .expired] | join(" ")')" 'the books without south'
