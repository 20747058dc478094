#!/bin/sh
# A policy hook that answers many records in one process: each record gets its own answer, or none does.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 40 --submit >/dev/null
scrip seal -C north >/dev/null
scrip list -C north --owner "$alice" | jq -r .voucher >vouchers
mkdir north/private/hooks
hook() {
    rm -f north/private/hooks/validate
    cat >north/private/hooks/validate
    chmod 755 north/private/hooks/validate
}
# sales N: redemptions of the next N vouchers, with the refs 1 to N, in the file records.
sales() {
    head -n "$1" vouchers >now
    sed -i "1,$1d" vouchers
    number=0
    while read -r voucher; do
        number=$((number + 1))
        scrip redeem -C north --key alice.pem --merchant "$shop" --ref "$voucher-$number" "$voucher"
    done <now >records
}

# One process for all, and each record its answer, in whatever way the hook reads and writes.
hook <<'END'
#!/bin/sh
echo "$* $SCRIP_ACTION" >>asked
answers() {
    jq -r 'if .ref | endswith("2") then "refuse not number 2" elif .ref | endswith("3") then "later" else "accept" end'
}
[ "${1-}" != --lines ] || { answers; exit 0; }
case $(answers) in accept) ;; later) exit 75 ;; *) echo not number 2; exit 1 ;; esac
END
sales 5
expect 2 sh -c 'grep -v -- -2\" records | scrip validate -C north'
is 'admitted awaiting admitted admitted' "$(value .status | tr '\n' ' ' | sed 's/ $//')" 'the statuses'
quiet
is 'the policy hook says: later' "$(value 'select(.status == "awaiting") | .reason')" 'the reason'
is '--lines admit' "$(cat north/asked)" 'how the hook was run'
# The one that waits is asked about again, and with it what is new.
rm north/asked
expect 1 scrip validate -C north <records
is 'admitted already;rejected not number 2;awaiting;admitted already;admitted already' \
    "$(value '[.status, .reason] | join(" ")' | sed 's/^awaiting .*/awaiting/' | tr '\n' ';' | sed 's/;$//')" 'the results'
is 2 "$(grep -c '^ admit$' north/asked)" 'how often the hook was run'
expect 0 scrip seal -C north
is 3 "$(value .count)" 'the records of the block'
rm -f north/asked

# Answers at once, line by line, are as good.
hook <<'END'
#!/bin/sh
while read -r record; do echo accept; done
END
sales 3
expect 0 scrip validate -C north <records
is 3 "$(value 'select(.status == "admitted") | .id' | wc -l)" 'the records admitted'

# A hook that answers lines where its exit status is asked for has given no clear answer.
hook <<'END'
#!/bin/sh
jq -r '"refuse all of them"'
END
sales 1
expect 2 scrip validate -C north <records
complained "it printed 'refuse' and ended with exit status 0"
rm -rf north/private/deferred north/private/index.sqlite*

# 64: one process a record, and that is found out once.
hook <<'END'
#!/bin/sh
echo "$#" >>asked
[ $# -eq 0 ] || { echo "usage: validate"; exit 64; }
grep -q -- '-2"' && { echo 'not number 2'; exit 1; }
exit 0
END
rm -f north/asked
sales 3
expect 1 scrip validate -C north <records
is 'admitted rejected admitted' "$(value .status | tr '\n' ' ' | sed 's/ $//')" 'the statuses'
is '1 0 0 0' "$(tr '\n' ' ' <north/asked | sed 's/ $//')" 'how the hook was run'

# A record depends on those before it. What becomes possible by a refusal is judged, and asked about, too.
hook <<'END'
#!/bin/sh
tee -a asked | jq -r 'if .type == "trade" then "refuse no trade" else "accept" end' >answers
[ "${1-}" = --lines ] && exec cat answers
grep -q accept answers || { sed 's/refuse //' answers; exit 1; }
END
rm -f north/asked
sales 2
voucher=$(head -n 1 now)
scrip trade -C north --key alice.pem --to "$shop" "$voucher" >trade
bank=$(account north bank)
{
    cat trade records
    scrip accredit -C north --issuer "$bank" --name Bank
    scrip issue -C north --key bank.pem --to "$alice" --value 1.00CNY
} >all
expect 1 scrip validate -C north <all
is 'trade policy,redeem null,redeem null,accredit null,issue null' \
    "$(value '[.record.type, .code // "null"] | join(" ")' | tr '\n' ',' | sed 's/,$//')" 'the results in order'
is 5 "$(wc -l <north/asked)" 'the records that were asked about'
is 5 "$(jq -r .id north/asked | sort -u | wc -l)" 'the different records that were asked about'
expect 0 scrip seal -C north

# Many records on one voucher, all refused but the last: none is forgotten, and it does not take for ever.
hook <<'END'
#!/bin/sh
jq -r 'if .ref == "last" then "accept" else "refuse no" end' >answers
[ "${1-}" != --lines ] || exec cat answers
grep -q accept answers
END
sales 1
voucher=$(cat now)
i=0
while [ $i -lt 20 ]; do
    i=$((i + 1))
    scrip redeem -C north --key alice.pem --merchant "$shop" --ref "no-$i" "$voucher"
done >records
scrip redeem -C north --key alice.pem --merchant "$shop" --ref last "$voucher" >>records
expect 1 scrip validate -C north <records
is '20 policy,1 null' "$(value '.code // "null"' | sort -r | uniq -c | sed 's/^ *//' | tr '\n' ',' | sed 's/,$//')" 'the codes'
is admitted "$(tail -n 1 out | jq -r .status)" 'the last one'

# No lock is held while the hook thinks, and what others do meanwhile is seen: the voucher is gone when it answers.
hook <<'END'
#!/bin/sh
cat >/dev/null
: >running
while [ -e wait ]; do sleep 0.05; done
END
# meanwhile RECORD OTHER: validates the one, and the other while the hook thinks about the first; the exit status and
# code of the first are in outcome.
meanwhile() {
    rm -f north/running
    : >north/wait
    scrip validate -C north <"$1" >slow &
    slow=$!
    i=0
    until [ -e north/running ] || [ $i -ge 200 ]; do
        sleep 0.05
        i=$((i + 1))
    done
    mv north/private/hooks/validate kept
    expect 0 scrip validate -C north --lock-timeout 0 <"$2"
    is admitted "$(value .status)" 'the record that came meanwhile'
    mv kept north/private/hooks/validate
    rm north/wait
    status=0
    wait $slow || status=$?
    outcome="$status $(jq -r .code slow)"
}
sales 1
scrip redeem -C north --key alice.pem --merchant "$shop" --ref other "$(cat now)" >other
meanwhile records other
is '1 reserved' "$outcome" 'the record that the hook was slow about'
scrip issue -C north --key bank.pem --to "$alice" --value 1.00CNY >issue
scrip accredit -C north --issuer "$bank" --name Bank --revoke >revoke
meanwhile issue revoke
is '1 unknown-issuer' "$outcome" 'the issue of an issuer that was revoked meanwhile'
expect 0 scrip seal -C north

# Another command that makes the index anew meanwhile: nothing is done in the old one, and nothing is acknowledged.
hook <<'END'
#!/bin/sh
cat >/dev/null
[ -e again ] || { : >again; rm -f private/index.sqlite*; scrip -C . list >/dev/null; }
END
sales 1
refuse 75 'try again' scrip validate -C north <records
expect 0 scrip validate -C north <records
is 'admitted null' "$(value '[.status, .reason // "null"] | join(" ")')" 'the record when it is brought again'
expect 0 scrip seal -C north
is 1 "$(value .count)" 'the records of the block'
expect 0 scrip verify -C north --full
