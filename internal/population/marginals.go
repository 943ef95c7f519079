package population

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

var (
	//go:embed places.csv
	placesCSV string
	//go:embed ages.csv
	agesCSV string
	//go:embed statistics.csv
	statisticsCSV string
)

// regions in the order in which they are kept.
var regions = []string{"BE-VLG", "BE-WAL", "BE-BRU"}

const flanders, wallonia, brussels = 0, 1, 2

// place is a municipality to live in.
type place struct {
	nis    string
	region int
	area   int        // province, or Brussels
	german bool       // of the German-speaking Community
	rich   float64    // how its incomes lie to those of the country, as a logarithm
	weight [9]float64 // households of each shape
}

// shapes of households in the census, as columns of places.csv.
const (
	shapeOne, shapeNoneTwo, shapeNoneMore, shapeNoneMost = 0, 1, 2, 3
	shapeTwo, shapeThree, shapeMost                      = 4, 5, 6
	shapeMulti, shapeMultiMost                           = 7, 8
)

// statistic is one published figure.
type statistic struct {
	topic, region, category string
	value                   float64
	period                  string
}

// sources are the tables that a population is drawn from.
type sources struct {
	places []place
	areas  []string
	ages   [3][21]float64 // by region and five years of age, in 2013
	stats  []statistic
}

func rowsOf(text string) ([]map[string]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	return out, nil
}

// germanSpeaking are the nine municipalities of the German-speaking Community.
var germanSpeaking = []string{"63001", "63012", "63013", "63023", "63040", "63048", "63061", "63067", "63087"}

func readSources() (*sources, error) {
	s := &sources{}
	places, err := rowsOf(placesCSV)
	if err != nil {
		return nil, err
	}
	number := func(row map[string]string, key string) (n float64) {
		if n, err = strconv.ParseFloat(row[key], 64); err != nil {
			err = fmt.Errorf("%s: %w", key, err)
		}
		return n
	}
	var income, people float64
	for _, row := range places {
		p := place{nis: row["nis"], german: slices.Contains(germanSpeaking, row["nis"])}
		switch row["area"] {
		case "Brussels":
			p.region = brussels
		case "Antwerpen", "Limburg", "Oost-Vlaanderen", "Vlaams-Brabant", "West-Vlaanderen":
			p.region = flanders
		default:
			p.region = wallonia
		}
		if p.area = slices.Index(s.areas, row["area"]); p.area < 0 {
			p.area = len(s.areas)
			s.areas = append(s.areas, row["area"])
		}
		grown := number(row, "people_2020") / number(row, "people_2013")
		for i, shape := range shapeNames {
			p.weight[i] = number(row, shape) * grown
		}
		p.rich = number(row, "income_per_return_2013")
		income += p.rich * number(row, "people_2020")
		people += number(row, "people_2020")
		if err != nil {
			return nil, err
		}
		s.places = append(s.places, p)
	}
	for i := range s.places {
		s.places[i].rich = logOf(s.places[i].rich / (income / people))
	}
	ages, err := rowsOf(agesCSV)
	if err != nil {
		return nil, err
	}
	for _, row := range ages {
		s.ages[slices.Index(regions, row["region"])][int(number(row, "from_age"))/5] = number(row, "people_2013")
	}
	rows, e := rowsOf(statisticsCSV)
	if e != nil {
		return nil, e
	}
	for _, row := range rows {
		v, e := strconv.ParseFloat(row["value"], 64)
		if e != nil {
			continue // some figures are several in one
		}
		s.stats = append(s.stats, statistic{row["topic"], row["region"], row["category"], v, row["period"]})
	}
	return s, err
}

var shapeNames = []string{
	"no_family_nucleus_1", "no_family_nucleus_2", "no_family_nucleus_3-5", "no_family_nucleus_6+",
	"one_family_nucleus_2", "one_family_nucleus_3-5", "one_family_nucleus_6+",
	"multi_family_nucleus_3-5", "multi_family_nucleus_6+",
}

// figure is the latest figure of a topic, for a region or area, whose category
// begins so. The tables are the program's own: one that is not there is a
// mistake, and any test finds it.
func (s *sources) figure(topic, region, category string) float64 {
	var found *statistic
	for i := range s.stats {
		x := &s.stats[i]
		if x.topic == topic && x.region == region && strings.HasPrefix(x.category, category) && (found == nil || x.period > found.period) {
			found = x
		}
	}
	if found == nil {
		panic("population: no figure for " + topic + ", " + region + ", " + category)
	}
	return found.value
}
