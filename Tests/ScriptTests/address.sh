#!/bin/sh
# scrip address: the addresses of keys.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

alice=$(account north alice)
expect 0 scrip address alice.pem --region north
is "$alice" "$(value .address)" 'the address'
is alice.pem "$(value .key)" 'the file'

# One key, several regions; several keys.
expect 0 scrip address --region south alice.pem
case $(value .address) in south1*) ;; *) fail "the address is $(value .address)" ;; esac
bob=$(account north bob)
expect 0 scrip address --region north alice.pem bob.pem
is "$alice $bob" "$(jq -rs 'map(.address) | join(" ")' out)" 'the two addresses'

# Keys that openssl made.
(umask 077 && openssl genpkey -algorithm ed25519 -out dave.pem)
expect 0 scrip address dave.pem --region north
public=$(openssl pkey -in dave.pem -pubout -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n')
is 64 "${#public}" 'the length of the public key'
(umask 077 && openssl genpkey -algorithm ed25519 -aes256 -pass pass:secret -out erin.pem)
printf 'secret' >passphrase
expect 0 scrip address erin.pem --region north --passphrase-file passphrase
erin=$(value .address)

# The passphrase from a descriptor, and from the terminal.
expect 0 scrip address erin.pem --region north --passphrase-file /dev/fd/3 3<passphrase
is "$erin" "$(value .address)" 'the address'
expect 0 scrip address erin.pem --region north --passphrase-fd 3 3<passphrase
refuse 77 'is encrypted' scrip address erin.pem --region north </dev/null
echo wrong >wrong
refuse 77 'is not that of this key' scrip address erin.pem --region north --passphrase-file wrong
refuse 66 'no such file' scrip address erin.pem --region north --passphrase-file nowhere
if printf x | script -qec true /dev/null >/dev/null 2>&1; then
    (
        sleep 1
        echo secret
    ) | script -qec 'scrip address erin.pem --region north 2>prompt' /dev/null >typed
    grep -q 'Passphrase of erin.pem' prompt || fail "the prompt is $(cat prompt)"
    grep -qF "$erin" typed || fail "after the passphrase came $(cat typed)"
    ! grep -q secret typed || fail 'the passphrase was shown'
    (
        sleep 1
        printf 'sec\003'
        sleep 1
    ) | script -qec 'scrip address erin.pem --region north 2>prompt; echo "status $?"; stty -a' /dev/null >typed
    grep -q 'Interrupted' prompt || fail "after control-C came $(cat prompt)"
    grep -q 'status 74' typed || fail "after control-C came $(cat typed)"
    grep -q ' echo ' typed || fail 'after control-C the terminal does not echo'
fi

refuse 64 'no region is named' scrip address alice.pem
refuse 64 'no name of a region' scrip address --region 7th alice.pem
refuse 66 'No such file' scrip address --region north nobody.pem
(umask 077 && echo 'no key' >note.pem)
refuse 65 'no PEM' scrip address --region north note.pem
(umask 077 && head -c 65537 /dev/zero >long.pem && : >empty.pem)
refuse 65 'longer than any key' scrip address --region north long.pem
refuse 65 'no PEM' scrip address --region north empty.pem
(umask 077 && openssl genpkey -algorithm x25519 -out other.pem)
refuse 65 'not an Ed25519 key' scrip address --region north other.pem
