#!/bin/sh
# scrip issue: what it writes, and what it does not.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet --observer hq north south hq >out
SCRIP_REGION=north
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_REGION SCRIP_NOW
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
find north | sort >before

# The record.
expect 0 scrip issue --key shop.pem --to "$alice" --value 100.00CNY
quiet
is 1 "$(wc -l <out)" 'the number of lines'
is 'issue false true false 10000 CNY' \
    "$(value '[.type, .partial, .transferable, .voidable, .value.amount, .value.currency] | join(" ")')" 'the record'
is "[{\"count\":1,\"owner\":\"$alice\"}]" "$(jq -c .owners out)" 'the owners'
is null "$(value .deadline)" 'the deadline'
is 32 "$(value '.ref | length')" 'the length of a random ref'
is "$shop" "$(value .issuer)" 'the issuer'
genesis=$(scrip charter show --quiet | jq -r .genesis)
{
    printf 'scrip record v1 %s\n' "$genesis"
    jq -cjS 'del(.id,.sig,.accept,.attest)' out
} >signed
is "$(sha256sum <signed | cut -c1-64)" "$(value .id)" 'the id'
value .sig | base64 -d >signature
openssl pkey -in shop.pem -pubout -out public.pem
openssl pkeyutl -verify -pubin -inkey public.pem -rawin -in signed -sigfile signature >/dev/null ||
    fail 'openssl refuses the signature'

# Every option.
terms=$(echo 'Not on Sundays.' | sha256sum | cut -c1-64)
expect 0 scrip issue --key shop.pem --to "$alice" --to "$bob" --value 5POINTS --count 3 --series gift --starts +1d \
    --expires 2027-01-01T00:00:00Z --partial --voidable --no-transfer --redeem-in south,north,south --terms "$terms"
is "3 3 500 POINTS gift 2026-11-21T10:00:00Z 2027-01-01T00:00:00Z true true false north,south $terms 2026-11-23T10:00:00Z" \
    "$(value '[.owners[0].count, .owners[1].count, .value.amount, .value.currency, .series, .starts, .expires, .partial,
        .voidable, .transferable, (.redeem_in | join(",")), .terms, .deadline] | join(" ")')" 'the record'

# A ref gives the same record, at whatever time; then nothing in it may depend on the time.
expect 0 scrip issue --key shop.pem --to "$alice" --value 1JPY --ref r-2
cp out first
expect 0 env SCRIP_NOW=2026-12-24T10:00:00Z scrip issue --key shop.pem --to "$alice" --value 1JPY --ref r-2
same first out
refuse 64 'a deadline is needed' scrip issue --key shop.pem --to "$bob" --value 1JPY --ref r-3
refuse 64 "'deadline' must be a time" scrip issue --key shop.pem --to "$bob" --value 1JPY --ref r-3 --deadline +72h
refuse 64 "'expires' must be a time" scrip issue --key shop.pem --to "$alice" --value 1JPY --ref r-3 --expires +72h
expect 0 scrip issue --key shop.pem --to "$bob" --value 1JPY --ref r-3 --deadline 2026-11-23T10:00:00Z

# The issuer's region, where it is another one's directory or a mirror that is read.
cafe=$(scrip address --region south shop.pem | jq -r .address)
expect 0 scrip issue --key shop.pem --region south --to "$bob" --value 1JPY
is "$cafe" "$(value .issuer)" 'the issuer'
cp -r north/public mirror
expect 0 scrip issue -C mirror --key shop.pem --region north --to "$alice" --value 1JPY --ref r-2
same first out

# Nothing was written to the region.
find north | sort >after
same before after

# Mistakes.
refuse 64 '--to is missing' scrip issue --key shop.pem --value 1JPY
refuse 64 '--value is missing' scrip issue --key shop.pem --to "$alice"
refuse 64 'no decimals' scrip issue --key shop.pem --to "$alice" --value 1.00JPY
refuse 64 'no amount' scrip issue --key shop.pem --to "$alice" --value 1
refuse 64 'more than zero' scrip issue --key shop.pem --to "$alice" --value 0CNY
refuse 64 'out of range' scrip issue --key shop.pem --to "$alice" --value 1CNY --count 0
refuse 64 'out of range' scrip issue --key shop.pem --to "$alice" --value 1CNY --count 4097
refuse 64 'more than 4096' scrip issue --key shop.pem --to "$alice" --to "$shop" --value 1CNY --count 4000
refuse 64 '2^53' scrip issue --key shop.pem --to "$alice" --value 90071992547409.91CNY --count 2
refuse 64 '--count' scrip issue --key shop.pem --to "$alice" --value 1CNY --count many
refuse 64 'no time' scrip issue --key shop.pem --to "$alice" --value 1CNY --expires 2026-13-01T00:00:00Z
refuse 64 '--terms' scrip issue --key shop.pem --to "$alice" --value 1CNY --terms 00
refuse 64 '--redeem-in' scrip issue --key shop.pem --to "$alice" --value 1CNY --redeem-in north,
refuse 64 "not '-'" scrip issue --key shop.pem --value 1CNY "$alice"
refuse 64 '--keys' scrip issue --keys . --to "$alice" --value 1CNY
expect 0 scrip issue --key shop.pem --to "$alice" --value 1CNY --redeem-in nroth
complained "no merchants in 'nroth'"
refuse 66 "no region 'west'" scrip issue --key shop.pem --to "$(account west west)" --value 1CNY
refuse 66 'observer' scrip issue --key shop.pem --to "$(account hq hq)" --value 1CNY
wrong=$(printf '%s' "$alice" | sed 's/.$/q/; t')
[ "$wrong" != "$alice" ] || wrong=$(printf '%s' "$alice" | sed 's/.$/p/')
refuse 65 'no address' scrip issue --key shop.pem --to "$wrong" --value 1CNY

# Requests: bad lines are answered and the others go on.
{
    printf '{"to":"%s","value":"1.00CNY","ref":"a"}\n' "$alice"
    echo 'nonsense'
    printf '\n{"to":"%s", "value":{"currency":"CNY","amount":250}, "count":2, "partial":false}\n' "$alice"
    printf '{"owners":[{"count":2,"owner":"%s"},{"owner":"%s"}]}\n' "$alice" "$bob"
    printf '{"to":"%s","valeu":"1.00CNY"}\n' "$alice"
    printf '{"to":"%s","ref":"b"}\n' "$bob"
    printf '{"to":"%s"}\r\n' "$wrong"
    head -c 1100000 /dev/zero | tr '\0' ' '
    printf '{}\n{"to":"%s","ref":"c"}' "$alice"
} >requests
expect 65 scrip issue --key shop.pem --value 9.00CNY --partial - <requests
is 'issue,result 2,issue,issue,result 6,result 7,result 8,result 9,issue' \
    "$(jq -rs 'map(if .line then "\(.type) \(.line)" else .type end) | join(",")' out)" 'the answers'
is 5 "$(jq -s '[.[] | select(.status == "rejected" and .code == "malformed")] | length' out)" 'the number of bad lines'
is 5 "$(wc -l <err)" 'the number of diagnostics'
grep -q '^scrip: standard input:6: .*valeu' err || fail "standard error is $(cat err)"
is '100 250 900 900' "$(jq -rs '[.[] | select(.type == "issue") | .value.amount] | map(tostring) | join(" ")' out)" 'the values'
is 'true false true true' "$(jq -rs '[.[] | select(.type == "issue") | .partial] | map(tostring) | join(" ")' out)" 'partial'
is '1 2 2 1' "$(jq -rs '[.[] | select(.type == "issue") | .owners[0].count] | map(tostring) | join(" ")' out)" 'the counts'

# The result of a bad line can be piped on.
expect 65 sh -c 'scrip issue --key shop.pem --value 9.00CNY - <requests 2>/dev/null | scrip validate'

# An empty input is no request and no failure.
expect 0 scrip issue --key shop.pem - </dev/null
[ ! -s out ] || fail 'something was printed for nothing'

# Into the ledger: idempotent by ref.
expect 0 scrip accredit --issuer "$shop" --name Shop --submit
expect 0 scrip issue --key shop.pem --to "$alice" --value 1JPY --ref r-2 --submit
is 'admitted null' "$(value '"\(.status) \(.reason)"')" 'the result'
expect 0 scrip issue --key shop.pem --to "$alice" --value 1JPY --ref r-2 --submit
is 'admitted already' "$(value '"\(.status) \(.reason)"')" 'the result'
expect 0 scrip seal
expect 0 sh -c 'scrip validate <first'
is 'sealed already' "$(value '"\(.status) \(.reason)"')" 'the result'
expect 1 scrip issue --key shop.pem --to "$alice" --value 2JPY --ref r-2 --submit
is duplicate "$(value .code)" 'the code'
expect 2 scrip issue --key shop.pem --to "$bob" --value 1JPY --submit
is 'awaiting south' "$(value '"\(.status) \(.waiting_for | join(","))"')" 'the result'

# Many requests at once, with a bad one among them, in the order of the input.
jq -nc --arg to "$alice" 'range(50) | {ref: "m\(.)", $to, value: "1.00CNY"}' >many
sed -i '25s/.*/{"to":1}/' many
expect 65 scrip issue --key shop.pem --submit - <many
is 50 "$(wc -l <out)" 'the number of results'
is 25 "$(jq -r 'select(.status == "rejected") | .line' out)" 'the bad line'
is m0 "$(head -n 1 out | jq -r .record.ref)" 'the first result'
is m49 "$(tail -n 1 out | jq -r .record.ref)" 'the last result'

# Under a charter that is not in force nothing is signed, by any command.
chmod u+w north/public/charter/1.note
sed -i 's/^quorum majority/quorum 2/' north/public/charter/1.note
id=0123456789abcdef0123456789abcdef
for command in "issue --key shop.pem --to $alice --value 1JPY" "accredit --issuer $shop --name Shop" \
    "trade --key alice.pem --to $shop $id" "redeem --key alice.pem --merchant $shop $id" \
    "split --key alice.pem --amounts 1JPY,1JPY $id" "void --key shop.pem --reason lost $id" \
    "refund --key shop.pem --redemption $id$id" 'accept --key alice.pem -' 'list' 'seal'; do
    # shellcheck disable=SC2086  # words
    refuse 65 'signature of region' scrip $command </dev/null
done
