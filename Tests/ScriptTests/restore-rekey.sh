#!/bin/sh
# A region that is restored from a backup of before its key was replaced learns of that from its peers when it is repaired,
# takes back what the new key signed, and signs nothing with the old one.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south east >/dev/null
scrip seal -C north --heartbeat >/dev/null
exchange north south east
cp -a north backup
scrip charter line -C north --new-log-key >line
scrip charter draft -C north --rekey north line >draft
for region in north south east; do scrip charter sign -C $region draft >$region.note; done
scrip charter adopt -C north north.note south.note east.note >/dev/null
scrip seal -C north --heartbeat >/dev/null
exchange north south east
scrip seal -C north --heartbeat >/dev/null
scrip sync -C south north >/dev/null
is 3 "$(scrip status -C south | jq -r 'select(.chain == "north") | .height')" 'the height in south'
# The backup comes back, with the key that is kept elsewhere.
cp north/private/log-2.pem .
chmod -R u+w north
rm -rf north
cp -a backup north
cp -p log-2.pem north/private/
refuse 75 'copy' scrip seal -C north --heartbeat
expect 0 scrip repair -C north --from south --from east
[ -e north/public/charter/2.note ] || fail 'the charter did not come'
is 3 "$(scrip status -C north | jq -r 'select(.chain == "north") | .height')" 'the height after the repair'
expect 0 scrip seal -C north --heartbeat
is 4 "$(value .height)" 'the height that is sealed'
is 2 "$(zcat north/public/segments/north/0000000/0000000004.seg.gz | jq -r 'select(.type == "block") | .charter')" 'its epoch'
exchange north south east
for region in north south east; do
    expect 0 scrip verify -C $region --full
    is 4 "$(scrip status -C $region | jq -r 'select(.chain == "north") | .height')" "the height in $region"
done
