#!/bin/sh
# The debts of scrip settle, counted again from the segments by another program, on a federation that another program
# wrote, with trades, partial redemptions, refunds and splits.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
sample=$SCRIP_ROOT/../shared/sample/north
[ -d "$sample/public" ] || {
    echo "SKIP settle-recount: the sample federation is not at $sample"
    exit 0
}
cat >recount.py <<'END'
import collections, glob, gzip, hashlib, json, sys

records = {}
for path in glob.glob(sys.argv[1] + "/segments/*/*/*.gz"):
    for line in gzip.open(path, "rt", encoding="utf-8"):
        record = json.loads(line)
        if "id" in record:
            records[record["id"]] = record
records = list(records.values())


def voucher(record, index):
    name = b"scrip voucher v1\n" + bytes.fromhex(record["id"]) + index.to_bytes(4, "big")
    return hashlib.sha256(name).hexdigest()[:32]


def region(address):
    return address.rsplit("1", 1)[0]


origins, kinds = {}, {}
for record in records:
    if record["type"] == "issue":
        for index in range(sum(owner["count"] for owner in record["owners"])):
            kinds[voucher(record, index)] = (region(record["issuer"]), record["value"]["currency"])
    elif record["type"] == "refund":
        for index, part in enumerate(record["vouchers"]):
            origins[voucher(record, index)] = part["voucher"]
    elif record["type"] == "split":
        for index in range(len(record["amounts"])):
            origins[voucher(record, index)] = record["voucher"]


def kind(name):
    while name not in kinds:
        name = origins[name]
    return kinds[name]


debts = collections.Counter()
for record in records:
    if record["type"] == "trade" and "price" in record:
        price = record["price"]
        debts[region(record["to"]), region(record["from"]), price["currency"]] += price["amount"]
    elif record["type"] in ("redeem", "refund"):
        for part in record["vouchers"]:
            issuing, currency = kind(part["voucher"])
            taking = region(record["merchant"])
            pair = (issuing, taking) if record["type"] == "redeem" else (taking, issuing)
            debts[(*pair, currency)] += part["amount"]
for debtor, creditor, currency in sorted(debts, key=lambda key: (key[2], key[0], key[1])):
    if debtor != creditor:
        print(debtor, creditor, currency, debts[debtor, creditor, currency])
END
python3 recount.py "$sample/public" >counted
[ -s counted ] || fail 'the sample owes nothing'
expect 0 scrip settle -C "$sample"
value 'select(.type == "debt") | [.debtor, .creditor, .currency, .amount] | map(tostring) | join(" ")' >settled
same counted settled
[ "$(jq -s 'map(.refunds.count // 0) | add' out)" -gt 0 ] ||
    fail 'no refund is among them'
# Everything is certified there, so the whole of it counts, from a copy of the public folder too.
cp out first
expect 0 scrip settle -C "$sample/public"
same first out
# The journal of the vouchers ties out with the list.
scrip export -C "$sample" --format csv >table
is "$(scrip list -C "$sample" | jq -s 'map(select(.status != "voided").remaining) | add')" "$(
    python3 - table <<'END'
import csv, decimal, sys
left = decimal.Decimal(0)
for row in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
    sign = {"issue": 1, "refund": 1, "redeem": -1, "void": -1}.get(row["type"], 0)
    left += sign * decimal.Decimal(row["amount"] or 0)
print(int(left * 100))
END
)" 'what is left'
