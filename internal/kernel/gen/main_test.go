package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sources are three municipalities: one that stayed, one that two others
// became, and one whose number changed in 2019.
var sources = map[string]string{
	"municipalities_2025.csv": "nis,name_nl,name_fr,name_de,region,province_nis,language,facilities,main_postal_code,valid_from\n" +
		"44021,Gent,Gand,Gent,BE-VLG,40000,nl,,9000,2019-01-01\n" +
		"82039,Bastenaken,Bastogne,Bastnach,BE-WAL,80000,fr,,6600,2024-12-02\n" +
		"58001,La Louvière,La Louvière,La Louvière,BE-WAL,50000,fr,,7100,2019-01-01\n",
	"postal_codes.csv": "postal_code,place,place_nl_brussels,nis\n" +
		"9000,Gent,,44021\n7100,La Louvière,,58001\n6600,Bastogne,,82039\n",
	"municipalities_2011_2025_crosswalk.csv": "nis_2011,nis_2019,nis_2025\n44021,44021,44021\n55022,58001,58001\n",
	"municipalities_2019_2024_crosswalk.csv": "nis,nis_2025\n44021,44021\n82003,82039\n82005,82039\n58001,58001\n",
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

func TestTablesAreWrittenUnderTheirCredit(t *testing.T) {
	to := t.TempDir()
	if err := run(write(t, sources), to); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"municipalities.csv": "nis,nl,fr,de,en,region,province,languages,facilities,postal_code\n" +
			"44021,Gent,Gand,Gent,Ghent,VLG,40000,nl,,9000\n" +
			"58001,La Louvière,La Louvière,La Louvière,,WAL,50000,fr,,7100\n" +
			"82039,Bastenaken,Bastogne,Bastnach,,WAL,80000,fr,,6600\n",
		"postal.csv": "postal_code,nis,place,place_nl\n6600,82039,Bastogne,\n7100,58001,La Louvière,\n9000,44021,Gent,\n",
		"successors.csv": "nis,successor,since\n55022,58001,2019-01-01\n" +
			"82003,82039,2024-12-02\n82005,82039,2024-12-02\n",
	} {
		got, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != credit+want {
			t.Errorf("%s is\n%s", name, got)
		}
	}
}

func TestARowThatDoesNotFitWritesNothing(t *testing.T) {
	for name, tt := range map[string]struct{ file, from, to string }{
		"a place in no municipality":      {"postal_codes.csv", "44021", "99999"},
		"a place without a name":          {"postal_codes.csv", "9000,Gent", "9000,"},
		"a successor that does not exist": {"municipalities_2019_2024_crosswalk.csv", "82003,82039", "82003,99999"},
		"a municipality without a region": {"municipalities_2025.csv", "BE-VLG", ""},
		"a line with too few columns":     {"municipalities_2025.csv", ",9000,2019-01-01", ""},
		"a table without rows":            {"postal_codes.csv", sources["postal_codes.csv"], "postal_code\n"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for file, text := range sources {
				files[file] = text
			}
			files[tt.file] = strings.Replace(files[tt.file], tt.from, tt.to, 1)
			to := t.TempDir()
			if err := run(write(t, files), to); err == nil {
				t.Error("passed")
			}
			if left, _ := os.ReadDir(to); len(left) != 0 {
				t.Errorf("left %v", left)
			}
		})
	}
	if err := run(t.TempDir(), t.TempDir()); err == nil {
		t.Error("an empty folder passed")
	}
}
