#!/usr/bin/env bash
# Makes sure that everything the tests need is on this machine: Go, a C
# compiler (for the race detector), PostgreSQL, Chromium with its driver, Node
# with npm, the npm packages of scripts/browser and scripts/provider in
# .cache/browser and .cache/provider, and Python with the packages of
# scripts/schemathesis, scripts/iso20022 and scripts/duckdb in folders of .cache
# of the same names.
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
    if ! has node || ! node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
        missing+=("Node 20 or newer (Debian: nodejs)")
        packages+=(nodejs)
    fi
    if ! has npm; then
        missing+=("npm (Debian: npm)")
        packages+=(npm)
    fi
    if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
        missing+=("Python 3.10 or newer, with venv (Debian: python3 python3-venv)")
        packages+=(python3 python3-venv)
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

# fetch brings the npm packages of a folder of scripts, at the versions and
# checksums of its lock file, once for each lock file.
fetch() {
    local from=scripts/$1 to=.cache/$1
    if cmp -s "$from/package-lock.json" "$to/fetched"; then return; fi
    echo "setup: fetching the npm packages of $from"
    rm -rf "$to"
    mkdir -p "$to"
    cp "$from/package.json" "$from/package-lock.json" "$to/"
    if ! (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
        echo "setup: npm could not fetch the packages of $from; is its registry reachable?" >&2
        return 1
    fi
    cp "$from/package-lock.json" "$to/fetched"
}

# pythonic brings the Python packages of a folder of scripts, at the versions
# that are written down, once for each list of them: what fuzzes the API, what
# holds a payment file against the schema of ISO 20022, and DuckDB.
pythonic() {
    local to=.cache/$1 list=scripts/$1/requirements.txt
    if cmp -s "$list" "$to/fetched"; then return; fi
    echo "setup: fetching the Python packages of scripts/$1"
    rm -rf "$to"
    python3 -m venv "$to"
    if ! "$to/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps -r "$list"; then
        echo "setup: pip could not fetch the packages of scripts/$1; is its registry reachable?" >&2
        return 1
    fi
    cp "$list" "$to/fetched"
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
fetch browser
fetch provider
pythonic schemathesis
pythonic iso20022
pythonic duckdb
