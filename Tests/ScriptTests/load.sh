#!/bin/sh
# Half a minute of scripts/load: twenty processes in each of three regions at once, some of which are killed.
set -eu
# What a failure leaves is for who looks at it here and now.
TMPDIR=$PWD LOAD_SECONDS=30 LOAD_SEED=$(date +%s) SCRIP_BIN=$(dirname "$(command -v scrip)") "$SCRIP_ROOT/scripts/load"
