#!/bin/sh
# Regions in a line: A and C never see each other's folder, and still trade, refuse, redeem, confirm; in the end nothing
# is left in any outbox.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet a b c >/dev/null
for pair in 'a b' 'b a c' 'c b'; do
    # shellcheck disable=SC2086  # words
    set -- $pair
    region=$1
    shift
    jq -c '.peers = ($ARGS.positional | map("../" + .))' --args "$@" <"$region/scrip.json" >settings
    cat settings >"$region/scrip.json"
done
shop=$(account a shop)
alice=$(account a alice)
bob=$(account b bob)
carol=$(account c carol)
# step REGION: one sync; what it says goes to events.
step() { scrip sync -C "$1" >>events; }
# pass: everything travels from end to end, there and back.
pass() { for region in b c b a b c; do step $region; done; }
outboxes() { find a/public/outbox b/public/outbox c/public/outbox -type f 2>/dev/null | wc -l; }
status_at() { scrip show -C "$1" "$2" | jq -r '[.status, .code // empty] | join(" ")'; }

scrip accredit -C a --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C a --key shop.pem --to "$alice" --value 10.00CNY --count 5 --partial --submit >/dev/null
scrip seal -C a >/dev/null
pass
for region in a b c; do
    is confirmed "$(scrip list -C $region | jq -r .certainty | sort -u)" "the vouchers at $region"
done
# shellcheck disable=SC2046  # five ids, five words
set -- $(scrip list -C a --owner "$alice" | jq -r .voucher)

# A trade from a to c, through b.
scrip trade -C a --key alice.pem --to "$carol" "$1" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C a <trade
expect 0 scrip sync -C b
is "relayed $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what b does'
is awaiting "$(status_at b "$id")" 'the status at b'
expect 0 scrip sync -C b
[ -z "$(value 'select(.id)')" ] || fail 'b passed it on twice'
expect 0 scrip sync -C c
is "attested $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what c does'
expect 0 scrip sync -C b
is "relayed $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what b does with the attestation'
expect 0 scrip sync -C a
is "pulled outbox $id" "$(value 'select(.id) | [.event, .kind, .id] | join(" ")')" 'what a does'
is admitted "$(status_at a "$id")" 'the status at a'
expect 0 scrip seal -C a
is 1 "$(value .count)" 'the records of the block'
pass
for region in a b c; do is confirmed "$(status_at $region "$id")" "the status at $region"; done
is "$1" "$(scrip list -C c --owner "$carol" | jq -r .voucher)" 'the voucher of carol'
is 0 "$(outboxes)" 'the files in the outboxes when the trade is settled'

# Redeemed by carol at a merchant in a: c seals, a attests.
expect 2 scrip redeem -C c --key carol.pem --merchant "$shop" --amount 4.00CNY --submit "$1"
id=$(value .id)
step b
step a
step b
step c
is admitted "$(status_at c "$id")" 'the status at c'
scrip seal -C c >/dev/null
for region in b a b c; do step $region; done
for region in a b c; do
    is confirmed "$(status_at $region "$id")" "the status at $region"
    is 600 "$(scrip show -C $region "$1" | jq .remaining)" "what remains at $region"
done
is 0 "$(outboxes)" 'the files in the outboxes when the redemption is settled'

# Handed in at c, where nobody seals or attests it: it reaches a and b all the same.
scrip trade -C a --key alice.pem --to "$bob" "$2" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C c <trade
is 'awaiting a b' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at c'
step b
step a
is admitted "$(status_at a "$id")" 'the status at a'
scrip seal -C a >/dev/null
pass
for region in a b c; do is confirmed "$(status_at $region "$id")" "the status at $region"; done
is 0 "$(outboxes)" 'the files in the outboxes'

# Refused by c: the refusal reaches a through b, and frees the voucher.
mkdir c/private/hooks
printf '#!/bin/sh\nexit 1\n' >c/private/hooks/validate
chmod 755 c/private/hooks/validate
scrip trade -C a --key alice.pem --to "$carol" --deadline 2026-11-20T12:00:00Z "$3" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C a <trade
step b
expect 0 scrip sync -C c
is 'refused c policy' "$(value 'select(.id) | [.event, .region, .code] | join(" ")')" 'what c does'
expect 0 scrip sync -C b
is relayed "$(value 'select(.id) | .event')" 'what b does'
# It is rejected at b, too, which only passed it on.
is 'rejected policy' "$(status_at b "$id")" 'the status at b'
is "refused by 'c': the policy of this region refuses it" "$(scrip show -C b "$id" | jq -r .reason)" 'the reason at b'
expect 1 scrip wait -C b --timeout 0s "$id"
expect 1 scrip tally -C b "$id"
expect 1 scrip validate -C b <trade
is policy "$(value .code)" 'the code at b'
is '' "$(scrip status -C b | jq -r 'select(.type == "waiting") | .id')" 'what waits at b'
expect 0 scrip sync -C a
is 'refused c policy' "$(value 'select(.id) | [.event, .region, .code] | join(" ")')" 'what a hears'
is 'rejected policy' "$(status_at a "$id")" 'the status at a'
# c changes its mind: too late, wherever the record comes from and however often.
rm c/private/hooks/validate
expect 1 scrip validate -C c <trade
is policy "$(value .code)" 'the code at c'
pass
rm c/private/index.sqlite* b/private/index.sqlite*
pass
for region in a b c; do is 'rejected policy' "$(status_at $region "$id")" "the status at $region with a new index"; done
is '' "$(cat ./?/public/outbox/*.jsonl | jq -r "select(.id == \"$id\" and .attest) | .id")" 'the attestations in the outboxes'
expect 0 scrip seal -C a
[ ! -s out ] || fail 'a refused trade was sealed'
# The holder does something else with it, which ends what others remember of the trade.
expect 0 scrip redeem -C a --key alice.pem --merchant "$shop" --submit "$3"
scrip seal -C a >/dev/null
pass
pass
is 0 "$(outboxes)" 'the files in the outboxes when the voucher is gone'
[ -z "$(find c/private/answers -type f)" ] || fail 'c keeps its answer for ever'
# Nobody says that it never heard of the trade, or that it was anything but refused.
for region in a b c; do
    is 'rejected policy' "$(status_at $region "$id")" "the status of the refused trade at $region"
    expect 1 scrip wait -C $region --timeout 0s "$id"
    expect 1 scrip validate -C $region <trade
    is policy "$(value .code)" "the code at $region"
done
# So does the deadline, once a certified block is past it.
scrip trade -C a --key alice.pem --to "$carol" --deadline 2026-11-20T12:00:00Z "$4" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C a <trade
mkdir -p c/private/hooks
printf '#!/bin/sh\nexit 1\n' >c/private/hooks/validate
chmod 755 c/private/hooks/validate
for region in b c b a b; do step $region; done
rm c/private/hooks/validate b/private/index.sqlite* c/private/index.sqlite*
is 'rejected policy' "$(status_at c "$id")" 'the status at c with a new index'
[ "$(outboxes)" -gt 0 ] || fail 'the refusal was forgotten'
SCRIP_NOW=2026-11-20T12:00:00Z
scrip seal -C a --heartbeat >/dev/null
pass
[ "$(outboxes)" -gt 0 ] || fail 'the refusal was forgotten at the deadline'
SCRIP_NOW=2026-11-20T12:00:01Z
scrip seal -C a --heartbeat >/dev/null
pass
is 0 "$(outboxes)" 'the files in the outboxes when the refusal is past its deadline'
for region in a b c; do is 'rejected policy' "$(status_at $region "$id")" "the status after the deadline at $region"; done

# A clock alone ends nothing: c's says that the deadline has passed, but no certified block of a does.
scrip trade -C a --key alice.pem --to "$bob" --deadline 2026-11-20T13:00:00Z "$4" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C c <trade
SCRIP_NOW=2026-11-20T18:00:00Z step c
is awaiting "$(SCRIP_NOW=2026-11-20T18:00:00Z status_at c "$id")" 'the status at c by its clock'
step b
step a
step b
step c
is awaiting "$(status_at c "$id")" 'the status at c'
scrip seal -C a >/dev/null
pass
is confirmed "$(status_at c "$id")" 'the status in the end'

# Nor does a block that is past the deadline and has no certificate.
scrip trade -C a --key alice.pem --to "$carol" --deadline 2026-11-20T13:00:00Z "$5" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C b <trade
SCRIP_NOW=2026-11-20T13:00:01Z
scrip seal -C a --heartbeat >/dev/null
mkdir copy
cp -R a/public copy/public
chmod -R u+w copy
find copy/public/certificates copy/public/votes -type f -delete
rm copy/public/heads.note
expect 0 scrip sync -C b copy
is "$(scrip status -C a | jq 'select(.chain == "a") | .height')" \
    "$(scrip status -C b | jq 'select(.chain == "a") | .height')" 'the height of a at b'
is awaiting "$(status_at b "$id")" 'the status at b before'
pass
is 'rejected deadline' "$(status_at b "$id")" 'the status at b once the block is certified'
is 0 "$(outboxes)" 'the files in the outboxes in the end'
for region in a b c; do expect 0 scrip verify -C $region --full; done
