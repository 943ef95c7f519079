#!/usr/bin/env bash
# Runs the tests and says at the end what was left out, and why.
#
#   scripts/test.sh full  [go test flags…]   everything: both engines, browser, race detector
#                                            (with flags: what they name, under the race detector)
#   scripts/test.sh quick [go test flags…]   for every day: SQLite, no browser, no race detector
#
# The full run makes a round on each engine. The race detector watches the one on
# PostgreSQL, but for the tests of scripts/one-at-a-time.txt, and in the rooms of
# scripts/at-once.txt those of that list alone: the files say why.
#
# Go's own lines go to the screen and, unshortened, to .cache/test.log.
# BONDGENOOT_TEST_POSTGRES may name a server of your own; else full starts one.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-}
checked=0
shift || true
case "$mode" in
full)
    scripts/setup.sh
    BONDGENOOT_TEST_CHROMIUM=$(scripts/setup.sh chromium)
    export BONDGENOOT_TEST_CHROMIUM
    unset BONDGENOOT_TEST_ENGINES
    if [ -z "${BONDGENOOT_TEST_POSTGRES:-}" ]; then
        exec scripts/postgres.sh run "$PWD/scripts/test.sh" full "$@"
    fi
    scripts/check.sh || checked=1
    flags=(-count=1 -timeout=35m -ldflags=-w) # to link without tables for a debugger takes a third less
    ;;
quick)
    flags=(-short -vet=all -timeout=100s)
    if [ -z "${BONDGENOOT_TEST_POSTGRES:-}" ]; then
        export BONDGENOOT_TEST_ENGINES=sqlite
    fi
    ;;
*)
    sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//' >&2
    exit 2
    ;;
esac

mkdir -p .cache
export GOGC=${GOGC:-800} # a test's heap is small: collecting it less often spares a quarter of the processors
export BONDGENOOT_TEST_AXE=${BONDGENOOT_TEST_AXE:-$PWD/.cache/browser/node_modules/axe-core/axe.min.js}
# The programs that go test links stay on the disk; what tests write need not.
export GOTMPDIR=${GOTMPDIR:-${TMPDIR:-/tmp}}
if memory=$(scripts/memory.sh 2048); then export TMPDIR=$memory; fi
began=$SECONDS
status=0
# run tests what it is given. The lines that only say that a test starts or
# waits stay in the log.
run() {
    go test -v "$@" 2>&1 | tee -a .cache/test.log | awk '!/^=== /{ print; fflush() }' || status=$?
}
# round says which round begins, and after how long.
round() { echo "--- after $((SECONDS - began)) seconds: $1"; }
: >.cache/test.log
if [ "$mode" = full ] && [ $# -eq 0 ]; then
    # names are the tests of a list of which a line meets the condition, as a pattern.
    names() { awk "!/^#/ && $2"' { printf "%s%s", sep, $2; sep = "|" }' "scripts/$1.txt"; }
    alone=$(names one-at-a-time 1)
    again=$(names one-at-a-time '$3 != "once"')
    once=$(names one-at-a-time '$3 == "once"')
    together=$(names at-once 1)
    mapfile -t packages < <(awk '!/^#/ && $3 != "once" { print $1 }' scripts/one-at-a-time.txt | sort -u)
    mapfile -t above < <(awk '!/^#/ { print $1 }' scripts/at-once.txt | sort -u)
    mapfile -t below < <(go list ./... | grep -vxF "$(go list "${above[@]}")")
    # SQLite in Go is many times as slow under the detector, and the code above it
    # is the same for both engines: the detector watches it on PostgreSQL, and on
    # both where the engines are told apart.
    round "with the race detector, on PostgreSQL"
    BONDGENOOT_TEST_ENGINES=postgres run "${flags[@]}" -vet=all -race -skip "^($alone)\$" "${below[@]}"
    BONDGENOOT_TEST_ENGINES=postgres run "${flags[@]}" -vet=all -race -run "^($together)\$" "${above[@]}"
    round "with the race detector, on SQLite, where the engines are told apart"
    BONDGENOOT_TEST_ENGINES=sqlite run "${flags[@]}" -vet=off -race -skip "^($alone)\$" ./internal/platform/db/... ./internal/platform/act ./internal/platform/job
    round "without it, on SQLite: whatever asks an engine"
    BONDGENOOT_TEST_ENGINES=sqlite run "${flags[@]}" -vet=off ./cmd/... ./internal/app/... ./internal/domain/... ./internal/platform/...
    round "without it, on PostgreSQL or no engine: what does one thing at a time"
    BONDGENOOT_TEST_ENGINES=postgres run "${flags[@]}" -vet=off -run "^($again)\$" "${packages[@]}"
    BONDGENOOT_TEST_ENGINES=postgres run "${flags[@]}" -vet=off -skip "^($together|$once)\$" "${above[@]}"
elif [ "$mode" = full ]; then
    run "${flags[@]}" -vet=all -race "$@" ./...
else
    run "${flags[@]}" "$@" ./...
fi

awk -v took=$((SECONDS - began)) '
    /^ *--- PASS: / { passed++ }
    /^ *--- FAIL: / { failed[++nfailed] = $3 }
    /^ *[a-z0-9_]+\.go:[0-9]+: / { said = $0; sub(/^ *[a-z0-9_]+\.go:[0-9]+: /, "", said) }
    /^ *--- SKIP: / { nskipped++; if (!count[said]++) why[++nwhy] = said; first[said] = first[said] ? first[said] : $3 }
    /^FAIL[ \t]+[^ \t]+\// { packages[++npackages] = $2 }
    END {
        printf "\n%d passed, %d failed, %d left out, in %d seconds\n", passed, nfailed, nskipped, took
        for (i = 1; i <= nwhy; i++) printf("  left out: %d (%s%s): %s\n", count[why[i]], first[why[i]], (count[why[i]] > 1 ? " …" : ""), why[i])
        for (i = 1; i <= nfailed; i++) print "  failed:   " failed[i]
        for (i = 1; i <= npackages; i++) print "  failed:   package " packages[i]
    }' .cache/test.log

if [ "$mode" = quick ]; then
    [ "${BONDGENOOT_TEST_ENGINES:-}" != sqlite ] ||
        echo "quick left out PostgreSQL (name a server in BONDGENOOT_TEST_POSTGRES to have it)."
    echo "quick left out the race detector, the browser, and what a test calls long. make test runs them."
fi
[ "$checked" -eq 0 ] || echo "The source itself needs mending: see the lines of check above the tests."
exit $((status | checked))
