#!/bin/sh
# scrip keygen: keys of accounts.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 scrip keygen --region north --out alice.pem
quiet
is 'address key' "$(value 'keys | join(" ")')" 'the keys of the line'
is alice.pem "$(value .key)" 'the file'
address=$(value .address)
case $address in north1*) ;; *) fail "the address is $address" ;; esac
is 600 "$(mode alice.pem)" 'the mode of the key'
openssl pkey -in alice.pem -noout -text_pub | grep -q ED25519 || fail 'openssl does not read the key'

# Never over another file.
cp alice.pem before
refuse 1 'never overwritten' scrip keygen --region north --out alice.pem
same before alice.pem

# The default name is the address, which --keys finds.
mkdir keys
(cd keys && scrip keygen --region north >../out)
is "$(value .address).pem" "$(value .key)" 'the default name'
[ -f "keys/$(value .key)" ] || fail 'the key is not where the line says'

# The region of -C and of the environment, also before it has a charter.
scrip init --quiet south west >out
expect 0 scrip keygen -C south --out south.pem
case $(value .address) in south1*) ;; *) fail "the address is $(value .address)" ;; esac
SCRIP_REGION=west
export SCRIP_REGION
expect 0 scrip keygen --out west.pem
case $(value .address) in west1*) ;; *) fail "the address is $(value .address)" ;; esac
unset SCRIP_REGION
scrip init lone >out
expect 0 scrip keygen -C lone --out lone.pem
case $(value .address) in lone1*) ;; *) fail "the address is $(value .address)" ;; esac
expect 0 scrip keygen -C south/public --region east --out east.pem

refuse 64 'no region is named' scrip keygen --out bob.pem
refuse 64 'no name of a region' scrip keygen --region North --out bob.pem
refuse 66 'nowhere' scrip keygen -C nowhere --out bob.pem
refuse 66 'nowhere' scrip keygen --region north --out nowhere/bob.pem
[ ! -e bob.pem ] || fail 'a key was made although the region was not known'

# Encrypted.
printf 'correct horse\nnot this\n' >passphrase
expect 0 scrip keygen --region north --out carol.pem --passphrase-file passphrase
grep -q 'BEGIN ENCRYPTED PRIVATE KEY' carol.pem || fail 'the key is not encrypted'
carol=$(value .address)
openssl pkey -in carol.pem -passin 'pass:correct horse' -noout || fail 'openssl does not decrypt the key'
expect 0 scrip address carol.pem --region north --passphrase-file passphrase
is "$carol" "$(value .address)" 'the address of the encrypted key'
: >empty
refuse 77 'empty' scrip keygen --region north --out dave.pem --passphrase-file empty
[ ! -e dave.pem ] || fail 'a key was made without its passphrase'

# A full disk leaves nothing behind: here the file size limit of the process.
(
    ulimit -f 0
    status=0
    scrip keygen --region north --out big.pem >big.out 2>/dev/null || status=$?
    exit "$status"
) || status=$?
is 74 "${status:-0}" 'the exit status without room'
[ ! -e big.pem ] || fail 'a key was made where there was no room'
[ -z "$(find . -name '.tmp-*')" ] || fail 'a part of a file is left'
