#!/bin/sh
# scrip status: chains, pool, what waits for whom, peers and how far they lag, alarms.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south east hq --observer hq >/dev/null
shop=$(account north shop)
bob=$(account south bob)

# of TYPE FILTER: the lines of a type.
of() {
    jq -r "select(.type == \"$1\") | $2" out
}

expect 0 scrip status
quiet
is 'status chain chain chain peer peer peer' "$(value .type | paste -sd' ')" 'the lines'
is "north voter vouchers.local 1 2026-11-20T10:00:00Z 0 0 0 $(scrip charter show | jq -r .genesis)" \
    "$(of status '[.region, .role, .federation, .epoch, .time, .complete, .awaiting, .outbox, .genesis] | join(" ")')" 'the region'
is 'east 0 0 0,north 0 0 0,south 0 0 0' "$(of chain '[.chain, .height, .size, .confirmed] | join(" ")' | paste -sd,)" 'the chains'

# The pool, what waits, the outbox.
scrip accredit --issuer "$shop" --name Shop --submit >/dev/null
scrip issue --key shop.pem --to "$shop" --value 5.00CNY --count 2 --submit >/dev/null
scrip issue --key shop.pem --to "$bob" --value 5.00CNY --deadline 2026-11-21T10:00:00Z --submit >away || [ $? -eq 2 ]
expect 0 scrip status
is '2 1 1' "$(of status '[.complete, .awaiting, .outbox] | join(" ")')" 'the pool'
is "$(jq -r .id away) south 2026-11-21T10:00:00Z" "$(of waiting '[.id, .waiting_for[], .deadline] | join(" ")')" 'what waits'

# The votes by voter; how far all is confirmed; who lags.
scrip seal >/dev/null
scrip sync -C south >/dev/null
expect 0 scrip status -C south
is 'east 0,north 1,south 1' "$(jq -r 'select(.chain == "north") | .voted[] | [.voter, .height] | join(" ")' out | paste -sd,)" 'the votes at south'
is '1 3 3 2026-11-20T10:00:00Z' "$(jq -r 'select(.chain == "north") | [.height, .size, .confirmed, .time] | join(" ")' out)" 'north at south'
is "$(scrip show north/1 | jq -r .root)" "$(jq -r 'select(.chain == "north") | .root' out)" 'the root'
expect 0 scrip status
is 0 "$(jq -r 'select(.chain == "north") | .confirmed' out)" 'what is confirmed at north'
is 'waiting' "$(value 'select(.type == "waiting") | .type')" 'what waits at north'
# South has attested: the record is no more its to wait for, but that of the seller's region.
expect 0 scrip status -C south
is "$(jq -r .id away) north" "$(of waiting '[.id, .waiting_for[]] | join(" ")')" 'what waits at south'

# Peers by the name in scrip.json; where each stands against this region.
expect 0 scrip status -C south
is '../east true,../hq true,../north true' "$(of peer '[.peer, .present] | join(" ")' | paste -sd,)" 'the peers of south'
is 'north 0 0 2026-11-20T10:00:00Z' "$(jq -r 'select(.peer == "../north") | [.region, .ahead, .behind, .time] | join(" ")' out)" 'north as a peer'
scrip seal --heartbeat >/dev/null
scrip sync -C east >/dev/null
scrip sync -C east south >/dev/null
expect 0 scrip status -C south
is '1 0' "$(jq -r 'select(.peer == "../north") | [.ahead, .behind] | join(" ")' out)" 'north is ahead'
scrip sync -C hq >/dev/null
expect 0 scrip status -C hq
is 'hq observer' "$(of status '[.region, .role] | join(" ")')" 'the observer'
mv east east-away
expect 0 scrip status
is false "$(jq -r 'select(.peer == "../east") | .present' out)" 'east'
mv east-away east

# A copy knows of no pool and no peers.
cp -R north/public copy
expect 0 scrip status -C copy
is 'chain status' "$(value .type | sort -u | paste -sd' ')" 'the lines of a copy'
is 'north voter null' "$(of status '[.region, .role, .complete // "null"] | join(" ")')" 'the region of a copy'
chmod u+w copy
rm -f copy/heads.note
expect 0 scrip status -C copy
is null "$(of status '.region // "null"')" 'the region of a copy that does not say whose it is'

# Alarms: a signed and invalid block of a peer.
for region in south east north south east north; do scrip sync -C $region >/dev/null; done
expect 0 scrip status
[ -z "$(of alarm .code)" ] || fail "an alarm: $(of alarm .reason)"
scrip seal -C east --heartbeat >/dev/null
scrip sync east >/dev/null
cp -R east/public wrong
chmod -R u+w wrong
rm -f wrong/heads.note
: >nothing
forge block wrong east 2026-11-20T09:00:00Z nothing
expect 1 scrip sync wrong
is time "$(jq -r 'select(.event == "quarantined") | .code' out)" 'what was quarantined'
expect 1 scrip status
is 'block 1' "$(of alarm '[.code, .count] | join(" ")')" 'the alarm'
rm -r north/private/quarantine
expect 0 scrip status

# A copy of south goes on by itself: south's chain is frozen, and a person must look.
liar_clone south evil
scrip seal -C south --heartbeat >/dev/null
scrip sync >/dev/null
SCRIP_NOW=2026-11-20T10:00:01Z scrip seal -C evil --heartbeat >/dev/null
expect 1 scrip sync evil
expect 1 scrip status
is 'equivocation fork' "$(of alarm .code | sort | xargs)" 'the alarms'
is 'south true' "$(of chain 'select(.frozen) | [.chain, .frozen] | join(" ")')" 'the chain that is frozen'
of alarm .reason | grep -q 'only a charter can rule' || fail 'the alarm does not say what to do'
refuse 66 'no such region' scrip status -C nowhere
