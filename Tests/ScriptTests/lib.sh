# shellcheck shell=sh
# What the script tests share. Sourced with the built program in PATH, in an empty directory.

LC_ALL=C
export LC_ALL
unset SCRIP_REGION SCRIP_NOW

fail() {
    printf 'failed: %s\n' "$*" >&2
    exit 1
}

# expect STATUS COMMAND...: runs the command; what it printed is in the files out and err.
expect() {
    wanted=$1
    shift
    status=0
    "$@" >out 2>err || status=$?
    if [ "$status" -ne "$wanted" ]; then
        printf 'failed: exit status %s, not %s: %s\n' "$status" "$wanted" "$*" >&2
        sed 's/^/  out: /' out >&2
        sed 's/^/  err: /' err >&2
        exit 1
    fi
}

# refuse STATUS TEXT COMMAND...: the command prints nothing but one line on standard error, which holds the text.
refuse() {
    wanted=$1
    text=$2
    shift 2
    expect "$wanted" "$@"
    [ ! -s out ] || fail "it printed to standard output: $* : $(cat out)"
    complained "$text"
}

# complained TEXT: the last command wrote one line to standard error, `scrip: where: what`, with the text in it.
complained() {
    [ "$(wc -l <err)" -eq 1 ] || fail "standard error is not one line: $(cat err)"
    grep -q '^scrip: ..*: ..*' err || fail "standard error is not 'scrip: where: what': $(cat err)"
    grep -qF -- "$1" err || fail "standard error does not say '$1': $(cat err)"
}

# quiet: the last command wrote nothing to standard error.
quiet() {
    [ ! -s err ] || fail "standard error is not empty: $(cat err)"
}

# is EXPECTED ACTUAL WHAT
is() {
    [ "$1" = "$2" ] || fail "$3 is '$2', not '$1'"
}

# value FILTER: what jq makes of the output of the last command.
value() {
    jq -r "$1" out
}

# same FILE FILE
same() {
    cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" || true)"
}

# account REGION NAME: makes NAME.pem and prints its address.
account() {
    scrip keygen --region "$1" --out "$2.pem" | jq -r .address
}

# mode FILE: its permissions, in octal.
mode() {
    stat -c %a "$1"
}

# own_inode PATH: its inode number and its time of birth, as the names of marks have them.
own_inode() {
    own_born=$(stat -c %w "$1")
    if [ "$own_born" = - ]; then own_born=0; else own_born=$(date -d "$own_born" +%s%N); fi
    printf '%s-%s' "$(stat -c %i "$1")" "$own_born"
}

# own DIRECTORY...: makes copies of region directories pass for what they are copies of, so that they may sign: names
# the marks in private/high-water after the files that they are now. For tests alone; 'scrip repair' is for people.
own() {
    for own_directory in "$@"; do
        [ -e "$own_directory/private/high-water" ] || continue
        own_folder=$(own_inode "$own_directory/private/high-water")
        for own_mark in "$own_directory"/private/high-water/*; do
            [ -e "$own_mark" ] || continue
            own_name=${own_mark##*/}
            own_stem=${own_name%%.*}
            # KIND-MACHINE-INODE-BORN-INODE-BORN: the file's and the folder's.
            own_rest=${own_stem#*-}
            own_stem=${own_stem%%-*}-${own_rest%%-*}-$(own_inode "$own_mark")-$own_folder
            [ "$own_name" = "$own_stem.${own_name#*.}" ] || mv "$own_mark" "${own_mark%/*}/$own_stem.${own_name#*.}"
        done
    done
}

# clone FROM TO: copies a region directory to TO, as one that may sign.
clone() {
    cp -R "$1" "$2"
    if [ -d "$2/${1##*/}" ]; then own "$2/${1##*/}"; else own "$2"; fi
}

# forge COMMAND...: makes what a lying region signs, with the regions' own keys (forge.py says how).
forge() {
    python3 "$(dirname "$0")/forge.py" "$@"
}

# liar_clone REGION COPY: a copy of a region directory that goes on signing on its own, as a liar would have it.
liar_clone() {
    clone "$1" "$2"
    rm -rf "$2"/private/index.sqlite*
    # It does not ask those who know better.
    jq -c '.peers = []' "$1/scrip.json" >"$2/scrip.json"
}

# need_strace: fails where nothing can be traced; such a test must not pass for want of it.
need_strace() {
    strace -o /dev/null true 2>/dev/null || fail 'strace does not work here (no permission to trace?); this test needs it'
}

# The calls by which files change, for strace.
# shellcheck disable=SC2034  # scripts use it
writing_calls=openat,write,pwrite64,fsync,fdatasync,linkat,unlinkat,renameat2,renameat,mkdirat,ftruncate

# kill_at TRACE NUMBER: what has strace kill a command at a line of a trace of it (strace -f). strace counts each kind of
# call of each thread by itself.
kill_at() {
    kill_line=$(sed -n "$2p" "$1")
    kill_call=${kill_line#* }
    while [ "$kill_call" != "${kill_call# }" ]; do kill_call=${kill_call# }; done
    kill_call=${kill_call%%(*}
    case $kill_call in
    # The second half of a call that another thread interrupted: it was killed at the first.
    *[!a-z0-9_]* | '') printf 'inject=fsync:signal=KILL:when=65535' ;;
    *)
        kill_count=$(head -n "$2" "$1" | grep -c "^${kill_line%% *} *$kill_call(")
        printf 'inject=%s:signal=KILL:when=%s' "$kill_call" "$kill_count"
        ;;
    esac
}

# exchange REGION...: every region syncs with every other, twice; what they tell is added to the file events.
exchange() {
    for _ in 1 2; do
        for exchange_region in "$@"; do
            exchange_others=$(for exchange_other in "$@"; do
                [ "$exchange_other" = "$exchange_region" ] || echo "$exchange_other"
            done)
            # shellcheck disable=SC2086  # names of regions are words
            scrip sync -C "$exchange_region" $exchange_others >>events || fail "sync of $exchange_region"
        done
    done
}

# found_shop: three regions on a fixed day, the shop in north with an accreditation that waits to be sealed, and alice there.
found_shop() {
    SCRIP_NOW=2026-11-20T10:00:00Z
    export SCRIP_NOW
    scrip init --quiet north south east >/dev/null
    shop=$(account north shop)
    # shellcheck disable=SC2034  # for the test
    alice=$(account north alice)
    scrip accredit -C north --issuer "$shop" --name Shop --submit >/dev/null
}
