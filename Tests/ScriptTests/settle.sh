#!/bin/sh
# scrip settle: what regions owe each other, the same bytes everywhere, cut after cut.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --observer hq north south east hq >/dev/null
everybody() {
    for round in 1 2 3 4; do
        for region in north south east hq; do scrip sync --quiet -C "$region" >/dev/null; done
        for region in north south east; do scrip seal -C "$region" >/dev/null; done
    done
    : "$round"
}
shop=$(account north shop)
bank=$(account south bank)
alice=$(account north alice)
bob=$(account south bob)
cafe=$(account south cafe)
bar=$(account east bar)

# Nothing certified, nothing to settle.
expect 0 scrip settle -C north
[ ! -s out ] || fail 'a settlement of nothing'
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip accredit -C south --issuer "$bank" --name Bank --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 4 --partial --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 500JPY --count 1 --partial --submit >/dev/null
scrip issue -C south --key bank.pem --to "$bob" --value 50.00CNY --count 2 --partial --submit >/dev/null
everybody

scrip list -C north --owner "$alice" | jq -r 'select(.value.currency == "CNY") | .voucher' >cny
yen=$(scrip list -C north --owner "$alice" | jq -r 'select(.value.currency == "JPY") | .voucher')
scrip list -C south --owner "$bob" | jq -r .voucher >bobs
pay() { scrip redeem "$@" --submit >/dev/null || [ $? -eq 2 ]; }
# Within one region, and across.
pay -C north --key alice.pem --merchant "$shop" --amount 5.00CNY "$(sed -n 1p cny)"
everybody
pay -C north --key alice.pem --merchant "$cafe" --amount 30.00CNY "$(sed -n 1p cny)"
pay -C north --key alice.pem --merchant "$bar" --amount 12.50CNY "$(sed -n 2p cny)"
pay -C north --key alice.pem --merchant "$bar" --amount 100JPY "$yen"
pay -C south --key bob.pem --merchant "$bar" --amount 7.00CNY "$(sed -n 1p bobs)"
scrip trade -C north --key alice.pem --to "$bob" --price 80.00CNY "$(sed -n 3p cny)" |
    scrip accept -C north --key bob.pem - | scrip validate -C north >/dev/null || [ $? -eq 2 ]
# A trade without a price owes nothing.
scrip trade -C north --key alice.pem --to "$bob" "$(sed -n 4p cny)" | scrip validate -C north >/dev/null || [ $? -eq 2 ]
everybody

# north owes south 30.00 and east 12.50 and 100 yen; south owes east 7.00 and north 80.00.
expect 0 scrip settle -C north
quiet
cp out first
is 'cut' "$(sed -n 1p out | jq -r .type)" 'the first line'
is 'north east 1250 0 1 0
north south 3000 0 1 0
south east 700 0 1 0
south north 8000 1 0 0
north east 100 0 1 0' "$(value 'select(.type == "debt") |
    [.debtor, .creditor, .amount, .trades.count, .redemptions.count, .refunds.count] | map(tostring) | join(" ")')" 'the debts'
is 'CNY east 1950
CNY north 3750
CNY south -5700
JPY east 100
JPY north -100' "$(value 'select(.type == "balance") | [.currency, .region, .net] | map(tostring) | join(" ")')" 'the balances'
is 'CNY south north 3750
CNY south east 1950
JPY north east 100' "$(value 'select(.type == "payment") | [.currency, .from, .to, .amount] | map(tostring) | join(" ")')" 'the payments'
cut=$(sed -n 1p first | sha256sum | cut -d' ' -f1)
is "$cut" "$(value 'select(.type != "cut") | .cut' | sort -u)" 'the hash of the cut'

# The same bytes in every region, at an observer, and on a read-only copy, for the same cut.
cp -R south/public copy
chmod -R a-w copy
for place in north south east hq copy north/public; do
    expect 0 scrip settle -C $place --cut first
    same first out
done
expect 0 scrip settle -C east --cut - <first
same first out
sed -n 1p first >line
expect 0 scrip settle -C east --cut line
same first out
for format in csv hledger; do
    scrip settle -C north --format $format >first.$format
    expect 0 scrip settle -C hq --cut first --format $format
    same first.$format out
done

# The table: amounts in units, rows that end as RFC 4180 says.
is '3000 30.00' "$(jq -r 'select(.debtor == "north" and .creditor == "south").amount' first) $(
    awk -F, '$3 == "debt" && $5 == "north" && $6 == "south" { print $7 }' first.csv)" 'an amount'
[ "$(wc -l <first.csv)" -eq "$(grep -c "$(printf '\r')\$" first.csv)" ] || fail 'a row does not end with CR LF'
is 15 "$(awk -F, '{ print NF }' first.csv | sort -u)" 'the number of columns'

# Nothing new: nothing is printed, and without --after the same again.
expect 0 scrip settle -C north --after first
[ ! -s out ] || fail 'a settlement of nothing new'
expect 0 scrip settle -C north
same first out

# After the first cut only what is new; both together are the settlement of all.
pay -C north --key alice.pem --merchant "$cafe" --amount 1.00CNY "$(sed -n 2p cny)"
SCRIP_NOW=2026-11-21T10:00:00Z
everybody
expect 0 scrip settle -C east --after first
cp out second
is "$cut" "$(sed -n 1p out | jq -r .previous)" 'the cut before'
is 'north south 100' "$(value 'select(.type == "debt") | "\(.debtor) \(.creditor) \(.amount)"')" 'what is new'
scrip settle -C north >all
sums() {
    cat "$@" | jq -s -c 'map(select(.type == "debt")) | group_by([.currency, .debtor, .creditor]) |
        map([.[0].currency, .[0].debtor, .[0].creditor, (map(.amount) | add),
            (map(.redemptions.count) | add), (map(.trades.amount) | add)])'
}
is "$(sums all)" "$(sums first second)" 'the sum of the settlements'
expect 0 scrip settle -C south --cut second
same second out
expect 0 scrip settle -C south --after second
[ ! -s out ] || fail 'a settlement after the second'

# What is not certified does not settle.
pay -C north --key alice.pem --merchant "$shop" --amount 1.00CNY "$(sed -n 2p cny)"
scrip seal -C north >/dev/null
expect 0 scrip settle -C north
same all out
# A region that has not got so far yet says so.
scrip init --quiet --federation example.org/other lone pal >/dev/null
cp -R hq behind
for round in 1 2; do
    for region in south north east; do scrip sync -C $region >/dev/null; done
done
: "$round"
scrip settle -C north --after second >third
[ -s third ] || fail 'the new block is not certified'
refuse 2 'run '"'scrip sync'" scrip settle -C behind --cut third
refuse 2 'run '"'scrip sync'" scrip settle -C behind --after third

# Cuts that are none.
refuse 1 'another federation' scrip settle -C lone --cut first
refuse 66 'no such file' scrip settle -C north --cut none
: >empty
refuse 65 'it is empty' scrip settle -C north --after empty
echo '{"type":"debt"}' >debt
refuse 65 'no cut' scrip settle -C north --cut debt
sed 's/"size":/"size": /' line >spaced
refuse 65 'byte' scrip settle -C north --cut spaced
head -c 100 line >half
refuse 65 'byte' scrip settle -C north --cut half
jq -cS '.more = 1' line >more
refuse 65 'not known' scrip settle -C north --cut more
jq -cS '.chains[0].size += 1 | .chains[1].size += 1' line >between
refuse 1 'no block of' scrip settle -C north --cut between
jq -cS '.chains[0].root = .chains[1].root' line >root
refuse 1 'another one here' scrip settle -C north --cut root
jq -cS '.time = "2026-11-20T09:59:59Z"' line >time
refuse 1 'its time' scrip settle -C north --cut time
jq -cS '.chains[0].from = .chains[0].size' line >shrunk
refuse 65 "'previous'" scrip settle -C north --cut shrunk
# Without what a chain has seen the cut is not closed.
jq -cS 'del(.chains[] | select(.region == "north"))' line >open
refuse 1 'not closed' scrip settle -C north --cut open
refuse 64 'exclude each other' scrip settle -C north --cut first --after first
refuse 64 'none of ndjson, csv, hledger' scrip settle -C north --format pdf
status=0
scrip settle -C north >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
