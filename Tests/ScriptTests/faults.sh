#!/bin/sh
# A share of the faults of scripts/faults: calls that change files fail, lie, or are the last ones before a kill.
set -eu
if ! strace -o /dev/null true 2>/dev/null; then
    echo "strace does not work here (no permission to trace?); this test needs it"
    exit 1
fi
FAULT_SHARE=40 FAULT_SEED=$(($(date +%s) % 40)) SCRIP_BIN=$(dirname "$(command -v scrip)") "$SCRIP_ROOT/scripts/faults"
