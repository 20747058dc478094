#!/bin/sh
# scrip settle --sign: what it publishes, who takes it over, and what verify makes of it.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet --observer hq north south east hq >/dev/null
everybody() {
    for round in 1 2 3 4; do
        for region in north south east hq; do scrip sync --quiet -C "$region" >/dev/null; done
        for region in north south east; do scrip seal -C "$region" >/dev/null; done
    done
    : "$round"
}
shop=$(account north shop)
cafe=$(account south cafe)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$shop" --value 100.00CNY --count 3 --submit >/dev/null
everybody
spend() {
    scrip redeem -C north --key shop.pem --merchant "$cafe" --submit \
        "$(scrip list -C north --status held | jq -r .voucher | head -n 1)" >/dev/null || [ $? -eq 2 ]
    everybody
}
spend

# North signs; nothing else changes, and signing twice is signing once.
sha256sum north/public/heads.note >heads
expect 0 scrip settle -C north --sign
cp out first
cut=$(sed -n 1p first | sha256sum | cut -d' ' -f1)
digest=$(sha256sum <first | cut -d' ' -f1)
note=settlements/north/$cut-$digest.note
[ -f "north/public/$note" ] || fail "it is not at $note: $(find north/public/settlements)"
is 444 "$(mode "north/public/$note")" 'its mode'
sha256sum -c --quiet heads || fail 'heads.note changed'
cp "north/public/$note" signed
expect 0 scrip settle -C north --sign
same first out
is 1 "$(find north/public/settlements -type f | wc -l)" 'the number of files'
same signed "north/public/$note"

# The text: the cut, and the hash of the lines. OpenSSL checks the signature.
is 'scrip settlement v1' "$(sed -n 1p signed)" 'the first line'
is "$(sed -n 1p first)" "$(sed -n 2p signed)" 'the cut'
is "sha256 $digest" "$(sed -n 3p signed)" 'the hash'
sed -n '/^\.Sh WORKED EXAMPLE/,/^\.Ss The charter/p' "$SCRIP_ROOT/man/scrip-format.5" |
    sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\.Bd/d; /^\.Ed/d; s/^\\&//; s/\\e/\\/g; p; }' >definitions.sh
(
    # shellcheck source=/dev/null
    . ./definitions.sh
    cp north/public/charter/1.note charter.note
    cp signed settlement.note
    signed_text settlement.note >signed
    key vouchers.local/north >key.pem
    signature_of settlement.note vouchers.local/north | query 'bytes(4; 68)' | good key.pem
    mv settlement.note signed
) || fail 'openssl does not accept the signature'
expect 0 scrip settle -C south --cut signed
same first out

# Others take it over once, without anything else being new, and sign the same.
expect 0 scrip sync -C south north
is "settlement north $note" "$(value 'select(.event == "pulled") | "\(.kind) \(.region) \(.file)"')" 'what south took'
expect 0 scrip sync -C south north
[ ! -s out ] || fail "a second sync: $(cat out)"
expect 0 scrip settle -C south --cut "south/public/$note" --sign
same first out
grep '^scrip\|^{\|^sha256' "south/public/settlements/south/$cut-$digest.note" >southern
grep '^scrip\|^{\|^sha256' signed >northern
same northern southern
everybody
for region in north south east hq; do
    is 2 "$(find $region/public/settlements -type f | wc -l)" "the settlements that $region holds"
    expect 0 scrip verify -C $region
done
refuse 77 'observer' scrip settle -C hq --sign
is 2 "$(find hq/public/settlements -type f | wc -l)" 'the settlements that hq holds'

# Every record settles once: what is signed already is not signed as a part of something larger.
spend
refuse 1 '--after' scrip settle -C north --sign
expect 0 scrip settle -C north --sign --after first
cp out second
expect 0 scrip sync -C south north
expect 0 scrip verify -C south

# What is wrong with it is found.
sum() { value 'select(.type == "problem") | .code' | sort -u | paste -sd ' '; }
for file in south/public/settlements/north/"$cut"-*; do held=$file; done
damage() { # CODE SED-SCRIPT
    cp -R south bad
    chmod -R u+w bad
    sed "$2" "$held" >"bad/${held#south/}"
    expect 1 scrip verify -C bad
    is "$1" "$(sum)" "the code after $2"
    rm -rf bad
}
damage settlement '3s/^sha256 ./sha256 z/'
damage settlement '3s/[0-9a-f]$/x/'
damage settlement '2s/"v":1/"v":2/'
# shellcheck disable=SC2016  # the dollar is sed's
damage settlement '$s/\(.*\)....\(....\)$/\1AAAA\2/'
cp -R south bad
chmod -R u+w bad
mv "bad/${held#south/}" "$(dirname "bad/${held#south/}")/$digest-$cut.note"
echo junk >bad/public/settlements/north/notes.txt
expect 1 scrip verify -C bad
is 'name' "$(sum)" 'the code of a wrong name'
is 2 "$(value 'select(.type == "problem") | .file' | wc -l)" 'the problems'
rm -rf bad

# A region whose ledger is behind cannot tell yet.
cp -R north behind
chmod -R u+w behind
last=$(find behind/public/segments/north -name '*.seg.gz' | sort | tail -n 1)
number=$(basename "$last" .seg.gz)
rm "$last"
find behind/public/certificates/north behind/public/votes -name "$number*" -exec rm {} +
rm behind/public/heads.note
expect 0 scrip verify -C behind/public
[ "$(value 'select(.type == "summary") | .pending')" -gt 0 ] || fail 'nothing is pending'

# A hostile peer: links, junk, another region's note, half a note.
mkdir -p evil/settlements/north evil/settlements/south evil/settlements/nowhere evil/charter
cp north/public/charter/1.note evil/charter
name=$(printf '%064d' 1)-$(printf '%064d' 2).note
ln -s /etc/passwd "evil/settlements/north/$name"
cp signed "evil/settlements/south/$cut-$digest.note"
head -c 200 signed >"evil/settlements/north/$cut-$(printf '%064d' 3).note"
cp signed "evil/settlements/north/$(printf '%064d' 4)-$digest.note"
mkfifo "evil/settlements/south/$name"
head -c 1000000 /dev/zero >"evil/settlements/south/$(printf '%064d' 5)-$digest.note"
echo junk >evil/settlements/north/junk
expect 0 scrip sync -C east evil
is 0 "$(value 'select(.event == "pulled") | .file' | wc -l)" 'what east took from it'
is 2 "$(find east/public/settlements -type f | wc -l)" 'the settlements that east holds'

# Dry run: said and not done.
rm -rf other
clone east other
chmod -R u+w other
rm -r other/public/settlements
expect 0 scrip sync -C other north --dry-run
is 3 "$(value 'select(.kind == "settlement") | .file' | wc -l)" 'what a dry run would take'
[ ! -e other/public/settlements ] || fail 'a dry run wrote'
