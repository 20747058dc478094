#!/bin/sh
# More items in one outbox file than a region passes on in one run: the next run goes on where the last one stopped, and
# none is left out.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

count=10790
found_shop
bob=$(account east bob)
for part in 4096 4096 $((count - 8192)); do
    scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --count $part
done | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
exchange north south east
scrip list -C north --owner "$shop" | jq -c --arg to "$bob" '. + {to: $to}' >requests
is $count "$(wc -l <requests)" 'the vouchers'
mkdir -p east/private/hooks
cat >east/private/hooks/validate <<'EOT'
#!/bin/sh
sed 's/.*/refuse no/'
EOT
chmod 700 east/private/hooks east/private/hooks/validate
# passes PEER TYPE RUNS: syncs south with the peer until its outbox has an item of that type of every trade.
passes() {
    runs=0
    until cat south/public/outbox/*.jsonl 2>/dev/null |
        jq -r "select(.type == \"$2\") | .id" | sort -u | cmp -s - traded; do
        runs=$((runs + 1))
        [ $runs -le 4 ] || fail "after 4 runs not every $2 was passed on"
        expect 0 scrip sync -C south "$1"
    done
    is "$3" $runs "the runs until every $2 was passed on"
}
# trade FIRST LAST: trades those vouchers, and has south pass them on.
trade() {
    sed -n "$1,$2p" requests >part
    expect 2 sh -c 'scrip trade -C north --key shop.pem - <part | scrip validate -C north'
    jq -r .id out | cat - traded | sort >all
    mv all traded
}
: >traded
trade 1 800
passes north trade 1
expect 0 scrip sync -C east south
trade 801 $count
passes north trade 1
expect 0 scrip sync -C east south
# Refusals are short, so that more of them are read at once than may still be passed on: the run stops among them.
is $count "$(cat east/public/outbox/*.jsonl | wc -l)" 'the refusals'
passes east refusal 2
