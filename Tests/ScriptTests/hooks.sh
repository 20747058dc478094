#!/bin/sh
# The policy hook of the region that seals: what it gets, what its exit status means, what becomes of a record.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 10 --partial --submit >/dev/null
scrip seal -C north >/dev/null
# shellcheck disable=SC2046  # ten ids, ten words
set -- $(scrip list -C north --owner "$alice" | jq -r .voucher)
mkdir north/private/hooks
# hook: makes the hook of standard input.
hook() {
    rm -f north/private/hooks/validate
    cat >north/private/hooks/validate
    chmod 755 north/private/hooks/validate
}
# redeem VOUCHER [OPTION...]: a redemption at the shop, in the file record.
redeem() {
    voucher=$1
    shift
    scrip redeem -C north --key alice.pem --merchant "$shop" "$@" "$voucher" >record
}
asked() { [ -f north/asked ] && wc -l <north/asked || echo 0; }

# It accepts. It gets the record's line, runs in the region directory, and is told what is about to happen.
hook <<'END'
#!/bin/sh
cat >got
printf '%s\n' "$#" "$PWD" "$SCRIP_REGION" "$SCRIP_REGION_NAME" "$SCRIP_ACTION" "$SCRIP_TIME" "$MARK" >about
ls /proc/$$/fd >descriptors
echo it is fine
END
redeem "$1"
expect 0 env MARK=mine scrip validate -C north <record
quiet
is admitted "$(value .status)" 'the status'
is null "$(value .reason)" 'the reason of what is admitted'
same record north/got
printf '%s\n' 0 "$(cd north && pwd -P)" "$PWD/north" north admit "$SCRIP_NOW" mine >wanted
same wanted north/about
# The shell's own are from 10 on.
is '0 1 2' "$(grep '^.$' north/descriptors | tr '\n' ' ' | sed 's/ $//')" 'its open files'

# It refuses, with its reason on one line that can do no harm. Nothing is reserved.
hook <<'END'
#!/bin/sh
echo asked >>asked
printf '  not \033[31mhere\t\n or\342\200\256 now \377 \n'
exit 1
END
redeem "$2"
expect 1 scrip validate -C north <record
quiet
is "rejected policy not ?[31mhere or? now $(printf '\357\277\275')" "$(value '[.status, .code, .reason] | join(" ")')" 'the refusal'
is "$2" "$(scrip list -C north --status held | jq -r .voucher | grep "$2")" 'the voucher'
# Once and for all: it is not asked again, not even by a hook of another mind, not even with a new index.
hook <<'END'
#!/bin/sh
echo asked >>asked
END
expect 1 scrip validate -C north <record
is 'rejected policy' "$(value '[.status, .code] | join(" ")')" 'the refusal when asked again'
scrip seal -C north >/dev/null
rm north/private/index.sqlite*
expect 1 scrip validate -C north <record
is 'rejected policy' "$(value '[.status, .code] | join(" ")')" 'the refusal with a new index'
is 1 "$(asked)" 'how often the hook was asked'
# Signed anew it is another record.
redeem "$2" --ref again
expect 0 scrip validate -C north <record
is 2 "$(asked)" 'how often the hook was asked'
expect 0 scrip validate -C north <record
is already "$(value .reason)" 'the reason'
is 2 "$(asked)" 'how often the hook was asked'

# A reason in any script is cut off between two characters, and can be read back.
hook <<'END'
#!/bin/sh
i=0
while [ $i -lt 100 ]; do printf '不行x'; i=$((i + 1)); done
exit 1
END
redeem "$3"
expect 1 scrip validate -C north <record
reason=$(value .reason)
[ "$(printf %s "$reason" | wc -c)" -le 256 ] || fail "the reason is $(printf %s "$reason" | wc -c) bytes long"
[ "$(printf %s "$reason" | wc -c)" -ge 250 ] || fail "the reason is $(printf %s "$reason" | wc -c) bytes long"
rm north/private/index.sqlite*
expect 0 scrip show -C north "$(jq -r .id record)"
is rejected "$(value .status)" 'the status with a new index'
# No reason at all.
hook <<'END'
#!/bin/sh
exit 1
END
redeem "$3" --ref none
expect 1 scrip validate -C north <record
value .reason | grep -q policy || fail "the reason is $(value .reason)"

# It is asked last: not about what the rules refuse.
hook <<'END'
#!/bin/sh
echo asked >>asked
END
rm -f north/asked
scrip redeem -C north --key alice.pem --merchant "$shop" "$4" >record
jq -c '.deadline = "2026-11-21T00:00:00Z"' record >forged
expect 65 scrip validate -C north <forged
echo '{"type":"trade"}' >junk
expect 65 scrip validate -C north <junk
redeem "$2" --ref other
expect 1 scrip validate -C north <record
is reserved "$(value .code)" 'the code'
is 0 "$(asked)" 'how often the hook was asked'

# Not now: nothing is signed, nothing is reserved, nothing is lost; it is asked again.
hook <<'END'
#!/bin/sh
echo asked >>asked
[ -e open ] || exit 75
END
redeem "$4"
id=$(jq -r .id record)
expect 2 scrip validate -C north <record
is "awaiting north $id" "$(value '[.status, .waiting_for[], .id] | join(" ")')" 'the result of not now'
value .reason | grep -q 'exit status 75' || fail "the reason is $(value .reason)"
complained "exit status 75 for record $id; 1 record waits"
expect 0 scrip show -C north "$id"
is 'awaiting north' "$(value '[.status, .waiting_for[]] | join(" ")')" 'the status'
is "$id north" "$(scrip status -C north | jq -r 'select(.type == "waiting") | [.id, .waiting_for[]] | join(" ")')" 'what status says'
[ -z "$(scrip list -C north --status reserved | jq -r "select(.voucher == \"$4\")")" ] || fail 'its voucher is reserved'
expect 0 scrip seal -C north
[ -z "$(find north/public/outbox -type f)" ] || fail 'something was published'
# Its record is kept, whatever becomes of the index, and is admitted by the next sync.
rm north/private/index.sqlite*
expect 0 scrip sync -C north
is 'pending' "$(value .event)" 'the event while the hook says no'
: >north/open
rm -f north/asked
expect 0 scrip sync -C north --dry-run
is "pending $id" "$(value '[.event, .id] | join(" ")')" 'the event of a dry run'
is 0 "$(asked)" 'how often the hook was asked by a dry run'
expect 0 scrip sync -C north
is "admitted $id admitted" "$(value '[.event, .id, .status] | join(" ")')" 'the event'
is 1 "$(asked)" 'how often the hook was asked'
expect 0 scrip sync -C north
[ ! -s out ] || fail 'it was taken up twice'
[ -z "$(find north/private/deferred -type f)" ] || fail 'it is kept still'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
# Or by the next validate, before what is new; without a hook all the same.
rm north/open
redeem "$5"
first=$(jq -r .id record)
expect 2 scrip validate -C north <record
redeem "$6"
rm north/private/hooks/validate
expect 0 scrip validate -C north <record
expect 0 scrip wait -C north --until admitted --timeout 0s "$first"
expect 0 scrip seal -C north
is 2 "$(value .count)" 'the records of the block'

# A till that was cut off asks again with its ref while the first one is undecided: it hears of that one, in another
# second, with another voucher, from either command and with a new index.
redemption=$(jq -r .id record)
hook <<'END'
#!/bin/sh
[ "${1-}" != --lines ] || exit 64
[ -e open ] || exit 75
END
# sale VOUCHER [OPTION...]: the sale till-1.
sale() {
    voucher=$1
    shift
    scrip redeem -C north --key alice.pem --merchant "$shop" --amount 3.00CNY --ref till-1 "$@" "$voucher"
}
# back REF [OPTION...]: a refund.
back() {
    number=$1
    shift
    scrip refund -C north --key shop.pem --redemption "$redemption" --amount 1.00CNY --ref "$number" "$@"
}
sale "${10}" >other
back back-1 >other-back
SCRIP_NOW=2026-11-20T10:00:05Z
expect 2 sale "$9" --submit
id=$(value .id)
expect 2 back back-1 --submit
refund=$(value .id)
[ "$refund" != "$(jq -r .id other-back)" ] || fail 'the refunds are one record'
SCRIP_NOW=2026-11-20T10:00:10Z
for _ in 1 2; do
    for voucher in "$9" "${10}"; do
        expect 2 sale "$voucher" --submit
        is "awaiting already $id" "$(value '[.status, .reason, .id] | join(" ")')" 'the sale that was asked for again'
        expect 2 sale "$voucher"
        is "awaiting already $id" "$(value '[.status, .reason, .id] | join(" ")')" 'the sale, without --submit'
    done
    expect 2 scrip validate -C north <other
    is "awaiting already $id" "$(value '[.status, .reason, .id] | join(" ")')" 'another record of the sale'
    expect 2 back back-1 --submit
    is "awaiting already $refund" "$(value '[.status, .reason, .id] | join(" ")')" 'the refund that was asked for again'
    expect 2 scrip validate -C north <other-back
    is "awaiting already $refund" "$(value '[.status, .reason, .id] | join(" ")')" 'another record of the refund'
    rm north/private/index.sqlite*
done
is "$(printf '%s\n' "$id" "$refund" | sort)" \
    "$(scrip status -C north | jq -r 'select(.type == "waiting") | .id' | sort)" 'what waits'
: >north/open
expect 0 sale "$9" --submit
is "admitted already $id" "$(value '[.status, .reason, .id] | join(" ")')" 'the sale once the policy answers'
rm north/open
expect 0 scrip seal -C north
is 2 "$(value .count)" 'the records of the block'
is '700 1000' "$(for voucher in "$9" "${10}"; do scrip show -C north "$voucher" | jq .remaining; done | tr '\n' ' ' | sed 's/ $//')" \
    'what is left'
# Refused, it does not stand in the way of another.
expect 2 back back-2 --submit
refund=$(value .id)
hook <<'END'
#!/bin/sh
exit 1
END
SCRIP_NOW=2026-11-20T10:00:15Z
expect 1 back back-2 --submit
is "policy $refund" "$(value '[.code, .id] | join(" ")')" 'the refund that the policy refuses'
rm north/private/hooks/validate
expect 0 back back-2 --submit
is 'admitted null' "$(value '"\(.status) \(.reason)"')" 'the refund after it'
[ "$refund" != "$(value .id)" ] || fail 'what was refused was admitted'
scrip seal -C north >/dev/null

# What waits can be overtaken. Who looks is told.
hook <<'END'
#!/bin/sh
[ -e open ] || exit 3
END
redeem "$7"
first=$(jq -r .id record)
expect 2 scrip validate -C north <record
redeem "$7" --ref second
rm north/private/hooks/validate
# The first comes first now, though it was brought again by nobody.
expect 1 scrip validate -C north <record
is 'rejected reserved' "$(value '[.status, .code] | join(" ")')" 'the second record'
expect 0 scrip show -C north "$first"
is admitted "$(value .status)" 'the first record'
hook <<'END'
#!/bin/sh
exit 3
END
scrip redeem -C north --key alice.pem --merchant "$shop" --deadline 2026-11-20T11:00:00Z "$8" >record
expect 2 scrip validate -C north <record
SCRIP_NOW=2026-11-20T11:00:01Z
expect 0 scrip seal -C north --heartbeat
expect 0 scrip sync -C north
is 'refused deadline' "$(value '[.event, .code] | join(" ")')" 'the event once the deadline has passed'
expect 0 scrip show -C north "$(jq -r .id record)"
is 'rejected deadline' "$(value '[.status, .code] | join(" ")')" 'the status once the deadline has passed'
expect 0 scrip verify -C north --full
