#!/bin/sh
# Bearer vouchers: issue --bearer, and redeem, trade and show with a code.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet --observer hq north south hq >out
SCRIP_REGION=north
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_REGION SCRIP_NOW
shop=$(account north shop)
bob=$(account north bob)
cafe=$(account south cafe)
scrip accredit --issuer "$shop" --name 'Corner shop' --submit >out

# silent: no code is in the diagnostics of the last command; NAME is a file of codes.
silent() {
    jq -r .code "$1" | cut -c7-30 >parts
    if grep -qiF -f parts err; then fail "standard error shows a code: $(cat err)"; fi
}

# The file and the record.
umask 022
expect 0 scrip issue --key shop.pem --bearer gift.codes --value 100.00CNY --count 3 --partial --series gift \
    --expires 2027-11-20T10:00:00Z --ref gift-1
quiet
cp out gift.record
is 1 "$(wc -l <out)" 'the number of records'
is 600 "$(mode gift.codes)" 'the mode of the codes'
is 3 "$(wc -l <gift.codes)" 'the number of codes'
is '1,1,1' "$(value '[.owners[].count] | map(tostring) | join(",")')" 'the counts'
is "$(jq -c '[.owners[].owner]' out)" "$(jq -sc 'map(.owner)' gift.codes)" 'the owners'
is 'code 1 3 10000 gift 2027-11-20T10:00:00Z' \
    "$(head -n 1 gift.codes | jq -r '[.type, .number, .count, .value.amount, .series, .expires] | join(" ")')" 'the line'
is "$(value .id)" "$(sed -n 2p gift.codes | jq -r .record)" 'the record of a line'
jq -Sc . gift.codes >canonical
same canonical gift.codes

# The key of a code, as openssl derives it; the code, as bech32m has it.
code=$(head -n 1 gift.codes | jq -r .code)
bytes=$(printf '%s' "$code" | python3 -c '
import sys
a = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
n = 0
for c in sys.stdin.read()[6:32]: n = n << 5 | a.index(c)
print("%032x" % (n >> 2))')
seed=$(openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:"$bytes" -kdfopt hexsalt: \
    -kdfopt info:'scrip bearer v1' HKDF | tr -d ':\n' | tr A-F a-f)
python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex("302e020100300506032b657004220420" + sys.argv[1]))' "$seed" |
    openssl pkey -inform DER -out code.pem
chmod 600 code.pem
is "$(scrip address --region north code.pem | jq -r .address)" "$(head -n 1 gift.codes | jq -r .owner)" 'the account of a code'

# The same ref: the same file, the same record, at whatever time.
cp -p gift.codes kept.codes
expect 0 env SCRIP_NOW=2026-12-24T10:00:00Z scrip issue --key shop.pem --bearer gift.codes --value 100.00CNY --count 3 \
    --partial --series gift --expires 2027-11-20T10:00:00Z --ref gift-1
same out gift.record
same gift.codes kept.codes

# Anything else is another issue.
again() { scrip issue --key shop.pem --bearer gift.codes --series gift --expires 2027-11-20T10:00:00Z "$@"; }
refuse 1 'codes of another issue' again --value 100.00CNY --count 3 --partial --ref gift-2
refuse 1 'codes of another issue' again --value 99.00CNY --count 3 --partial --ref gift-1
refuse 1 'codes of another issue' again --value 100.00CNY --count 3 --ref gift-1
refuse 1 'holds 3 codes, not 4' again --value 100.00CNY --count 4 --partial --ref gift-1
refuse 1 'codes of another issue' again --value 100.00CNY --count 2 --partial --ref gift-1
refuse 1 'never overwritten' again --value 100.00CNY --count 3 --partial
silent gift.codes
same gift.codes kept.codes

# A file that is damaged, or open to others, or not a file.
retry() { scrip issue --key shop.pem --bearer "$1" --value 100.00CNY --count 3 --partial --series gift \
    --expires 2027-11-20T10:00:00Z --ref gift-1; }
(umask 077; head -n 2 gift.codes >short.codes; head -c 700 gift.codes >torn.codes; : >empty.codes
    jq -r .code gift.codes >bare.codes; sed 's/"gift"/"tfig"/' gift.codes >changed.codes
    { cat gift.codes; head -n 1 gift.codes; } >long.codes; echo hello >hello.codes)
refuse 1 'holds 2 codes, not 3' retry short.codes
refuse 65 'torn.codes:2: the file of codes is damaged' retry torn.codes
refuse 1 'holds 0 codes, not 3' retry empty.codes
refuse 1 'bare.codes:1: the file holds the codes of another issue' retry bare.codes
refuse 1 'changed.codes:1: the file holds the codes of another issue' retry changed.codes
refuse 1 'holds more codes, not 3' retry long.codes
refuse 65 "hello.codes:1: the file of codes is damaged: a code begins with 'scrip1'" retry hello.codes
cp gift.codes open.codes
chmod 640 open.codes
refuse 77 'others can use these codes (mode 0640); run chmod 600' retry open.codes
ln -s gift.codes link.codes
refuse 77 'symbolic link' retry link.codes
mkdir folder.codes
refuse 77 'directory, not a file of codes' retry folder.codes
mkfifo pipe.codes
refuse 77 'pipe, not a file of codes' retry pipe.codes
refuse 66 'No such file' retry nowhere/gift.codes

# A ref that is in the ledger has its codes elsewhere.
expect 0 scrip validate <gift.record
refuse 1 "this --ref was used for record $(jq -r .id gift.record)" retry other.codes
[ ! -e other.codes ] || fail 'codes were written for a ref that is used'
expect 0 retry gift.codes
same out gift.record
scrip seal >out

# Without a ref: once. Where nothing can be printed, nothing is lost but the file is there.
expect 0 scrip issue --key shop.pem --bearer once.codes --value 5.00CNY --submit
is 'admitted 1' "$(value '"\(.status) \(.record.owners | length)"')" 'the result'
refuse 1 'never overwritten' scrip issue --key shop.pem --bearer once.codes --value 5.00CNY
expect 74 sh -c 'scrip issue --key shop.pem --bearer full.codes --value 5.00CNY --ref full >/dev/full'
expect 0 scrip issue --key shop.pem --bearer full.codes --value 5.00CNY --ref full
is "$(value '.owners[0].owner')" "$(jq -r .owner full.codes)" 'the owner'
expect 74 sh -c 'scrip issue --key shop.pem --bearer lost.codes --value 5.00CNY >/dev/full'
expect 0 scrip issue --key shop.pem --bearer lost.codes --value 5.00CNY --ref "$(jq -r .ref lost.codes)"
is "$(value .id)" "$(jq -r .record lost.codes)" 'the record that was lost'

# Many: several records, one file.
expect 0 scrip issue --key shop.pem --bearer many.codes --value 1.00CNY --count 1100 --ref many
is '512 many/1,512 many/2,76 many/3' "$(jq -rs 'map("\(.owners | length) \(.ref)") | join(",")' out)" 'the records'
is 1100 "$(wc -l <many.codes)" 'the number of codes'
is 1100 "$(jq -r .voucher many.codes | sort -u | wc -l)" 'the number of vouchers'
is 1100 "$(jq -r .code many.codes | sort -u | wc -l)" 'the number of different codes'
is "$(jq -r '.owners[].owner' out | cksum)" "$(jq -r .owner many.codes | cksum)" 'the owners'
cp out many.record
expect 0 scrip issue --key shop.pem --bearer many.codes --value 1.00CNY --count 1100 --ref many
same out many.record
# The largest line there can be still fits.
long=$(printf '%0256d' 0 | tr 0 '"')
expect 0 scrip issue --key shop.pem --bearer long-names.codes --value 1.00CNY --count 512 --series "$long" --ref "$long" \
    --expires 2027-11-20T10:00:00Z --terms "$(printf '%064d' 0)" --redeem-in north,south
refuse 64 'value × count' scrip issue --key shop.pem --bearer x.codes --value 90071992547409.91CNY --count 2
refuse 64 'out of range' scrip issue --key shop.pem --bearer x.codes --value 1.00CNY --count 0
refuse 64 'out of range' scrip issue --key shop.pem --bearer x.codes --value 1.00CNY --count 100001
refuse 64 '--bearer and --to exclude' scrip issue --key shop.pem --bearer x.codes --to "$bob" --value 1.00CNY
refuse 64 "does not go with '-'" scrip issue --key shop.pem --bearer x.codes --value 1.00CNY -
refuse 64 'names a new file' scrip issue --key shop.pem --bearer - --value 1.00CNY
refuse 64 '--value is missing' scrip issue --key shop.pem --bearer x.codes
refuse 64 "'expires' must be a time" scrip issue --key shop.pem --bearer x.codes --value 1.00CNY --ref x --expires +30d
refuse 66 'no accounts' scrip issue --key shop.pem --bearer x.codes --region hq --value 1.00CNY
[ ! -e x.codes ] || fail 'a refused issue left a file of codes'

# Several at once with one ref: one file, one record.
for n in 1 2 3 4 5 6 7 8; do
    scrip issue --key shop.pem --bearer race.codes --value 1.00CNY --count 20 --ref race >race.$n 2>race.err.$n &
done
wait
for n in 1 2 3 4 5 6 7 8; do same race.1 race.$n; done
is 20 "$(wc -l <race.codes)" 'the number of codes'
is '' "$(find . -name '.tmp-*')" 'the litter'

# In another region, whose code is typed there.
expect 2 scrip issue --key shop.pem --bearer south.codes --region south --value 8.00CNY --submit
is south "$(jq -r '.record.owners[0].owner' out | sed 's/1.*//')" 'the region of the code'
is "$shop" "$(value .record.issuer)" 'the issuer'
for region in south north; do scrip sync -C $region >out; done
scrip seal >out
for region in south north; do scrip sync -C $region >out; done
expect 0 scrip show -C south --code-file south.codes
is 'held 800' "$(value '"\(.status) \(.remaining)"')" 'the voucher in the other region'
expect 0 scrip show --code-file south.codes
is 'south confirmed' "$(value '"\(.custodian) \(.certainty)"')" 'the voucher'

# The balance, for whoever holds the code, however it is typed.
one=$(sed -n 1p gift.codes | jq -r .code)
voucher=$(sed -n 1p gift.codes | jq -r .voucher)
expect 0 scrip show --code "$one"
is "$voucher 10000 held 1" "$(value '"\(.voucher) \(.remaining) \(.status) \(.history | length)"')" 'the voucher'
cp out wanted
typed=$(printf '%s' "$one" | tr '[:lower:]' '[:upper:]' | sed 's/..../&-/g; s/^/ /')
expect 0 scrip show --code "$typed"
same out wanted
printf '%s\n' "$typed" >typed
expect 0 sh -c 'scrip show --code-file - <typed'
same out wanted
expect 0 sh -c 'cat typed | scrip show --code-file /dev/stdin'
same out wanted
expect 0 scrip show --code-file gift.codes
is 3 "$(wc -l <out)" 'the number of vouchers'
cp -r north/public disc
chmod -R a-w disc
expect 0 scrip show -C disc --code "$one"
same out wanted
refuse 77 'others can use these codes (mode 0644)' scrip show --code-file typed
refuse 66 'there is no such file' scrip show --code-file nowhere.codes
refuse 66 'it holds no code' scrip show --code-file empty.codes
refuse 66 'no voucher of this code is known here' scrip show --code-file full.codes
refuse 64 'exclude each other' scrip show --code "$one" --code-file gift.codes
silent gift.codes

# Mistakes in typing: the place, and never the code.
data=$(printf '%s' "$one" | cut -c7-38)
# mistyped PLACE TEXT CODE
mistyped() {
    refuse "$1" "$2" scrip show --code "$3"
    if grep -qF "$(printf '%s' "$data" | cut -c1-10)" err || grep -qF "$(printf '%s' "$data" | cut -c14-24)" err; then
        fail "standard error shows a code: $(cat err)"
    fi
}
other=m
[ "$(printf '%s' "$one" | cut -c20)" != m ] || other=u
mistyped 65 'character 20 seems to be wrong' "$(printf '%s' "$one" | cut -c1-19)$other$(printf '%s' "$one" | cut -c21-)"
mistyped 65 'character 20 cannot stand there' "$(printf '%s' "$one" | cut -c1-19)o$(printf '%s' "$one" | cut -c21-)"
mistyped 65 'a character is missing' "$(printf '%s' "$one" | cut -c1-19,21-)"
mistyped 65 'a character is too many' "$(printf '%s' "$one" | cut -c1-19)x$(printf '%s' "$one" | cut -c20-)"
mistyped 65 'small and capital letters' "$(printf '%s' "$one" | sed 's/^scrip1/SCRIP1/')"
mistyped 65 'quote a code' scrip1
refuse 65 "begins with 'scrip1'" scrip show --code north1
# A code in the wrong place is not repeated either.
for command in 'show' 'redeem --key shop.pem --merchant north1' 'trade --key shop.pem --to' 'list --owner' 'redeem'; do
    status=0
    # shellcheck disable=SC2086  # the command is made of words
    scrip $command "$one" >out 2>err || status=$?
    [ "$status" -ge 64 ] || fail "$command takes a code: $status"
    if grep -qF "$(printf '%s' "$data" | cut -c1-10)" err; then fail "standard error shows a code: $(cat err)"; fi
done

# Redeeming: a part, again with the same ref, the rest, and then nothing is left.
refuse 64 'exclude' scrip redeem --key shop.pem --code "$one" --merchant "$shop"
refuse 64 '--merchant is missing' scrip redeem --code "$one"
refuse 64 "'-' reads requests" scrip redeem --code "$one" --merchant "$shop" -
refuse 1 '100.00CNY is left' scrip redeem --code "$one" --merchant "$shop" --amount 100.01CNY
refuse 64 'worth CNY, not EUR' scrip redeem --code "$one" --merchant "$shop" --amount 1.00EUR
expect 0 scrip redeem --code "$one" --merchant "$shop" --amount 30.00CNY --ref till/1 --submit
is "admitted $voucher 3000" "$(value '"\(.status) \(.record.vouchers[0].voucher) \(.record.vouchers[0].amount)"')" 'the result'
expect 0 scrip redeem --code "$one" --merchant "$shop" --amount 30.00CNY --ref till/1 --submit
is 'admitted already' "$(value '"\(.status) \(.reason)"')" 'the second answer'
refuse 1 'not sealed yet' scrip redeem --code "$one" --merchant "$shop"
scrip seal >out
expect 0 scrip redeem --code "$one" --merchant "$shop" --amount 30.00CNY --ref till/1 --submit
is 'sealed already' "$(value '"\(.status) \(.reason)"')" 'the third answer'
expect 0 scrip show --code "$one"
is 7000 "$(value .remaining)" 'the balance'
printf '%s' "$one" >code
chmod 600 code
expect 0 scrip redeem --code-file code --merchant "$shop" --submit
is 7000 "$(value '.record.vouchers[0].amount')" 'the rest'
scrip seal >out
refuse 1 'nothing is left for this code' scrip redeem --code "$one" --merchant "$shop"
expect 0 scrip show --code "$one"
is 'redeemed 0 3' "$(value '"\(.status) \(.remaining) \(.history | length)"')" 'the spent voucher'
echo 'scrip1 qqqs' >half
expect 65 sh -c "scrip redeem --code-file - --merchant $shop <half"
is 'rejected malformed 1' "$(value '"\(.status) \(.code) \(.line)"')" 'the answer to a code that is none'
complained 'standard input:1: 28 characters are missing'
expect 1 scrip redeem --code-file code --merchant "$shop"
is 'rejected overspent 1' "$(value '"\(.status) \(.code) \(.line)"')" 'the answer to a spent code'

# Many codes in one go: a bad line is answered, and the others go on.
(umask 077; { sed -n 2p gift.codes; echo 'scrip1 qqqs'; echo; sed -n 3p gift.codes | jq -r .code; } >some.codes)
refuse 64 '--ref goes with a single code' scrip redeem --code-file some.codes --merchant "$shop" --ref till/2
refuse 64 '--amount goes with a single code' scrip redeem --code-file some.codes --merchant "$shop" --amount 1.00CNY
refuse 64 '--price goes with a single code' scrip trade --code-file some.codes --to "$bob" --price 1.00CNY
expect 65 scrip trade --code-file some.codes --to "$bob" --submit
is 'admitted,rejected,admitted' "$(jq -rs 'map(.status) | join(",")' out)" 'the answers'
complained 'some.codes:2: 28 characters are missing'
silent gift.codes
scrip seal >out
is 2 "$(scrip list --owner "$bob" | wc -l)" 'the vouchers of the buyer'
refuse 66 'no voucher of this code' scrip trade --code "$(sed -n 2p gift.codes | jq -r .code)" --to "$bob"

# What was traded to a code is the code's, and named vouchers too.
scrip trade --key bob.pem --to "$(sed -n 1p gift.codes | jq -r .owner)" --submit \
    "$(scrip list --owner "$bob" | jq -rs '.[0].voucher')" >out
scrip seal >out
expect 0 scrip show --code "$one"
is '0,10000' "$(jq -rs 'map(.remaining) | sort | map(tostring) | join(",")' out)" 'what the code owns'
expect 0 scrip redeem --code "$one" --merchant "$cafe" --amount 99.00CNY
is '9900' "$(value '.vouchers | map(.amount) | map(tostring) | join(",")')" 'the amounts'
held=$(scrip show --code "$one" | jq -r 'select(.status == "held") | .voucher')
expect 0 scrip redeem --code "$one" --merchant "$shop" "$held"
is "$held" "$(value '.vouchers[0].voucher')" 'the voucher'
refuse 77 'this is not the key of' scrip redeem --code "$one" --merchant "$shop" "$(scrip list --owner "$bob" | jq -r .voucher)"

# Named vouchers pick among several codes: each code takes its own, one that owns none is answered, the others go on.
scrip issue --key shop.pem --bearer pick.codes --value 5.00CNY --count 3 --partial --submit >out
scrip seal >out
first=$(sed -n 1p pick.codes | jq -r .voucher)
second=$(sed -n 2p pick.codes | jq -r .voucher)
third=$(sed -n 3p pick.codes | jq -r .voucher)
stranger=$(scrip list --owner "$bob" | jq -r .voucher)
told() { jq -rs 'map("\(.code // .status // .type) \(.line // .record.vouchers[0].voucher // .vouchers[0].voucher)") | join(",")' out; }
expect 1 scrip redeem --code-file pick.codes --merchant "$shop" --submit "$second"
is "not-owner 1,admitted $second,not-owner 3" "$(told)" 'the answers'
grep -qx 'scrip: pick.codes:1: this code owns none of the vouchers that are named' err || fail "standard error is $(cat err)"
is 2 "$(wc -l <err)" 'the lines of standard error'
silent pick.codes
scrip seal >out
# A voucher of none of the codes is told in the end.
expect 77 scrip trade --code-file pick.codes --to "$bob" "$third" "$stranger"
is "not-owner 1,not-owner 2,trade $third" "$(told)" 'the answers'
grep -q "^scrip: trade: none of the codes of pick.codes owns voucher $stranger; " err || fail "standard error is $(cat err)"
expect 66 scrip trade --code-file pick.codes --to "$bob" "$third" 0123456789abcdef0123456789abcdef
is 'unknown-voucher 1,unknown-voucher 2,unknown-voucher 3' "$(told)" 'the answers'
expect 1 sh -c "scrip trade --code-file - --to $bob --submit $third $first <pick.codes"
is "admitted $first,not-owner 2,admitted $third" "$(told)" 'the answers'
scrip seal >out

# Terms that hinder are told before anything is signed.
scrip issue --key shop.pem --bearer terms.codes --value 5.00CNY --redeem-in south --no-transfer --submit >out
scrip issue --key shop.pem --bearer later.codes --value 5.00CNY --starts 2026-12-01T00:00:00Z \
    --expires 2026-12-31T00:00:00Z --submit >out
scrip seal >out
later=$(jq -r .code later.codes)
terms=$(jq -r .code terms.codes)
refuse 1 'merchants of south take' scrip redeem --code "$terms" --merchant "$shop"
refuse 1 'may not be traded' scrip trade --code "$terms" --to "$bob"
refuse 1 'cannot be parted' scrip redeem --code "$terms" --merchant "$cafe" --amount 1.00CNY
refuse 1 'good from 2026-12-01T00:00:00Z' scrip redeem --code "$later" --merchant "$shop"
refuse 1 'good until 2026-12-31T00:00:00Z' env SCRIP_NOW=2027-01-01T00:00:00Z scrip redeem --code "$later" --merchant "$shop"
expect 0 scrip verify --full
