#!/bin/sh
# The examples of scrip-transports(7): the units are good for systemd, the page shows them as they are, the mirror works.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"

examples=$SCRIP_ROOT/docs/examples
page=$SCRIP_ROOT/man/scrip-transports.7

# What the page shows of a file is in the file, line by line.
shown() {
    sed -n "/^# .*$1\$/,/^\.Ed/ { /^# /d; /^\.Ed/d; /^\$/d; p; }" "$page" >lines
    [ -s lines ] || fail "the page does not show $1"
    while read -r line; do
        grep -qxF -- "$line" "$examples/$1" || fail "$1 has no line '$line', which the page shows"
    done <lines
}
shown scrip-sync@.service
shown scrip-sync@.timer
sed -n '/^SCRIP_REGION=/,/^\.Ed/ { /^\.Ed/d; p; }' "$page" >table
same "$examples/crontab" table

# systemd reads all of them. The programs are where they would be installed, so they are put in its way.
if command -v systemd-analyze >/dev/null; then
    mkdir units
    for unit in "$examples"/*.service "$examples"/*.timer; do
        name=$(basename "$unit" | sed 's/@/@north/')
        sed -e "s|/usr/local/bin/scrip|$(command -v scrip)|; s|/etc/scrip/mirror|$examples/mirror|" "$unit" >"units/$name"
    done
    expect 0 systemd-analyze verify --man=no units/*.service units/*.timer
    grep -v 'Cannot set file attribute\|SO_PASSCRED\|SELinux' err >complaints || true
    [ ! -s complaints ] || fail "systemd complains: $(cat complaints)"
    # It does see what is wrong.
    sed 's/^OnCalendar=.*/OnCalendar=sometimes/' "units/scrip-sync@north.timer" >units/wrong.timer
    ! systemd-analyze verify --man=no units/wrong.timer >out 2>&1 || grep -q sometimes out || fail 'a wrong timer is no fault for it'
else
    echo 'SKIP units: there is no systemd-analyze here'
fi

# The mirror: files first, heads last, junk of writing aside; a peer that is away leaves the others.
scrip init --quiet north south east >/dev/null
scrip seal -C north --heartbeat >/dev/null
touch north/public/segments/.tmp-0123456789abcdef0123456789abcdef
mkdir mirrors
sed "s|/etc/scrip/|$PWD/|" "$examples/mirror" >mirror
cat >south.mirrors <<EOT
# what south mirrors
$PWD/nowhere/ $PWD/mirrors/east/
$PWD/north/public/ $PWD/mirrors/north/
EOT
expect 1 sh ./mirror south
same north/public/heads.note mirrors/north/heads.note
[ ! -e mirrors/north/segments/.tmp-0123456789abcdef0123456789abcdef ] || fail 'it mirrors what is being written'
expect 0 scrip sync -C south mirrors/north
is 1 "$(value 'select(.kind == "segment") | .to')" 'the block from the mirror'
