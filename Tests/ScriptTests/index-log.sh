#!/bin/sh
# The log that SQLite keeps beside the index stays short, however many commands run: whoever opens the index reads it.
set -eu
# shellcheck source=Tests/ScriptTests/lib.sh
. "$(dirname "$0")/lib.sh"
scrip init --quiet north south >/dev/null
count=0
while [ "$count" -lt 60 ]; do
    count=$((count + 1))
    scrip seal -C north --heartbeat >/dev/null
    scrip sync -C south north >/dev/null
    scrip sync -C north south >/dev/null
done
for region in north south; do
    size=$(stat -c %s "$region/private/index.sqlite-wal")
    [ "$size" -le 2097152 ] || fail "the log of $region has $size bytes after $count rounds"
done
expect 0 scrip verify -C south --full
# A reader beside a command does not stop it, and puts the folding off.
python3 - <<'EOT'
import sqlite3, subprocess
reader = sqlite3.connect('north/private/index.sqlite')
reader.execute('BEGIN')
reader.execute('SELECT COUNT(*) FROM block').fetchone()
for _ in range(30):
    subprocess.run(['scrip', 'seal', '-C', 'north', '--heartbeat'], check=True, stdout=subprocess.DEVNULL)
reader.close()
EOT
expect 0 scrip seal -C north --heartbeat
is 91 "$(value .height)" 'the height'
size=$(stat -c %s north/private/index.sqlite-wal)
[ "$size" -le 2097152 ] || fail "the log has $size bytes after the reader went"
