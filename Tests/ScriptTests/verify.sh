#!/bin/sh
# scrip verify: what it prints, its options and its exit statuses.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
fixtures=$(cd "$(dirname "$0")/../../fixtures" && pwd)

# A region directory, its public folder and a copy of that, which nobody can write.
scrip init --quiet --observer hq north south hq >out
SCRIP_REGION=north
export SCRIP_REGION
shop=$(account north shop)
alice=$(account south alice)
scrip accredit --issuer "$shop" --name Shop --submit >out
scrip seal >out
scrip issue --key shop.pem --to "$shop" --value 10.00CNY --count 3 --ref first --submit >out
scrip seal >out
scrip sync -C south >out
scrip sync >out
voucher=$(scrip list --owner "$shop" | jq -r .voucher | sed -n 1p)
scrip trade --key shop.pem --to "$alice" "$voucher" | scrip validate >out || [ $? -eq 2 ]
scrip sync -C south >out
scrip sync >out
scrip seal >out
expect 0 scrip verify
quiet
is 'north south' "$(value 'select(.type == "chain") | .chain' | paste -sd ' ')" 'the chains'
is '3 3 0' "$(value 'select(.chain == "north") | "\(.blocks) \(.records) \(.problems)"')" 'north'
size=$(value 'select(.chain == "north") | .size')
scrip sync -C south >out
scrip sync >out
expect 0 scrip verify --full
is "true $size 0" "$(value 'select(.type == "chain" and .chain == "north") |
    "\(.confirmed == .size) \(.confirmed) \(.pending)"')" 'what is confirmed'
is '1 true' "$(value 'select(.type == "summary") | "\(.blocks - 2) \(.ok)"')" 'the summary'

cp -R north/public copy
chmod -R a-w copy
for place in north/public copy; do
    cp out before
    expect 0 scrip verify -C $place --full
    same before out
done
# Nothing is written, and nothing but the public files is asked.
mv north/private private
expect 0 scrip verify -C north
mv private north/private

# One chain, in the order that was asked for or not.
expect 0 scrip verify south
is 'south' "$(value 'select(.type == "chain") | .chain')" 'the chain'
is 1 "$(value 'select(.type == "summary") | .chains')" 'the number of chains'
expect 0 scrip verify south north
refuse 66 'no chain' scrip verify west
refuse 66 'no chain' scrip verify hq
refuse 66 'no chain' scrip verify 'North!'

# Another charter.
expect 0 scrip verify -C copy --charter south/public/charter/1.note
mkdir other
scrip init --quiet other/north other/south >out
expect 1 scrip verify -C copy --charter other/north/public/charter/1.note
is charter "$(value 'select(.type == "problem" and .file == "charter/1.note") | .code')" 'the code'
refuse 66 none.note scrip verify -C copy --charter none.note
refuse 65 out scrip verify -C copy --charter out
cp -R copy bare
chmod -R u+w bare
rm -r bare/charter
refuse 66 'no charter' scrip verify -C bare
expect 0 scrip verify -C bare --charter south/public/charter/1.note
is 1 "$(value 'select(.type == "summary") | .pending')" 'a charter that is absent'

# No region.
mkdir nothing
refuse 66 'no region' scrip verify -C nothing
refuse 66 'no region' scrip verify -C nothing --charter south/public/charter/1.note
refuse 66 'no such' scrip verify -C absent
refuse 64 '' scrip verify --quickly

# Every damaged file is named, also those of a chain that has ended before them.
cp -R "$fixtures/honest/public" damaged
chmod -R u+w damaged
for file in $(cd damaged && find . -type f | sed 's|^\./||' | sort); do
    case $file in
        charter/*) ;;
        *) head -c 150 "damaged/$file" >cut && mv cut "damaged/$file" ;;
    esac
done
expect 1 scrip verify -C damaged
(cd damaged && find . -type f ! -path './charter/*' | sed 's|^\./||' | sort) >wanted
value 'select(.type == "problem") | .file' | sort -u >named
same wanted named
# Without a charter to judge by, the segments still.
head -c 150 damaged/charter/1.note >cut && mv cut damaged/charter/1.note
expect 1 scrip verify -C damaged
value 'select(.type == "problem") | .file' | sort -u >named
grep -e '^charter' -e '^segments' wanted >less || true
echo charter/1.note | cat - less | sort >wanted
same wanted named

# Without a private folder that may be read.
if [ "$(id -u)" -ne 0 ]; then
    chmod 0 north/private
    expect 0 scrip verify
    chmod 700 north/private
fi

# A full or closed standard output.
if [ -c /dev/full ]; then
    status=0
    scrip verify >/dev/full 2>err || status=$?
    is 74 "$status" 'the exit status for a full standard output'
fi
