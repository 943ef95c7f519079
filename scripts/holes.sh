#!/usr/bin/env bash
# Which known holes in libraries our code reaches, by the Go project's list.
# Where that list cannot be reached, it says so, and tells instead which
# libraries that the program links have a newer version: that is less, and no
# proof of anything. Then it fails, so that nobody takes it for an answer.
#
#   scripts/holes.sh
set -uo pipefail
cd "$(dirname "$0")/.."

said=$(go run golang.org/x/vuln/cmd/govulncheck@latest ./... 2>&1)
status=$?
printf '%s\n' "$said"
case "$said" in
*"fetching vulnerabilities"* | *"dial tcp"* | *"no such host"*) ;;
*) exit "$status" ;; # it had its answer, whatever that is
esac

cat <<'TELL'

The list of known holes (https://vuln.go.dev) cannot be reached from here, so
WHETHER THERE ARE HOLES IS NOT KNOWN. Run this where that address can be reached.

What can be said without it, of the libraries that the program links:
TELL
go version
mapfile -t modules < <(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' ./cmd/bondgenoot | sort -u)
go list -m -u -f '{{.Path}} {{.Version}}{{with .Update}}, newer: {{.Version}}{{end}}{{if .Retracted}}, TAKEN BACK by its makers{{end}}{{if .Deprecated}}, no longer kept up{{end}}' "${modules[@]}" |
    grep ',' || echo "all are at their newest version"
exit 3
