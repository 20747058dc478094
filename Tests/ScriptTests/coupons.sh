#!/bin/sh
# A year of real coupon campaigns through three regions ties out with its data in every region.
set -eu
"$SCRIP_ROOT/scripts/coupons"
