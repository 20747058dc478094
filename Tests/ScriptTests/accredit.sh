#!/bin/sh
# scrip accredit: who may issue.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet --observer hq north south hq >out
SCRIP_REGION=north
export SCRIP_REGION
shop=$(account north shop)
cafe=$(account south cafe)
spy=$(account hq spy)

content() { find north -type f ! -name 'index.sqlite*' -exec sha256sum {} + | sort; }
content >before
expect 0 scrip accredit --issuer "$shop" --name 'Corner shop' --until 2027-01-01T00:00:00Z
quiet
is 'accredit active Corner shop 2027-01-01T00:00:00Z' "$(value '[.type, .status, .name, .until] | join(" ")')" 'the record'
is 32 "$(value '.ref | length')" 'the length of a random ref'
is "$shop" "$(value .issuer)" 'the issuer'
# The index may be made, as by all that reads.
content >after
same before after

# With a ref, the same record again; with the clock fixed, a time from now is that time.
expect 0 scrip accredit --issuer "$shop" --name Shop --ref a
id=$(value .id)
expect 0 scrip accredit --issuer "$shop" --name Shop --ref a
is "$id" "$(value .id)" 'the id'
refuse 64 'so that asking again' scrip accredit --issuer "$shop" --name Shop --ref a --until +1d
SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
expect 0 scrip accredit --issuer "$shop" --name Shop --until +365d
is 2027-11-20T10:00:00Z "$(value .until)" 'until'

# Elsewhere nobody takes it, nor passes it on.
cp out record
expect 1 scrip validate -C south <record
is 'rejected wrong-region' "$(value '"\(.status) \(.code)"')" 'the answer elsewhere'
value .reason | grep -qF "region 'north' seals it" || fail "the reason is $(value .reason)"

# It takes effect, and ends.
expect 0 scrip accredit --issuer "$shop" --name 'Corner shop' --submit
is 'result admitted' "$(value '[.type, .status] | join(" ")')" 'the result'
expect 0 scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit
expect 0 scrip seal
refuse 66 'never accredited' scrip accredit --revoke --issuer "$(account north nobody)"
expect 0 scrip accredit --revoke --issuer "$shop" --submit
is 'revoked Corner shop' "$(value '.record | [.status, .name] | join(" ")')" 'the record'
expect 0 scrip seal
expect 1 scrip issue --key shop.pem --to "$shop" --value 1.00CNY --submit
is unknown-issuer "$(value .code)" 'the code'
expect 0 scrip accredit --revoke --issuer "$cafe" -C south --name Cafe

# One that waits to be sealed is revoked after it, under its name.
barista=$(account north barista)
scrip accredit --issuer "$barista" --name Barista --submit >/dev/null
expect 0 scrip accredit --revoke --issuer "$barista" --submit
is 'admitted revoked Barista' "$(value '[.status, .record.status, .record.name] | join(" ")')" 'the revocation'
expect 1 scrip issue --key barista.pem --to "$shop" --value 1.00CNY --submit
is unknown-issuer "$(value .code)" 'the code before it is sealed'
expect 0 scrip seal
expect 1 scrip issue --key barista.pem --to "$shop" --value 1.00CNY --submit
is unknown-issuer "$(value .code)" 'the code once it is sealed'
# In one stream too.
cook=$(account north cook)
printf '{"issuer":"%s","name":"Cook"}\n{"issuer":"%s","revoke":true}\n' "$cook" "$cook" >requests
expect 0 scrip accredit --submit - <requests
is 'active Cook,revoked Cook' "$(jq -rs 'map("\(.record.status) \(.record.name)") | join(",")' out)" 'the two records'
expect 0 scrip seal
expect 1 scrip issue --key cook.pem --to "$shop" --value 1.00CNY --submit

refuse 64 'that region accredits it' scrip accredit --issuer "$cafe" --name Cafe
refuse 77 'observer' scrip accredit -C hq --issuer "$spy" --name Spy
refuse 64 '--name is missing' scrip accredit --issuer "$shop"
refuse 64 'exclude each other' scrip accredit --revoke --until +1d --issuer "$shop"
refuse 64 '1 to 256 bytes' scrip accredit --issuer "$shop" --name ''
refuse 64 'control character' scrip accredit --issuer "$shop" --name "$(printf 'a\tb')"
refuse 65 'no address' scrip accredit --issuer "${shop}x" --name Shop
refuse 64 'no time' scrip accredit --issuer "$shop" --name Shop --until tomorrow
refuse 66 'copy of a public folder' scrip accredit -C north/public --issuer "$shop" --name Shop
