#!/bin/sh
# A void against trades that are reserved for weeks: it is sealed first, and the trade ends as spent, in every region,
# however far it had come; nothing is left in any outbox.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
round() {
    for region in south east north south east; do scrip sync -C $region >/dev/null; done
}
# settled ID: the trade is over as spent where it was known, and nothing is on its way any more.
settled() {
    for region in north south east; do
        expect 0 scrip show -C $region "$voucher"
        is 'voided confirmed' "$(value '"\(.status) \(.certainty)"')" "the voucher at $region after $what"
        [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "after $what the outbox of $region holds $(cat $region/public/outbox/*)"
        status=0
        scrip show -C $region "$1" >out 2>err || status=$?
        case $status in
        0) is 'rejected spent' "$(value '[.status, .code] | join(" ")')" "the trade at $region after $what" ;;
        66) case " $knowing " in *" $region "*) fail "after $what $region does not know what became of the trade" ;; esac ;;
        *) fail "show answers $status at $region after $what: $(cat err)" ;;
        esac
        # Brought again, it is refused as spent everywhere.
        expect 1 scrip validate -C $region <trade
        is 'rejected spent' "$(value '[.status, .code] | join(" ")')" "the answer of $region after $what"
        [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "after $what and a retry the outbox of $region holds $(cat $region/public/outbox/*)"
        expect 0 scrip verify -C $region --full
    done
}

scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 10.00CNY --count 20 --voidable --submit >/dev/null
scrip seal >/dev/null
round
scrip list --owner "$alice" | jq -r .voucher >vouchers
number=0
# reserve: trades the next voucher to south, for 30 days.
reserve() {
    number=$((number + 1))
    voucher=$(sed -n "${number}p" vouchers)
    scrip trade --key alice.pem --to "$bob" --deadline +30d "$voucher" >trade
    id=$(jq -r .id trade)
    expect 2 scrip validate <trade
    is 'awaiting south' "$(value '"\(.status) \(.waiting_for[])"')" 'the trade'
}
void() {
    expect 0 scrip void --key shop.pem --reason stolen --submit "$voucher"
    expect 0 scrip seal
    expect 0 scrip show "$id"
    is 'rejected spent' "$(value '[.status, .code] | join(" ")')" "the trade right after $what"
}

what='a void before anybody saw the trade' knowing=north
reserve
void
round
settled "$id"

what='a void after south attested and before north knew' knowing='north south'
reserve
scrip sync -C south >/dev/null
is awaiting "$(scrip show -C south "$id" | jq -r .status)" 'the trade at south'
void
round
settled "$id"

what='a void after the trade was complete' knowing='north south'
reserve
scrip sync -C south >/dev/null
scrip sync -C north >/dev/null
is admitted "$(scrip show "$id" | jq -r .status)" 'the trade at north'
void
round
settled "$id"

what='a void after east had passed the trade on' knowing='north south east'
reserve
scrip sync -C east north >/dev/null
is awaiting "$(scrip show -C east "$id" | jq -r .status)" 'the trade at east'
scrip sync -C south east >/dev/null
void
round
settled "$id"

# An index from nothing does not remember what lies in no file any more; the answer is the same.
what='a void, and new indexes in all regions' knowing=''
reserve
scrip sync -C south >/dev/null
expect 0 scrip void --key shop.pem --reason stolen --submit "$voucher"
rm ./*/private/index.sqlite*
expect 0 scrip seal
rm ./*/private/index.sqlite*
round
settled "$id"

# Others wait in the same files: they are not let go with it.
what='a void beside another trade'
reserve
kept=$id
reserve
scrip sync -C south >/dev/null
void
round
expect 0 scrip seal
round
expect 0 scrip show -C east "$kept"
is confirmed "$(value .status)" 'the other trade'
knowing='north south'
settled "$id"

# All at once: a void is admitted while the attestation comes in and north seals. One of them is first, and all regions
# say which.
for attempt in 1 2 3 4 5 6 7 8; do
    reserve
    scrip sync -C south >/dev/null
    scrip void --key shop.pem --reason stolen "$voucher" >void
    {
        scrip sync -C north >/dev/null
        scrip seal >/dev/null
    } 2>race.err &
    sealing=$!
    scrip validate <void >answer 2>validate.err || true
    wait $sealing || fail "the seal failed: $(cat race.err)"
    [ -s answer ] || fail "the void was not answered: $(cat validate.err)"
    scrip seal >/dev/null
    round
    scrip seal -C south >/dev/null
    round
    round
    void=$(jq -r .id void)
    for region in north south east; do
        expect 0 scrip show -C $region "$voucher"
        is 'voided confirmed' "$(value '"\(.status) \(.certainty)"')" "the voucher at $region, attempt $attempt"
        value '[.history[].record.type] | join(" ")' >"lines.$region"
        expect 0 scrip show -C $region "$void"
        is confirmed "$(value .status)" "the void at $region, attempt $attempt"
        [ -z "$(ls "$region/public/outbox" 2>/dev/null)" ] || fail "the outbox of $region is not empty, attempt $attempt"
    done
    same lines.north lines.south
    same lines.north lines.east
    case $(cat lines.north) in
    'issue void') expect 0 scrip show -C south "$id"; is 'rejected spent' "$(value '[.status, .code] | join(" ")')" 'the trade' ;;
    'issue trade void') expect 0 scrip show -C south "$id"; is confirmed "$(value .status)" 'the trade' ;;
    *) fail "the voucher's life is $(cat lines.north)" ;;
    esac
    cat lines.north >>lives
done
expect 0 scrip verify --full
