#!/bin/sh
# sync --dry-run says what would happen and changes no file: it takes over, attests, admits and refuses nothing.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
bob=$(account south bob)
cafe=$(account south cafe)
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 4 --submit >/dev/null
scrip seal -C north >/dev/null
exchange north south east
scrip list -C north --owner "$alice" | jq -r .voucher >vouchers
voucher() { sed -n "$1p" vouchers; }
# files REGION: what is in it, but for the index, which is only a cache.
files() { (cd "$1" && find . -type f ! -name 'index.sqlite*' -exec sha256sum {} + | sort -k 2); }
# rehearses REGION EVENTS: a dry run tells of these and changes nothing; told again it says the same.
rehearses() {
    files "$1" >before
    for _ in 1 2; do
        expect 0 scrip sync -C "$1" --dry-run
        is "$2" "$(value .event | sort | uniq -c | awk '{print $2 "=" $1}' | paste -sd ' ')" "what a dry run of $1 says"
        files "$1" >after
        cmp -s before after || fail "a dry run of $1 changed files: $(diff before after)"
    done
}
# South would attest a trade.
scrip trade -C north --key alice.pem --to "$bob" --submit "$(voucher 1)" >trade || [ $? -eq 2 ]
rehearses south attested=1
# The custodian would admit what south brings, and refuse what asks for a head that is reserved.
scrip redeem -C south --key alice.pem --merchant "$cafe" --submit "$(voucher 2)" >redeem || [ $? -eq 2 ]
scrip redeem -C south --key alice.pem --merchant "$cafe" --submit "$(voucher 1)" >late || [ $? -eq 2 ]
rehearses north 'admitted=1 refused=1'
expect 66 scrip show -C north "$(jq -r .id redeem)"
# What was only rehearsed reserves nothing, and is lost with no index.
expect 0 scrip trade -C north --key alice.pem --to "$shop" --submit "$(voucher 2)"
rm north/private/index.sqlite*
is 1 "$(scrip status -C north | jq -r 'select(.type == "status") | .complete')" 'what waits to be sealed'
scrip seal -C north >/dev/null
# Blocks, votes, certificates and refusals.
files east >before
expect 0 scrip sync -C east --dry-run
files east >after
cmp -s before after || fail "a dry run of east changed files: $(diff before after)"
grep -q '"event"' out || fail 'east would take nothing over'
exchange north south east
is rejected "$(scrip show -C north "$(jq -r .id redeem)" | jq -r .status)" 'what lost against the trade'
