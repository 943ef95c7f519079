// Command gen writes the tables of municipalities and postal codes that the
// kernel carries, from the open data they come from:
//
//	go run ./gen -from DIR -to .
//
// DIR holds municipalities_2025.csv, postal_codes.csv and the two crosswalks
// from older municipalities. The command stops at the first row that does not
// fit the others and writes nothing then.
package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const credit = "# Municipalities: Statbel (Directorate-general Statistics - Statistics Belgium), CC BY 4.0. " +
	"Postal codes: bpost.\n# Written by internal/kernel/gen: change that, not this.\n"

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "folder with the open data")
	to := flag.String("to", ".", "folder to write the tables to")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(from, to string) error {
	today, err := read(filepath.Join(from, "municipalities_2025.csv"))
	if err != nil {
		return err
	}
	postal, err := read(filepath.Join(from, "postal_codes.csv"))
	if err != nil {
		return err
	}
	since2011, err := read(filepath.Join(from, "municipalities_2011_2025_crosswalk.csv"))
	if err != nil {
		return err
	}
	since2019, err := read(filepath.Join(from, "municipalities_2019_2024_crosswalk.csv"))
	if err != nil {
		return err
	}

	tables := map[string][]byte{}
	if tables["municipalities.csv"], err = municipalities(today); err != nil {
		return err
	}
	if tables["postal.csv"], err = places(today, postal); err != nil {
		return err
	}
	if tables["successors.csv"], err = successors(today, since2011, since2019); err != nil {
		return err
	}
	if tables["points.csv"], err = points(today, postal); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if err := os.WriteFile(filepath.Join(to, name), tables[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// row is one line of a table, by column.
type row map[string]string

func read(path string) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(lines) < 2 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	rows := make([]row, 0, len(lines)-1)
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = strings.TrimSpace(line[i])
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// english are the names that English readers use where the local ones differ;
// everywhere else the local name serves.
var english = map[string]string{
	"11002": "Antwerp", "21004": "Brussels", "31005": "Bruges", "35013": "Ostend", "44021": "Ghent",
}

func municipalities(today []row) ([]byte, error) {
	lines := [][]string{{"nis", "nl", "fr", "de", "en", "region", "province", "languages", "facilities", "postal_code"}}
	for _, r := range today {
		region, ok := strings.CutPrefix(r["region"], "BE-")
		if !ok || r["language"] == "" || r["name_nl"] == "" || r["name_fr"] == "" || r["name_de"] == "" {
			return nil, fmt.Errorf("municipality %s: region, language or name is missing", r["nis"])
		}
		lines = append(lines, []string{r["nis"], r["name_nl"], r["name_fr"], r["name_de"], english[r["nis"]], region,
			r["province_nis"], r["language"], r["facilities"], r["main_postal_code"]})
	}
	return table(lines)
}

func places(today, postal []row) ([]byte, error) {
	known := map[string]bool{}
	for _, r := range today {
		known[r["nis"]] = true
	}
	lines := [][]string{{"postal_code", "nis", "place", "place_nl"}}
	for _, r := range postal {
		if !known[r["nis"]] || len(r["postal_code"]) != 4 || r["place"] == "" {
			return nil, fmt.Errorf("postal code %s: no place, or municipality %q is unknown", r["postal_code"], r["nis"])
		}
		nl := r["place_nl_brussels"]
		if nl == r["place"] {
			nl = ""
		}
		lines = append(lines, []string{r["postal_code"], r["nis"], r["place"], nl})
	}
	return table(lines)
}

// points are where postal codes and municipalities lie: of a code the point of
// its main place, of a municipality its middle, in millionths of a degree. A
// code without a point has none of its own.
func points(today, postal []row) ([]byte, error) {
	lines := [][]string{{"of", "lat", "lon"}}
	main, known := map[string]bool{}, map[string]row{}
	for _, r := range postal {
		at, first := r["postal_code"], r["is_submunicipality"] == "0"
		if _, has := known[at]; r["lat"] != "" && (!has || first && !main[at]) {
			known[at], main[at] = r, first
		}
	}
	for _, r := range today {
		if r["lat"] != "" {
			known[r["nis"]] = r
		}
	}
	for _, of := range slices.Sorted(maps.Keys(known)) {
		lat, err := millionths(known[of]["lat"])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of, err)
		}
		lon, err := millionths(known[of]["lon"])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of, err)
		}
		lines = append(lines, []string{of, lat, lon})
	}
	return table(lines)
}

// millionths writes decimal degrees as whole millionths; what is smaller than
// a tenth of a metre is left out.
func millionths(degrees string) (string, error) {
	whole, part, ok := strings.Cut(degrees, ".")
	if !ok || whole == "" || part == "" {
		return "", fmt.Errorf("%q are no decimal degrees", degrees)
	}
	return strings.TrimLeft(whole, "0") + (part + "000000")[:6], nil
}

// successors lists every code that gave way to another, with the day on which
// it did: the round of 2019 and that of 2025 (one merger a month earlier).
func successors(today, since2011, since2019 []row) ([]byte, error) {
	from := map[string]string{}
	for _, r := range today {
		from[r["nis"]] = r["valid_from"]
	}
	lines := [][]string{{"nis", "successor", "since"}}
	for _, r := range since2011 {
		if r["nis_2011"] != r["nis_2019"] {
			lines = append(lines, []string{r["nis_2011"], r["nis_2019"], "2019-01-01"})
		}
	}
	for _, r := range since2019 {
		if r["nis"] == r["nis_2025"] {
			continue
		}
		day := from[r["nis_2025"]]
		if day == "" {
			return nil, errors.New("municipality " + r["nis"] + ": its successor is unknown")
		}
		lines = append(lines, []string{r["nis"], r["nis_2025"], day})
	}
	return table(lines)
}

// table is the lines as CSV under the credit, the first line first and the
// others sorted.
func table(lines [][]string) ([]byte, error) {
	slices.SortFunc(lines[1:], slices.Compare[[]string])
	var b bytes.Buffer
	b.WriteString(credit)
	w := csv.NewWriter(&b)
	if err := w.WriteAll(lines); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
