#!/bin/sh
# Builds the letters of paper: the house's own text type, which is made for
# screens (woff2, any weight, in two parts), as one TrueType file a weight.
# Needs Python; its two packages go to a temporary folder that is removed.
# The result is committed, and is the same bytes each time.
set -eu

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$work" fonttools==4.68.0 brotli==1.2.1

PYTHONPATH=$work python3 - internal/web/kit/assets/dist/fonts internal/web/paper/fonts <<'PY'
import sys
from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

source, target = sys.argv[1:]
for name, weight in (("regular", 400), ("bold", 700)):
    parts = []
    for part in ("text-latin", "text-latin-ext"):
        font = instantiateVariableFont(TTFont(f"{source}/{part}.woff2", recalcTimestamp=False), {"wght": weight})
        font.flavor = None
        parts.append(f"{target}/{part}.tmp")
        font.save(parts[-1])
    # What a sheet does not use: kerning, ligatures, what screens need.
    font = Merger(Options(drop_tables=["GDEF", "GPOS", "GSUB", "STAT", "HVAR", "MVAR", "avar", "gasp", "prep", "DSIG"])).merge(parts)
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(f"{target}/{name}.ttf")
open(f"{target}/letters.txt", "w").write("".join(map(chr, sorted(c for c in font.getBestCmap() if c > 31))))
PY
rm -f internal/web/paper/fonts/*.tmp
