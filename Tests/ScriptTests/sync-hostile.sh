#!/bin/sh
# A peer's folder is hostile: half files, junk, links, foreign federations, forged votes and blocks. The rest is taken
# over all the same, and nothing that is not good is.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

found_shop
scrip seal -C north >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 10.00CNY --count 2 --submit >/dev/null
scrip seal -C north >/dev/null
scrip sync -C south north >/dev/null
first=segments/north/0000000/0000000001.seg.gz
second=segments/north/0000000/0000000002.seg.gz

# try STATUS: lets a new east sync with ./peer, and keeps what it says in out.
try() {
    rm -rf trial
    clone east trial
    expect "$1" timeout 60 scrip sync -C trial peer
}
# peer: a fresh mirror of south, which has everything.
peer() {
    chmod -R u+rwX peer 2>/dev/null || true
    rm -rf peer
    cp -R south/public peer
    chmod -R u+w peer
    rm -f peer/heads.note
}
# heights CHAIN: how far the trial holds a chain.
height() {
    scrip status -C trial | jq -r "select(.chain == \"$1\") | .height"
}
events() {
    value "select(.event == \"$1\") | .file"
}

peer
try 0
is 2 "$(height north)" 'the height from a good peer'
scrip verify -C trial --full >/dev/null || fail 'the copy does not verify'

# Half-arrived files wait, and are taken when they are whole.
for bytes in 0 1 9 10 11 100 300; do
    peer
    head -c "$bytes" south/public/$second >peer/$second
    try 0
    is 1 "$(height north)" "the height with $bytes bytes of a segment"
    events pending | grep -qx "$second" || fail "a segment of $bytes bytes is not pending"
    cp -f south/public/$second peer/$second
    expect 0 scrip sync -C trial peer
    is 2 "$(height north)" 'the height once it is whole'
done
# Out of order: the second before the first.
peer
mv peer/$first held
try 0
is 0 "$(height north)" 'the height without the first block'
mv held peer/$first
expect 0 scrip sync -C trial peer
is 2 "$(height north)" 'the height once it is there'

# A flipped bit anywhere is found or harmless: never another content.
for offset in 3 12 40 80 200 -20 -6 -2; do
    peer
    python3 - peer/$second "$offset" <<'EOT'
import sys
path, offset = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, 'rb').read())
data[offset] ^= 16
open(path, 'wb').write(data)
EOT
    rm -rf trial
    clone east trial
    status=0
    scrip sync -C trial peer >out || status=$?
    [ "$status" -le 1 ] || fail "exit status $status with a flipped bit at $offset"
    if [ "$(height north)" = 2 ]; then
        zcat trial/public/$second >got
        zcat south/public/$second >wanted
        same wanted got
    elif [ "$status" = 1 ]; then
        events quarantined | grep -qx "$second" || fail 'it was not quarantined'
        [ -n "$(find trial/private/quarantine -type f)" ] || fail 'nothing is kept in quarantine'
    fi
done
# Something after the end, and a bomb.
peer
cat south/public/$second - >peer/$second <<'EOT'
trailing
EOT
try 1
is 2 "$(height north)" 'the height with trailing bytes'
zcat trial/public/$second >/dev/null || fail 'the trailing bytes were taken over'
peer
head -c 200000000 /dev/zero | tr '\0' ' ' | gzip -9n >bomb
{
    printf '\037\213\010\000\000\000\000\000\000\377'
    tail -c +11 bomb
} >peer/$second
try 1
is 1 "$(height north)" 'the height with a bomb'

# Other names are no files of the format; many of a folder are one line.
peer
folder=peer/segments/north/0000000
for name in 2.seg.gz 0000000002.SEG.GZ '0000000002.seg.gz~' '0000000002 (conflict copy).seg.gz' 00000000002.seg.gz \
    +000000002.seg.gz .tmp-0123456789abcdef 0000001002.seg.gz x; do
    cp south/public/$second "$folder/$name"
done
mkdir "$folder/0000000003.seg.gz" peer/segments/NORTH
try 0
is 2 "$(height north)" 'the height among junk'
is 'segments 1
segments/north/0000000 8' "$(value 'select(.event == "ignored") | [.file, .count // 1] | join(" ")')" 'the ignored names'
(cd trial/public/segments/north/0000000 && find . -type f | sort | paste -sd' ') >got
echo './0000000001.seg.gz ./0000000002.seg.gz' >wanted
same wanted got

# No links, pipes, devices, directories, whatever their names.
peer
rm peer/$second
ln -s "$PWD/south/public/$second" peer/$second
try 0
is 1 "$(height north)" 'the height with a link'
rm peer/$second
mkfifo peer/$second
try 0
is 1 "$(height north)" 'the height with a pipe'
rm peer/$second
mkdir peer/$second
try 0
is 1 "$(height north)" 'the height with a directory'
peer
mv peer/segments held
ln -s "$PWD/held" peer/segments
try 0
is 0 "$(height north)" 'the height with a linked folder'
rm -r held
peer
chmod 000 peer/$second
if [ "$(id -u)" != 0 ]; then
    try 0
    is 1 "$(height north)" 'the height with an unreadable file'
fi
peer
truncate -s 40G peer/$second
try 0
is 1 "$(height north)" 'the height with a huge sparse file'

# A charter of another federation, or none.
peer
mkdir other
scrip init --quiet --federation example.org other/north other/south >/dev/null
cp -f other/north/public/charter/1.note peer/charter/1.note
try 0
is 'charter/1.note' "$(events ignored)" 'the ignored charter'
rm -rf trial
clone east trial
scrip seal -C other/north --heartbeat >/dev/null
expect 0 scrip sync -C trial other/north
is 0 "$(height north)" 'the height from another federation'

# Votes: forged, copied, of a stranger, on another block, under another name. None of them counts.
folder=votes/south/north/0000000
vote=$folder/0000000001-0000000002.jsonl
[ -f "south/public/$vote" ] || fail "the votes of south lie elsewhere: $(find south/public/votes -type f)"
# counts WHAT: south does not count after a sync with the peer; the other votes do.
uncounted() {
    rm -rf peer/certificates
    try 0
    scrip tally -C trial north/1 >tally.json || fail "the tally with $1"
    is '["east","north"]' "$(jq -c '[.classes[].voters] | add' tally.json)" "the voters with $1"
    is '["south"]' "$(jq -c .silent tally.json)" "the silent with $1"
    [ ! -e "trial/public/$vote" ] || fail "it was taken over: $1"
}
peer
rm -rf peer/certificates
try 0
scrip tally -C trial north/1 >tally.json
is '["east","north","south"]' "$(jq -c '.classes[0].voters' tally.json)" 'the voters of a good peer'
forge() {
    peer
    jq -c "$2" "south/public/$vote" >"peer/$vote"
    uncounted "$1"
    is "$vote" "$(events ignored)" "the ignored file with $1"
}
forge 'another voter' '.voter = "north"'
forge 'another chain' '.chain = "south"'
forge 'another height' '.height = 1'
forge 'another root in the verdict' '.verdict |= sub("root ."; "root Z")'
forge 'another size in the verdict' '.verdict |= sub("size \\d+"; "size 9")'
forge 'an invalid record in the verdict' '.verdict |= sub("\n\n"; "\ninvalid 1 spent\n\n")'
forge 'another signature on the verdict' '.verdict |= sub("[A-Za-z0-9/+]{8}=\n$"; "AAAAAAAA=\n")'
forge 'no cosignature' '.checkpoint |= (split("\n") | del(.[-2]) | join("\n"))'
forge 'another time in the cosignature' '.checkpoint |= sub("witness (?<a>.{8})"; "witness AAAAAAAA")'
forge 'one more field' '.note = "x"'
forge 'no verdict' 'del(.verdict)'
for source in north/public/votes/north/north/0000000/0000000001-0000000001.jsonl /dev/null; do
    peer
    cat "$source" "$source" >"peer/$vote"
    uncounted "the lines of $source"
done
peer
head -n 1 "south/public/$vote" >"peer/$vote"
uncounted 'half of the lines'
peer
sed '1!G;h;$!d' "south/public/$vote" >"peer/$vote"
uncounted 'the lines in another order'
peer
mv "peer/$vote" "peer/$folder/0000000002-0000000003.jsonl"
uncounted 'the name of other heights'
# A stranger's vote, and votes that say nothing in the folder of nobody.
peer
mkdir -p peer/votes/west/north/0000000
cp "peer/$vote" peer/votes/west/north/0000000/
try 0
[ ! -e trial/public/votes/west ] || fail 'the votes of a stranger were taken over'

# Certificates: too few voters, one voter twice, another verdict.
certificate=certificates/north/0000000/0000000001-1.json
spoil() {
    peer
    rm -rf peer/votes
    jq -c "$2" "south/public/$certificate" >"peer/$certificate"
    try 0
    [ ! -e "trial/public/$certificate" ] || fail "it was taken over: $1"
    is "$certificate" "$(events ignored)" "the ignored file with $1"
}
peer
rm -rf peer/votes
try 0
same "south/public/$certificate" "trial/public/$certificate"
spoil 'one voter' '.verdict |= (split("\n") | del(.[-2]) | join("\n"))'
spoil 'one voter twice' '.verdict |= (split("\n") | .[-2] = .[-3] | join("\n"))'
spoil 'one voter in both notes' '(.verdict, .checkpoint) |= (split("\n") | del(.[-2]) | join("\n"))'
spoil 'another height' '.height = 2'
spoil 'another chain' '.chain = "east"'
spoil 'an invalid record' '.verdict |= sub("\n\n"; "\ninvalid 1 spent\n\n")'

# The outbox: junk, records of others, forged ones. Good ones among them are taken.
anna=$(account east anna)
scrip accredit -C south --issuer "$(scrip keygen --region south --out maker.pem | jq -r .address)" --name Maker \
    --submit >/dev/null
scrip seal -C south >/dev/null
scrip issue -C south --key maker.pem --to "$anna" --value 1.00CNY --submit >issue.json || [ $? -eq 2 ]
scrip issue -C south --key maker.pem --to "$anna" --value 2.00CNY >more.json
peer
good=$(find peer/outbox -type f)
{
    echo 'no JSON'
    jq -c '.value.amount = 999' more.json
    jq -c '.sig |= sub("^...."; "AAAA")' more.json
    cat "$good"
    echo '{"type":"refusal"}'
    printf '{"cut":'
} >lines
cat lines >"$good"
try 0
is "$(jq -r .id issue.json)" "$(value 'select(.event == "attested") | .id')" 'what is attested among junk'
is 4 "$(value 'select(.event == "ignored" and (.file | startswith("outbox/"))) | .count')" 'the ignored lines'
grep -q 'cut off' out || fail 'the line that is cut off is not pending'

# A fault stays one as long as it lies there, though the file is not read again.
peer
printf 'junk' | gzip -9n >peer/$second
try 1
is quarantined "$(value 'select(.file == "'$second'") | .event')" 'the event of a bad segment'
expect 1 scrip sync -C trial peer
is '' "$(value 'select(.event == "quarantined") | .event')" 'the event the second time'
grep -q 'not read again' out || fail 'nothing is said of the bad segment the second time'
cp -f south/public/$second peer/$second
expect 0 scrip sync -C trial peer

# A block that is held, over and over: no more of the file is read than its name can stand for.
peer
rm peer/$second
try 0
long=segments/north/0000000/0000000001-0000000004.seg.gz
for _ in 1 2 3 4 5 6; do cat peer/$first; done >peer/$long
expect 0 scrip sync -C trial peer
is pending "$(value 'select(.file == "'$long'") | .event')" 'the event of a file of copies'
