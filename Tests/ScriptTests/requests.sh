#!/bin/sh
# Many requests in one pass: a result a line in the order of the input, ten thousand bad lines among good ones, many
# keys, and the exit status of the worst line.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
mkdir keys
for name in shop other alice bob; do
    account north $name >"$name"
    cp -p $name.pem keys
done
shop=$(cat shop) other=$(cat other) alice=$(cat alice) bob=$(cat bob)
good=2000
bad=10000

# mixed FILE: the good lines of the file among bad ones, five bad ones behind each; the numbers of the bad lines go to
# bad.numbers.
mixed() {
    awk -v bad="$bad" -v good="$good" '
        { print; for (i = 0; i < bad / good; i++) {
            n++
            if (n % 5 == 0) print "{\"voucher\":"
            else if (n % 5 == 1) print "{\"voucher\":\"zz\"}"
            else if (n % 5 == 2) print "[1,2,3]"
            else if (n % 5 == 3) print "{\"unheard_of\":1}"
            else print "\377\376 no text at all"
        } }' "$1" >mixed.in
    awk -v bad="$bad" -v good="$good" 'BEGIN {
        for (i = 1; i <= good + bad; i++) if ((i - 1) % (1 + bad / good) != 0) print i }' >bad.numbers
}
# answered: the bad lines, and only they, were refused by their numbers, in order, and told of on standard error.
answered() {
    is "$((good + bad))" "$(wc -l <out)" "the answers of $1"
    jq -r 'select(.line) | .line' out >numbers
    same bad.numbers numbers
    is malformed "$(jq -r 'select(.line) | .code' out | sort -u)" "the code of the bad lines of $1"
    sed -n 's/^scrip: standard input:\([0-9]*\): .*/\1/p' err >numbers
    same bad.numbers numbers
    is "$bad" "$(wc -l <err)" "the lines on standard error of $1"
    # A good line stands where it stood: its answer is that of its place.
    jq -c 'if .line then "bad" else "good" end' out | awk -v bad="$bad" -v good="$good" '
        ($0 == "\"good\"") != ((NR - 1) % (1 + bad / good) == 0) { exit 1 }' || fail "the answers of $1 are out of order"
}

# accredit: a line an issuer.
printf '{"issuer":"%s","name":"Shop"}\n{"issuer":"%s","name":"Other","until":"+30d"}\n{"issuer":"%s"}\n{"issuer":"%s","name":"B","revoke":1}\nx\n' \
    "$shop" "$other" "$alice" "$bob" >lines
expect 65 scrip accredit --submit - <lines
is 'admitted,admitted,malformed 3,malformed 4,malformed 5' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .status end) | join(",")' out)" 'the answers'
scrip seal >/dev/null
printf '{"issuer":"%s","revoke":true}\n{"issuer":"%s"}\n' "$other" "$bob" >lines
expect 66 scrip accredit --revoke - <lines
is 'Other,unknown-issuer 2' \
    "$(jq -rs 'map(if .line then "\(.code) \(.line)" else .name end) | join(",")' out)" 'the answers'

# issue: by two issuers with a key each, to two owners.
jq -cn --argjson n "$good" --arg shop "$shop" --arg other "$other" --arg alice "$alice" --arg bob "$bob" '
    range($n) | {issuer: (if . % 2 == 0 then $shop else $other end), to: (if . % 3 == 0 then $alice else $bob end),
        value: "10.00CNY", partial: true, voidable: true, ref: "r\(.)"}' >requests
mixed requests
expect 65 scrip issue --keys keys - <mixed.in
answered issue
cp out records
# The results of bad lines go through validate as they are; the good ones are admitted.
expect 65 scrip validate <records
is "$good" "$(jq -r 'select(.status == "admitted") | .id' out | wc -l)" 'the admitted records'
jq -r 'select(.line) | .line' out >numbers
same bad.numbers numbers
expect 0 scrip seal
is "$good" "$(jq -s 'map(.count) | add' out)" 'the sealed records'

# redeem: each with its owner's key, at once into the pool.
scrip list >held
is "$good" "$(wc -l <held)" 'the vouchers'
jq -c --arg shop "$shop" --arg other "$other" '. + {merchant: (if .issuer == $shop then $shop else $other end), amount: 400, ref: .voucher}' \
    held >requests
mixed requests
expect 65 scrip redeem --keys keys --submit - <mixed.in
answered redeem
is "$good" "$(jq -r 'select(.status == "admitted") | .id' out | wc -l)" 'the admitted records'
cp out redeemed
jq -r 'select(.status == "admitted") | .record.vouchers[0].voucher' out >one
jq -r .voucher requests >two
same one two
scrip seal >/dev/null

# refund: what redeem answered is what refund asks, bad lines and all.
expect 65 scrip refund --keys keys --submit - <redeemed
is "$good" "$(jq -r 'select(.status == "admitted") | .record.redemption' out | wc -l)" 'the refunds'
jq -r 'select(.line) | .line' out >numbers
same bad.numbers numbers
scrip seal >/dev/null
is "$good" "$(scrip list | jq -r 'select(.remaining == 400) | .voucher' | wc -l)" 'the refunded vouchers'

# split, trade and void, of what list prints.
scrip list | jq -c 'select(.remaining == 600) | .amounts = [100, "5.00CNY"]' >requests
mixed requests
expect 65 scrip split --keys keys --submit - <mixed.in
answered split
is "$good" "$(jq -r 'select(.status == "admitted") | .id' out | wc -l)" 'the admitted records'
scrip seal >/dev/null
scrip list | jq -c --arg bob "$bob" 'select(.remaining == 500) | .to = $bob' >requests
mixed requests
expect 65 scrip trade --keys keys --submit - <mixed.in
answered trade
is "$good" "$(jq -r 'select(.status == "admitted") | .id' out | wc -l)" 'the admitted records'
scrip seal >/dev/null
scrip list | jq -c 'select(.remaining == 100)' >requests
mixed requests
expect 65 scrip void --keys keys --reason recall --submit - <mixed.in
answered void
is "$good" "$(jq -r 'select(.status == "admitted") | .id' out | wc -l)" 'the admitted records'
scrip seal >/dev/null

# The worst line decides: 65 over 77 over 66 over 1 over 2 over 0. A line whose key is missing has its answer too.
rm keys/alice.pem
scrip list --status held >held
jq -c --arg owner "$bob" 'select(.owner == $owner)' held | head -n 1 >bobs
jq -c --arg owner "$alice" 'select(.owner == $owner)' held | head -n 1 >alices
printf '{"voucher":"0123456789abcdef0123456789abcdef"}\n' >nobodys
echo nonsense >nonsense
jq -c '.amount = 1000000' bobs >toomuch
# status WANTED FILE...
status() {
    wanted=$1
    shift
    cat "$@" >lines
    expect "$wanted" scrip redeem --keys keys --merchant "$shop" --submit - <lines
}
status 0 bobs
scrip seal >/dev/null
scrip list --status held | jq -c --arg owner "$bob" 'select(.owner == $owner)' >rest
sed -n 1p rest >bobs
sed -n 2p rest | jq -c '.amount = 1000000' >toomuch
status 1 toomuch bobs
scrip seal >/dev/null
sed -n 3p rest >bobs
status 66 toomuch nobodys bobs
scrip seal >/dev/null
sed -n 4p rest >bobs
status 77 toomuch alices nobodys bobs
is 'rejected overspent,rejected bad-signature 2,rejected unknown-voucher 3,admitted null' \
    "$(jq -rs 'map("\(.status) \(.code) \(.line // "")" | sub(" $"; "")) | join(",")' out)" 'the answers'
scrip seal >/dev/null
sed -n 5p rest >bobs
status 65 toomuch alices nobodys nonsense bobs
is admitted "$(jq -rs '.[-1].status' out)" 'the last answer'
scrip seal >/dev/null
expect 0 scrip verify --full
