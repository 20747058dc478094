#!/bin/sh
# An observer receives everything, verifies it, counts, holds certificates and passes files on; it never votes, attests
# or seals. A shop's till waits there.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east mall --observer mall >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
# The voters see each other's folders only by way of the observer, which sees both.
for pair in 'north mall' 'south mall' 'mall north south'; do
    # shellcheck disable=SC2086  # words
    set -- $pair
    region=$1
    shift
    jq -c '.peers = ($ARGS.positional | map("../" + .))' --args "$@" <"$region/scrip.json" >settings
    cat settings >"$region/scrip.json"
done
step() { scrip sync -C "$1" >>events; }
pass() { for region in mall south mall north mall south; do step $region; done; }
status_at() { scrip show -C "$1" "$2" | jq -r '[.status, .code // empty] | join(" ")'; }

is 'mall observer' "$(scrip status -C mall | jq -r 'select(.type == "status") | [.region, .role] | join(" ")')" 'the role'

# It takes over blocks and votes, and does not vote itself: with one vote of two there is no certificate.
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 5 --submit >/dev/null
scrip seal -C north >/dev/null
expect 0 scrip sync -C mall
is 'segment vote' "$(value 'select(.event == "pulled") | .kind' | sort | tr '\n' ' ' | sed 's/ $//')" 'what it takes over'
is '' "$(value 'select(.event == "voted") | .event')" 'the votes it casts'
[ ! -e mall/public/votes/mall ] || fail 'the observer has votes of its own'
is north "$(scrip tally -C mall north/1 | jq -r '.classes[].voters[]')" 'the votes that it counts'
is sealed "$(scrip list -C mall | jq -r .certainty | sort -u)" 'the certainty before the quorum'
# South gets it all from the observer, votes, and the observer counts the two, and makes the certificate itself.
step south
expect 0 scrip sync -C mall
is 'confirmed north 1' "$(value 'select(.event == "confirmed") | [.event, .chain, .height] | join(" ")')" 'what it confirms'
[ -n "$(find mall/public/certificates/north -type f)" ] || fail 'the observer holds no certificate'
is confirmed "$(scrip list -C mall | jq -r .certainty | sort -u)" 'the certainty with the quorum'
expect 0 scrip sync -C mall
[ ! -s out ] || fail 'it did something twice'
# North hears of south's vote and of the certificate through the observer alone.
step north
is confirmed "$(scrip list -C north | jq -r .certainty | sort -u)" 'the certainty at north'
# shellcheck disable=SC2046  # five ids, five words
set -- $(scrip list -C mall --owner "$alice" | jq -r .voucher)

# It passes on records, attestations and refusals, though it has no say in them.
scrip trade -C north --key alice.pem --to "$bob" "$1" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C north <trade
expect 0 scrip sync -C mall
is "relayed $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what the observer does'
expect 0 scrip sync -C south
is "attested $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what south does'
step mall
step north
is admitted "$(status_at north "$id")" 'the status at north'
# A till at the observer waits for its record.
expect 0 scrip show -C mall "$id"
is awaiting "$(value .status)" 'the status at the observer'
is "$id" "$(scrip status -C mall | jq -r 'select(.type == "waiting") | .id')" 'what status says'
(
    scrip seal -C north >/dev/null
    for region in mall south mall; do step $region; done
) &
expect 0 scrip wait -C mall --timeout 1m "$id"
wait
is 'confirmed north' "$(value '[.status, .chain] | join(" ")')" 'what the till is told'
pass
is '' "$(find mall/public/outbox -type f)" 'the outbox of the observer when the trade is settled'

# A refusal goes the same way.
mkdir south/private/hooks
printf '#!/bin/sh\nexit 1\n' >south/private/hooks/validate
chmod 755 south/private/hooks/validate
scrip trade -C north --key alice.pem --to "$bob" "$2" >trade
id=$(jq -r .id trade)
expect 2 scrip validate -C north <trade
for region in mall south mall; do step $region; done
expect 0 scrip sync -C north
is 'refused south policy' "$(value 'select(.id) | [.event, .region, .code] | join(" ")')" 'what north hears'
is 'rejected policy' "$(status_at mall "$id")" 'the status of the refused trade at the observer'
expect 1 scrip wait -C mall --timeout 0s "$id"
rm south/private/hooks/validate

# A hook of the observer's is never asked: it decides nothing.
mkdir mall/private/hooks
printf '#!/bin/sh\n: >asked\nexit 1\n' >mall/private/hooks/validate
chmod 755 mall/private/hooks/validate

# validate passes on what it is given, and says whom it waits for; the till waits.
scrip redeem -C north --key alice.pem --merchant "$bob" "$3" >redeem
id=$(jq -r .id redeem)
expect 2 scrip validate -C mall <redeem
is 'awaiting north south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at the observer'
expect 2 scrip validate -C mall <redeem
is 'awaiting already' "$(value '[.status, .reason] | join(" ")')" 'the result when asked again'
step south
step mall
step north
is admitted "$(status_at north "$id")" 'the status at north'
scrip seal -C north >/dev/null
pass
is confirmed "$(status_at mall "$id")" 'the status at the observer'
# A record that needs no other region goes to the one that seals it.
scrip redeem -C north --key alice.pem --merchant "$shop" "$4" >redeem
id=$(jq -r .id redeem)
expect 2 scrip validate -C mall <redeem
is 'awaiting north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result at the observer'
expect 0 scrip sync -C north
is "admitted $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what north does'
scrip seal -C north >/dev/null
pass
is confirmed "$(status_at mall "$id")" 'the status at the observer'
[ ! -e mall/asked ] || fail 'the hook of an observer was asked'
# What breaks a rule for all to see is refused here, and is not passed on.
ls mall/public/outbox >before
scrip redeem -C north --key alice.pem --merchant "$shop" "$5" | jq -c '.sig = "AAAA" + .sig[4:]' >forged
expect 1 scrip validate -C mall <forged
is 'rejected bad-signature' "$(value '[.status, .code] | join(" ")')" 'the result of a forged record'
scrip redeem -C north --key alice.pem --merchant "$shop" "$5" | jq -c '.memo = "other"' >changed
expect 65 scrip validate -C mall <changed
ls mall/public/outbox >after
same before after
# A user hands in and is answered in one step.
expect 2 scrip redeem -C mall --key alice.pem --merchant "$shop" --submit "$5"
is 'awaiting north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result with --submit'
step north
scrip seal -C north >/dev/null
pass

# What north has refused already it tells whoever asks for it later.
mkdir north/private/hooks
printf '#!/bin/sh\nexit 1\n' >north/private/hooks/validate
chmod 755 north/private/hooks/validate
scrip redeem -C north --key alice.pem --merchant "$shop" "$2" >refused
expect 1 scrip validate -C north <refused
is '' "$(cat north/public/outbox/*.jsonl 2>/dev/null | jq -r "select(.id == \"$(jq -r .id refused)\")")" 'the outbox of north'
expect 2 scrip validate -C mall <refused
step north
step mall
is 'rejected policy' "$(status_at mall "$(jq -r .id refused)")" 'the status at the observer'
rm north/private/hooks/validate

# It never seals, and says so.
refuse 77 "'mall' is an observer" scrip seal -C mall
refuse 77 "'mall' is an observer" scrip seal -C mall --heartbeat

# A lost index is no loss, and everything it holds verifies.
rm mall/private/index.sqlite*
is confirmed "$(status_at mall "$id")" 'the status with a new index'
expect 0 scrip verify -C mall --full
for region in north south mall; do
    (cd $region/public && find segments certificates -type f | LC_ALL=C sort) >files.$region
    scrip list -C $region >list.$region
done
same files.north files.mall
same files.south files.mall
same list.north list.mall
same list.south list.mall
[ ! -e mall/public/votes/mall ] || fail 'the observer has votes of its own'

# A region that was away and sees nothing but a mirror of the observer gets everything, checks it and votes.
cp -R mall/public mirror
expect 0 scrip sync -C east mirror
height=$(scrip status -C north | jq 'select(.chain == "north") | .height')
is "$height" "$(value 'select(.event == "voted" and .chain == "north") | .height' | tail -n 1)" 'the last block that east votes on'
scrip list -C east >list.east
same list.north list.east
(cd east/public && find segments certificates -type f | LC_ALL=C sort) >files.east
same files.north files.east
expect 0 scrip verify -C east --full
