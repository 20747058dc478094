#!/bin/sh
# A policy hook that is no good in whatever way: every record is 'not now' with one clear line, none gets a wrong answer,
# and nothing hangs.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

SCRIP_NOW=2026-11-20T10:00:00Z
export SCRIP_NOW
scrip init --quiet north south >/dev/null
shop=$(account north shop)
alice=$(account north alice)
scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 3 --submit >/dev/null
scrip seal -C north >/dev/null
for voucher in $(scrip list -C north --owner "$alice" | jq -r .voucher); do
    scrip redeem -C north --key alice.pem --merchant "$shop" "$voucher"
done >three
head -n 1 three >one
mkdir north/private/hooks
validate=north/private/hooks/validate

# hook TEXT: a shell script that does so.
hook() {
    rm -rf $validate
    printf '#!/bin/sh\n%s\n' "$1" >$validate
    chmod 755 $validate
}
# waits FILE TEXT: all records of the file wait, with one line that says so; afterwards nothing of them is left.
waits() {
    before=$(date +%s)
    expect 2 scrip validate -C north <"$1"
    [ $(($(date +%s) - before)) -lt 20 ] || fail "it took $(($(date +%s) - before)) s: $2"
    is "$(wc -l <"$1")" "$(value 'select(.status == "awaiting" and .waiting_for == ["north"]) | .id' | wc -l)" "the records that wait: $2"
    complained "$2"
    grep -q "^scrip: north/private/hooks/validate: " err || fail "the line does not name the hook: $(cat err)"
    grep -q "$(wc -l <"$1") records* waits* for its answer" err || fail "the line does not count: $(cat err)"
    [ -z "$(scrip list -C north --status reserved)" ] || fail "something is reserved: $2"
    rm -rf north/private/deferred north/private/index.sqlite*
}

# What cannot be run.
hook ''
chmod 644 $validate
waits one 'not executable; run chmod'
expect 1 scrip status -C north
is 'policy private/hooks/validate: it is not executable; run chmod u+x on it' \
    "$(value 'select(.type == "alarm") | [.code, .reason] | join(" ")')" 'the alarm'
hook ''
chmod 777 $validate
waits three 'others can write to it; run chmod go-w'
hook ''
chmod 775 $validate
waits one 'others can write to it'
hook ''
mv $validate elsewhere
ln -s "$PWD/elsewhere" $validate
waits one 'symbolic link'
rm $validate
ln -s nowhere $validate
waits one 'symbolic link'
rm $validate
mkdir $validate
waits one 'it is a directory, not a program'
rmdir $validate
mkfifo -m 700 $validate
waits one 'it is a pipe, not a program'
rm $validate
mv north/private/hooks hooks
ln -s "$PWD/hooks" north/private/hooks
expect 2 scrip validate -C north <one
complained 'private/hooks'
rm -rf north/private/hooks north/private/deferred north/private/index.sqlite*
mv hooks north/private/hooks
rm -rf $validate
printf '#!/nowhere/sh\n' >$validate
chmod 755 $validate
waits three 'No such file or directory'
rm $validate
echo true >$validate
chmod 755 $validate
waits one 'Exec format error'

# One record.
hook 'exit 2'
waits one 'exit status 2'
hook 'exit 64'
waits one 'exit status 64'
hook 'kill -9 $$'
waits one 'signal 9'
hook 'yes'
waits one 'printed more than 65536 bytes'
hook 'exec sleep 100'
waits one 'killed after 5 s'

# Many records.
# shellcheck disable=SC2016  # for the hook
{
    hook 'cat >/dev/null; exit 0'
    waits three 'answered none of 3 records; a hook that does not know --lines exits 64'
    hook 'cat >/dev/null; echo accept; echo accept'
    waits three 'answered 2 of 3 records'
    hook 'cat >/dev/null; for i in 1 2 3 4; do echo accept; done'
    waits three 'more answers than the 3 asked for'
    hook 'cat >/dev/null; for i in 1 2 3; do echo accept; done; printf accept'
    waits three 'more answers than the 3 asked for'
    hook 'cat >/dev/null; echo accept; echo accept; printf accept'
    waits three 'its answer 3 has no newline'
    hook 'cat >/dev/null; echo accept; echo yes; echo accept'
    waits three "its answer 2 is neither 'accept', 'refuse REASON' nor 'later'"
    hook 'cat >/dev/null; echo accept; echo "accept "; echo accept'
    waits three 'its answer 2 is neither'
    hook 'cat >/dev/null; echo; echo accept; echo accept'
    waits three 'its answer 1 is neither'
    hook 'cat >/dev/null; head -c 100000 /dev/zero; echo'
    waits three 'its answer 1 is longer than 4096 bytes'
    hook 'yes accept'
    waits three 'more answers than the 3 asked for'
    hook 'head -n 1 >/dev/null; echo accept; kill -11 $$'
    waits three 'signal 11 after 1 of 3 answers'
    hook 'cat >/dev/null; for i in 1 2 3; do echo accept; done; exit 1'
    waits three 'exit status 1 after 3 of 3 answers'
    hook 'exec <&-; echo accept; exit 0'
    waits three 'answered 1 of 3 records'
    # It hangs in the middle, with a child that would outlive it and holds its output open.
    hook 'read -r record; echo accept; sleep 4321 & echo $! >child; wait'
    waits three 'killed after 5 s without an answer'
    ! kill -0 "$(cat north/child)" 2>/dev/null || [ "$(ps -o stat= -p "$(cat north/child)" | cut -c 1)" = Z ] || fail 'its child lives on'
    # 64 for a single record is no answer either.
    hook 'exit 64'
    waits three 'exit status 64'
}

# Slow is not stuck: ten seconds for three records, with progress.
hook 'while read -r record; do sleep 3; echo accept; done'
expect 0 scrip validate -C north <three
is 3 "$(value 'select(.status == "admitted") | .id' | wc -l)" 'the records admitted by a slow hook'
expect 0 scrip seal -C north
is 3 "$(value .count)" 'the records of the block'

# More than the pipes hold, to a hook that reads nothing, and to one that writes before it reads.
scrip issue -C north --key shop.pem --to "$alice" --value 10.00CNY --count 400 --submit >issued || [ $? -eq 2 ]
rm -f $validate
scrip validate -C north <issued >/dev/null
scrip seal -C north >/dev/null
scrip list -C north --owner "$alice" --status held | jq -c --arg to "$shop" '{voucher, head, owner, to: $to}' |
    scrip trade -C north --key alice.pem - >many
is 400 "$(wc -l <many)" 'the trades'
hook 'exec <&-; exit 0'
waits many 'answered none of 400 records'
hook 'yes accept | head -n 400; cat >/dev/null'
expect 0 scrip validate -C north <many
is 400 "$(value 'select(.status == "admitted") | .id' | wc -l)" 'the records admitted'
expect 0 scrip seal -C north
expect 0 scrip verify -C north --full
