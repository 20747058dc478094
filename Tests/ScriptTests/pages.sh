#!/bin/sh
# Every example in the manual pages and the README runs as it stands, in order, in an empty directory.
set -eu
failed=0

# page_examples PAGE : its runnable shell, every display .Bd -literal; layouts and sample output are .Bd -unfilled.
page_examples() {
    sed -n '/^\.Bd -literal/,/^\.Ed/ { /^\.Bd/d; /^\.Ed/d; s/^\\&//; s/\\e/\\/g; p; }' "$1"
}
# readme_examples FILE : the blocks marked sh; those marked text are not for running.
readme_examples() {
    # shellcheck disable=SC2016  # the backquotes are Markdown
    sed -n '/^```sh$/,/^```$/ { /^```/d; p; }' "$1"
}

# check NAME : runs the script on standard input.
check() {
    place=$(mktemp -d)
    cat >"$place.sh"
    if ! (cd "$place" && sh -eu "$place.sh") >"$place.log" 2>&1; then
        failed=1
        echo "the examples of $1 fail:"
        tail -n 20 "$place.log"
    fi
    rm -rf "$place" "$place.sh" "$place.log"
}

count=0
for page in "$SCRIP_ROOT"/man/*.[157]; do
    page_examples "$page" >examples
    [ -s examples ] || continue
    count=$((count + 1))
    check "${page##*/}" <examples
done
[ "$count" -ge 20 ] || { echo "only $count pages have examples"; exit 1; }
readme_examples "$SCRIP_ROOT/README.md" >examples
[ -s examples ] || { echo "the README has no examples"; exit 1; }
check README.md <examples
exit "$failed"
