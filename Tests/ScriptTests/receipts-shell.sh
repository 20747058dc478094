#!/bin/sh
# The script in scrip-receipts(7) checks receipts with a POSIX shell, sed, jq, sha256sum and openssl, without scrip: it
# takes those that scrip takes, and refuses what it refuses.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$SCRIP_ROOT/Tests/ScriptTests/lib.sh"
sed -n "/^cat > check-receipt/,/^END/p" "$SCRIP_ROOT/man/scrip-receipts.7" | sed '1d;$d; s/^\\&//; s/\\e/\\/g' >check-receipt
sh -n check-receipt
if command -v shellcheck >/dev/null; then shellcheck check-receipt; fi
cp "$SCRIP_ROOT/Tests/ScriptTests/forge.py" forge.py

scrip init north south east hq --observer hq --federation example.org/vouchers >/dev/null 2>&1
shop=$(account north shop)
alice=$(account north alice)
cafe=$(account south cafe)
scrip accredit -C north --issuer "$shop" --name 'Süß & "Laden"' | scrip validate -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 4 --partial --voidable | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
for region in south east north; do scrip sync -C $region >/dev/null; done
scrip list -C north --owner "$alice" | jq -r .voucher >vouchers
scrip redeem -C north --key alice.pem --merchant "$shop" --amount 3.00CNY "$(sed -n 1p vouchers)" | scrip validate -C north >redeemed
scrip split -C north --key alice.pem --amounts 4.00CNY,6.00CNY "$(sed -n 2p vouchers)" | scrip validate -C north >/dev/null
scrip void -C north --key shop.pem --reason lost "$(sed -n 3p vouchers)" | scrip validate -C north >/dev/null
scrip trade -C north --key alice.pem --to "$cafe" "$(sed -n 4p vouchers)" | scrip validate -C north >/dev/null || [ $? = 2 ]
scrip seal -C north >/dev/null
for region in south east north; do scrip sync -C $region >/dev/null; done
scrip refund -C north --key shop.pem --redemption "$(jq -r .id redeemed)" | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
for region in south east north; do scrip sync -C $region >/dev/null; done
scrip cat -C north north | jq -r .id >ids
scrip cat -C north north | jq -r .record.type | sort -u | tr '\n' ' ' >types
is 'accredit issue redeem refund split trade void ' "$(cat types)" 'the types of records'
n=0
while read -r id; do
    n=$((n + 1))
    scrip prove -C north "$id" >"$n.receipt"
done <ids
cp north/public/charter/1.note charter.note
# A receipt of a record that is invalid.
cp -R north/public evil
chmod -R u+w evil
rm evil/heads.note
scrip redeem -C north --key alice.pem --merchant "$shop" "$(sed -n 1p vouchers)" >good.json
scrip redeem -C north --key alice.pem --merchant "$shop" --ref second "$(sed -n 1p vouchers)" >double.json
cat good.json double.json >records
python3 forge.py block evil north "$(date -u +%Y-%m-%dT%H:%M:%SZ)" records
scrip sync -C south evil >/dev/null
scrip sync -C east south >/dev/null
scrip prove -C east "$(jq -r .id double.json)" >rejected.receipt 2>/dev/null || [ $? = 1 ]
scrip prove -C east "$(jq -r .id good.json)" >good.receipt

# From here on there is no scrip.
mkdir bin
for tool in sed jq zcat gzip sha256sum openssl cut cat tail sh mktemp rm mv grep cmp wc; do ln -s "$(command -v $tool)" bin/; done
scrip=$(command -v scrip)
PATH=$(pwd)/bin
if command -v scrip >/dev/null; then fail "scrip is still there"; fi
takes() { # FILE
    sh ./check-receipt charter.note "$1" >answer 2>&1 || fail "$1: $(cat answer)"
    grep -q '^yes: index [0-9]* of example.org/vouchers/north is valid' answer || fail "$1: $(cat answer)"
}
refuses() { # FILE TEXT
    if sh ./check-receipt charter.note "$1" >answer 2>&1; then fail "it takes $1"; fi
    grep -qF "$2" answer || fail "$1: $(cat answer)"
    "$scrip" verify --receipt "$1" --charter charter.note >/dev/null 2>&1 && fail "scrip takes $1"
    true
}
i=0
while [ $i -lt $n ]; do
    i=$((i + 1))
    takes $i.receipt
done
takes good.receipt
refuses rejected.receipt 'no: the record is invalid: spent'
# The record of the receipt is a line of the segments.
jq -r .proof 3.receipt | sed -n 's/^extra //p' | openssl base64 -d -A >record
is 1 "$(zcat north/public/segments/north/*/*.seg.gz | grep -cxFf record)" 'the lines that are the record'

change() { # EXPRESSION TEXT
    sed "$1" 2.receipt >forged
    if cmp -s forged 2.receipt; then fail "'$1' changes nothing"; fi
    refuses forged "$2"
}
change 's/nindex 2/nindex 1/' 'no: the record is not in the tree'
change 's/nextra eyJ/nextra eyK/' 'no: the record is not in the tree'
change 's/nsize 3/nsize 4/' 'no: '
change 's|— example.org/vouchers/south/witness [^\\]*\\n||' 'no: 1 more voters should have signed'
change 's|— example.org/vouchers/south [^\\]*\\n||' 'no: 1 more voters should have signed'
change 's/verdict v1.nchain/verdict v1\\nother/' 'no: '
change 's/charter 1.nheight 1/charter 1\\nheight 2/' 'no: '
jq -r .proof 2.receipt | sed -n '/witness/p' | wc -l | grep -qx 2 || fail "not two cosignatures"
sed 's|^region east|region feast|' charter.note >forged.note
mv charter.note good.note
mv forged.note charter.note
refuses 2.receipt 'has not signed the charter'
