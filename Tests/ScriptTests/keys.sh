#!/bin/sh
# Key files: who may read them, and which one signs.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
SCRIP_REGION=north
export SCRIP_REGION
shop=$(account north shop)
alice=$(account north alice)

# A key that others can read is refused, whatever it is used for.
for mode in 640 604 644 660 622 611; do
    chmod "$mode" shop.pem
    refuse 77 'chmod 600' scrip issue --key shop.pem --to "$alice" --value 1.00CNY
    refuse 77 'chmod 600' scrip address shop.pem --region north
done
for mode in 600 400; do
    chmod "$mode" shop.pem
    expect 0 scrip issue --key shop.pem --to "$alice" --value 1.00CNY
done
chmod 600 shop.pem
ln -s shop.pem link.pem
refuse 77 'symbolic link' scrip issue --key link.pem --to "$alice" --value 1.00CNY
mkfifo pipe.pem
chmod 600 pipe.pem
refuse 77 'pipe' scrip issue --key pipe.pem --to "$alice" --value 1.00CNY
mkdir folder.pem
refuse 77 'directory' scrip issue --key folder.pem --to "$alice" --value 1.00CNY
refuse 66 'nobody.pem' scrip issue --key nobody.pem --to "$alice" --value 1.00CNY
if [ "$(id -u)" -eq 0 ]; then
    cp -p shop.pem other.pem
    chown 65534 other.pem
    refuse 77 'another user' scrip issue --key other.pem --to "$alice" --value 1.00CNY
    rm other.pem
fi
rm -r link.pem pipe.pem folder.pem

# The region's own key.
chmod 644 north/private/log.pem
refuse 77 'chmod 600' scrip accredit --issuer "$shop" --name Shop
refuse 77 'chmod 600' scrip charter sign north/public/charter/1.note
chmod 600 north/private/log.pem
cp -p north/private/log.pem kept.pem
cp -p south/private/log.pem north/private/log.pem
refuse 77 'not the key of' scrip accredit --issuer "$shop" --name Shop
cp -p kept.pem north/private/log.pem

# It signs unattended, so it is not encrypted.
echo secret >passphrase
openssl pkey -in kept.pem -aes256 -passout file:passphrase -out north/private/log.pem
for command in 'seal --heartbeat' "accredit --issuer $shop --name Shop" 'charter sign north/public/charter/1.note'; do
    # shellcheck disable=SC2086  # words
    refuse 77 "must not be encrypted: 'seal' and 'sync' sign with it unattended" scrip $command
    complained 'openssl pkey -in private/log.pem -out plain.pem'
done
refuse 64 'passphrase-file' scrip seal --heartbeat --passphrase-file passphrase
expect 1 scrip doctor
jq -se 'any(.[]; .check == "keys" and (.what | contains("must not be encrypted")) and (.do | contains("chmod") | not))' out >/dev/null ||
    fail "doctor says $(cat out)"
# What it says to do.
(cd north && openssl pkey -in private/log.pem -passin file:../passphrase -out plain.pem && mv plain.pem private/log.pem)
is 600 "$(mode north/private/log.pem)" 'the mode of the decrypted key'
expect 0 scrip seal --heartbeat
head -c 100 kept.pem >north/private/log.pem
refuse 77 'copy of the region' scrip seal --heartbeat
cp -p kept.pem north/private/log.pem

# --keys picks by address, whatever the file is called.
mkdir keys
cp -p shop.pem keys/anything.pem
cp -p alice.pem "keys/$alice.pem"
printf '{"issuer":"%s","to":"%s","value":"1.00CNY"}\n' "$shop" "$alice" "$alice" "$shop" >requests
expect 0 scrip issue --keys keys - <requests
quiet
is "$shop $alice" "$(jq -rs 'map(.issuer) | join(" ")' out)" 'the signers'

# A file under the name of another address does not sign for it.
mv keys/anything.pem "keys/$alice.pem"
expect 77 scrip issue --keys keys - <requests
is "$shop bad-signature 2" "$(value '"\(.issuer // .code)\(if .line then " \(.line)" else "" end)"' | tr '\n' ' ' | sed 's/ $//')" 'the answers'
complained "no key of $alice"

# One key is missing: that line is told of, the others go on.
rm "keys/$alice.pem"
cp -p alice.pem keys/alice.pem
echo "not a key" >keys/notes.txt
expect 77 scrip issue --keys keys - <requests
is "bad-signature 1 $alice" "$(value '"\(.issuer // .code)\(if .line then " \(.line)" else "" end)"' | tr '\n' ' ' | sed 's/ $//')" 'the answers'
complained "standard input:1: keys: there is no key of $shop"

# One that others can read is as good as missing, and the message says why.
cp -p shop.pem keys/shop.pem
chmod 644 keys/shop.pem
expect 77 scrip issue --keys keys - <requests
complained 'chmod 600'

refuse 64 'no key is given' scrip issue --to "$alice" --value 1.00CNY
refuse 64 'exclude each other' scrip issue --key shop.pem --keys keys --to "$alice" --value 1.00CNY
refuse 66 'nowhere' scrip issue --keys nowhere - <requests

# Encrypted keys, one passphrase for all of them.
echo secret >passphrase
for name in shop alice; do
    openssl pkey -in $name.pem -aes256 -passout file:passphrase -out "$name.enc" 2>/dev/null
    chmod 600 "$name.enc"
done
refuse 77 'is encrypted' scrip issue --key shop.enc --to "$alice" --value 1.00CNY </dev/null
expect 0 scrip issue --key shop.enc --passphrase-file passphrase --to "$alice" --value 1.00CNY
mkdir safe
mv shop.enc safe/shop.pem
mv alice.enc safe/alice.pem
expect 0 scrip issue --keys safe --passphrase-fd 5 - <requests 5<passphrase
is 2 "$(wc -l <out)" 'the number of records'
