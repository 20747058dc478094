#!/bin/sh
# scrip accept: a price binds the buyer who signed it, and nobody else.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
SCRIP_REGION=north
export SCRIP_REGION
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
scrip accredit --issuer "$shop" --name Shop --submit >out
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >out
scrip seal >out
one=$(scrip list --owner "$alice" | jq -r .voucher | sed -n 1p)
two=$(scrip list --owner "$alice" | jq -r .voucher | sed -n 2p)
scrip trade --key alice.pem --to "$bob" --price 8.00CNY "$one" >offer
scrip trade --key alice.pem --to "$bob" "$two" >gift
expect 1 scrip validate <offer
is bad-signature "$(value .code)" 'the code'

expect 0 scrip accept --key bob.pem <offer
quiet
cp out trade
is "$(jq -r .id offer)" "$(value .id)" 'the id'
is "$(jq -c 'del(.accept)' trade)" "$(jq -c . offer)" 'the rest of the record'
genesis=$(scrip charter show --quiet | jq -r .genesis)
printf 'scrip accept v1 %s\n%s\n' "$genesis" "$(value .id)" >signed
jq -r .accept.sig trade | base64 -d >signature
openssl pkey -in bob.pem -pubout -out public.pem
openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in signed -sigfile signature >/dev/null ||
    fail 'openssl refuses the acceptance'

# What has no price, or is accepted, passes unchanged; so does a result, which stands for its record.
cat gift trade >both
expect 0 scrip accept --key bob.pem - <both
same both out
scrip validate <offer >result || true
expect 0 scrip accept --key bob.pem <result
same trade out
jq . offer | tr -d '\n' >spread
expect 0 scrip accept --key bob.pem <spread
same trade out
mkdir keys
cp -p bob.pem shop.pem keys
expect 0 scrip accept --keys keys <offer
same trade out

# Not for others, not what the seller did not sign, not what is no record.
expect 77 scrip accept --key alice.pem <offer
[ ! -s out ] || fail 'a trade to another key was printed'
complained 'not the key of'
jq -c --arg sig "$(jq -r .sig gift)" '.sig = $sig' offer >forged
expect 1 scrip accept --key bob.pem <forged
is 'rejected bad-signature' "$(value '"\(.status) \(.code)"')" 'the result'
jq -c '.price.amount = 1' offer >cheaper
expect 65 scrip accept --key bob.pem <cheaper
is 'rejected malformed 1' "$(value '"\(.status) \(.code) \(.line)"')" 'the result'
echo '{"type":"result","status":"rejected","code":"malformed","line":3}' >bad
cat bad offer >mixed
expect 65 scrip accept --key bob.pem <mixed
is 'result trade' "$(jq -rs 'map(.type) | join(" ")' out)" 'what came through'
refuse 64 'standard input' scrip accept --key bob.pem offer

expect 0 scrip accept --key bob.pem --submit <offer
is admitted "$(value .status)" 'the status'
scrip seal >out
expect 0 scrip list --owner "$bob"
is "$one" "$(value .voucher)" "Bob's voucher"
