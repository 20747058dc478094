#!/bin/sh
# scrip export --format csv: a row for each voucher of each sealed record, in the order of time.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
bob=$(account south bob)
expect 0 scrip export -C north --format csv
is 1 "$(wc -l <out)" 'the rows before the first record'
scrip accredit -C north --issuer "$shop" --name '=1+1' --submit >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 100.00CNY --count 3 --partial --series '@tea, "fine"' \
    --ref order-7 --submit >/dev/null
scrip seal -C north >/dev/null
for region in south north south north; do scrip sync -C $region >/dev/null; done
scrip list -C north | jq -r .voucher >vouchers
SCRIP_NOW=2026-11-20T11:00:00Z
scrip trade -C north --key shop.pem --to "$bob" --price 80.00CNY "$(sed -n 1p vouchers)" "$(sed -n 2p vouchers)" |
    scrip accept -C north --key bob.pem - | scrip validate -C north >/dev/null || [ $? -eq 2 ]
scrip redeem -C north --key shop.pem --merchant "$shop" --amount 30.00CNY --ref till-1 --submit \
    "$(sed -n 3p vouchers)" >/dev/null
for region in south north; do scrip sync -C $region >/dev/null; done
scrip seal -C north >/dev/null

expect 0 scrip export -C north --format csv
quiet
[ "$(wc -l <out)" -eq "$(grep -c "$(printf '\r')\$" out)" ] || fail 'a row does not end with CR LF'
cat >read.py <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))
assert all(len(row) == 21 and None not in row for row in rows), "the columns"
for row in rows:
    print("|".join(row[name] for name in sys.argv[2:]))
END
cells() { python3 read.py out "$@"; }
is 'accredit||confirmed
issue|100.00|confirmed
issue|100.00|confirmed
issue|100.00|confirmed
redeem|30.00|sealed
trade|100.00|sealed
trade|100.00|sealed' "$(cells type amount status | LC_ALL=C sort)" 'the rows'
is "'@tea, \"fine\"" "$(cells series | sort -u | grep tea)" 'the series'
is "'=1+1" "$(cells memo | sort -u | grep "=")" 'the name of the issuer'
is '80.00' "$(cells price | grep .)" 'the prices'
is "$shop|$bob" "$(cells from to type | sed -n 's/|trade$//p' | sort -u)" 'the parties of the trade'
is 'order-7 till-1' "$(cells ref type | sed -n 's/|issue$//p; s/|redeem$//p' | sort -u | paste -sd ' ')" 'the references'
is "$(LC_ALL=C sort vouchers | paste -sd ' ')" "$(cells voucher type | sed -n 's/|issue$//p' | LC_ALL=C sort | paste -sd ' ')" 'the vouchers'
cells time | sort -c || fail 'the order is not that of time'
is "$(scrip cat -C north | jq -r .index | paste -sd ' ')" "$(cells index | uniq | paste -sd ' ')" 'the indexes'

# The same from a copy that nobody can write.
cp out before
cp -R north/public copy
chmod -R a-w copy
expect 0 scrip export -C copy --format csv
same before out

refuse 64 'no format' scrip export -C north
refuse 64 'none of csv, hledger' scrip export -C north --format xls
refuse 66 'no such region' scrip export -C nowhere --format csv
status=0
scrip export -C north --format csv >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
# A damaged segment is named.
cp -R north bad
chmod -R u+w bad
rm bad/public/segments/north/0000000/0000000002.seg.gz
expect 1 scrip export -C bad --format csv
complained 'block 2'
