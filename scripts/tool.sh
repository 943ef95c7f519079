#!/usr/bin/env bash
# Builds a developer's tool at the version that tools/ pins, once, and prints its path.
#
#   scripts/tool.sh templ           the page generator
#   scripts/tool.sh golangci-lint   the linter (large: minutes to build)
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
templ) module=tools package=github.com/a-h/templ/cmd/templ ;;
golangci-lint) module=tools/lint package=github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
*)
    echo "tool.sh: templ or golangci-lint?" >&2
    exit 2
    ;;
esac

bin=$PWD/.cache/bin/$1
if [ ! -x "$bin" ] || [ "$module/go.mod" -nt "$bin" ]; then
    mkdir -p .cache/bin
    (cd "$module" && CGO_ENABLED=0 go build -o "$bin" "$package") >&2
    touch "$bin"
fi
printf '%s\n' "$bin"
