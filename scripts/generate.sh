#!/usr/bin/env bash
# Makes the Go files of the pages (*.templ), each beside its source.
#
#   scripts/generate.sh        write them
#   scripts/generate.sh check  write nothing; name those that are not what their source gives today
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
templ=
while IFS= read -r page; do
    templ=${templ:-$(scripts/tool.sh templ)}
    made=${page%.templ}_templ.go
    # Within its folder, so that a page's errors name its file alone.
    new=$(cd "$(dirname "$page")" && "$templ" generate -log-level=error -stdout -f "$(basename "$page")")
    if [ "${1:-}" != check ]; then
        printf '%s\n' "$new" >"$made"
    elif ! printf '%s\n' "$new" | cmp -s - "$made"; then
        echo "$made is not what $page gives (make generate would mend it)" >&2
        status=1
    fi
done < <(find . -name .cache -prune -o -name node_modules -prune -o -name '*.templ' -print | sed 's|^\./||' | sort)
exit "$status"
