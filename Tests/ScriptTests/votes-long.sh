#!/bin/sh
# A lying region seals a block that is full of lines which are no records. The votes and the certificate that list them
# all are long; every command of the others still reads what they wrote themselves, and they go on.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east hq --observer hq >/dev/null
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
scrip sync -C east north south >/dev/null
scrip sync -C south east >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY >issue.json
cp -R north/public liar
chmod -R u+w liar
rm -f liar/heads.note
{ cat issue.json; seq 1 65000 | sed 's/.*/{"type":"x&"}/'; } >records
forge block liar north 2026-11-20T10:00:01Z records
scrip sync -C south liar >/dev/null
scrip sync -C east liar south >/dev/null
scrip sync -C south east >/dev/null
certificate=south/public/certificates/north/0000000/0000000002-1.json
[ "$(wc -c <"$certificate")" -gt 1048576 ] || fail 'the certificate is not long'

# An observer takes it over.
expect 0 scrip sync -C hq south
is 2 "$(scrip status -C hq | jq -r 'select(.chain == "north" and .type == "chain") | .height')" 'the height at hq'
is confirmed "$(scrip show -C hq north/2 | jq -r 'select(.type != "invalid") | .status')" 'the block at hq'

id=$(jq -r .id issue.json)
expect 0 scrip tally -C south north/2
expect 0 scrip prove -C south "$id"
mv out receipt
expect 0 scrip verify --receipt receipt --charter south/public/charter/1.note
expect 0 scrip verify -C south --full
# All of it again from the files alone.
rm -f south/private/index.sqlite*
expect 0 scrip seal -C south --heartbeat
expect 0 scrip reindex -C south
expect 0 scrip sync -C south east
expect 0 scrip verify -C south --full
