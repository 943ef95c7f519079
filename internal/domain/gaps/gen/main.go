// Command gen writes how many children lived in each municipality, from the
// open figures of Statbel by municipality, sex and five years of age:
//
//	go run ./gen -from population_age_sex_2013.csv -to children.csv
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

const credit = "# Children on 1 January 2013, in the municipalities of 2025: Statbel (Directorate-general Statistics - Statistics Belgium), open data.\n" +
	"# Written by internal/domain/gaps/gen: change that, not this.\nnis,0-4,5-9,10-14,15-19\n"

var groups = []string{"0-4", "5-9", "10-14", "15-19"}

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "the figures by municipality, sex and age")
	to := flag.String("to", "children.csv", "the file to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		log.Fatal("gen: ", err)
	}
}

func run(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	of := map[string][]int{}
	for i, line := range lines[1:] { // nis, sex, age group, population
		n, err := strconv.Atoi(line[3])
		if err != nil || n < 0 {
			return fmt.Errorf("line %d: %q is no number of people", i+2, line[3])
		}
		if of[line[0]] == nil {
			of[line[0]] = make([]int, len(groups))
		}
		if g := slices.Index(groups, line[2]); g >= 0 {
			of[line[0]][g] += n
		}
	}
	var out strings.Builder
	out.WriteString(credit)
	for _, nis := range slices.Sorted(maps.Keys(of)) {
		fmt.Fprintf(&out, "%s,%d,%d,%d,%d\n", nis, of[nis][0], of[nis][1], of[nis][2], of[nis][3])
	}
	return os.WriteFile(to, []byte(out.String()), 0o644)
}
