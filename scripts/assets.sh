#!/bin/sh
# Builds the look: internal/web/kit/assets/src -> internal/web/kit/assets/dist.
# Needs Node and npm; the packages go to a temporary folder that is removed.
# The result is committed, so nobody else needs Node.
set -eu

cd "$(dirname "$0")/.."
kit=internal/web/kit
src=$PWD/$kit/assets/src
final=$PWD/$kit/assets/dist
dist=$final.new # put in place whole: a program built meanwhile embeds all of the old or all of the new
work=${ASSETS_WORK:-}
if [ -z "$work" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi

(
	cd "$work"
	[ -f package.json ] || echo '{"private":true}' >package.json
	npm install --no-audit --no-fund --ignore-scripts --silent --save-exact \
		govuk-frontend@6.6.0 \
		@fontsource-variable/atkinson-hyperlegible-next@5.3.0 \
		@fontsource-variable/bricolage-grotesque@5.3.0 \
		@phosphor-icons/core@2.1.1 \
		htmx.org@2.0.11 \
		sass@1.108.2
)
modules=$work/node_modules

rm -rf "$dist"
mkdir -p "$dist/fonts"

# Styles: sides become start and end, so that a page may run from the right.
"$modules/.bin/sass" --quiet-deps --no-source-map --style=compressed --load-path="$modules" "$src/app.scss" |
	sed -E \
		-e 's/(margin|padding|border)-left/\1-inline-start/g' \
		-e 's/(margin|padding|border)-right/\1-inline-end/g' \
		-e 's/([;{])left:/\1inset-inline-start:/g' \
		-e 's/([;{])right:/\1inset-inline-end:/g' \
		-e 's/text-align:left/text-align:start/g' \
		-e 's/text-align:right/text-align:end/g' \
		-e 's/float:left/float:inline-start/g' \
		-e 's/float:right/float:inline-end/g' \
		-e 's/var\((--govuk-[a-z-]+), *#[0-9a-f]+\)/var(\1)/g' >"$dist/app.css"

# Type
fonts=$modules/@fontsource-variable
cp "$fonts/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2" "$dist/fonts/text-latin.woff2"
cp "$fonts/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2" "$dist/fonts/text-latin-ext.woff2"
cp "$fonts/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2" "$dist/fonts/head-latin.woff2"
cp "$fonts/bricolage-grotesque/files/bricolage-grotesque-latin-ext-wght-normal.woff2" "$dist/fonts/head-latin-ext.woff2"

# Scripts
{
	echo '/*! htmx 2.0.11, Zero-Clause BSD, https://htmx.org */'
	cat "$modules/htmx.org/dist/htmx.min.js"
} >"$dist/htmx.js"
cp "$src/app.js" "$src/desk.js" "$src/desk-worker.js" "$src/till.js" "$src/scan.js" "$dist"
cp "$src/logo.svg" "$dist/logo.svg"

# Icons: one sprite of those that icons.txt names
{
	printf '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Phosphor icons, duotone, MIT, https://phosphoricons.com -->\n'
	while read -r name; do
		[ -n "$name" ] || continue
		sed -E -e "s|<svg[^>]*>|<symbol id=\"$name\" viewBox=\"0 0 256 256\">|" -e 's|</svg>|</symbol>|' \
			"$modules/@phosphor-icons/core/assets/duotone/$name-duotone.svg"
		echo
	done <"$src/icons.txt"
	echo '</svg>'
} >"$dist/icons.svg"

# Packed beforehand, as hard as it goes
for f in app.css app.js desk.js till.js scan.js htmx.js icons.svg; do
	gzip -9 -n -c "$dist/$f" >"$dist/$f.gz"
	node -e 'const z=require("zlib"),fs=require("fs");fs.writeFileSync(process.argv[1]+".br",z.brotliCompressSync(fs.readFileSync(process.argv[1])))' "$dist/$f"
done

# A test compares this with the sources, so that nobody changes one side alone.
(cd "$src" && cat $(ls | LC_ALL=C sort) | sha256sum | cut -d' ' -f1) >"$dist/source.sha256"

rm -rf "$final"
mv "$dist" "$final"
ls -l "$final" "$final/fonts"
