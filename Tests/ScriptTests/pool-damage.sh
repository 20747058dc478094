#!/bin/sh
# A damaged file of the pool, of the answers or of the deferred records is never passed over: whoever fills the index
# from the files names it, nothing is admitted or signed without it, and it stays where it is until a person has acted.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 9.00CNY --submit >/dev/null
for region in north south; do scrip seal -C $region --heartbeat >/dev/null; done
for region in south east north south; do scrip sync -C $region >/dev/null; done
voucher=$(scrip list -C north | jq -r .voucher)
scrip trade -C north --key shop.pem --to "$alice" "$voucher" >first
scrip trade -C north --key shop.pem --to "$shop" --memo other "$voucher" >second
id=$(jq -r .id first)
scrip validate -C north <first >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 2.00CNY --submit >issued
other=$(jq -r .id issued)
clone north whole

# pooled NUMBER: the name of a pool file, below the region directory.
pooled() { (cd north && find private/pool -type f -name "*$1*.jsonl" | sort | head -n 1); }
forget() { rm -f north/private/index.sqlite*; }
again() { rm -rf north && clone whole north; }
# alarmed FILE: status and doctor name the file and say what to do, whoever writes refuses, and nothing of it is removed.
alarmed() {
    sha256sum "north/$1" >sum
    expect 1 scrip status -C north
    is "damaged $1" "$(value 'select(.type == "alarm") | [.code, .file] | join(" ")')" 'the alarm'
    grep -q 'backup' out || fail 'status does not say what to do'
    expect 1 scrip doctor -C north
    is "wrong $1" "$(value 'select(.check == "pool") | [.level, .subject] | join(" ")')" 'the finding'
    grep -q 'backup' out || fail 'doctor does not say what to do'
    refuse 75 "north/$1: " scrip seal -C north
    refuse 75 "north/$1: " scrip seal -C north --heartbeat
    refuse 75 "north/$1: " scrip sync -C north
    # The head that the lost record reserved is not promised a second time.
    refuse 75 "north/$1: " scrip validate -C north <second
    refuse 1 "north/$1: " scrip reindex -C north
    expect 0 scrip verify -C north
    sha256sum --quiet -c sum || fail "$1 was changed"
}
file=$(pooled 1)
for kind in cut line emptied junk altered unread; do
    again
    case $kind in
    cut) truncate -s -20 "north/$file" ;;
    # At the end of a line, where what is left is as good as any.
    line | emptied) : >"north/$file" ;;
    junk) echo junk >"north/$file" ;;
    altered) sed -i 's/"trade"/"trude"/' "north/$file" ;;
    unread) rm "north/$file" && mkdir "north/$file" && rmdir "north/$file" && ln -s nowhere "north/$file" ;;
    esac
    if [ $kind = unread ]; then
        forget
        refuse 1 "north/$file: it cannot be read" scrip reindex -C north
        refuse 75 "north/$file: it cannot be read" scrip seal -C north
        continue
    fi
    # The index still holds all of it: only doctor and reindex see the files.
    expect 0 scrip status -C north
    expect 1 scrip doctor -C north
    is "wrong $file" "$(value 'select(.check == "pool") | [.level, .subject] | join(" ")')" "the finding, $kind"
    refuse 1 "north/$file: " scrip reindex -C north
    expect 0 scrip show -C north "$id"
    forget
    alarmed "$file"
    # What other files hold is there.
    expect 0 scrip show -C north "$other"
done
# Put back from a backup, all is well, and at once.
again
cp "north/$file" saved
truncate -s -20 "north/$file"
forget
alarmed "$file"
cp saved "north/$file"
expect 0 scrip status -C north
expect 0 scrip show -C north "$id"
expect 1 scrip validate -C north <second
is reserved "$(value .code)" 'the code'
expect 0 scrip seal -C north
is 2 "$(value .count)" 'the records of the block'
is 0 "$(find north/private/pool -type f | wc -l)" 'the files that are left'
# Moved away, the region goes on, and the record can be sent again.
again
truncate -s -20 "north/$file"
forget
alarmed "$file"
mv "north/$file" moved
expect 0 scrip validate -C north <first
expect 0 scrip seal -C north
is 2 "$(value .count)" 'the records of the block'
expect 0 scrip reindex -C north

# What a crash can leave is no damage: a file that nobody acknowledged is cut off, or lacks blocks.
for kind in cut zeros; do
    again
    left=north/private/pool/0000000001.jsonl
    mv "north/$file" $left
    case $kind in
    cut) truncate -s -20 $left ;;
    zeros) { printf '\0\0\0\0' && tail -c 20 "whole/$file"; } >$left ;;
    esac
    forget
    expect 0 scrip reindex -C north
    expect 66 scrip show -C north "$id"
    expect 0 scrip doctor -C north
    expect 0 scrip validate -C north <first
    is admitted "$(value .status)" 'the status'
    expect 0 scrip seal -C north
done
# And what it cannot leave is, under that name too.
again
mv "north/$file" north/private/pool/0000000001.jsonl
echo junk >>north/private/pool/0000000001.jsonl
forget
alarmed private/pool/0000000001.jsonl

# The answers: what the region attested, or refused, once and for all. A repair takes them back from peers.
again
bob=$(account south bob)
scrip issue -C north --key shop.pem --to "$bob" --value 1.00CNY --submit >away || [ $? -eq 2 ]
scrip sync -C south north >/dev/null
answer=$(cd south && find private/answers -type f)
[ -n "$answer" ] || fail 'south has not answered'
chmod u+w "south/$answer"
cp "south/$answer" saved
truncate -s -20 "south/$answer"
rm south/private/index.sqlite*
refuse 75 "south/$answer: " scrip sync -C south
grep -q 'scrip repair' err || fail 'it does not say what to do'
expect 1 scrip status -C south
expect 75 scrip repair -C south
grep -q "south/$answer: " err || fail 'repair does not name the file'
mv "south/$answer" moved
expect 0 scrip repair -C south
expect 0 scrip sync -C south
expect 0 scrip reindex -C south
