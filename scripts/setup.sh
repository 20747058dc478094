# shellcheck shell=sh
# What the other scripts need from the machine. Sourced, not run; says what it does on standard error.

say() { printf '%s\n' "$*" >&2; }

# need_packages PACKAGE... : installs the Debian packages among them that are missing.
need_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null 2>&1 || {
        say "these packages are missing and there is no apt-get to install them:$missing"
        exit 1
    }
    root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null 2>&1 || {
            say "these packages are missing; run as root: apt-get install$missing"
            exit 1
        }
        root=sudo
    fi
    say "installing the packages that are missing:$missing"
    # shellcheck disable=SC2086  # the list is made of words
    {
        $root apt-get update -qq >&2 &&
            $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
    } || {
        say "apt-get could not install them"
        exit 1
    }
}

# need_swift : stops with a clear word where there is no Swift.
need_swift() {
    command -v swift >/dev/null 2>&1 || {
        say "Swift is missing: install Swift 6.3 or later from https://www.swift.org/install/linux/ and put it in PATH"
        exit 1
    }
}

# build_product NAME : builds a released program and sets `scrip_directory` to where it is.
build_product() {
    need_swift
    need_packages libssl-dev zlib1g-dev libsqlite3-dev
    say "building the release binary of $1 (some minutes the first time)"
    log=$(mktemp)
    # All of it static: half of what a short command takes would be the dynamic linker's.
    set -- -c release --product "$1" -Xswiftc -static-executable -Xlinker -s
    swift build "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        rm -f "$log"
        exit 1
    }
    rm -f "$log"
    # shellcheck disable=SC2034  # for those who source this
    scrip_directory=$(swift build "$@" --show-bin-path)
}

# build_release : builds the program and sets `scrip_directory` to where it is. SCRIP_BIN=DIR names a directory with a
# scrip that is to be used instead.
build_release() {
    if [ -n "${SCRIP_BIN:-}" ]; then
        # shellcheck disable=SC2034  # as above
        scrip_directory=$SCRIP_BIN
        return
    fi
    build_product scrip
}
