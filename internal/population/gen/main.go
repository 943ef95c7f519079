// Command gen writes the tables that a made-up population is drawn from, out
// of the open data they come from:
//
//	go run ./gen -from DIR -to .
//
// DIR holds municipalities_2025.csv, households_census2011.csv,
// population_age_sex_2013.csv, fiscal_income_2005_2013.csv and
// household_stats.csv. The command stops at the first row that does not fit the
// others and writes nothing then.
package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const credit = "# Statbel (Directorate-general Statistics - Statistics Belgium), CC BY 4.0; of statistics.csv also indicators.be,\n" +
	"# IMA, Statistiek Vlaanderen and the press, as each row says. Added up and scaled for this project.\n" +
	"# Written by internal/population/gen: change that, not this.\n"

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
	source := map[string][]row{}
	for _, name := range []string{"municipalities_2025", "households_census2011", "population_age_sex_2013", "fiscal_income_2005_2013", "household_stats"} {
		rows, err := read(filepath.Join(from, name+".csv"))
		if err != nil {
			return err
		}
		source[name] = rows
	}
	tables := map[string][]byte{}
	var err error
	if tables["places.csv"], err = places(source); err != nil {
		return err
	}
	if tables["ages.csv"], err = ages(source); err != nil {
		return err
	}
	if tables["statistics.csv"], err = statistics(source["household_stats"]); err != nil {
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

func (r row) number(column string) (int, error) {
	n, err := strconv.Atoi(r[column])
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s %q is no count", column, r[column])
	}
	return n, nil
}

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

// shapes are the kinds and sizes of households that the census counts.
var shapes = []string{
	"no_family_nucleus 1", "no_family_nucleus 2", "no_family_nucleus 3-5", "no_family_nucleus 6+",
	"one_family_nucleus 2", "one_family_nucleus 3-5", "one_family_nucleus 6+",
	"multi_family_nucleus 3-5", "multi_family_nucleus 6+",
}

// places is a line a municipality: where it lies, its households at the census
// of 2011 by shape, by how much it grew from 2013 to 2020, and its income.
func places(source map[string][]row) ([]byte, error) {
	people, households, income := map[string]int{}, map[string]int{}, map[string]string{}
	for _, r := range source["population_age_sex_2013"] {
		n, err := r.number("population")
		if err != nil {
			return nil, err
		}
		people[r["nis"]] += n
	}
	for _, r := range source["households_census2011"] {
		n, err := r.number("households")
		if err != nil {
			return nil, err
		}
		kind := r["household_type"]
		if kind == "unknown" {
			kind = "no_family_nucleus"
		}
		households[r["nis"]+" "+kind+" "+r["size"]] += n
	}
	for _, r := range source["fiscal_income_2005_2013"] {
		if r["income_year"] == "2013" {
			income[r["nis"]] = r["avg_income_per_return_eur"]
		}
	}
	header := []string{"nis", "area", "people_2013", "people_2020", "income_per_return_2013"}
	for _, s := range shapes {
		header = append(header, strings.ReplaceAll(s, " ", "_"))
	}
	lines := [][]string{header}
	for _, r := range source["municipalities_2025"] {
		nis := r["nis"]
		if people[nis] == 0 || r["population_2020"] == "" || income[nis] == "" {
			return nil, fmt.Errorf("municipality %s: people or income are missing", nis)
		}
		line := []string{nis, area(r), strconv.Itoa(people[nis]), r["population_2020"], income[nis]}
		for _, s := range shapes {
			line = append(line, strconv.Itoa(households[nis+" "+s]))
		}
		lines = append(lines, line)
	}
	return table(lines)
}

// area is the province, or the region of Brussels, which lies in none.
func area(r row) string {
	if r["region"] == "BE-BRU" {
		return "Brussels"
	}
	return r["province_nl"]
}

// ages is how many people of each five years lived in a region.
func ages(source map[string][]row) ([]byte, error) {
	region := map[string]string{}
	for _, r := range source["municipalities_2025"] {
		region[r["nis"]] = r["region"]
	}
	sum := map[[2]string]int{}
	for _, r := range source["population_age_sex_2013"] {
		n, err := r.number("population")
		if err != nil {
			return nil, err
		}
		if region[r["nis"]] == "" {
			return nil, fmt.Errorf("people live in %s, which is no municipality", r["nis"])
		}
		from, _, _ := strings.Cut(strings.TrimSuffix(r["age_group"], "+"), "-")
		first, err := strconv.Atoi(from)
		if err != nil {
			return nil, fmt.Errorf("%q is no group of ages", r["age_group"])
		}
		sum[[2]string{region[r["nis"]], fmt.Sprintf("%03d", first)}] += n
	}
	lines := [][]string{{"region", "from_age", "people_2013"}}
	for k, n := range sum {
		lines = append(lines, []string{k[0], k[1], strconv.Itoa(n)})
	}
	return table(lines)
}

// topics are those of the statistics that a population is drawn from or
// compared with.
var topics = []string{"households", "household size", "household type", "population", "children per household", "births", "poverty", "poverty line",
	"equivalised disposable income deciles", "benefits", "tenure", "social housing", "fiscal income", "family income (Groeipakket, gross taxable)"}

func statistics(rows []row) ([]byte, error) {
	lines := [][]string{{"topic", "region", "category", "value", "unit", "period", "source"}}
	for _, r := range rows {
		if slices.Contains(topics, r["topic"]) {
			lines = append(lines, []string{r["topic"], r["region"], r["category"], r["value"], r["unit"], r["period"], r["source"]})
		}
	}
	if len(lines) == 1 {
		return nil, fmt.Errorf("household_stats.csv: none of its topics is known")
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
