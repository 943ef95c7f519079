#!/usr/bin/env bash
# compare.sh: OpenFisca's country template and our pack of it, on the same
# households, one after the other on the same machine. Needs Python 3 and a
# network for the public packages, or PYTHON with them in it.
#   bench/openfisca/compare.sh [households]
set -euo pipefail
cd "$(dirname "$0")"
households=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${PYTHON:-}" ]; then
  python3 -m venv "$work/python"
  PYTHON=$work/python/bin/python
  "$PYTHON" -m pip install -q "openfisca-core==44.6.0" "openfisca-country-template==8.0.0"
fi
go build -o "$work/ours" .
"$PYTHON" template.py "$households" "$work"
"$work/ours" "$work"
