#!/usr/bin/env bash
# What can be said about the source without running it: Go files are
# formatted, and generated files are those that their sources give today. It
# changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
unformatted=$(find . -name .cache -prune -o -name node_modules -prune -o -name '*_templ.go' -prune -o \
    -name '*.go' -print0 | xargs -0 gofmt -l)
if [ -n "$unformatted" ]; then
    printf 'check: not formatted (gofmt -w mends it): %s\n' $unformatted >&2
    status=1
fi
scripts/generate.sh check || status=1
exit "$status"
