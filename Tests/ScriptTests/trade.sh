#!/bin/sh
# scrip trade: vouchers change hands.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
SCRIP_REGION=north
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_REGION SCRIP_NOW
shop=$(account north shop)
alice=$(account north alice)
bob=$(account north bob)
carol=$(account south carol)
scrip accredit --issuer "$shop" --name Shop --submit >out
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --count 3 --submit >out
scrip issue --key shop.pem --to "$bob" --value 5.00CNY --submit >out
scrip seal >out
scrip list --owner "$alice" >vouchers
one=$(sed -n 1p vouchers | jq -r .voucher)
two=$(sed -n 2p vouchers | jq -r .voucher)
three=$(sed -n 3p vouchers | jq -r .voucher)
head=$(sed -n 1p vouchers | jq -r .head)
bobs=$(scrip list --owner "$bob" | jq -r .voucher)

# The record.
expect 0 scrip trade --key alice.pem --to "$bob" "$one" "$two"
quiet
is "trade 2026-11-23T10:00:00Z null null" "$(value '"\(.type) \(.deadline) \(.price) \(.memo)"')" 'the record'
is "$alice $bob" "$(value '[.from, .to] | join(" ")')" 'the parties'
is "[{\"head\":\"$head\",\"voucher\":\"$one\"},{\"head\":\"$head\",\"voucher\":\"$two\"}]" "$(jq -c .vouchers out)" \
    'the vouchers'
expect 0 scrip trade --key alice.pem --to "$carol" --price 8.00CNY --memo 'a gift' --deadline +24h "$one"
is '800 CNY a gift 2026-11-21T10:00:00Z' "$(value '"\(.price.amount) \(.price.currency) \(.memo) \(.deadline)"')" \
    'the record'
expect 0 scrip trade -C north/public --key alice.pem --to "$bob" "$one"
is "$head" "$(value '.vouchers[0].head')" 'the head'

# Mistakes.
refuse 66 'is not known' scrip trade --key alice.pem --to "$bob" 0123456789abcdef0123456789abcdef
refuse 65 'no voucher id' scrip trade --key alice.pem --to "$bob" "${one}0"
refuse 65 'no voucher id' scrip trade --key alice.pem --to "$bob" "$one" -
refuse 64 'different owners' scrip trade --key alice.pem --to "$bob" "$one" "$bobs"
refuse 64 'stands twice' scrip trade --key alice.pem --to "$bob" "$one" "$one"
refuse 64 '--to is missing' scrip trade --key alice.pem "$one"
refuse 64 'Missing expected argument' scrip trade --key alice.pem --to "$bob"
refuse 64 'no amount' scrip trade --key alice.pem --to "$bob" --price 8 "$one"
refuse 77 'not the key of' scrip trade --key bob.pem --to "$bob" "$one"
refuse 66 "no region 'west'" scrip trade --key alice.pem --to "$(account west west)" "$one"

# Requests: what list prints, ids, heads that the line brings, and bad lines among them.
{
    sed -n 1p vouchers
    printf '{"voucher":"%s","to":"%s","memo":"m"}\n' "$two" "$carol"
    printf '{"vouchers":["%s",{"voucher":"%s"}],"deadline":"+1h"}\n' "$one" "$three"
    printf '{"voucher":"0123456789abcdef0123456789abcdef","owner":"%s","head":"%s"}\n' "$alice" "$head"
    printf '{"voucher":"0123456789abcdef0123456789abcdef"}\n'
    printf '{"voucher":"%s"}\n' "$bobs"
    printf '{"voucher":"%s","too":"%s"}\n' "$one" "$bob"
    printf '{"type":"trade","voucher":"%s"}\n' "$one"
} >requests
expect 65 scrip trade --key alice.pem --to "$bob" - <requests
is 'trade,trade,trade,trade,unknown-voucher 5,malformed 7,malformed 8' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .type end) | join(",")' out)" 'the answers'
is "$bob $carol $bob $bob" "$(jq -rs '[.[] | .to // empty] | join(" ")' out)" 'the buyers'
grep -q '^scrip: standard input:6: alice.pem: this is not the key of' err || fail "standard error is $(cat err)"
is 4 "$(wc -l <err)" 'the number of diagnostics'
sed -n 5p requests >unknown
expect 66 scrip trade --key alice.pem --to "$bob" - <unknown
sed -n 6p requests >foreign
expect 77 scrip trade --key alice.pem --to "$bob" - <foreign
[ ! -s out ] || fail 'something was printed for a key that is not there'

# Into the ledger.
scrip trade --key alice.pem --to "$bob" "$one" >first
scrip trade --key alice.pem --to "$carol" "$one" >second
expect 0 scrip validate <first
expect 1 scrip validate <second
is reserved "$(value .code)" 'the code'
scrip seal >out
expect 0 scrip list --owner "$bob"
is 2 "$(wc -l <out)" 'how many Bob has'
expect 1 scrip validate <second
is not-owner "$(value .code)" 'the code'
# The list is old by now, and what it says of owner and head is what was meant.
sed -n 1p vouchers >old
expect 1 scrip trade --key alice.pem --to "$bob" --memo later --submit - <old
is not-owner "$(value .code)" 'the code'
refuse 77 'not the key of' scrip trade --key alice.pem --to "$bob" "$one"
expect 2 scrip trade --key alice.pem --to "$carol" --submit "$two"
is 'awaiting south' "$(value '"\(.status) \(.waiting_for | join(","))"')" 'the result'

# Everything that is left, one record each.
mkdir keys
cp -p alice.pem bob.pem keys
expect 0 sh -c "scrip list --status held | scrip trade --keys keys --to '$shop' - | scrip validate | scrip seal -"
expect 0 scrip list --owner "$shop" --status held
is 3 "$(wc -l <out)" 'how many the shop has'
