#!/bin/sh
# DuckDB reads the segments as they are, with the query of scrip-format(5), and gets the totals of scrip list.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

python=python3
python3 -c 'import duckdb' 2>/dev/null || {
    { python3 -m venv duck && duck/bin/pip install --quiet duckdb; } >pip.log 2>&1 || {
        echo "SKIP duckdb: DuckDB is not here and cannot be installed: $(tail -n 1 pip.log)"
        exit 0
    }
    python=duck/bin/python
}

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
everybody() {
    for round in 1 2 3 4; do
        for region in north south east; do scrip sync --quiet -C "$region" >/dev/null; done
        for region in north south east; do scrip seal -C "$region" >/dev/null; done
    done
    : "$round"
}
shop=$(account north shop)
bank=$(account south bank)
alice=$(account north alice)
bob=$(account south bob)
cafe=$(account east cafe)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip accredit -C south --issuer "$bank" --name Bank --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 100.00CNY --count 3 --partial --series tea --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 500JPY --count 2 --submit >/dev/null
scrip issue -C south --key bank.pem --to "$bob" --value 3.00CNY --count 5 --submit >/dev/null
everybody
pay() { scrip redeem "$@" --submit >/dev/null || [ $? -eq 2 ]; }
of() { scrip list -C "$1" --status held | jq -r --arg c "$2" --arg o "$3" 'select(.value.currency == $c and .owner == $o) | .voucher' | head -n 1; }
pay -C north --key alice.pem --merchant "$cafe" --amount 30.00CNY "$(of north CNY "$alice")"
pay -C north --key alice.pem --merchant "$shop" "$(of north JPY "$alice")"
pay -C south --key bob.pem --merchant "$cafe" "$(of south CNY "$bob")"
everybody

# The query of the page, as it stands there.
sed -n '/^\.Ss DuckDB/,$p' "$SCRIP_ROOT/man/scrip-format.5" |
    sed -n '/^\.Bd -unfilled/,/^\.Ed/ { /^\.Bd/d; s/^\\&//; s/\\e/\\/g; /^\.Ed/q; p; }' >query.sql
[ -s query.sql ] || fail 'the page has no query'
cat >run.py <<'END'
import duckdb, sys
for row in duckdb.sql(open("query.sql").read()).fetchall():
    print(*row)
END
ln -s east/public public
$python run.py >totals
scrip list -C north | jq -s -r 'group_by(.value.currency)[] | "\(.[0].value.currency) \(map(.value.amount) | add) \(
    map(.value.amount - .remaining) | add)"' >listed
same listed totals
is 2 "$(wc -l <totals)" 'the currencies'
