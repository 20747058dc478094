#!/bin/sh
# A disk that is full, or a file size limit, is exit status 74, one line on standard error, and nothing is lost.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
scrip init north south east >/dev/null 2>&1
shop=$(scrip keygen --region north --out shop.pem | jq -r .address)
scrip accredit -C north --issuer "$shop" --name Shop >accreditation
scrip issue -C north --key shop.pem --to "$shop" --value 1.00CNY --count 4000 >vouchers
scrip validate -C north <accreditation >/dev/null
scrip validate -C north <vouchers >/dev/null

expect74() { # WHAT STATUS
    [ "$2" = 74 ] || { echo "$1: exit status $2, not 74"; cat err; exit 1; }
    [ "$(wc -l <err)" = 1 ] || { echo "$1: not one line on standard error:"; cat err; exit 1; }
    grep -q '^scrip: ' err || { echo "$1: $(cat err)"; exit 1; }
}

# A limit on the size of files stands in for a full disk for everybody.
status=0
(ulimit -f 1; exec scrip seal -C north) >out 2>err || status=$?
expect74 'file size limit' "$status"
[ ! -s out ] || { echo "something was acknowledged"; exit 1; }

# A file system that is really full, where this user may mount one.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=2m none small 2>/dev/null; then
    trap 'umount small' EXIT
    clone north small/north
    cat /dev/zero >small/fill 2>/dev/null || true
    status=0
    scrip seal -C small/north >out 2>err || status=$?
    expect74 'full disk' "$status"
    [ ! -s out ] || { echo "something was acknowledged on a full disk"; exit 1; }
    rm small/fill
    scrip seal -C small/north | jq -e '.count == 2' >/dev/null
    scrip verify -C small/north --full >/dev/null
else
    echo "no full file system: this user cannot mount one"
fi

# With room again everything is there.
scrip seal -C north | jq -e '.count == 2' >/dev/null
scrip verify -C north --full >/dev/null
