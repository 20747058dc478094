#!/bin/sh
# A writing command that is killed at any of its calls that change files loses nothing: what was acknowledged is
# there, what appears is whole, and the command run again completes.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
need_strace
calls=$writing_calls
scrip init north south east >/dev/null 2>&1
shop=$(scrip keygen --region north --out shop.pem | jq -r .address)
bob=$(scrip keygen --region south --out bob.pem | jq -r .address)
scrip accredit -C north --issuer "$shop" --name Shop | scrip validate -C north >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --count 40 | scrip validate -C north >/dev/null
scrip seal -C north >/dev/null
for region in south east north; do scrip sync -C $region >/dev/null; done

voucher() { scrip list -C north --owner "$shop" --status held | jq -rs ".[$1].voucher"; }
scrip trade -C north --key shop.pem --to "$shop" "$(voucher 0)" >home
scrip trade -C north --key shop.pem --to "$bob" "$(voucher 1)" >away

total=0
# What must hold once the command was run again, whatever becomes of the index.
outcome=true
# sweep NAME INPUT COMMAND... : kills COMMAND at every call in turn, on a copy of all regions, then runs it again.
sweep() {
    name=$1 input=$2
    shift 2
    rm -rf whole && mkdir whole && cp -R north south east whole/
    own whole/north whole/south whole/east
    (cd whole && strace -f -qq -o ../trace -e "trace=$calls" "$@" <"../$input" >/dev/null) || [ $? -le 2 ]
    count=$(wc -l <trace)
    # Every call of a short command; a sample of a long one.
    stride=$((count / 40 + 1))
    at=1
    while [ "$at" -le "$count" ]; do
        rm -rf trial && mkdir trial && cp -R north south east trial/
        own trial/north trial/south trial/east
        (
            cd trial
            find north/public south/public -type f ! -name heads.note ! -path '*/outbox/*' -exec sha256sum {} + |
                sort >../before
            strace -f -qq -o /dev/null -e "trace=$calls" -e "$(kill_at ../trace "$at")" "$@" \
                <"../$input" >../killed.out 2>/dev/null || true
            # Nothing that was published is gone or other than it was.
            sha256sum --quiet -c ../before >/dev/null || { echo "$name: killed at call $at: a file changed"; exit 1; }
            "$@" <"../$input" >../again.out 2>../again.err || [ $? -le 2 ] ||
                { echo "$name: killed at call $at, run again: status $?"; cat ../again.err; exit 1; }
            "$outcome" || { echo "$name: killed at call $at, run again: $(cat ../again.out)"; exit 1; }
            scrip verify -C north --full >../verify.out ||
                { echo "$name: killed at call $at: verify:"; grep problem ../verify.out; exit 1; }
            if find north/public south/public -name '.tmp-*' | grep -q .; then
                echo "$name: killed at call $at: litter in public/"
                exit 1
            fi
        )
        total=$((total + 1))
        at=$((at + stride))
    done
}
sweep validate-home home scrip validate -C north
sweep validate-away away scrip validate -C north
scrip validate -C north <home >/dev/null
scrip validate -C north <away >/dev/null || [ $? -eq 2 ]
: >nothing
sweep seal nothing scrip seal -C north
sweep sync-attest nothing scrip sync -C south
scrip sync -C south >/dev/null
sweep sync-complete nothing scrip sync -C north
sweep heartbeat nothing scrip seal -C north --heartbeat
scrip sync -C south >/dev/null
scrip sync -C north >/dev/null
scrip settle -C north | grep -q '"type":"cut"' || { echo "there is nothing to settle"; exit 1; }
sweep settle nothing scrip settle -C north --sign
scrip settle -C north --sign >/dev/null
sweep sync-settlement nothing scrip sync -C south
sweep reindex nothing scrip reindex -C north
# With a policy: what it refused stays refused by any later mind, what it did not answer is kept.
mkdir north/private/hooks
printf '#!/bin/sh\nexit 1\n' >north/private/hooks/validate
chmod 755 north/private/hooks/validate
scrip trade -C north --key shop.pem --to "$bob" "$(voucher 0)" >policy
id=$(jq -r .id policy)
refused() {
    rm north/private/hooks/validate north/private/index.sqlite*
    scrip show -C north "$id" | jq -e '.status == "rejected" and .code == "policy"' >/dev/null
}
kept() {
    rm north/private/index.sqlite*
    scrip show -C north "$id" | jq -e '.status == "awaiting" and .waiting_for == ["north", "south"]' >/dev/null &&
        [ -n "$(find north/private/deferred -type f)" ]
}
pooled() {
    rm north/private/index.sqlite*
    scrip show -C north "$id" | jq -e '.status == "awaiting" and .waiting_for == ["south"]' >/dev/null &&
        [ -n "$(find north/private/pool -type f)" ]
}
outcome=refused
sweep validate-refused policy scrip validate -C north
printf '#!/bin/sh\nexit 3\n' >north/private/hooks/validate
outcome=kept
sweep validate-deferred policy scrip validate -C north
scrip validate -C north <policy >/dev/null 2>&1 || [ $? -eq 2 ]
rm north/private/hooks/validate
outcome=pooled
sweep sync-deferred nothing scrip sync -C north
outcome=true
sweep init nothing scrip init a b
echo "killed $total times"
