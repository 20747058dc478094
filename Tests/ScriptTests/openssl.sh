#!/bin/sh
# A block's checkpoint, a record's id and signature, and a vote are checked with a POSIX shell, sed, jq, zcat,
# sha256sum and openssl alone: the functions are those of scrip-format(5), the files a region's own.
set -eu
scrip init north south east 2>/dev/null >/dev/null
shop=$(scrip keygen --region north --out shop.pem | jq -r .address)
scrip accredit -C north --issuer "$shop" --name 'Corner shop' | scrip validate -C north >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 5.00CNY --count 3 | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null

# The definitions of the page: what stands before its first example.
sed -n '/^\.Sh WORKED EXAMPLE/,/^\.Ss The charter/p' "$SCRIP_ROOT/man/scrip-format.5" |
    sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\.Bd/d; /^\.Ed/d; s/^\\&//; s/\\e/\\/g; p; }' >definitions.sh
# shellcheck source=/dev/null
. ./definitions.sh
# From here on there is no scrip.
PATH=/usr/local/bin:/usr/bin:/bin
if command -v scrip >/dev/null; then
    mkdir bin
    for tool in sed jq zcat gzip sha256sum openssl cut cat tail sh; do ln -s "$(command -v $tool)" bin/; done
    PATH=$(pwd)/bin
fi

federation=vouchers.local
cp south/public/charter/1.note charter.note
genesis=$(signed_text charter.note | sha256sum | cut -c 1-64)
segments=south/public/segments/north

zcat "$segments"/*/*.seg.gz | jq -cS 'select(.type == "issue")' >record
jq -cjS 'del(.id, .sig, .accept, .attest)' record >body
{ printf 'scrip record v1 %s\n' "$genesis"; cat body; } >signed
[ "$(sha256sum <signed)" = "$(jq -r .id record)  -" ] || { echo "the id differs"; exit 1; }
jq -r .issuer record | query address >key.pem
jq -r .sig record | good key.pem

zcat "$segments"/*/*.seg.gz | jq -rj 'select(.type == "seal") | .checkpoint' >checkpoint.note
signed_text checkpoint.note >signed
key $federation/north >key.pem
signature_of checkpoint.note $federation/north | query 'bytes(4; 68)' | good key.pem

# A forged one is refused: another size under the same signature.
sed 's/^3$/4/' signed >forged && mv forged signed
if signature_of checkpoint.note $federation/north | query 'bytes(4; 68)' | good key.pem 2>/dev/null; then
    echo "a forged checkpoint passes"
    exit 1
fi

for voter in north south; do
    cat south/public/votes/$voter/north/*/*.jsonl | jq -rj .verdict >verdict.note
    signed_text verdict.note >signed
    key $federation/$voter >key.pem
    signature_of verdict.note $federation/$voter | query 'bytes(4; 68)' | good key.pem
    cat south/public/votes/$voter/north/*/*.jsonl | jq -rj .checkpoint >cosigned.note
    line=$(signature_of cosigned.note $federation/$voter/witness)
    seconds=$(echo "$line" | query 'number(4; 12)')
    { printf 'cosignature/v1\ntime %s\n' "$seconds"; signed_text cosigned.note; } >signed
    key $federation/$voter witness >key.pem
    echo "$line" | query 'bytes(12; 76)' | good key.pem
done
