#!/bin/sh
# The policy hook of a region that attests for others: asked in sync and in validate, refusals persisted and sent, and
# votes none of its business.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
bob=$(account south bob)
sync() { scrip sync -C "$1" >>events; }
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 9 --submit >/dev/null
scrip seal -C north >/dev/null
sync south
sync north
# shellcheck disable=SC2046  # nine ids, nine words
set -- $(scrip list -C north --owner "$alice" | jq -r .voucher)
mkdir south/private/hooks
hook() {
    rm -f south/private/hooks/validate
    cat >south/private/hooks/validate
    chmod 755 south/private/hooks/validate
}
# trade VOUCHER: to south, in the file record; its id in id.
trade() {
    scrip trade -C north --key alice.pem --to "$bob" "$1" >record
    id=$(jq -r .id record)
}
status_at() { scrip show -C "$1" "$id" | jq -r '[.status, .code // empty] | join(" ")'; }

# Accepted in sync: attested. The hook is told what the region is about to do.
hook <<'END'
#!/bin/sh
cat >>asked
echo "$SCRIP_ACTION $SCRIP_REGION_NAME" >about
END
trade "$1"
expect 2 scrip validate -C north <record
expect 0 scrip sync -C south
is "attested $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what south does'
is 'attest south' "$(cat south/about)" 'what the hook is told'
same record south/asked
expect 0 scrip sync -C south
[ ! -s out ] || fail 'it was done twice'
sync north
is admitted "$(status_at north)" 'the status at north'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
sync south
sync north
is confirmed "$(status_at south)" 'the status in the end'
is 1 "$(wc -l <south/asked)" 'how often the hook was asked'

# Refused in sync: the refusal is kept, sent, and is no other when the hook has changed its mind.
hook <<'END'
#!/bin/sh
echo 'we are closed'
exit 1
END
trade "$2"
expect 2 scrip validate -C north <record
expect 0 scrip sync -C south
is "refused south policy we are closed" "$(value 'select(.id) | [.event, .region, .code, .reason] | join(" ")')" 'what south does'
[ -n "$(find south/private/answers -type f)" ] || fail 'the refusal was not kept'
is rejected "$(scrip validate -C south <record | jq -r .status)" 'the answer to a user at south'
hook <<'END'
#!/bin/sh
exit 0
END
expect 0 scrip sync -C south
[ -z "$(value 'select(.id)')" ] || fail 'it was answered again'
is rejected "$(scrip validate -C south <record | jq -r .status)" 'the answer after a change of mind'
rm south/private/index.sqlite*
is rejected "$(scrip validate -C south <record | jq -r .status)" 'the answer with a new index'
expect 0 scrip sync -C south north
[ -z "$(value 'select(.event == "attested")')" ] || fail 'it was attested after all'
grep -h "$id" south/public/outbox/*.jsonl | jq -e 'select(.type == "trade")' && fail 'an attestation was published'
is "$2" "$(scrip list -C north --status reserved | jq -r .voucher)" 'the reserved voucher before north knows'
expect 0 scrip sync -C north
is 'refused south policy' "$(value 'select(.id) | [.event, .region, .code] | join(" ")')" 'what north hears'
is 'rejected policy' "$(status_at north)" 'the status at north'
scrip show -C north "$id" | jq -r .reason | grep -q 'south.*we are closed' || fail 'north does not say why'
[ -z "$(scrip list -C north --status reserved)" ] || fail 'the head is not free'
expect 0 scrip reindex -C north
is 'rejected policy' "$(status_at north)" 'the status at north with a new index'
expect 1 scrip validate -C north <record
expect 0 scrip seal -C north
[ ! -s out ] || fail 'a refused record was sealed'

# Not now: pending, and asked again at the next sync, though nothing new came.
hook <<'END'
#!/bin/sh
[ -e open ] || exit 9
END
trade "$3"
expect 2 scrip validate -C north <record
expect 0 scrip sync -C south
is "pending $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what waits'
complained 'exit status 9'
expect 0 scrip sync -C south
is "pending $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what waits still'
is '' "$(cat south/public/outbox/*.jsonl 2>/dev/null | jq -r "select(.id == \"$id\") | .id")" 'what south signed'
: >south/open
expect 0 scrip sync -C south
is "attested $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what is attested then'
quiet
rm south/open

# In validate at the region that attests: it is passed on, kept, and attested by the next sync.
trade "$4"
expect 2 scrip validate -C south <record
is 'awaiting north south' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the result'
value .reason | grep -q 'exit status 9' || fail "the reason is $(value .reason)"
expect 0 scrip sync -C north
is awaiting "$(status_at north)" 'the status at north'
: >south/open
mv north away
expect 66 scrip sync -C south
is "attested $id" "$(value 'select(.id) | [.event, .id] | join(" ")')" 'what is attested with the peer away'
mv away north
sync north
is admitted "$(status_at north)" 'the status at north'
# The same, and refused.
rm south/open
trade "$5"
expect 2 scrip validate -C south <record
sync north
hook <<'END'
#!/bin/sh
exit 1
END
expect 0 scrip sync -C south
is "refused $id policy" "$(value 'select(.id) | [.event, .id, .code] | join(" ")')" 'what is refused'
sync north
is 'rejected policy' "$(status_at north)" 'the status at north'

# Many in one sync are one process, and two that cannot both be are asked about one after the other.
hook <<'END'
#!/bin/sh
echo "$*" >>runs
[ "${1-}" != --lines ] || exec jq -r '"accept"'
END
for voucher in "$6" "$7"; do
    trade "$voucher"
    expect 2 scrip validate -C north <record
done
expect 0 scrip sync -C south
is 2 "$(value 'select(.event == "attested") | .id' | wc -l)" 'the records attested'
is '--lines' "$(cat south/runs)" 'how the hook was run'

# A refusal of its own record that another region received: the hook of the region that seals.
rm south/private/hooks/validate
mkdir north/private/hooks
printf '#!/bin/sh\necho "not this week"\nexit 1\n' >north/private/hooks/validate
chmod 755 north/private/hooks/validate
trade "$8"
expect 2 scrip validate -C south <record
expect 0 scrip sync -C north
is "refused north policy not this week" "$(value "select(.id == \"$id\") | [.event, .region, .code, .reason] | join(\" \")")" 'what north does'
sync south
is 'rejected policy' "$(status_at south)" 'the status at south'
rm north/private/hooks/validate
expect 1 scrip validate -C north <record
is policy "$(value .code)" 'the code when the hook is gone'
rm north/private/index.sqlite*
expect 1 scrip validate -C north <record
is policy "$(value .code)" 'the code with a new index'

# The hook does not decide votes: north seals, and south, whose hook refuses everything, votes that it is valid.
hook <<'END'
#!/bin/sh
exit 1
END
expect 0 scrip redeem -C north --key alice.pem --merchant "$shop" --submit "$9"
id=$(value .id)
expect 0 scrip seal -C north
sync south
sync north
is confirmed "$(status_at south)" 'the status at the region that would not have it'
expect 0 scrip verify -C north --full
expect 0 scrip verify -C south --full
