#!/bin/sh
# scrip show for people: the life of a voucher as a text, on a terminal or with --text, and as a graph with --dot.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
SCRIP_REGION=north
export SCRIP_NOW SCRIP_REGION
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
round() {
    for region in north south north south; do scrip sync -C $region >>events; done
}
# A name that would break out of a string of the dot language, or move the cursor of a terminal.
# shellcheck disable=SC1003  # a backslash at the end is meant
scrip accredit --issuer "$shop" --name 'Corner "shop" \' --submit >/dev/null
scrip issue --key shop.pem --to "$alice" --value 100.00CNY --count 3 --series "gift$(printf '\302\255')" --partial \
    --expires 2026-12-31T23:59:59Z --submit >/dev/null
scrip seal >/dev/null
round
voucher=$(scrip list | jq -rs '.[0].voucher')
SCRIP_NOW=2026-11-21T09:30:00Z
scrip redeem --key alice.pem --merchant "$shop" --amount 30.00CNY --ref 'till 7' --submit "$voucher" >redeem.json
scrip seal >/dev/null
round
SCRIP_NOW=2026-11-22T11:00:00Z
scrip trade --key alice.pem --to "$bob" --submit "$voucher" >trade.json || [ $? -eq 2 ]

expect 0 scrip show --text "$voucher"
quiet
has() { grep -qF -- "$1" out || fail "the text does not say '$1': $(cat out)"; }
has "voucher $voucher"
has 'worth       100.00CNY'
has 'left        70.00CNY'
has 'status      reserved, confirmed'
has "owner       $alice"
has "issuer      Corner \"shop\" \\, $shop"
has 'series      gift?'
has 'until       2026-12-31 23:59:59 UTC'
has 'in parts; transferable'
has '2026-11-20 10:00:00 UTC  issued by Corner "shop" \ (north1'
has ': 100.00CNY, one of 3'
has 'north/1, confirmed; record '
has '2026-11-21 09:30:00 UTC  redeemed 30.00CNY by north1'
has '; 70.00CNY left'
has 'ref till 7'
has "north/2, confirmed; record $(jq -r .id redeem.json)"
has 'not sealed yet           handed over by north1'
has "waits in this region's pool; record $(jq -r .id trade.json)"
is 3 "$(grep -cE '^(2026|not)' out)" 'the events'

# It goes on at the other region, and ends there.
round
scrip seal >/dev/null
round
scrip redeem -C south --key bob.pem --merchant "$bob" --submit "$voucher" >/dev/null || fail 'bob cannot redeem'
scrip seal -C south >/dev/null
expect 0 scrip show -C south --text "$voucher"
has 'status      redeemed, sealed, not confirmed yet'
has 'custodian   south'
has '; nothing left'
has 'south/1, sealed; record '

# On a terminal without an option; on a pipe and with --json as ever.
terminal() {
    python3 -c 'import os, pty, sys
out = os.open("typescript", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
def read(fd):
    data = os.read(fd, 65536); os.write(out, data.replace(b"\r\n", b"\n")); return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))' "$@" </dev/null
}
scrip show --text "$voucher" >wanted
terminal scrip show "$voucher" >/dev/null || fail 'show fails on a terminal'
same wanted typescript
scrip show "$voucher" >wanted
terminal scrip show --json "$voucher" >/dev/null || fail 'show --json fails on a terminal'
same wanted typescript
is voucher "$(jq -r .type wanted)" 'what a pipe gets'

# Others are laid out, too: a field a line.
expect 0 scrip show --text "$(jq -r .id redeem.json)" north/1 "$alice"
has '  status  confirmed'
has '  chain    north'
has "  address  $alice"
expect 66 scrip show --text 00000000000000000000000000000000 "$voucher"
complained 'is not known here'
has "voucher $voucher"
refuse 64 'exclude each other' scrip show --text --json "$voucher"
refuse 64 'exclude each other' scrip show --text --dot "$voucher"

# The graph: four records after each other, and what has become of the voucher.
expect 0 scrip show -C south --dot "$voucher"
quiet
cp out history.dot
is 4 "$(grep -c '^  "record .* -> ' history.dot)" 'the arrows'
is 4 "$(grep -c '^  "record [0-9a-f]*" \[' history.dot)" 'the records'
is 1 "$(grep -c "^  \"voucher $voucher\" \[" history.dot)" 'the vouchers'
if command -v dot >/dev/null 2>&1; then
    dot -Tsvg history.dot >history.svg 2>err || fail "dot does not read it: $(cat err)"
    quiet
    python3 -c 'import sys, xml.etree.ElementTree as tree
text = "\n".join(tree.parse("history.svg").getroot().itertext())
for part in ("by Corner \"shop\" \\, 3", "redeem", "30.00CNY", "north/2, confirmed", "south/1, sealed", "redeemed, 0.00CNY"):
    if part not in text: sys.exit("the picture does not say " + part)' || fail 'the picture lacks something'
else
    echo 'Graphviz is not here: the graph was not drawn' >&2
fi
refuse 64 'is about vouchers' scrip show --dot "$alice"
refuse 66 'is not known here' scrip show --dot 00000000000000000000000000000000
status=0
scrip show --dot "$voucher" >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status with a full standard output'
