#!/bin/sh
# Reading commands on a read-only copy of a public folder, for an auditor: the same answers, and nothing left behind.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
bob=$(account south bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 5.00CNY --count 3 --submit >issue.json
scrip seal -C north >/dev/null
for region in south north south; do scrip sync -C $region >/dev/null; done
voucher=$(scrip list -C north | jq -rs '.[0].voucher')
scrip trade -C north --key shop.pem --to "$bob" --submit "$voucher" >/dev/null || [ $? -eq 2 ]
for region in south north; do scrip sync -C $region >/dev/null; done
scrip seal -C north >/dev/null
for region in south north south; do scrip sync -C $region >/dev/null; done

mkdir disc
cp -R north/public disc/north
mkdir mirror
cp -R north/public mirror/public
chmod -R a-w disc mirror
# all DIR: what the readers say.
all() {
    scrip list -C "$1"
    scrip list -C "$1" --owner "$shop" --status held
    scrip show -C "$1" "$voucher" "$(jq -r .id issue.json)" north/1 north/2 "$shop" "$bob"
    scrip cat -C "$1"
    scrip cat -C "$1" north --from 2 --to 2
    scrip tally -C "$1" north/1
    scrip tally -C "$1" "$(jq -r .id issue.json)"
    scrip tally -C "$1"
    scrip wait -C "$1" --timeout 0s "$(jq -r .id issue.json)"
    scrip status -C "$1" | jq -c 'select(.type == "chain")'
}
all north >wanted
[ "$(wc -l <wanted)" -ge 20 ] || fail 'the readers say too little'
find disc mirror | sort >before
for copy in disc/north mirror mirror/public north/public; do
    all $copy >got
    same wanted got
done
find disc mirror | sort >after
same before after
# Also for somebody who is not the owner of the region, and may see no more than its public folder.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod a+rx . disc mirror
    probe=$(setpriv --reuid 65534 --clear-groups sh -c 'scrip list -C disc/north' 2>&1 | wc -l) || probe=0
    if [ "$probe" = 3 ]; then
        # shellcheck disable=SC2016  # the inner shell expands
        setpriv --reuid 65534 --clear-groups sh -c 'scrip list -C north; scrip cat -C north' >got
        {
            scrip list -C north
            scrip cat -C north
        } >wanted
        same wanted got
    fi
fi

# The writers of records take heads and terms from a copy, too.
held=$(scrip list -C disc/north --owner "$shop" | jq -rs '.[0].voucher')
expect 0 scrip trade -C disc/north --key shop.pem --to "$shop" "$held"
cp out record
expect 0 scrip validate -C north <record

# What needs more than a copy says so.
refuse 66 'copy of a public folder' scrip validate -C disc/north <record
refuse 66 'copy of a public folder' scrip seal -C mirror
refuse 66 'copy of a public folder' scrip sync -C disc/north north
refuse 66 'copy of a public folder' scrip reindex -C disc/north

# A copy that is cut off says what it has.
chmod -R u+w disc
rm disc/north/segments/north/0000000/0000000002.seg.gz
expect 0 scrip status -C disc/north
is 1 "$(value 'select(.chain == "north") | .height')" 'the height of a copy without its last block'
expect 0 scrip show -C disc/north "$voucher"
is 1 "$(value '.history | length')" 'the history without the last block'
rm -r disc/north/segments
expect 0 scrip list -C disc/north
[ ! -s out ] || fail 'vouchers without segments'
rm disc/north/charter/1.note
refuse 66 'no region directory' scrip list -C disc/north
mkdir empty
refuse 66 'no region directory' scrip list -C empty
refuse 66 'no such region directory' scrip list -C nowhere
refuse 66 'no such region directory' scrip list -C shop.pem
