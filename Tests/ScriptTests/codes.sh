#!/bin/sh
# scrip codes: sheets of bearer codes for a printer, and QR codes that a reader reads.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
shop=$(account north shop)
scrip accredit -C north --issuer "$shop" --name 'Tea <& Co> 街角茶店' --submit >out
scrip issue -C north --key shop.pem --bearer gift.codes --value 100.00CNY --count 12 --partial --series gift \
    --starts 2026-12-01T00:00:00Z --expires 2027-11-20T23:59:59Z --submit >out
scrip seal -C north >out
grouped=$(head -n 1 gift.codes | jq -r .code | sed 's/^scrip1/& /; s/ \(....\)\(....\)\(....\)\(....\)\(....\)\(....\)\(....\)\(....\)/ \1 \2 \3 \4 \5 \6 \7 \8/')

# Text: each code once, in groups that can be typed as they stand; six on a page.
expect 0 scrip codes -C north --print gift.codes
quiet
cp out text
is 12 "$(grep -c '^    scrip1 ' text)" 'the number of codes'
is "    $grouped" "$(grep -m 1 '^    scrip1' text)" 'the first code'
grep '^    scrip1' text | tr -d ' ' >printed
jq -r .code gift.codes >codes
same codes printed
is 1 "$(tr -dc '\f' <text | wc -c)" 'the number of page breaks'
grep -q '^Tea <& Co> 街角茶店 *100.00 CNY$' text || fail "the first line is $(sed -n 2p text)"
grep -q '^gift *No. 12 of 12$' text || fail 'the number is not there'
grep -q '^good from 2026-12-01 00:00 UTC, good until 2027-11-20 23:59:59 UTC$' text || fail 'the term is not there'
expect 0 scrip show -C north --code "$(grep -m 1 '^    scrip1' text)"
is 10000 "$(value .remaining)" 'the balance by a code as it is printed'

# Without a region there is no name; codes alone are printed, too, and so is a part of the file.
expect 0 scrip codes --print gift.codes
if grep -q Tea out; then fail 'the name is known without a region'; fi
expect 0 sh -c 'scrip codes --print - <codes'
grep '^    scrip1' out | tr -d ' ' >printed
same codes printed
expect 0 sh -c 'sed -n 3p gift.codes | scrip codes --print -'
grep -q 'No. 3 of 12$' out || fail 'the number of the third code is not there'

# SVG: one page; HTML: all of them. Every QR code holds its code, in capital letters.
refuse 64 '2 pages' scrip codes --print gift.codes --format svg
refuse 64 'there are 2 pages' scrip codes --print gift.codes --format svg --page 3
refuse 64 'counts from 1' scrip codes --print gift.codes --format svg --page 0
refuse 64 'goes with --format svg' scrip codes --print gift.codes --page 1
for page in 1 2; do
    expect 0 scrip codes -C north --print gift.codes --format svg --page $page
    quiet
    cp out page$page.svg
    # A reader of pictures of a whole page misses one now and then, at one resolution or another.
    for dots in 150 200 300; do
        rsvg-convert --dpi-x $dots --dpi-y $dots page$page.svg >page.png
        zbarimg --quiet --raw -Sdisable -Sqrcode.enable page.png 2>/dev/null
    done
done >read
tr '[:lower:]' '[:upper:]' <codes | sort >wanted
sort -u read >got
same wanted got
is 2 "$(grep -c 'translate(10*5* 11)' page1.svg)" 'the slips in the first row'
grep -q '>Tea &lt;&amp; Co&gt; 街角茶店<' page1.svg || fail 'the name is not escaped'
python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' page1.svg || fail 'this is no XML'
expect 0 scrip codes -C north --print gift.codes --format html
cp out sheet.html
is 2 "$(grep -c '^<svg ' sheet.html)" 'the number of pages'
sed -n '/^<svg /,/^<\/svg>/p' sheet.html >pages.svg
cat page1.svg page2.svg >wanted
same wanted pages.svg
if grep -Eq '(src|href)=|url\(|@import|<script' sheet.html; then fail 'the page fetches something'; fi

# The program that draws the codes: missing, broken, slow to read.
mkdir tools
scrip=$(command -v scrip)
refuse 66 "run 'apt-get install qrencode'" env PATH="$PWD/tools" "$scrip" codes --print gift.codes --format html
refuse 66 'is not installed' env PATH="$PWD/tools" "$scrip" codes --print gift.codes --format svg --page 1
expect 0 env PATH="$PWD/tools" "$scrip" codes --print gift.codes
printf '#!/bin/sh\necho nonsense\n' >tools/qrencode
chmod +x tools/qrencode
refuse 74 'it drew no QR code' env PATH="$PWD/tools:$PATH" "$scrip" codes --print gift.codes --format html
printf '#!/bin/sh\nexit 1\n' >tools/qrencode
refuse 74 'it drew no QR code' env PATH="$PWD/tools:$PATH" "$scrip" codes --print gift.codes --format html
printf '#!/bin/sh\necho "$@" >>arguments\nexec "%s" "$@"\n' "$(command -v qrencode)" >tools/qrencode
expect 0 env PATH="$PWD/tools:$PATH" "$scrip" codes --print gift.codes --format html
is 12 "$(wc -l <arguments)" 'the number of QR codes'
if grep -qi scrip1 arguments; then fail 'the arguments of qrencode, which ps shows, hold a code'; fi

# Bad input: each bad line is named, the others are printed.
(umask 077; { head -n 1 codes; echo 'scrip1 qqqs'; echo '{"type":"voucher"}'; echo '{"code":1}'; echo '{'; tail -n 1 codes
    sed -n 2p gift.codes | sed 's/"number":2/"number":"x"/'; } >bad.codes)
expect 65 scrip codes --print bad.codes
is 2 "$(grep -c '^    scrip1' out)" 'the number of good codes'
is 5 "$(wc -l <err)" 'the number of diagnostics'
for line in 2 3 4 5 7; do grep -q "^scrip: bad.codes:$line: " err || fail "line $line is not named"; done
if grep -qi 'scrip1 [a-z0-9]' err; then fail "standard error shows a code: $(cat err)"; fi
chmod 644 bad.codes
refuse 77 'others can use these codes (mode 0644)' scrip codes --print bad.codes
refuse 66 'no such file' scrip codes --print nowhere
: >empty
chmod 600 empty
refuse 66 'it holds no code' scrip codes --print empty
refuse 64 '--print is missing' scrip codes
refuse 64 '--format' scrip codes --print gift.codes --format pdf
expect 74 sh -c 'scrip codes --print gift.codes >/dev/full'
complained 'No space left'
