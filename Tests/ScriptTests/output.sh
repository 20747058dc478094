#!/bin/sh
# Standard output that is full, closed or not read: never 0 for lost output.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

scrip init --quiet north south >out
for command in 'charter show -C north' 'charter policy -C north' '--help' '--version' 'issue --help'; do
    status=0
    # shellcheck disable=SC2086  # the command is made of words
    scrip --quiet $command >/dev/full 2>err || status=$?
    is 74 "$status" "the exit status of '$command' with a full standard output"
    complained 'standard output: write: No space left on device'
    status=0
    # shellcheck disable=SC2086
    scrip --quiet $command >&- 2>err || status=$?
    is 74 "$status" "the exit status of '$command' with a closed standard output"
    complained 'standard output'
done

# Nobody reads: the signal ends the program without a word, and where it is ignored, so does the program.
{
    sleep 1
    status=0
    scrip --help 2>err || status=$?
    echo "$status" >status
} | true
is 141 "$(cat status)" 'the exit status when nobody reads'
quiet
(
    trap '' PIPE
    {
        sleep 1
        status=0
        scrip --help 2>err || status=$?
        echo "$status" >status
    } | true
)
is 74 "$(cat status)" 'the exit status when nobody reads and SIGPIPE is ignored'
quiet

# What was done before the output failed stays done.
status=0
scrip keygen --region north --out alice.pem >/dev/full 2>err || status=$?
is 74 "$status" 'the exit status of keygen'
expect 0 scrip address --region north alice.pem

# Standard error and standard input closed.
expect 0 sh -c 'exec 2>&-; scrip charter show -C north'
expect 0 sh -c 'exec 0<&-; scrip charter show -C north'
expect 74 sh -c 'exec 0<&-; scrip charter show -'
complained 'read'
expect 64 sh -c 'exec 0<&- 1>&- 2>&-; scrip charter show'

# Every line as soon as it is known, to a reader that waits for it.
shop=$(account north shop)
mkfifo requests records
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY - <requests >records &
exec 3>requests 4<records
echo '{"ref":"one"}' >&3
read -r line <&4
is one "$(printf '%s' "$line" | jq -r .ref)" 'the first answer'
echo '{"ref":"two"}' >&3
read -r line <&4
is two "$(printf '%s' "$line" | jq -r .ref)" 'the second answer'
exec 3>&-
wait $! || fail 'the command failed'
