#!/bin/sh
# scrip doctor: one line for each thing that is wrong, with what to do; each thing that it looks at is made wrong here.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
expect 0 scrip doctor -C north
[ ! -s out ] || fail "a new region: $(cat out)"
quiet
shop=$(account north shop)
bob=$(account south bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
for region in north south east; do scrip seal -C $region --heartbeat >/dev/null; done
for round in 1 2; do for region in south north east; do scrip sync -C $region >/dev/null; done; done
: "$round"
for region in north south east; do
    expect 0 scrip doctor -C $region
    [ ! -s out ] || fail "a region that is well: $(cat out)"
done
find north -name '.tmp-*' | grep -q . && fail 'it left litter'

# finds STATUS CHECK SUBJECT: exactly one line, of this check and subject, with something to do.
finds() {
    expect "$1" scrip doctor -C north
    quiet
    is "$2 $3" "$(value '[.check, .subject] | join(" ")' | paste -sd ' ')" 'the finding'
    level=warning
    [ "$1" = 2 ] || level=wrong
    is "$level" "$(value .level)" "the level of $2"
    value '[.what, .do][]' | while read -r text; do [ -n "$text" ] || fail "$2 says nothing"; done
}
# Permissions and keys.
chmod 755 north/private
finds 1 permissions private
grep -q 'chmod 700' out || fail 'it does not say what to do'
chmod 700 north/private
chmod 770 north/private/pool
finds 2 permissions private/pool
chmod 700 north/private/pool
chmod 777 north/public
finds 2 permissions public
chmod 755 north/public
chmod 644 north/private/log.pem
finds 1 keys private/log.pem
chmod 600 north/private/log.pem
mv north/private/witness.pem saved
finds 1 keys private/witness.pem
mv saved north/private/witness.pem
# The hook.
mkdir north/private/hooks
echo '#!/bin/sh' >north/private/hooks/validate
chmod 644 north/private/hooks/validate
finds 1 hook private/hooks/validate
rm -r north/private/hooks
# Litter, quarantine.
mkdir -p north/public/votes/north/.tmp-folder
rmdir north/public/votes/north/.tmp-folder
: >north/public/segments/.tmp-0123
finds_nothing() { expect 0 scrip doctor -C north; [ ! -s out ] || fail "$1: $(cat out)"; }
touch -d 2026-11-20T09:59:00Z north/public/segments/.tmp-0123
finds_nothing 'a file that is being written'
touch -d 2026-11-20T08:00:00Z north/public/segments/.tmp-0123
finds 2 litter public/segments/.tmp-0123
rm north/public/segments/.tmp-0123
mkdir -p north/private/quarantine
: >north/private/quarantine/replaced-01234567-segments+x
finds 2 quarantine private/quarantine
rm north/private/quarantine/*
: >north/private/quarantine/0123.seg.gz
finds 1 quarantine private/quarantine
rm -r north/private/quarantine
# The mark.
mkdir kept
cp -a north kept/
chmod -R u+w north
rm -rf north
cp -a kept/north north
finds 1 mark private/high-water
rm -rf north/private/high-water
finds 1 mark private/high-water
rm -rf north
mv kept/north north
own north
# The index.
rm north/private/index.sqlite*
finds 2 index private/index.sqlite
scrip reindex -C north >/dev/null
finds_nothing 'the index is new'
printf 'something else' >north/private/index.sqlite
rm -f north/private/index.sqlite-*
finds 1 index private/index.sqlite
scrip reindex -C north >/dev/null
# The hint.
cp north/public/heads.note saved
sed -i 's/^chain north 1/chain north 2/' north/public/heads.note
finds 2 heads public/heads.note
rm north/public/heads.note
finds 2 heads public/heads.note
expect 0 scrip sync -C north
finds_nothing 'the heads are back'
# The clock.
SCRIP_NOW=2026-11-20T09:00:00Z finds 1 clock east
SCRIP_NOW=2026-11-22T09:00:00Z finds 2 clock north
SCRIP_NOW=2027-01-20T09:00:00Z expect 2 scrip doctor -C north
grep -q 'clock-ok' out || fail 'it does not speak of --clock-ok'
# Peers.
mv east elsewhere
finds 2 peer ../east
mv elsewhere east
mv east/public/heads.note saved
finds 2 peer ../east
mv saved east/public/heads.note
scrip seal -C south --heartbeat >/dev/null
finds 2 peer ../south
scrip sync -C north >/dev/null
mkdir others
scrip init --quiet others/one others/two >/dev/null
jq '.peers += ["../others/one"]' north/scrip.json >settings
cp north/scrip.json saved
cp settings north/scrip.json
finds 1 peer ../others/one
cp saved north/scrip.json
jq '.peers = []' north/scrip.json >settings && cp settings north/scrip.json
finds 2 peer scrip.json
cp saved north/scrip.json
# A peer that lags, and voters that are silent.
SCRIP_NOW=2026-11-23T10:00:00Z
scrip seal -C north --heartbeat >/dev/null
expect 2 scrip doctor -C north
is "../east ../south" "$(value 'select(.check == "peer") | .subject' | sort | paste -sd ' ')" 'the peers that lag'
is 'east' "$(value 'select(.check == "voter") | .subject')" 'the voter that is silent on the block of south'
SCRIP_NOW=2026-11-25T10:00:00Z
scrip seal -C north --heartbeat >/dev/null
expect 1 scrip doctor -C north
is 'east,east south,south' "$(value 'select(.check == "voter") | .subject' | sort | paste -sd ,)" 'the silent voters'
is 1 "$(value 'select(.check == "voter" and .level == "wrong") | .what' | wc -l)" 'what is wrong'
for round in 1 2; do for region in south north east; do scrip sync -C $region >/dev/null; done; done
# The pool.
scrip issue -C north --key shop.pem --to "$bob" --value 1.00CNY --deadline +72h --submit >record || [ $? -eq 2 ]
expect 0 scrip doctor -C north
SCRIP_NOW=2026-11-27T12:00:00Z expect 2 scrip doctor -C north
is "$(jq -r .id record)" "$(value 'select(.check == "pool") | .subject')" 'the record that is about to die'
SCRIP_NOW=2026-11-29T10:00:00Z expect 2 scrip doctor -C north
grep -q 'is past' out || fail 'the deadline is not past'
# The charter, and what is no region.
mv north/public/charter/1.note saved
finds 1 region north
mv saved north/public/charter/1.note
refuse 66 'no such region' scrip doctor -C nowhere
refuse 66 'no region directory' scrip doctor -C north/public
expect 2 scrip doctor -C south
is clock "$(value .check)" "the region without heartbeats"
status=0
scrip doctor -C north/ >/dev/full 2>err || status=$?
is 0 "$status" 'the exit status with nothing to print'
chmod 755 north/private
status=0
scrip doctor -C north >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full output'
