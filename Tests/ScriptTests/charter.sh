#!/bin/sh
# scrip charter: operators who share no machine found a federation.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

for region in north south east; do
    scrip init --federation example.org/vouchers $region >$region.line
done
expect 0 scrip charter draft --federation example.org/vouchers north.line south.line east.line
quiet
cp out draft
is 'scrip charter v1' "$(head -n 1 draft)" 'the first line'
is 'region east' "$(sed -n 6p draft | cut -d' ' -f1,2)" 'the first region'
cat east.line south.line north.line east.line >lines
expect 0 scrip charter draft --federation example.org/vouchers - <lines
same draft out
expect 0 scrip charter draft --federation example.org/vouchers <lines
same draft out

# Looking at a draft.
expect 2 scrip charter show --quiet draft
quiet
is 'east north south' "$(value '.missing | join(" ")')" 'missing'
genesis=$(value .genesis)
is "$(sha256sum <draft | cut -c1-64)" "$genesis" 'the genesis'
expect 2 scrip charter show - <draft
complained 'fault_limit 0'

# Signing: nothing is installed, and the same signature comes out each time.
expect 0 scrip charter sign -C north draft
cp out north.note
expect 0 scrip charter sign -C north draft
same north.note out
expect 0 scrip charter sign -C north north.note
same north.note out
[ ! -e north/public/charter/1.note ] || fail 'signing installed the charter'
expect 0 scrip charter sign -C south - <draft
cp out south.note

# Adopting waits for everybody.
expect 2 scrip charter adopt --quiet -C north north.note south.note
is east "$(value '.missing | join(" ")')" 'missing'
[ ! -e north/public/charter/1.note ] || fail 'a charter without all signatures was installed'
expect 0 scrip charter sign -C east draft
cp out east.note
expect 0 scrip charter adopt -C north east.note south.note north.note
is null "$(value .missing)" 'missing'
expect 0 scrip charter adopt -C south north.note south.note east.note
same north/public/charter/1.note south/public/charter/1.note
is 444 "$(mode north/public/charter/1.note)" 'the mode of the charter'
expect 0 scrip charter adopt -C north north.note south.note east.note

# A note that goes round, and init --charter.
scrip charter sign -C north draft | scrip charter sign -C south - | scrip charter sign -C east - >all.note
same all.note north/public/charter/1.note
expect 0 scrip init --charter all.note east
is "$genesis" "$(value .genesis)" 'the genesis'
same east/public/charter/1.note north/public/charter/1.note
expect 0 scrip init --charter all.note east
expect 0 scrip charter show --quiet -C east
expect 0 scrip charter show --quiet -C east/public
cp -r east/public mirror
expect 0 scrip charter show --quiet -C mirror
is "$genesis" "$(value .genesis)" 'the genesis'

# openssl checks the signatures.
sed '/^$/q' all.note | sed '$d' >text
for region in north south east; do
    line=$(grep "^— example.org/vouchers/$region " all.note) || fail "there is no line of $region"
    printf '%s' "${line##* }" | base64 -d | tail -c 64 >signature
    openssl pkey -in $region/private/log.pem -pubout -out public.pem
    openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in text -sigfile signature >/dev/null ||
        fail "openssl refuses the signature of $region"
done

# One charter an epoch, for good.
scrip charter draft --federation example.org/vouchers --quorum two-thirds lines >other
refuse 1 'another charter of epoch 1' scrip charter sign -C north other
scrip init --federation example.org/vouchers lone >lone.line
scrip charter draft --federation example.org/vouchers lone.line >one
scrip charter draft --federation example.org/vouchers lone.line north.line >two
expect 0 scrip charter sign -C lone one
refuse 1 'has signed another charter' scrip charter sign -C lone two
expect 0 scrip charter sign -C lone one
cp out one.note
refuse 77 'does not name the region' scrip charter adopt -C north one.note
refuse 77 'does not name the region' scrip init --charter one.note north
mkdir away
cp -r lone away/lone2
refuse 1 'another charter' scrip charter sign -C away/lone2 two

# The keys of a region that is named, but others.
mkdir elsewhere
scrip init --federation example.org/vouchers elsewhere/lone >/dev/null
refuse 77 'are not those in private/' scrip charter sign -C elsewhere/lone one
refuse 77 'are not those in private/' scrip init --charter one.note elsewhere/lone
refuse 77 'no keys here' scrip init --charter one.note elsewhere/lone3
[ ! -e elsewhere/lone3 ] || fail 'a directory was made although the charter names other keys'

# Keys put there by hand.
mkdir -p hand/lone/private
cp -p lone/private/log.pem lone/private/witness.pem hand/lone/private
expect 0 scrip init --charter one.note hand/lone
is lone "$(jq -r .region hand/lone/scrip.json)" 'the name of the region'

# Bad input.
refuse 65 'not named after it' scrip charter draft --federation example.org/meals north.line
refuse 65 'lines:1' sh -c 'sed s/voter/boss/ lines | head -n 1 >bad.lines; scrip charter draft --federation a bad.lines'
refuse 64 'quorum' scrip charter draft --federation example.org/vouchers --quorum 1 lines
refuse 65 'no voter' scrip charter draft --federation example.org/vouchers /dev/null
refuse 64 'quorum' scrip charter draft -C north --quorum 1
refuse 65 "line 1 of the charter" scrip charter show lines
# What is no region, whatever it is.
mkdir empty
for place in lines / empty nowhere north/public north/scrip.json/; do
    for action in sign adopt; do
        refuse 66 'scrip-init(1)' scrip charter $action -C $place all.note
    done
done
[ ! -e nowhere ] || fail 'a charter made a directory'
is '' "$(ls -A empty)" 'what lies in the empty directory'
refuse 66 'no such file' scrip charter show nowhere
sed 's/^\(— [^ ]*south \)..../\1AAAA/' all.note >stranger.note
refuse 65 'is no log key in it' scrip charter show stranger.note
sed 's/^\(— [^ ]*south ..........\)..../\1AAAA/' all.note >forged.note
refuse 65 "signature of region 'south'" scrip charter show forged.note
refuse 65 "signature of region 'south'" scrip charter adopt -C north forged.note
sed 's/epoch 1/epoch 2/' draft >later
refuse 65 'line 4 of the charter' scrip charter show later
refuse 65 'another charter than' scrip charter adopt -C lone one two
refuse 65 'standard input' scrip charter show - </dev/null
refuse 64 'say what to do' scrip charter
refuse 64 'no region is named' scrip charter draft lines

# The policy for other clients.
expect 0 scrip charter policy -C north
quiet
is 3 "$(grep -c '^log example.org/vouchers/[a-z]*+[0-9a-f]\{8\}+' out)" 'the number of logs'
is 3 "$(grep -c '^witness [^ ]* example.org/vouchers/[a-z]*/witness+' out)" 'the number of witnesses'
is 1 "$(grep -c '^group [^ ]* 2 [^ ]* [^ ]* [^ ]*$' out)" 'the number of groups'
is "$(sed -n 's/^group \([^ ]*\) .*/\1/p' out)" "$(sed -n 's/^quorum //p' out)" 'the quorum'
cp out policy
expect 0 scrip charter policy all.note
same policy out
refuse 2 'lacks the signature' scrip charter policy draft
