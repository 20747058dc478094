#!/bin/sh
# scrip verify: every fixture has the outcome that stands beside it, with and without --full.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
fixtures=$(cd "$(dirname "$0")/../../fixtures" && pwd)

# verdict DIRECTORY OPTION...: what verify says, as the files 'expected' have it.
verdict() {
    directory=$1
    shift
    status=0
    scrip verify -C "$directory" "$@" >out 2>err || status=$?
    quiet
    echo "exit $status"
    jq -r 'select(.type == "summary") | "pending \(.pending)"' out
    jq -r 'if .type == "problem" then "problem \(.code) \(.file // "-")"
        elif .type == "invalid" then "invalid \(.code) \(.chain) \(.index)" else empty end' out | sort
    # The summary is the last line, and the sum of the others.
    is true "$(tail -n 1 out | jq '.type == "summary" and .ok == (.problems == 0)')" 'the summary'
    is "$(jq -s 'map(select(.type == "problem")) | length' out)" "$(tail -n 1 out | jq .problems)" 'the problems'
    is "$(jq -s 'map(select(.type == "invalid")) | length' out)" "$(tail -n 1 out | jq .invalid)" 'the invalid'
}

# check EXPECTED DIRECTORY
check() {
    verdict "$2" >found
    same "$1" found
    verdict "$2" --full >found
    same "$1" found
}

cp -R "$fixtures/honest/public" honest
check "$fixtures/honest/expected" honest
is '3 12 24' "$(tail -n 1 out | jq -r '"\(.chains) \(.blocks) \(.records)"')" 'the honest one'
is 3 "$(jq -s 'map(select(.type == "chain" and .confirmed == .size)) | length' out)" 'the confirmed chains'

count=0
for broken in "$fixtures"/broken/*/; do
    mkdir work
    cp -R honest work/public
    (cd work/public && sh "$broken/apply.sh")
    if [ -d work/region ]; then place=work/region; else place=work/public; fi
    check "$broken/expected" "$place" || fail "$broken"
    chmod -R u+rwX work
    rm -rf work
    count=$((count + 1))
done
[ "$count" -ge 80 ] || fail "only $count fixtures"
