#!/bin/sh
# What holds for every command: help, usage, the region, the clock.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 scrip --version
quiet
grep -qx 'scrip [0-9]*\.[0-9]*\.[0-9]*' out || fail "the version is $(cat out)"
expect 0 scrip --help
quiet
grep -q 'USAGE: scrip' out || fail 'there is no usage in the help'
commands=$(sed -n 's/^  \([a-z]*\)  .*/\1/p' out)
for command in init keygen address charter accredit issue trade accept redeem; do
    case " $(echo "$commands" | tr '\n' ' ') " in *" $command "*) ;; *) fail "the help does not name $command" ;; esac
done
for command in $commands; do
    expect 0 scrip "$command" --help
    quiet
    grep -q "USAGE: scrip $command" out || fail "the help of $command has no usage"
    expect 0 scrip help "$command"
    expect 0 scrip "$command" --version
    refuse 64 "scrip $command --help" scrip "$command" --no-such-option
done

refuse 64 'scrip --help' scrip
refuse 64 'nonsense' scrip nonsense
refuse 64 'scrip keygen --help' scrip keygen --region
refuse 64 "'x'" scrip keygen --region north x
refuse 64 'exclude each other' scrip keygen --quiet --verbose --region north
refuse 64 'color' scrip keygen --color blue --region north
refuse 64 'lock-timeout' scrip keygen --lock-timeout soon --region north
refuse 64 'lock-timeout' scrip keygen --lock-timeout=-1 --region north

# The region: -C before or after the command, else SCRIP_REGION.
scrip init --quiet north south >out
north=$(scrip charter show --quiet -C north)
is "$north" "$(scrip -C north --quiet charter show)" 'the charter'
is "$north" "$(scrip charter -C north show -q --json)" 'the charter'
is "$north" "$(SCRIP_REGION=north scrip charter show --quiet)" 'the charter'
is "$north" "$(SCRIP_REGION=nowhere scrip charter show --quiet -C north)" 'the charter'
refuse 64 'no region is named' scrip charter show
refuse 64 'no region is named' env SCRIP_REGION='' scrip charter show
refuse 66 'no such region' scrip charter show -C nowhere
mkdir empty
refuse 66 'no region directory' scrip charter show -C empty
refuse 66 'no such region' scrip charter show -C north/scrip.json

# The clock.
refuse 64 'SCRIP_NOW' env SCRIP_NOW=tomorrow scrip charter show -C north
refuse 64 'SCRIP_NOW' env SCRIP_NOW=2026-02-30T10:00:00Z scrip charter show -C north
expect 0 env SCRIP_NOW=2026-11-20T10:00:00Z scrip charter show -C north

# What is no UTF-8 is refused before it is looked up, or signed as something else.
latin=$(printf 'caf\351')
refuse 64 'argument 3: it is not UTF-8' scrip charter show "$latin"
refuse 64 'argument 1: it is not UTF-8' scrip "$latin"
refuse 64 'argument 2: it is not UTF-8' scrip status "-C$latin"
refuse 64 'SCRIP_REGION: its value is not UTF-8' env SCRIP_REGION="$latin" scrip status
refuse 64 'SCRIP_NOW: its value is not UTF-8' env SCRIP_NOW="$latin" scrip status -C north
refuse 66 "$(printf 'caf\303\251')" scrip charter show "$(printf 'caf\303\251')"

# Foreign texts do not reach the terminal as they are.
bad=$(printf 'a\033[31mb\342\200\256c')
expect 66 scrip charter show "$bad"
grep -q "a?\[31mb?c" err || fail "standard error is $(od -c err)"
