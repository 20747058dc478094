#!/bin/sh
# scrip tally: a majority is counted from the vote files that two regions collected while the third is silent.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
bob=$(account south bob)
scrip accredit -C north --issuer "$shop" --name Shop --submit >accredit.json
scrip issue -C north --key shop.pem --to "$shop" --value 10.00CNY --submit >issue.json
id=$(jq -r .id issue.json)

# In the pool there is nothing to count.
expect 2 scrip tally -C north "$id"
is 'admitted null' "$(value '[.status, .votes // "null"] | join(" ")')" 'the tally of an admitted record'
expect 0 scrip tally -C north
[ ! -s out ] || fail 'a tally without a block'

# Sealed: the own vote alone is not enough, and silence is no class.
scrip seal -C north >/dev/null
expect 2 scrip tally -C north "$id"
is 'sealed {"valid":["north"]}' "$(value '[.status, (.votes | tostring)] | join(" ")')" 'the tally of a sealed record'
is '3 2 ["east","south"]' "$(value '[(.voters | tostring), (.quorum_size | tostring), (.silent | tostring)] | join(" ")')" \
    'N, k and the silent'
expect 2 scrip tally -C north north/1
is 'tally north 1 3 3 2 pending false' \
    "$(value '[.type, .chain, .height, .size, .voters, .quorum_size, .outcome, .certificate] | join(" ")')" 'the tally of the block'
is '[["north"]]' "$(value '[.classes[].voters] | tostring')" 'the classes'
is '["east","south"]' "$(value '.silent | tostring')" 'the silent'
expect 0 scrip tally -C north
is 'tally north 1' "$(value '[.type, .chain, .height] | join(" ")')" 'what is pending'

# South looks at it and votes; east is silent. The two vote files are all that is needed.
expect 0 scrip sync -C south north
expect 0 scrip tally -C south "$id"
is 'confirmed {"valid":["north","south"]}' "$(value '[.status, (.votes | tostring)] | join(" ")')" 'the tally at south'
is '["east"]' "$(value '.silent | tostring')" 'the silent'
expect 0 scrip tally -C south north/1
is 'confirmed true' "$(value '[.outcome, .certificate] | join(" ")')" 'the outcome at south'
is "$(scrip show -C south north/1 | jq -r .root)" "$(value '.classes[0].root')" 'the root of the class'
is '[]' "$(value '.classes[0].invalid | tostring')" 'the invalid records'
is 2 "$(find south/public/votes -type f | wc -l)" 'the number of vote files'
expect 0 scrip tally -C south
[ ! -s out ] || fail 'something is pending although all is confirmed'

# It counts votes, not certificates: without the certificate the two vote files say the same.
cp -R south/public copy
chmod -R u+w copy
rm -r copy/certificates copy/heads.note
expect 0 scrip tally -C copy north/1
is 'confirmed false ["north","south"] ["east"]' \
    "$(value '[.outcome, .certificate, (.classes[0].voters | tostring), (.silent | tostring)] | join(" ")')" 'the tally of a copy'
expect 0 scrip tally -C copy "$id"
is confirmed "$(value .status)" 'the status in a copy'
# And a certificate without vote files names its voters.
cp -R south/public copy2
chmod -R u+w copy2
rm -r copy2/votes
expect 0 scrip tally -C copy2 north/1
is 'confirmed true ["north","south"]' \
    "$(value '[.outcome, .certificate, (.classes[0].voters | tostring)] | join(" ")')" 'the tally from a certificate'
# One vote file is not enough, and a vote under another name counts for nobody; one in another's folder neither.
rm -r copy/votes/south
expect 2 scrip tally -C copy north/1
is 'pending ["north"]' "$(value '[.outcome, (.classes[0].voters | tostring)] | join(" ")')" 'the tally of one vote'
mkdir -p copy/votes/south/north/0000000
cp copy/votes/north/north/0000000/*.jsonl copy/votes/south/north/0000000/
expect 2 scrip tally -C copy north/1
is '["north"]' "$(value '.classes[0].voters | tostring')" 'the voters with a copied vote'
sed 's/"voter":"north"/"voter":"south"/' north/public/votes/north/north/0000000/0000000001-0000000001.jsonl >forged
cat forged >copy/votes/south/north/0000000/0000000001-0000000001.jsonl
expect 2 scrip tally -C copy north/1
is '["north"]' "$(value '.classes[0].voters | tostring')" 'the voters with a forged vote'

# East comes back, and its vote joins the class.
expect 0 scrip sync -C east south
expect 0 scrip tally -C east north/1
is '["east","north","south"] []' "$(value '[(.classes[0].voters | tostring), (.silent | tostring)] | join(" ")')" 'the voters in the end'

# A record that waits for another region.
expect 0 scrip sync -C north south
voucher=$(scrip list -C north --owner "$shop" | jq -r .voucher)
expect 2 scrip trade -C north --key shop.pem --to "$bob" --submit "$voucher"
expect 0 scrip tally -C north
is 'result awaiting south' "$(value '[.type, .status, .waiting_for[]] | join(" ")')" 'what waits'
expect 2 scrip tally -C north "$(value .id)"

# What is not here, and what is no record and no block.
refuse 66 'not known here' scrip tally -C north north/2
refuse 66 'not known here' scrip tally -C north west/1
refuse 66 'not known here' scrip tally -C north 0000000000000000000000000000000000000000000000000000000000000000
refuse 65 'no id' scrip tally -C north north
refuse 65 'no block' scrip tally -C north north/0
refuse 65 'no block' scrip tally -C north north/01
refuse 65 'neither' scrip tally -C north "$voucher"
refuse 65 'neither' scrip tally -C north "$shop"
refuse 66 'no such region' scrip tally -C nowhere
