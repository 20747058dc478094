#!/bin/sh
# Every kind of file in a peer's folder, spoilt in every way: truncated, a bit flipped, a link, a pipe, a folder, a device,
# a sparse giant, a bomb. It is refused and told of, never hangs, never becomes another content, and the rest is taken over.
# Unit tests flip every bit and cut at every byte; here it is a sample, with BAD_FILES_SEED or a seed that is printed.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

seed=${BAD_FILES_SEED:-$(date +%s)}
echo "seed $seed"
found_shop
bob=$(account east bob)
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 2 --submit >/dev/null
scrip seal -C north >/dev/null
scrip seal -C south --heartbeat >/dev/null
scrip sync -C south north >/dev/null
scrip sync -C north south >/dev/null
scrip settle -C south --sign >/dev/null 2>&1 || fail 'nothing could be settled'
# What south would say if it lied.
cp -R south/public lie
chmod -R u+w lie
cat lie/votes/south/north/*/*.jsonl | jq -rj 'select(.height == 1) | .verdict' >honest-verdict
rm -r lie/votes/south
forge vote lie north south '1 malformed'
jq -rj .verdict lie/votes/south/north/*/*.jsonl >other-verdict
# The empty region that everything is new for.
clone east blank
scrip trade -C north --key alice.pem --to "$bob" --submit "$(scrip list -C north --owner "$alice" | jq -r .voucher | head -n 1)" \
    >trade.json || [ $? -eq 2 ]
scrip sync -C south north >/dev/null
scrip seal -C south --heartbeat >/dev/null
scrip seal -C north --heartbeat >/dev/null
scrip sync -C north south >/dev/null
scrip sync -C south north >/dev/null
# Somebody has put the proof there that it has lied.
forge evidence vote honest-verdict other-verdict south/public/evidence >/dev/null

peer() {
    chmod -R u+rwX peer 2>/dev/null || true
    rm -rf peer
    cp -R south/public peer
    chmod -R u+w peer
}
try() {
    rm -rf trial
    clone blank trial
    status=0
    timeout 60 scrip sync -C trial peer >out 2>err || status=$?
    case $status in
    0 | 1) ;;
    *) fail "exit status $status with $1: $(cat err)" ;;
    esac
}
# What lies in the trial's public folder is what lies in south's, or not there. Own votes, certificates, heads and outbox
# are the trial's own.
nothing_else() {
    (cd trial/public && find segments votes/north votes/south settlements evidence -type f 2>/dev/null) | sort >held
    while read -r item; do
        [ -f "south/public/$item" ] || fail "$item came from nowhere with $1"
        cmp -s "trial/public/$item" "south/public/$item" && continue
        case $item in
        *.gz)
            zcat "trial/public/$item" >got
            zcat "south/public/$item" >wanted
            cmp -s got wanted || fail "another content of $item was taken over with $1"
            ;;
        *) fail "another content of $item was taken over with $1" ;;
        esac
    done <held
}
# The heights of north and south in the trial.
heights() {
    { scrip status -C trial || [ $? -eq 1 ]; } | jq -r 'select(.type == "chain" and (.chain == "north" or .chain == "south")) | .height' | paste -sd' '
}
told() {
    [ ! -s err ] || fail "standard error with $1: $(cat err)"
    jq -se --arg file "$2" 'any(.[]; .file == $file and
        (.event | IN("pending", "ignored", "quarantined", "fork")))' out >/dev/null || fail "nothing is said of $2 with $1: $(cat out)"
}

charter=charter/1.note
segment=segments/north/0000000/0000000001.seg.gz
vote=votes/south/north/0000000/0000000001-0000000001.jsonl
certificate=certificates/north/0000000/0000000001-1.json
outbox=$(cd south/public && find outbox -type f | sort | head -n 1)
evidence=$(cd south/public && find evidence -type f)
settlement=$(cd south/public && find settlements -type f | sort | head -n 1)
heads=heads.note
for file in $charter $segment $vote $certificate "$outbox" "$settlement" "$evidence" $heads; do
    [ -f "south/public/$file" ] || fail "there is no $file at south: $(cd south/public && find . -type f)"
done
peer
try nothing
whole=$(heights)
is '2 2' "$whole" 'the heights from a good peer'
[ -f "trial/public/$evidence" ] || fail 'evidence is not taken over from a good peer'

# spoilt FILE WAY: what must hold, however the file was spoilt.
spoilt() {
    try "$1 $2"
    nothing_else "$1 $2"
    case $1 in
    # All that is checked is checked without it, and south's chain does not build on north's second block.
    "$segment") is 0 "$(heights | cut -d' ' -f1)" "the height of north with $1 $2" ;;
    *) is "$whole" "$(heights)" "the heights with $1 $2" ;;
    esac
    # A hint that is not good is bypassed; nothing else goes unnoticed.
    [ "$1" = $heads ] || told "$1 $2" "$1"
}

for file in $charter $segment $vote $certificate "$outbox" "$settlement" "$evidence" $heads; do
    for way in passwd itself dangling directory pipe device sparse empty; do
        peer
        rm "peer/$file"
        case $way in
        passwd) ln -s /etc/passwd "peer/$file" ;;
        itself) ln -s "${file##*/}" "peer/$file" ;;
        dangling) ln -s /nowhere "peer/$file" ;;
        directory) mkdir "peer/$file" ;;
        pipe) mkfifo "peer/$file" ;;
        device) mknod "peer/$file" c 1 5 2>/dev/null || {
            echo "SKIP bad-files: no device can be made here"
            continue
        } ;;
        sparse) truncate -s 20G "peer/$file" ;;
        empty) : >"peer/$file" ;;
        esac
        spoilt "$file" "as $way"
    done
done
# A folder that is a link, a pipe, a file.
for folder in charter segments segments/north votes votes/south certificates certificates/north/0000000 outbox settlements evidence; do
    for way in link pipe file; do
        peer
        rm -rf held-folder
        mv "peer/$folder" held-folder
        case $way in
        link) ln -s "$PWD/held-folder" "peer/$folder" ;;
        pipe) mkfifo "peer/$folder" ;;
        file) echo junk >"peer/$folder" ;;
        esac
        try "the folder $folder as $way"
        nothing_else "the folder $folder as $way"
        case $folder in
        segments*) ;;
        *) is "$whole" "$(heights)" "the heights with the folder $folder as $way" ;;
        esac
    done
done

# Bombs: what a member inflates to is bounded; so is a line.
peer
head -c 300000000 /dev/zero | tr '\0' ' ' | gzip -9n >bomb
{
    printf '\037\213\010\000\000\000\000\000\000\377'
    tail -c +11 bomb
} >peer/$segment
rm -rf trial
clone blank trial
prlimit --as=2000000000 scrip sync -C trial peer >out 2>err || [ $? -eq 1 ] || fail "a bomb: $(cat err)"
nothing_else 'a bomb'
told 'a bomb' $segment
for file in $vote $certificate "$outbox" "$settlement" "$evidence" $charter; do
    peer
    { cat "south/public/$file"; head -c 50000000 /dev/zero | tr '\0' 'x'; } >"peer/$file"
    try "$file with 50 MB more"
    nothing_else "$file with 50 MB more"
done

# Cut at some bytes, and bits turned over.
cat >spoil.py <<'EOT'
import random, sys
path, way, seed = sys.argv[1], sys.argv[2], sys.argv[3]
random.seed(seed)
data = bytearray(open(path, 'rb').read())
if way == 'cut':
    data = data[:random.randrange(1, len(data))]
    print('cut to', len(data))
else:
    place = random.randrange(len(data) * 8)
    data[place // 8] ^= 1 << place % 8
    print('with bit', place, 'turned over')
open(path, 'wb').write(data)
EOT
for file in $charter $segment $vote $certificate "$outbox" "$settlement" "$evidence" $heads; do
    for number in 1 2 3; do
        for way in cut flip; do
            peer
            how=$(python3 spoil.py "peer/$file" $way "$seed $number $file")
            try "$file $how"
            nothing_else "$file $how"
            case $file in
            "$segment") ;;
            *) is "$whole" "$(heights)" "the heights with $file $how" ;;
            esac
            # What the good file brings afterwards is what it always brings.
            cp south/public/"$file" peer/"$file"
            # That south has lied is a fault whenever it is heard of.
            scrip sync -C trial peer >out 2>err || [ $? -eq 1 ] || fail "a sync with good files: $(cat err)"
            is "$whole" "$(heights)" "the heights once $file is good again, after it was $how"
        done
    done
done
