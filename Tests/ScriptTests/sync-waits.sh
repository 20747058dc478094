#!/bin/sh
# What a peer shows and this region cannot take yet is told, with what it waits for; and so are names that no region writes.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --federation example.org/vouchers north south >/dev/null
for _ in 1 2 3; do scrip seal -C north --heartbeat >/dev/null; done
folder=segments/north/0000000

# The second of three blocks is on its way still; the hint that names the third may be there or not.
for hint in with without; do
    rm -rf half
    cp -R north/public half
    chmod -R u+w half
    rm half/$folder/0000000002.seg.gz
    [ $hint = with ] || rm half/heads.note
    clone south reader
    expect 0 scrip sync -C reader half
    is "half $folder/0000000003.seg.gz block 2 of 'north', before it, is not here yet" \
        "$(value 'select(.event == "pending" and (.file // "" | startswith("segments/"))) | [.peer, .file, .reason] | join(" ")')" \
        "what is told of the file that waits, $hint the hint"
    is 1 "$(scrip status -C reader | jq 'select(.chain == "north") | .height')" 'the height'
    # It is told again as long as it is so, and no longer.
    expect 0 scrip sync -C reader half
    [ -n "$(value 'select(.event == "pending" and .file == "'$folder/0000000003.seg.gz'") | .reason')" ] || fail 'the second run tells nothing'
    cp north/public/$folder/0000000002.seg.gz half/$folder/
    expect 0 scrip sync -C reader half
    is '' "$(value 'select(.event == "pending" and (.file // "" | startswith("segments/"))) | .file')" 'what waits at the end'
    is 3 "$(scrip status -C reader | jq 'select(.chain == "north") | .height')" 'the height at the end'
    rm -rf reader
done

# Folders of regions that nobody knows, and what a copying program left there.
rm -rf half
cp -R north/public half
chmod -R u+w half
mkdir half/segments/elsewhere half/votes/elsewhere
mkdir half/certificates
: >half/certificates/junk
clone south reader
expect 0 scrip sync -C reader half
is 'certificates 1 segments 1 votes 1' \
    "$(value 'select(.event == "ignored") | [.file, (.count // 1 | tostring)] | join(" ")' | sort | tr '\n' ' ' | sed 's/ $//')" 'the foreign names'
