#!/bin/sh
# The restored region of the fixtures refuses and is repaired as stands beside it.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
fixtures=$(cd "$(dirname "$0")/../../fixtures" && pwd)

SCRIP_NOW=2026-11-20T11:00:00Z
export SCRIP_NOW
peer=$fixtures/honest/public
mkdir south
(cd south && sh "$fixtures/restored/apply.sh")
try() { # WORDS COMMAND...: notes the exit status
    words=$1
    shift
    status=0
    scrip "$@" >out 2>err || status=$?
    echo "$words: $status" >>found
}
try 'seal --heartbeat' seal -C south --heartbeat
grep -q 'is a copy' err || fail "it says $(cat err)"
try 'sync PEER' sync -C south "$peer"
try 'repair --from PEER' repair -C south --from "$peer"
grep -q 'nothing was heard of east' err || fail "it says $(cat err)"
try 'seal --heartbeat' seal -C south --heartbeat
try 'repair --from PEER --moved' repair -C south --from "$peer" --moved
value 'select(.event == "marked") | "marked: \(.chain) \(.height)"' >>found
try 'seal --heartbeat' seal -C south --heartbeat
value '"sealed: \(.chain) \(.height)"' >>found
same "$fixtures/restored/expected" found
expect 0 scrip verify -C south --full
