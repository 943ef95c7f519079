package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var sources = map[string]string{
	"municipalities_2025.csv":     "nis,region,province_nl,population_2020\n44021,BE-VLG,Oost-Vlaanderen,263927\n21004,BE-BRU,,185103\n",
	"households_census2011.csv":   "nis,household_type,size,households\n44021,no_family_nucleus,1,48000\n44021,unknown,1,12\n21004,one_family_nucleus,2,20000\n",
	"population_age_sex_2013.csv": "nis,sex,age_group,population\n44021,F,0-4,7000\n44021,M,0-4,7300\n21004,F,100+,9\n",
	"fiscal_income_2005_2013.csv": "income_year,nis,avg_income_per_return_eur\n2009,44021,1\n2013,44021,27000\n2013,21004,23000\n",
	"household_stats.csv":         "topic,region,category,value,unit,period,source,quality\nhouseholds,BE,private households,5163139,count,2024-01-01,here,A\nweather,BE,rain,1,mm,2024,there,A\n",
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTablesAreAddedUpUnderTheirCredit(t *testing.T) {
	to := t.TempDir()
	if err := run(write(t, sources), to); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"places.csv": "21004,Brussels,9,185103,23000,0,0,0,0,20000,0,0,0,0\n44021,Oost-Vlaanderen,14300,263927,27000,48012,0,0,0,0,0,0,0,0\n",
		"ages.csv":   "region,from_age,people_2013\nBE-BRU,100,9\nBE-VLG,000,14300\n",
		"statistics.csv": "topic,region,category,value,unit,period,source\n" +
			"households,BE,private households,5163139,count,2024-01-01,here\n",
	} {
		got, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(got), credit) || !strings.HasSuffix(string(got), want) {
			t.Errorf("%s is\n%s", name, got)
		}
	}
}

func TestARowThatDoesNotFitWritesNothing(t *testing.T) {
	for name, tt := range map[string]struct{ file, from, to string }{
		"people in no municipality":     {"population_age_sex_2013.csv", "21004,F", "99999,F"},
		"a count that is none":          {"households_census2011.csv", "48000", "many"},
		"a municipality without income": {"fiscal_income_2005_2013.csv", "2013,21004", "2012,21004"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for k, v := range sources {
				files[k] = v
			}
			files[tt.file] = strings.Replace(files[tt.file], tt.from, tt.to, 1)
			to := t.TempDir()
			if err := run(write(t, files), to); err == nil {
				t.Error("the tables were written")
			}
			if left, _ := os.ReadDir(to); len(left) > 0 {
				t.Errorf("%v was written", left)
			}
		})
	}
}
