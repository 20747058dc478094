#!/bin/sh
# Damaged evidence is taken back from a peer, whatever its size, and evidence that is good is nothing to repair.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
# A block that is invalid by itself: its header counts one record too many.
sed "s/'count': len(records)/'count': 1 + len(records)/" "$(dirname "$0")/forge.py" >forge-count.py
for bytes in 10 30000; do
    rm -rf north south east
    scrip init --quiet north south east >/dev/null
    scrip seal -C north --heartbeat >/dev/null
    scrip sync -C south north >/dev/null
    scrip sync -C east north >/dev/null
    python3 -c "
import os
for i in range(30): print(os.urandom($bytes).hex())" >records
    rm -rf wrong
    cp -R north/public wrong
    chmod -R u+w wrong
    rm wrong/heads.note
    python3 forge-count.py block wrong north 2026-11-20T10:00:00Z records
    scrip sync -C east wrong >/dev/null || [ $? -eq 1 ]
    scrip sync -C south east >/dev/null || [ $? -eq 1 ]
    file=$(cd east/public && echo evidence/*.json)
    [ -e "east/public/$file" ] || fail 'there is no evidence'
    [ "$bytes" -lt 1000 ] || [ "$(wc -c <"east/public/$file")" -gt 1048576 ] || fail 'the evidence is not long'
    chmod u+w "east/public/$file"
    printf x | dd of="east/public/$file" bs=1 seek=20 conv=notrunc 2>/dev/null
    expect 0 scrip repair -C east --from south
    is "public/$file" "$(jq -r 'select(.event == "moved") | .file' out)" "what is moved, of $bytes bytes a line"
    same "east/public/$file" "south/public/$file"
    # It is evidence still, which is for people to look at, and no damage.
    expect 1 scrip verify -C east
    is block "$(jq -r 'select(.type == "problem") | .code' out)" 'what verify tells'
    expect 0 scrip repair -C east --from south
    ! grep -q '"unrepaired"' out || fail 'good evidence is told to be damaged'
done
