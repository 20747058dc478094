#!/bin/sh
# Receipts and charters: what was proved under the keys of one charter is proved under them for ever, and each receipt is
# checked by the charter that it names.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
all='north south east'
# shellcheck disable=SC2086  # the list is made of words
scrip init --quiet --federation example.org/v $all >/dev/null
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name Shop --submit >old.json
scrip seal -C north >/dev/null
for region in south east; do scrip seal -C "$region" --heartbeat >/dev/null; done
# shellcheck disable=SC2086
exchange $all
scrip prove -C south "$(jq -r .id old.json)" >old.receipt
scrip charter line -C north --new-log-key >north.line
scrip charter line -C south --new-log-key >south.line
scrip charter draft -C north --rekey north --rekey south north.line south.line >draft
for region in $all; do scrip charter sign -C "$region" draft >"$region.note"; done
scrip charter adopt --quiet -C north north.note south.note east.note >/dev/null
# shellcheck disable=SC2086
exchange $all
scrip accredit -C north --issuer "$shop" --name Shop2 --submit >new.json
scrip seal -C north >/dev/null
# shellcheck disable=SC2086
exchange $all
scrip prove -C south "$(jq -r .id new.json)" >new.receipt

expect 0 scrip verify --receipt old.receipt --charter north/public/charter/1.note
expect 1 scrip verify --receipt old.receipt --charter north/public/charter/2.note
complained 'give that one with --charter'
expect 0 scrip verify --receipt new.receipt --charter north/public/charter/2.note
expect 1 scrip verify --receipt new.receipt --charter north/public/charter/1.note
cat old.receipt new.receipt >both
expect 0 scrip verify --receipt both -C east
rm -f south/private/index.sqlite*
expect 0 scrip prove -C south "$(jq -r .id old.json)"
same out old.receipt
# From a pipe with a name as from a file.
mkfifo pipe
cat old.receipt >pipe &
expect 0 scrip verify --receipt pipe --charter north/public/charter/1.note

# The first block of an epoch needs both quorums, and prove says which of them lacks.
rm -rf ./*
# shellcheck disable=SC2086
scrip init --quiet --federation example.org/v $all >/dev/null
shop=$(account north shop)
for region in $all; do scrip seal -C "$region" --heartbeat >/dev/null; done
# shellcheck disable=SC2086
exchange $all
scrip init --federation example.org/v west >west.line
scrip init --federation example.org/v far >far.line
scrip charter draft -C north west.line far.line --quorum 3 >draft
for region in north south east west far; do scrip charter sign -C "$region" draft >"$region.note"; done
for region in north west far; do
    set -- north.note south.note east.note west.note far.note
    [ "$region" = north ] || set -- "$@" north/public/charter/1.note
    scrip charter adopt --quiet -C "$region" "$@" >/dev/null
done
scrip accredit -C north --issuer "$shop" --name Shop --submit >record.json
scrip seal -C north >/dev/null
for _ in 1 2; do
    scrip sync -C west north >/dev/null
    scrip sync -C far north west >/dev/null
    scrip sync -C north west far >/dev/null
done
refuse 2 'not yet those of the charter before' scrip prove -C north "$(jq -r .id record.json)"
