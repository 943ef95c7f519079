package vault

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

// search lists the families of an alliance that typed finds, in each way there
// is to find them.
func search(t testing.TB, d *db.DB, v *Vault, alliance kernel.ID, typed string) []kernel.ID {
	t.Helper()
	var ways [3][]kernel.ID
	err := d.Read(ctx, func(q db.Querier) (err error) {
		sought := v.Seek(alliance, typed)
		condition, args := sought.Each("f.family", 2)
		ways[0], err = ids(q, `SELECT f.family FROM vault_key f WHERE f.alliance = $1 AND `+condition+` ORDER BY f.family`,
			append([]any{alliance}, args...)...)
		if err != nil {
			return err
		}
		sorted, n, err := sought.Fewest(ctx, q, 5)
		if err != nil {
			return err
		}
		for i, s := range []Sought{sought, sorted} {
			query, args := s.Query(3)
			ways[1+i], err = ids(q, `SELECT f.family FROM (`+query+`) f WHERE $1 = $2 ORDER BY f.family`, append([]any{"a", "a"}, args...)...)
			if err != nil {
				return err
			}
		}
		if n < 5 && len(ways[0]) > n {
			t.Errorf("%q: %d families are found, and %d rows lead there", typed, len(ways[0]), n)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	if !slices.Equal(ways[0], ways[1]) || !slices.Equal(ways[0], ways[2]) {
		t.Errorf("%q: %v, by way of the first word %v, of the rarest %v", typed, ways[0], ways[1], ways[2])
	}
	return ways[0]
}

func ids(q db.Querier, query string, args ...any) (found []kernel.ID, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id kernel.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		found = append(found, id)
	}
	return found, rows.Err()
}

// known are the families of the search tests, by the name that each has.
var known = []Terms{
	{Names: []string{"Jan Peeters", "Emma Peeters"}, Phones: []string{"+3221234567"}, Numbers: []string{"85473003328"}},
	{Names: []string{"Marie Janssens"}},
	{Names: []string{"Mohammed El Amrani"}, Phones: []string{"+32470123456"}},
	{Names: []string{"Sofie Dehaene"}},
	{Names: []string{"Luc De Haene"}},
	{Names: []string{"Ayşe Yıldız"}},
	{Names: []string{"Fatima Ben Saïd"}},
	{Names: []string{"Karel Vandenberghe"}},
	{Names: []string{"An Van den Berghe"}},
	{Names: []string{"Aïcha Benali"}},
	{Names: []string{"François Lefèvre"}},
	{Names: []string{"Noor D’Hondt"}},
	{Names: []string{"Gerrit Hendrickx"}},
	{Names: []string{"Юлия Коваленко"}},
	{Names: []string{"فاطمة بن سعيد"}},
	{Names: []string{"Günther Müller"}},
	{Names: []string{"Jean-Marie Lambrecht"}},
}

func TestAFamilyIsFoundAsItIsSpelledAndAsItSounds(t *testing.T) {
	cases := map[string][]string{ // typed: first names of those who are found
		"Peeters": {"Jan"}, "peeters": {"Jan"}, "PEETERS": {"Jan"}, "Pee": {"Jan"}, "Pieters": {"Jan"}, "Peters": {"Jan"},
		"Peeter": {"Jan"}, "Jan Peeters": {"Jan"}, "peeters jan": {"Jan"}, "emma pee": {"Jan"}, "Emma Janssens": nil, "Pe": nil,
		"Janssen": {"Marie"}, "Jansen": {"Marie"}, "Jansens": {"Marie"}, "Janssens": {"Marie"},
		"Muhamed": {"Mohammed"}, "Mohamed": {"Mohammed"}, "Muhammad": {"Mohammed"}, "Mohamad": {"Mohammed"},
		"Elamrani": {"Mohammed"}, "El Amrani": {"Mohammed"}, "amrani": {"Mohammed"}, "Elamr": {"Mohammed"}, "mohamed elamrani": {"Mohammed"},
		"Dehaene": {"Luc", "Sofie"}, "De Haene": {"Luc", "Sofie"}, "de haen": {"Luc", "Sofie"}, "Dehaen": {"Luc", "Sofie"}, "luc dehaene": {"Luc"}, "sofie de haene": {"Sofie"},
		"Yildiz": {"Ayşe"}, "YILDIZ": {"Ayşe"}, "yıldız": {"Ayşe"}, "Ayse": {"Ayşe", "Aïcha"}, "Yildis": {"Ayşe"},
		"Ben Said": {"Fatima"}, "Bensaid": {"Fatima"}, "Ben Saïd": {"Fatima"}, "Fatma": {"Fatima"}, "bensaïd fat": {"Fatima"},
		"Van den Berghe": {"An", "Karel"}, "Vandenberghe": {"An", "Karel"}, "vanden berghe": {"An", "Karel"}, "Vandenbergh": {"An", "Karel"}, "karel van den berghe": {"Karel"},
		"Aicha": {"Ayşe", "Aïcha"}, "Aisha": {"Ayşe", "Aïcha"}, "Lefevre": {"François"}, "Lefebvre": {"François"}, "Francois": {"François"},
		"Dhondt": {"Noor"}, "D'Hondt": {"Noor"}, "Hondt": {"Noor"}, "Hendrix": {"Gerrit"}, "Hendriks": {"Gerrit"}, "Hendrikx": {"Gerrit"},
		"Коваленко": {"Юлия"}, "юлия": {"Юлия"}, "Ков": {"Юлия"}, "فاطمة": {"فاطمة"}, "سعيد": {"فاطمة"},
		"Muller": {"Günther"}, "Mueller": {"Günther"}, "Gunther": {"Günther"},
		"jeanmarie": {"Jean"}, "Jean Marie": {"Jean"}, "Lambrecht": {"Jean"}, "Lambregt": {"Jean"},
		"02 123 45 67": {"Jan"}, "+32 2 123 45 67": {"Jan"}, "0032 2 123.45.67": {"Jan"}, "02/123.45.67": {"Jan"}, "021234567": {"Jan"},
		"0470 12 34 56": {"Mohammed"}, "amrani 0470123456": {"Mohammed"}, "peeters 0470123456": nil,
		"85.47.30-033.28": {"Jan"}, "85473003328": {"Jan"}, "854730 033 28": {"Jan"}, "85473003329": nil,
		"": nil, " ": nil, "'": nil, "%": nil, "_": nil, "*": nil, "x": nil, "Dubois": nil,
	}
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		first := map[kernel.ID]string{}
		write(t, d, func(q db.Querier) error {
			for i, terms := range known {
				id := kernel.ID(fmt.Sprintf("family%02d", i))
				if _, err := v.Create(ctx, q, north, id); err != nil {
					return err
				}
				first[id] = strings.FieldsFunc(terms.Names[0], func(r rune) bool { return r == ' ' || r == '-' })[0]
				if err := v.Index(ctx, q, north, id, terms); err != nil {
					return err
				}
			}
			return nil
		})
		for typed, want := range cases {
			var got []string
			for _, id := range search(t, d, v, north, typed) {
				got = append(got, first[id])
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q, want %q", typed, got, want)
			}
			if elsewhere := search(t, d, v, south, typed); len(elsewhere) != 0 {
				t.Errorf("%q finds %v in another alliance", typed, elsewhere)
			}
			if other := search(t, d, newVault(t, 2), north, typed); len(other) != 0 {
				t.Errorf("%q finds %v with another key", typed, other)
			}
		}
	})
}

func TestTheSameNameInTwoAlliancesHasNothingInCommon(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	v := newVault(t, 1)
	for _, alliance := range []kernel.ID{north, south} {
		write(t, d, func(q db.Querier) error { return v.Index(ctx, q, alliance, one, known[0]) })
	}
	var tokens, different int
	err := d.Read(ctx, func(q db.Querier) error {
		return q.QueryRowContext(ctx, `SELECT count(*), count(DISTINCT token) FROM vault_token`).Scan(&tokens, &different)
	})
	if err != nil || tokens == 0 || tokens != different {
		t.Errorf("%d tokens, %d different, %v", tokens, different, err)
	}
}

// Whatever somebody types, the condition is SQL that the engine takes, its
// parameters are as many as it names, and none of it is in the text.
func FuzzSeek(f *testing.F) {
	d := dbtest.Open(f, dbtest.SQLite(f), Migrations())
	v := newVault(f, 1)
	keep(f, d, v, north, one, fatima)
	for _, typed := range []string{
		"Peeters", "' OR 1=1 --", "$1", "$9999", "\x00", "\xff\xfe", "12345678", "+++", "02 123 45 67", "ß ı İ Ǆ ﷺ", "٠١٢٣٤٥٦٧٨",
		"a b c d e f g h i j k", "van van van van van van van", strings.Repeat("x", 5000), strings.Repeat("de ", 500), "😀", "\u202ereversed", "chch schsch", "0000000000000000",
	} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		condition, args := v.Seek(north, typed).Each("f.family", 2)
		if len(args) > 500 {
			t.Errorf("%d parameters", len(args))
		}
		for _, word := range kernel.Words(typed) {
			if len(word) > 8 && strings.Contains(condition, word) {
				t.Errorf("what was typed is in the SQL: %s", condition)
			}
		}
		search(t, d, v, north, typed)
	})
}

func TestALongNameStaysWithinBounds(t *testing.T) {
	long := strings.Repeat("Van De ", 200) + strings.Repeat("lang", 2000)
	terms := Terms{Names: []string{long}}.all()
	if len(terms) > 200 {
		t.Errorf("%d terms of one name", len(terms))
	}
}

// BenchmarkSearch looks for one family and for a common beginning among
// 20,000.
func BenchmarkSearch(b *testing.B) {
	d := dbtest.Open(b, dbtest.SQLite(b), Migrations())
	v := newVault(b, 1)
	const families = 20_000
	for from := 0; from < families; from += 1000 {
		write(b, d, func(q db.Querier) error {
			for i := from; i < from+1000; i++ {
				id := kernel.ID(fmt.Sprintf("family%06d", i))
				names := append([]string{fmt.Sprintf("Naam%d", i)}, known[i%len(known)].Names...)
				if _, err := v.Create(ctx, q, north, id); err != nil {
					return err
				}
				if err := v.Index(ctx, q, north, id, Terms{Names: names}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for name, tt := range map[string]struct {
		typed string
		want  int
	}{"one": {"Naam4321", 1}, "many": {"van den b", 2353}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := search(b, d, v, north, tt.typed); len(got) != tt.want {
					b.Fatal(len(got), "found")
				}
			}
		})
	}
}
