#!/bin/sh
# scrip validate: a result for every line, in order; what it reads, and what its exit status says.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south east >/dev/null
SCRIP_REGION=north
export SCRIP_REGION
shop=$(account north shop)
alice=$(account north alice)

# A record is admitted, with the line of the record itself in the result; a second time it is there already.
scrip accredit --issuer "$shop" --name 'Corner shop' >accredit.json
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --count 3 --ref first >issue.json
expect 0 scrip validate <accredit.json
quiet
is "result admitted null $(jq -r .id accredit.json)" "$(value '[.type, .status, .code // "null", .id] | join(" ")')" 'the result'
jq -c .record out >record
same accredit.json record
expect 0 scrip validate - <accredit.json
is 'admitted already' "$(value '[.status, .reason] | join(" ")')" 'the second result'
is 1 "$(find north/private/pool -type f | wc -l)" 'the number of pool files'

# An issuer that was accredited a moment ago may issue; both go into one block.
expect 0 scrip validate <issue.json
is admitted "$(value .status)" 'the status of the issue'
expect 0 scrip seal
is 2 "$(value .count)" 'the records of the block'
expect 0 scrip validate <issue.json
is 'sealed already north 1 2' "$(value '[.status, .reason, .chain, .height, .index] | join(" ")')" 'the result of what is sealed'
jq -c .record out >record
same issue.json record

# Any layout is read; a result stands for its record; white space between is nothing.
shop2=$(account north shop2)
scrip accredit --issuer "$shop2" --name 'Another' >accredit2.json
jq . accredit2.json | tr '\n' ' ' >layout
printf '\n \t\r\n' >>layout
expect 0 scrip validate <layout
is admitted "$(value .status)" 'the status of the record in another layout'
jq -c .record out >record
same accredit2.json record
cp out result
expect 0 scrip validate <result
is 'admitted already' "$(value '[.status, .reason] | join(" ")')" 'the status of a result line'
scrip cat north >lines
expect 0 scrip validate <lines
is 'sealed sealed' "$(value .status | tr '\n' ' ' | sed 's/ $//')" 'the statuses of what cat prints'

# Nothing is read: nothing is printed.
expect 0 scrip validate </dev/null
[ ! -s out ] || fail 'a result for no line'

# Lines that cannot be read have their number, and leave the others alone; the worst one is the exit status.
scrip issue --key shop.pem --to "$alice" --value 1.00CNY >good
scrip issue --key shop.pem --to "$alice" --value 1.00CNY --ref first >duplicate
{
    echo 'no JSON'
    cat good
    echo
    echo '{"type":"trade"}'
    cat duplicate
} >mixed
expect 65 scrip validate <mixed
quiet
value '[.status, .code // "", .line // 0] | join(" ")' >got
printf '%s\n' 'rejected malformed 1' 'admitted  0' 'rejected malformed 4' 'rejected duplicate 0' >wanted
same wanted got
expect 1 scrip validate <duplicate
is null "$(value .line)" 'the line of a record that could be read'

# What was malformed upstream stays so in a pipe, and is not lost.
cp out rejected
expect 65 scrip validate <mixed
cp out first
expect 65 scrip validate <first
value '[.status, .code // "", .line // 0] | join(" ")' >got
same wanted got
# A line of another kind holds no record.
scrip list >vouchers
[ -s vouchers ] || fail 'no voucher is listed'
expect 65 scrip validate <vouchers
is malformed "$(value .code | sort -u)" 'the code of voucher lines'

# JSON that is none, and records that are almost right.
for text in '[]' '"x"' '7' 'null' '{}' '{"a":1,"a":2}' '{"a":01}' '{"a":1.5}' '{"a":1e3}' '{"a":null}' '{"a":1,}' \
    '{"v":1,"type":"barter"}' '{"A":1}' "$(printf '{"a":"\\u0000"}')" "$(printf '\357\273\277{}')" \
    '{"a":"\ud800"}' '{"a":9007199254740992}' '{"a":[[[[[[[[1]]]]]]]]}'; do
    printf '%s\n' "$text" >line
    expect 65 scrip validate <line
    is 'rejected malformed 1' "$(value '[.status, .code, .line] | join(" ")')" "the result of $text"
done
for change in '.extra = 1' 'del(.ref)' '.value.amount = 0' '.value.amount = -1' '.value.currency = "cny"' \
    '.owners = []' '.owners[0].count = 0' '.owners[0].count = 4097' '.partial = "no"' '.v = 2' '.id = "00"' \
    '.sig = "AA=="' '.ref = "other"' '.starts = "2026-11-20"' '.issuer |= sub("1"; "2")' '.accept = {sig: .sig}' \
    '.redeem_in = []' '.redeem_in = ["south", "north"]' '.ref = ""' '.series = ("x" * 257)'; do
    jq -c "$change" good >line
    expect 65 scrip validate <line
    is 'rejected malformed' "$(value '[.status, .code] | join(" ")')" "the result of $change"
done
# One digit of the id.
sed 's/"id":"./"id":"x/' good >line
expect 65 scrip validate <line
# A line of a megabyte and more is one malformed line.
{
    head -c 1200000 /dev/zero | tr '\0' ' '
    echo '{}'
    cat good
} >long
expect 65 scrip validate <long
is 'rejected admitted' "$(value .status | tr '\n' ' ' | sed 's/ $//')" 'the statuses around a long line'

# A record of another federation: its id binds the genesis.
mkdir other
scrip init --quiet --federation example.org other/north other/south >/dev/null
stranger=$(scrip keygen --region north --out stranger.pem | jq -r .address)
scrip accredit -C other/north --issuer "$stranger" --name Other >foreign
expect 65 scrip validate <foreign
value .reason | grep -q 'another federation' || fail "the reason is $(value .reason)"

# Whoever writes a line and waits for the answer gets it.
mkfifo requests answers
scrip validate <requests >answers &
exec 3>requests 4<answers
cat good >&3
read -r line <&4
is admitted "$(printf '%s' "$line" | jq -r .status)" 'the first answer'
# Meanwhile others may work in the region.
expect 0 scrip seal --lock-timeout 0
echo '{}' >&3
read -r line <&4
is malformed "$(printf '%s' "$line" | jq -r .code)" 'the second answer'
exec 3>&-
status=0
wait $! || status=$?
is 65 "$status" 'the exit status'

# What nobody can be told of is admitted all the same; whoever asks again hears of it.
scrip issue --key shop.pem --to "$alice" --value 1.00CNY >unheard.json
status=0
scrip validate <unheard.json >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
complained 'standard output'
expect 0 scrip validate <unheard.json
is 'admitted already' "$(value '[.status, .reason] | join(" ")')" 'the result when asked again'

# Where nothing can be admitted nothing is read.
refuse 66 'no such region' scrip validate -C nowhere <good
refuse 66 'copy of a public folder' scrip validate -C north/public <good
refuse 64 'is not' scrip validate records <good
refuse 64 'no region is named' env -u SCRIP_REGION scrip validate
