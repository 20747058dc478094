#!/bin/sh
# scrip repair: takes back what peers hold of a region, replaces what is damaged, and lets the region sign again.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south east >/dev/null
shop=$(account north shop)
cafe=$(account south cafe)
all() { for region in south east north south; do scrip sync -C $region >/dev/null; done; }
sums() { (cd "$1/public" && find segments votes certificates charter -type f -exec sha256sum {} + | sort); }
events() { jq -r '.event' out | sort | uniq -c | awk '{ print $2 ":" $1 }' | paste -sd ' '; }
event() { value "select(.event == \"$1\") | $2"; }
scrip accredit -C south --issuer "$cafe" --name Cafe --submit >/dev/null
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip seal -C south >/dev/null
scrip seal -C north >/dev/null

# A region that is well is left alone.
all
expect 0 scrip repair -C north
is 'heard:2' "$(events)" 'the events'
is "south 2026-11-20T10:00:00Z" "$(event heard '[.region, .time] | join(" ")' | tail -n 1)" 'what was heard'
quiet

# Restored at every height, with peers that have pulled: all of it comes back, and the chain goes on.
height=1
while [ $height -lt 4 ]; do
    cp -a north "backup-$height"
    height=$((height + 1))
    scrip issue -C north --key shop.pem --to "$shop" --value "$height.00CNY" --submit >/dev/null
    scrip seal -C north >/dev/null
    scrip seal -C south --heartbeat >/dev/null
    all
done
all
sums north >whole
for height in 1 2 3; do
    rm -rf north
    cp -a "backup-$height" north
    refuse 75 'is a copy' scrip seal -C north --heartbeat
    expect 0 scrip repair -C north
    quiet
    is "north 4" "$(event marked '[.chain, .height] | join(" ")')" 'the mark'
    is $((4 - height)) "$(event pulled 'select(.kind == "segment" and .chain == "north") | .file' | wc -l)" 'the own segments'
    sums north >now
    same whole now
    expect 0 scrip verify -C north --full
    expect 0 scrip repair -C north
    is 'heard:2' "$(events)" 'the events of a second repair'
done
scrip issue -C north --key shop.pem --to "$shop" --value 9.00CNY --submit >/dev/null
expect 0 scrip seal -C north
is 5 "$(value .height)" 'the height of the next block'
all
for region in north south east; do expect 0 scrip verify -C $region --full; done
is '5 5 5' "$(for region in north south east; do scrip verify -C $region north | jq -r 'select(.type == "chain") | .blocks'; done | paste -sd ' ')" 'the blocks'

# Without peers that have pulled there is nothing to take back: the chain goes on from where the copy is, once all
# voters were heard or the operator has given their word.
cp -a north backup
scrip seal -C north --heartbeat >/dev/null
rm -rf north
cp -a backup north
mv east elsewhere
expect 75 scrip repair -C north
complained 'nothing was heard of east'
complained '--moved'
[ -z "$(event marked .height)" ] || fail 'it was marked'
refuse 75 'is a copy' scrip seal -C north --heartbeat
expect 66 scrip repair -C north --from south --from nowhere --moved
complained 'nowhere'
is 5 "$(event marked .height)" 'the mark by promise'
expect 0 scrip seal -C north --heartbeat
mv elsewhere east
rm -rf north
cp -a backup north
expect 0 scrip repair -C north
is 5 "$(event marked .height)" 'the mark'
expect 0 scrip seal -C north --heartbeat
is 6 "$(value .height)" 'the height'
all
for region in north south east; do expect 0 scrip verify -C $region --full; done
# The promise does not help against what a peer holds.
rm -rf north
cp -a backup north
mv south south-away
expect 0 scrip repair -C north --moved
is 6 "$(event marked .height)" 'what east had'
mv south-away south
expect 0 scrip repair -C north
expect 0 scrip seal -C north --heartbeat
all

# Of a region that has only its keys and its settings left, the others hold the rest.
rm -rf backup
cp -a north backup
sums north >whole
rm -rf north
mkdir -p north/private
chmod 700 north/private
cp -p backup/private/log.pem backup/private/witness.pem north/private/
cp backup/scrip.json north/
refuse 66 'charter' scrip seal -C north
expect 0 scrip repair -C north
is 7 "$(event marked .height)" 'the mark of a region from its keys'
is charter "$(event pulled 'select(.kind == "charter") | .kind')" 'the charter'
sums north >now
same whole now
expect 0 scrip verify -C north --full
expect 0 scrip seal -C north --heartbeat
is 8 "$(value .height)" 'the height after that'
all

# With other keys, or no peer that has the charter, it is none of that federation's.
rm -rf stranger
cp -a north stranger
rm -rf stranger/public
cp south/private/log.pem stranger/private/log.pem
refuse 66 'no peer' scrip repair -C stranger
rm -rf stranger
mkdir empty
cp -a north lost
chmod -R u+w lost
rm -rf lost/public
refuse 66 'no peer' scrip repair -C lost --from empty
rm -rf lost

# Answers: what north attested and refused after the backup was made, and others have heard of.
cp -a north before-answers
request() {
    scrip issue -C south --key cafe.pem --to "$shop" --value 1.00CNY --ref "$1" --deadline 2026-12-01T00:00:00Z \
        --submit || [ $? -eq 2 ]
}
attested=$(request attested | jq -r .id)
scrip sync -C north >/dev/null
mkdir -p north/private/hooks
printf '#!/bin/sh\necho "not with us"\nexit 1\n' >north/private/hooks/validate
chmod 755 north/private/hooks/validate
scrip issue -C south --key cafe.pem --to "$shop" --value 1.00CNY --ref refused --deadline 2026-12-01T00:00:00Z |
    scrip validate -C east >refused.json || [ $? -eq 2 ]
refused=$(jq -r .id refused.json)
scrip sync -C north >/dev/null
jq -e 'select(.type == "refusal" and .code == "policy")' north/public/outbox/*.jsonl >/dev/null || fail 'nothing was refused'
scrip sync -C east >/dev/null
cat north/public/outbox/*.jsonl | jq -c 'select(.attest) | .attest' | sort -u >attestation
rm -rf north
cp -a before-answers north
expect 0 scrip repair -C north
is "$(printf '%s\n%s\n' "$attested attestation" "$refused refusal" | sort)" \
    "$(event recovered '[.id, .kind] | join(" ")' | sort)" 'the answers'
# It does not answer anew: no policy would refuse it now.
expect 0 scrip sync -C north
is '' "$(event attested .id)" 'what was attested after the repair'
cat north/public/outbox/*.jsonl | jq -c 'select(.attest) | .attest' | sort -u >attestation-now
same attestation attestation-now
expect 1 scrip validate -C north <refused.json
is 'rejected policy' "$(value '[.status, .code] | join(" ")')" 'the record that was refused'
# A new outbox file is not one that a peer thinks it has read.
all
scrip seal -C south >/dev/null
all
is confirmed "$(scrip show -C east "$attested" | jq -r .status)" 'the record that was attested'

# Damage: what a peer has replaces it, and what was replaced lies in quarantine.
scrip settle -C south --sign >/dev/null
all
rm -rf healthy
cp -a north healthy
broken() { # WHAT FILE COMMAND...: damages a copy, repairs it, and looks
    what=$1 file=$2
    shift 2
    rm -rf trial
    clone healthy trial
    chmod -R u+w trial
    [ -e "trial/public/$file" ] || fail "there is no $file"
    "$@" "trial/public/$file"
    expect 0 scrip repair -C trial
    if [ ! -f "trial/public/$file" ] || [ -L "trial/public/$file" ]; then fail "$what: $file is not there"; fi
    expect 0 scrip verify -C trial --full
    expect 0 scrip seal -C trial --heartbeat
    if [ "$what" != missing ]; then
        is 1 "$(find trial/private/quarantine -name 'replaced-*' | wc -l)" "the files in quarantine after $what $file"
        rm -rf trial/private/quarantine
    fi
    sums healthy >before
    sums trial | grep -v '0000000009\|00000000010' >after || true
    grep -v '0000000009\|00000000010' before >expected || true
    same expected after
}
flip() { printf 'x' | dd of="$1" bs=1 seek=120 conv=notrunc 2>/dev/null; }
cut() { truncate -s 60 "$1"; }
link() { rm "$1" && ln -s /etc/passwd "$1"; }
folder() { rm "$1" && mkdir "$1" && : >"$1/x"; }
own=segments/north/0000000/0000000003.seg.gz
foreign=segments/south/0000000/0000000002.seg.gz
certificate=certificates/south/0000000/0000000002-1.json
vote=votes/east/south/0000000/0000000002-0000000002.jsonl
ownvote=votes/north/south/0000000/0000000002-0000000002.jsonl
for file in $own $foreign $certificate $vote $ownvote; do
    for damage in flip cut link folder; do broken "$damage" "$file" "$damage"; done
done
for file in $own $foreign; do broken missing "$file" rm; done
broken flip charter/1.note flip
settlement=$(cd healthy/public && find settlements -type f | head -n 1)
[ -n "$settlement" ] || fail 'there is no settlement'
broken flip "$settlement" flip

# Everything at once: all public files of south gone but for one, junk in place of heads.
rm -rf trial
clone healthy trial
chmod -R u+w trial
rm -rf trial/public/segments/south trial/public/votes trial/public/certificates trial/private/index.sqlite*
echo junk >trial/public/heads.note
refuse 75 'repair' scrip seal -C trial --heartbeat
expect 0 scrip repair -C trial
expect 0 scrip verify -C trial --full
expect 0 scrip seal -C trial --heartbeat

# What no peer has stays, is told, and is an exit status of 1.
rm -rf trial
clone healthy trial
chmod -R u+w trial
flip trial/public/$foreign
mkdir -p hostile/segments/south/0000000 hostile/charter
cp south/public/charter/1.note hostile/charter/
cp trial/public/$foreign hostile/segments/south/0000000/
cp south/public/segments/south/0000000/0000000003.seg.gz hostile/segments/south/0000000/0000000002-0000000003.seg.gz
ln -s /etc/passwd hostile/segments/south/0000000/0000000004.seg.gz
sum=$(sha256sum <trial/public/$foreign)
expect 75 scrip repair -C trial --from hostile
is 1 "$(event unrepaired .file | grep -c $foreign)" 'what is not repaired'
is "$sum" "$(sha256sum <trial/public/$foreign)" 'the damaged file'
refuse 75 "run 'scrip repair'" scrip seal -C trial --heartbeat
expect 0 scrip repair -C trial --from south
expect 0 scrip seal -C trial --heartbeat
rm -rf trial
clone healthy trial
echo junk >trial/public/charter/junk.txt
expect 1 scrip repair -C trial
is name "$(event unrepaired .code)" 'the code of junk'
rm -rf trial

refuse 66 'no such region' scrip repair -C nowhere
refuse 66 'scrip.json' scrip repair -C south/public
