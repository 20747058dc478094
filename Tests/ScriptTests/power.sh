#!/bin/sh
# Some power cuts of scripts/power, and that it finds an fsync that does nothing.
set -eu
SCRIP_BIN=$(dirname "$(command -v scrip)")
TMPDIR=$PWD
POWER_SEED=$(date +%s)
export SCRIP_BIN TMPDIR POWER_SEED
status=0
POWER_ROUNDS=6 "$SCRIP_ROOT/scripts/power" || status=$?
if [ "$status" = 2 ]; then
    echo "SKIP power: no permission to mount images"
    exit 0
fi
[ "$status" = 0 ]
if POWER_LIE=1 POWER_ROUNDS=6 "$SCRIP_ROOT/scripts/power" >lie 2>&1; then
    echo "a disk that lies was not found out"
    exit 1
fi
grep -q 'that were told are lost' lie || { cat lie; exit 1; }
