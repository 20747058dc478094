#!/bin/sh
# Every code with which a region refuses a record of its own, and that the refused record leaves no trace.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
other=$(account north other)
bob=$(account south bob)

# refused CODE FILE: the record in the file is refused so, now and again, and nothing is kept of it.
refused() {
    for again in 1 2; do
        expect $(($1 == 65 ? 65 : 1)) scrip validate <"$3"
        is "rejected $2" "$(value '[.status, .code] | join(" ")')" "the result of $3, time $again"
        [ -n "$(value .reason)" ] || fail "no reason is given for $2"
    done
    expect 0 scrip seal
    [ ! -s out ] || fail "a refused record was sealed: $2"
}
# at TIME COMMAND...
at() {
    now=$1
    shift
    SCRIP_NOW=$now "$@"
}
# issued OPTION...: issues one voucher to alice, seals, and prints its id.
issued() {
    id=$(scrip issue --key shop.pem --to "$alice" "$@" --submit | jq -r .id)
    scrip seal >/dev/null
    scrip list --owner "$alice" | jq -r "select(.head == \"$id\") | .voucher"
}
# request VOUCHER KEY VALUE...: the voucher as list prints it, with other values of some fields.
request() {
    voucher=$1
    shift
    scrip list | jq -c "select(.voucher == \"$voucher\") | {voucher, head, owner}" >request
    while [ $# -gt 0 ]; do
        jq -c --arg value "$2" ".$1 = \$value" request >changed
        mv changed request
        shift 2
    done
    cat request
}

# unknown-issuer: never accredited; then revoked; then past its term.
scrip issue --key shop.pem --to "$alice" --value 1.00CNY >record
refused 1 unknown-issuer record
scrip accredit --issuer "$shop" --name Shop --until +30d --submit >/dev/null
scrip seal >/dev/null
expect 0 scrip validate <record
expect 0 scrip seal
scrip accredit --issuer "$other" --name Other --submit >/dev/null
scrip seal >/dev/null
scrip accredit --issuer "$other" --revoke --submit >/dev/null
scrip issue --key other.pem --to "$alice" --value 1.00CNY >record
expect 1 scrip validate <record
is unknown-issuer "$(value .code)" 'the code while the revocation waits in the pool'
scrip seal >/dev/null
refused 1 unknown-issuer record
at 2026-12-20T10:00:00Z scrip issue --key shop.pem --to "$alice" --value 1.00CNY >record
expect 0 at 2026-12-20T10:00:00Z scrip validate <record
expect 1 at 2026-12-20T10:00:01Z scrip issue --key shop.pem --to "$alice" --value 2.00CNY --submit
is unknown-issuer "$(value .code)" 'the code after the term'
# Sealed a second too late, it is let go.
expect 0 at 2026-12-20T10:00:01Z scrip seal --clock-ok
[ ! -s out ] || fail 'an issue past the term of its issuer was sealed'
expect 0 scrip show "$(jq -r .id record)"
is 'rejected unknown-issuer' "$(value '[.status, .code] | join(" ")')" 'what became of it'

# malformed: see validate.sh.
echo '{"type":"issue"}' >record
refused 65 malformed record

# bad-signature: another signature; another signer; an address at no region; a stranger's attestation; a price that
# nobody accepted.
scrip issue --key shop.pem --to "$alice" --value 1.00CNY >record
scrip issue --key shop.pem --to "$alice" --value 2.00CNY >second
jq -c --arg sig "$(jq -r .sig second)" '.sig = $sig' record >forged
refused 1 bad-signature forged
jq -c '.attest = [{region: "south", sig: .sig, time: "2026-11-20T10:00:00Z"}]' record >attested
refused 1 bad-signature attested
voucher=$(issued --value 10.00CNY)
request "$voucher" to "$other" owner "$shop" >requests
scrip trade --key shop.pem - <requests >record
jq -c --arg sig "$(jq -r .sig second)" '.sig = $sig' record >forged
refused 1 bad-signature forged
scrip trade --key alice.pem --to "$other" --price 8.00CNY "$voucher" >record
refused 1 bad-signature record
# An acceptance by somebody else.
jq -c '.accept = {sig: .sig}' record >forged
refused 1 bad-signature forged

# duplicate: the issuer's ref, in the pool and in the chain, whatever else the record says.
scrip issue --key shop.pem --to "$alice" --value 3.00CNY --ref mine >record
scrip issue --key shop.pem --to "$other" --value 4.00CNY --ref mine >record2
expect 0 scrip validate <record
expect 1 scrip validate <record2
is 'rejected duplicate' "$(value '[.status, .code] | join(" ")')" 'the result of a ref that waits in the pool'
expect 0 scrip seal
refused 1 duplicate record2
# The same terms are the same record.
expect 0 scrip issue --key shop.pem --to "$alice" --value 3.00CNY --ref mine --submit
is already "$(value .reason)" 'the reason'

# unknown-voucher
voucher=$(issued --value 10.00CNY)
request "$voucher" to "$other" voucher 00000000000000000000000000000000 >requests
scrip trade --key alice.pem - <requests >record
refused 1 unknown-voucher record
request "$voucher" merchant "$shop" voucher 00000000000000000000000000000000 >requests
jq -c '.amount = 1' requests >amounts
scrip redeem --key alice.pem - <amounts >record
refused 1 unknown-voucher record

# not-owner
request "$voucher" to "$shop" owner "$other" >requests
scrip trade --key other.pem - <requests >record
refused 1 not-owner record
request "$voucher" merchant "$shop" owner "$other" >requests
jq -c '.amount = 1000' requests >amounts
scrip redeem --key other.pem - <amounts >record
refused 1 not-owner record

# spent: another record changed the voucher.
scrip trade --key alice.pem --to "$shop" "$voucher" >trade.json
scrip redeem --key alice.pem --merchant "$shop" "$voucher" >redeem.json
expect 0 scrip validate <redeem.json
expect 0 scrip seal
refused 1 spent trade.json
# Also if the head is one that never was.
voucher=$(issued --value 10.00CNY)
request "$voucher" to "$other" head "$(jq -r .id redeem.json)" >requests
scrip trade --key alice.pem - <requests >record
refused 1 spent record

# overspent: more than there is; a part where parts are not allowed; a trade of nothing left.
request "$voucher" merchant "$shop" amount '' >requests
jq -c '.amount = 1001' requests >amounts
scrip redeem --key alice.pem - <amounts >record
refused 1 overspent record
jq -c '.amount = 999' requests >amounts
scrip redeem --key alice.pem - <amounts >record
refused 1 overspent record
part=$(issued --value 10.00CNY --partial)
scrip redeem --key alice.pem --merchant "$shop" --amount 4.00CNY --submit "$part" >out
scrip seal >/dev/null
is 600 "$(scrip show "$part" | jq .remaining)" 'what remains'
request "$part" merchant "$shop" amount '' >requests
jq -c '.amount = 601' requests >amounts
scrip redeem --key alice.pem - <amounts >record
refused 1 overspent record
scrip redeem --key alice.pem --merchant "$shop" --amount 6.00CNY --submit "$part" >out
scrip seal >/dev/null
is 'redeemed 0' "$(scrip show "$part" | jq -r '[.status, .remaining] | join(" ")')" 'the voucher'
request "$part" to "$other" >requests
scrip trade --key alice.pem - <requests >record
refused 1 overspent record

# not-started and expired: both ends are within.
term=$(issued --value 10.00CNY --starts 2026-11-20T11:00:00Z --expires 2026-11-20T12:00:00Z)
scrip redeem --key alice.pem --merchant "$shop" "$term" >redeem.json
scrip trade --key alice.pem --to "$other" "$term" >trade.json
expect 1 at 2026-11-20T10:59:59Z scrip validate <redeem.json
is not-started "$(value .code)" 'the code before the start'
expect 1 at 2026-11-20T12:00:01Z scrip validate <redeem.json
is expired "$(value .code)" 'the code after the end'
expect 1 at 2026-11-20T12:00:01Z scrip validate <trade.json
is expired "$(value .code)" 'the code of a trade after the end'
# It counts when it is sealed.
expect 0 at 2026-11-20T12:00:00Z scrip validate <redeem.json
expect 0 at 2026-11-20T12:00:01Z scrip seal
[ ! -s out ] || fail 'an expired voucher was redeemed'
expect 0 scrip show "$(jq -r .id redeem.json)"
is 'rejected expired' "$(value '[.status, .code] | join(" ")')" 'what became of it'

# not-transferable
bound=$(issued --value 10.00CNY --no-transfer)
scrip trade --key alice.pem --to "$other" "$bound" >record
refused 1 not-transferable record
# Redeeming it is another matter.
expect 0 scrip redeem --key alice.pem --merchant "$shop" --submit "$bound"
expect 0 scrip seal

# not-redeemable-here
local=$(issued --value 10.00CNY --redeem-in south)
scrip redeem --key alice.pem --merchant "$shop" "$local" >record
refused 1 not-redeemable-here record

# deadline: inclusive, by the time of the block.
voucher=$(issued --value 10.00CNY)
scrip redeem --key alice.pem --merchant "$shop" --deadline 2026-11-20T11:00:00Z "$voucher" >record
expect 1 at 2026-11-20T11:00:01Z scrip validate <record
is deadline "$(value .code)" 'the code after the deadline'
expect 0 at 2026-11-20T11:00:00Z scrip validate <record
expect 0 at 2026-11-20T11:00:01Z scrip seal
[ ! -s out ] || fail 'a record was sealed after its deadline'
expect 1 scrip validate <record
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'what became of it'

# wrong-region: the voucher is in another region's custody by now.
voucher=$(issued --value 10.00CNY)
scrip redeem --key alice.pem --merchant "$shop" "$voucher" >redeem.json
expect 2 scrip trade --key alice.pem --to "$bob" --submit "$voucher"
for region in south north; do scrip sync -C $region >/dev/null; done
expect 0 scrip seal
is 1 "$(value .count)" 'the records of the block'
refused 1 wrong-region redeem.json

# The order of the checks is part of the protocol: of two faults the first counts, over all vouchers.
first=$(issued --value 10.00CNY)
scrip list | jq -c --arg to "$other" --arg owner "$other" --arg one "$first" --arg two "$bound" '
    select(.voucher == $one or .voucher == $two) | {head, voucher}' | jq -cs --arg to "$other" --arg owner "$other" \
    '{vouchers: ., to: $to, owner: $owner}' >requests
scrip trade --key other.pem - <requests >record
refused 1 not-owner record
jq -c --arg owner "$alice" '.owner = $owner' requests >requests2
scrip trade --key alice.pem - <requests2 >record
refused 1 overspent record

# All of it left nothing that others would find.
expect 0 scrip status
is 0 "$(jq -s 'map(select(.type == "status")) | .[0] | .complete + .awaiting' out)" 'the records in the pool'
