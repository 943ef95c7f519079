#!/usr/bin/env bash
# Makes sure that everything the tests need is on this machine: Go, a C
# compiler (for the race detector), PostgreSQL, Chromium with its driver, Node
# with npm, and the npm packages of scripts/browser in .cache/browser.
#
#   scripts/setup.sh           look, install what is missing, fail with a list if that may not be
#   scripts/setup.sh chromium  print the path of Chromium, or fail
#
# Installing goes through apt-get, as root or by sudo without a password.
# BONDGENOOT_SETUP_INSTALL=no only looks and lists.
set -euo pipefail
cd "$(dirname "$0")/.."

# has looks for programs only: not for functions of this script.
has() { type -P "$1" >/dev/null; }

# browser finds Chromium: the one that was named, or the first that is known.
browser() {
    local name
    for name in ${BONDGENOOT_TEST_CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do
        if has "$name"; then
            type -P "$name"
            return
        fi
    done
    return 1
}

# look fills two lists: what is missing in words, and the Debian packages that bring it.
look() {
    missing=()
    packages=()
    if ! has go; then
        missing+=("Go $(sed -n 's/^go //p' go.mod) or newer: https://go.dev/dl")
    fi
    if ! has "${CC:-cc}" && ! has gcc && ! has clang; then
        missing+=("a C compiler, for the race detector (Debian: gcc libc6-dev)")
        packages+=(gcc libc6-dev)
    fi
    if ! scripts/postgres.sh bindir >/dev/null; then
        missing+=("the PostgreSQL server, 15 or newer (Debian: postgresql; macOS: brew install postgresql@17)")
        packages+=(postgresql)
    fi
    if ! has psql && ! [ -x "$(scripts/postgres.sh bindir)/psql" ]; then
        missing+=("the PostgreSQL client psql (Debian: postgresql-client)")
        packages+=(postgresql-client)
    fi
    if ! browser >/dev/null; then
        missing+=("Chromium (Debian: chromium; elsewhere name one in BONDGENOOT_TEST_CHROMIUM)")
        packages+=(chromium)
    fi
    if ! has chromedriver; then
        missing+=("Chromium's driver chromedriver (Debian: chromium-driver)")
        packages+=(chromium-driver)
    fi
    if ! has node; then
        missing+=("Node 18 or newer (Debian: nodejs)")
        packages+=(nodejs)
    fi
    if ! has npm; then
        missing+=("npm (Debian: npm)")
        packages+=(npm)
    fi
}

# bring installs the missing packages where apt-get is and we may use it.
bring() {
    local as_root=()
    [ "${BONDGENOOT_SETUP_INSTALL:-yes}" != no ] || return 0
    [ ${#packages[@]} -gt 0 ] && has apt-get || return 0
    if [ "$(id -u)" -ne 0 ]; then
        has sudo && sudo -n true 2>/dev/null || return 0
        as_root=(sudo -n)
    fi
    echo "setup: installing ${packages[*]}"
    "${as_root[@]}" apt-get update -qq || echo "setup: apt-get update failed; trying with the lists that are here" >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${packages[@]}" >/dev/null || echo "setup: apt-get install failed" >&2
    hash -r
}

# fetch brings the npm packages of the browser tests, at the versions and
# checksums of the lock file, once for each lock file.
fetch() {
    local to=.cache/browser
    if cmp -s scripts/browser/package-lock.json "$to/fetched"; then return; fi
    echo "setup: fetching the npm packages of scripts/browser"
    rm -rf "$to"
    mkdir -p "$to"
    cp scripts/browser/package.json scripts/browser/package-lock.json "$to/"
    if ! (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
        echo "setup: npm could not fetch the packages of scripts/browser; is its registry reachable?" >&2
        return 1
    fi
    cp scripts/browser/package-lock.json "$to/fetched"
}

if [ "${1:-}" = chromium ]; then
    browser
    exit
fi

look
if [ ${#missing[@]} -gt 0 ]; then
    bring
    look
fi
if [ ${#missing[@]} -gt 0 ]; then
    {
        echo "setup: the tests cannot run here yet. Missing:"
        printf '  - %s\n' "${missing[@]}"
        if [ ${#packages[@]} -gt 0 ]; then
            echo "On Debian or Ubuntu: sudo apt-get install ${packages[*]}"
        fi
        echo "Then run again: make test.  Without these, for every day: make quick"
    } >&2
    exit 1
fi
fetch
