#!/bin/sh
# The models of the protocol hold in every state, and each naive variant of a rule fails.
set -eu
"$SCRIP_ROOT/scripts/models"
