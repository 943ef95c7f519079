package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

var ctx = context.Background()

const (
	north = kernel.ID("01890000-0000-7000-8000-00000000000a")
	south = kernel.ID("01890000-0000-7000-8000-00000000000b")
	one   = kernel.ID("01890000-0000-7000-8000-000000000001")
	two   = kernel.ID("01890000-0000-7000-8000-000000000002")
)

func newVault(t testing.TB, seed byte) *Vault {
	t.Helper()
	k, err := keyOf(bytes.Repeat([]byte{seed}, keySize))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := createFile(path, k.String()+"\n"); err != nil {
		t.Fatal(err)
	}
	keeper, err := OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &Vault{Keeper: keeper}
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{Migrations()}, fn)
}

func write(t testing.TB, d *db.DB, fn func(q db.Querier) error) {
	t.Helper()
	if err := d.Write(ctx, fn); err != nil {
		t.Fatal(err)
	}
}

type person struct {
	Name   string
	Phones []string
}

var fatima = person{"Fatıma Ben Saïd", []string{"+3221234567"}}

// keep makes a family with one person.
func keep(t testing.TB, d *db.DB, v *Vault, alliance, family kernel.ID, p person) {
	t.Helper()
	write(t, d, func(q db.Querier) error {
		f, err := v.Create(ctx, q, alliance, family)
		if err != nil {
			return err
		}
		return errors.Join(f.Put(ctx, q, "person/1", p),
			v.Index(ctx, q, alliance, family, Terms{Names: []string{p.Name}, Phones: p.Phones}))
	})
}

// read opens a family and gets one entry.
func read(q db.Querier, v *Vault, alliance, family kernel.ID, name string) (p person, found bool, err error) {
	f, err := v.Open(ctx, q, alliance, family)
	if err != nil {
		return p, false, err
	}
	found, err = f.Get(ctx, q, name, &p)
	return p, found, err
}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		write(t, d, func(q db.Querier) error {
			p, found, err := read(q, v, north, one, "person/1")
			if err != nil || !found || !reflect.DeepEqual(p, fatima) {
				t.Errorf("%+v, %v, %v", p, found, err)
			}
			if _, found, err := read(q, v, north, one, "person/2"); found || err != nil {
				t.Errorf("what was never put: %v, %v", found, err)
			}
			f, err := v.Open(ctx, q, north, one)
			if err != nil {
				return err
			}
			if err := f.Put(ctx, q, "person/1", person{Name: "Other"}); err != nil {
				return err
			}
			if p, _, err = read(q, v, north, one, "person/1"); p.Name != "Other" {
				t.Errorf("put again: %+v, %v", p, err)
			}
			if err := f.Drop(ctx, q, "person/1"); err != nil {
				return err
			}
			if _, found, err := read(q, v, north, one, "person/1"); found || err != nil {
				t.Errorf("dropped: %v, %v", found, err)
			}
			return nil
		})
	})
}

func TestEachGivesWhatBeginsWithAPrefixInOrder(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		write(t, d, func(q db.Querier) error {
			f, err := v.Create(ctx, q, north, one)
			if err != nil {
				return err
			}
			for _, name := range []string{"person/b", "person/a", "person", "persons/x", "PERSON/z", "person/é", "note%", "note_1", "note_2"} {
				if err := f.Put(ctx, q, name, name); err != nil {
					return err
				}
			}
			for prefix, want := range map[string][]string{
				"person/": {"person/a", "person/b", "person/é"},
				"note_":   {"note_1", "note_2"},
				"note%":   {"note%"},
				"nothing": nil,
				"":        {"PERSON/z", "note%", "note_1", "note_2", "person", "person/a", "person/b", "person/é", "persons/x"},
			} {
				var got []string
				err := f.Each(ctx, q, prefix, func(name string, decode func(any) error) error {
					var held string
					if err := decode(&held); err != nil || held != name {
						t.Errorf("%s holds %q, %v", name, held, err)
					}
					_, err := f.Get(ctx, q, name, &held) // the transaction may be used meanwhile
					got = append(got, name)
					return err
				})
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("prefix %q: %q, %v; want %q", prefix, got, err, want)
				}
			}
			stop := errors.New("stop")
			if err := f.Each(ctx, q, "person/", func(string, func(any) error) error { return stop }); !errors.Is(err, stop) {
				t.Errorf("Each went on: %v", err)
			}
			return nil
		})
	})
}

var errUndo = errors.New("undo")

// after does something to the tables, reads the entry and undoes it.
func after(t *testing.T, d *db.DB, v *Vault, alliance, family kernel.ID, name, statement string, args ...any) (err error) {
	t.Helper()
	undo := d.Write(ctx, func(q db.Querier) error {
		if _, e := q.ExecContext(ctx, statement, args...); e != nil {
			return e
		}
		_, _, err = read(q, v, alliance, family, name)
		return errUndo
	})
	if !errors.Is(undo, errUndo) {
		t.Fatal(undo)
	}
	return err
}

func TestSealedDataThatWasMovedDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		keep(t, d, v, north, two, person{Name: "Peeters"})
		keep(t, d, v, south, one, person{Name: "Janssens"})
		from := func(table, alliance string, family kernel.ID) string {
			return `(SELECT sealed FROM ` + table + ` WHERE alliance = '` + alliance + `' AND family = '` + string(family) + `')`
		}
		for name, statement := range map[string]string{
			"to another name":                  `UPDATE vault_entry SET name = 'person/2' WHERE alliance = $1 AND family = $2`,
			"from another family":              `UPDATE vault_entry SET sealed = ` + from("vault_entry", string(north), two) + ` WHERE alliance = $1 AND family = $2`,
			"from another alliance":            `UPDATE vault_entry SET sealed = ` + from("vault_entry", string(south), one) + ` WHERE alliance = $1 AND family = $2`,
			"with the key of another family":   `UPDATE vault_key SET sealed = ` + from("vault_key", string(north), two) + ` WHERE alliance = $1 AND family = $2`,
			"with that of another alliance":    `UPDATE vault_key SET sealed = ` + from("vault_key", string(south), one) + ` WHERE alliance = $1 AND family = $2`,
			"nothing in the place of an entry": `UPDATE vault_entry SET sealed = '' WHERE alliance = $1 AND family = $2`,
			"nothing in the place of a key":    `UPDATE vault_key SET sealed = '' WHERE alliance = $1 AND family = $2`,
		} {
			where := "person/1"
			if name == "to another name" {
				where = "person/2"
			}
			if err := after(t, d, v, north, one, where, statement, north, one); !errors.Is(err, ErrSealed) {
				t.Errorf("%s: %v, want %v", name, err, ErrSealed)
			}
		}
	})
}

func TestEveryByteThatIsFlippedIsNoticed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		for _, table := range []string{"vault_entry", "vault_key"} {
			var sealed []byte
			err := d.Read(ctx, func(q db.Querier) error {
				return q.QueryRowContext(ctx, `SELECT sealed FROM `+table).Scan(&sealed)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i := range sealed {
				turned := bytes.Clone(sealed)
				turned[i] ^= 1 << (i % 8)
				if err := after(t, d, v, north, one, "person/1", `UPDATE `+table+` SET sealed = $1`, turned); !errors.Is(err, ErrSealed) {
					t.Errorf("byte %d of %s: %v", i, table, err)
				}
			}
			for n := range sealed {
				if err := after(t, d, v, north, one, "person/1", `UPDATE `+table+` SET sealed = $1`, sealed[:n]); !errors.Is(err, ErrSealed) {
					t.Errorf("the first %d bytes of %s: %v", n, table, err)
				}
			}
		}
	})
}

func TestAnotherKeyFileSaysSo(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		mine, other := newVault(t, 1), newVault(t, 2)
		check := func(v *Vault) (err error) {
			if e := d.Read(ctx, func(q db.Querier) error { err = v.Check(ctx, q); return nil }); e != nil {
				t.Fatal(e)
			}
			return err
		}
		if err := check(other); err != nil {
			t.Errorf("an empty database fits any key: %v", err)
		}
		keep(t, d, mine, north, one, fatima)
		if err := check(mine); err != nil {
			t.Error(err)
		}
		if err := check(other); !errors.Is(err, ErrSealed) {
			t.Errorf("%v, want %v", err, ErrSealed)
		}
		// One key that was damaged says nothing of the key file.
		keep(t, d, mine, north, two, fatima)
		write(t, d, func(q db.Querier) error {
			_, err := q.ExecContext(ctx, `UPDATE vault_key SET sealed = $1 WHERE family = $2`, []byte("damaged"), one)
			return err
		})
		if err := check(mine); err != nil {
			t.Errorf("with one key damaged: %v", err)
		}
		if err := check(other); !errors.Is(err, ErrSealed) {
			t.Errorf("%v, want %v", err, ErrSealed)
		}
	})
}

func TestSealingTwiceLeavesNothingToCompare(t *testing.T) {
	d := dbtest.Open(t, dbtest.SQLite(t), Migrations())
	v := newVault(t, 1)
	seen := map[string]bool{}
	write(t, d, func(q db.Querier) error {
		f, err := v.Create(ctx, q, north, one)
		for range 50 {
			if err != nil {
				return err
			}
			if err = f.Put(ctx, q, "person/1", fatima); err != nil {
				return err
			}
			var sealed []byte
			err = q.QueryRowContext(ctx, `SELECT sealed FROM vault_entry`).Scan(&sealed)
			seen[string(sealed)] = true
		}
		return err
	})
	if len(seen) != 50 {
		t.Errorf("%d different seals of 50", len(seen))
	}
}

func TestAForgottenFamilyIsGone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		keep(t, d, v, north, two, fatima)
		keep(t, d, v, south, one, fatima)
		write(t, d, func(q db.Querier) error { return v.Forget(ctx, q, north, one) })
		write(t, d, func(q db.Querier) error {
			for _, table := range []string{"vault_key", "vault_entry", "vault_token"} {
				var left, others int
				err := q.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE alliance = $1 AND family = $2),
					count(DISTINCT alliance || family) FILTER (WHERE alliance <> $1 OR family <> $2) FROM `+table, north, one).Scan(&left, &others)
				if err != nil || left != 0 || others != 2 {
					t.Errorf("%s holds %d rows of the family and those of %d others, %v", table, left, others, err)
				}
			}
			if _, _, err := read(q, v, north, one, "person/1"); !errors.Is(err, ErrForgotten) || kernel.CodeOf(err) != kernel.NotFound {
				t.Errorf("%v, want %v", err, ErrForgotten)
			}
			if _, found, err := read(q, v, south, one, "person/1"); !found || err != nil {
				t.Errorf("the family of the other alliance: %v, %v", found, err)
			}
			return v.Forget(ctx, q, north, one) // to forget twice is to forget once
		})
	})
}

func TestAFamilyHasOneKey(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		err := d.Write(ctx, func(q db.Querier) error { _, err := v.Create(ctx, q, north, one); return err })
		if !db.Taken(err) {
			t.Errorf("a second key: %v", err)
		}
	})
}

func TestDuplicatesAreFoundByNumberPhoneAndBirth(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		write(t, d, func(q db.Querier) error {
			return errors.Join(
				v.Index(ctx, q, north, one, Terms{Names: []string{"Peeters"}, Births: []string{"Peeters 2024-03-01"}, Numbers: []string{"24430112345"}}),
				v.Index(ctx, q, north, two, Terms{Names: []string{"Peeters"}, Phones: []string{"+3221234567"}}),
				v.Index(ctx, q, south, "other", Terms{Phones: []string{"+3221234567"}, Numbers: []string{"24430112345"}}))
		})
		for name, tt := range map[string]struct {
			terms Terms
			want  []kernel.ID
		}{
			"the same number":              {Terms{Numbers: []string{"24430112345"}}, []kernel.ID{one}},
			"the same phone":               {Terms{Phones: []string{"+3221234567"}}, []kernel.ID{two}},
			"the same birth, other accent": {Terms{Births: []string{"PÈETERS 2024-03-01"}}, []kernel.ID{one}},
			"either":                       {Terms{Phones: []string{"+3221234567"}, Numbers: []string{"24430112345"}}, []kernel.ID{one, two}},
			"the same name alone":          {Terms{Names: []string{"Peeters"}}, nil},
			"another birth":                {Terms{Births: []string{"Peeters 2024-03-02"}}, nil},
			"nothing":                      {Terms{}, nil},
		} {
			var got []kernel.ID
			err := d.Read(ctx, func(q db.Querier) (err error) {
				got, err = v.FamiliesBy(ctx, q, north, tt.terms, 10)
				return err
			})
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, %v; want %v", name, got, err, tt.want)
			}
		}
	})
}

func TestAnIndexReplacesTheOneBefore(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		keep(t, d, v, north, one, fatima)
		many := make([]string, 40) // more than travels at once
		for i := range many {
			many[i] = fmt.Sprintf("Name%c%c", 'a'+i%26, 'a'+i/26)
		}
		for _, names := range [][]string{{"Peeters"}, many, {"Janssens"}} {
			write(t, d, func(q db.Querier) error { return v.Index(ctx, q, north, one, Terms{Names: names}) })
		}
		for typed, want := range map[string]int{"Peeters": 0, "Nameaa": 0, "Janssens": 1} {
			if got := search(t, d, v, north, typed); len(got) != want {
				t.Errorf("%s: %v", typed, got)
			}
		}
	})
}

func TestThePeopleOfAPageOpenTogether(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		v := newVault(t, 1)
		names := map[kernel.ID]string{"family1": "Amina", "family2": "Noor", "family3": "Idris", "family4": "Lina"}
		write(t, d, func(q db.Querier) error {
			for id, name := range names {
				f, err := v.Create(ctx, q, north, id)
				if err != nil {
					return err
				}
				if err := errors.Join(f.Put(ctx, q, "person/"+string(id), name), f.Put(ctx, q, "note/1", "rustig")); err != nil {
					return err
				}
			}
			_, err := q.ExecContext(ctx, `DELETE FROM vault_key WHERE family = 'family2'`)
			return err
		})
		open := func(alliance kernel.ID, ids ...kernel.ID) map[kernel.ID]string {
			got := map[kernel.ID]string{}
			err := d.Read(ctx, func(q db.Querier) error {
				return v.EachOf(ctx, q, alliance, ids, "person/", func(id kernel.ID, name string, decode func(any) error) error {
					var who string
					err := decode(&who)
					got[id] = name + " " + who
					return err
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		want := map[kernel.ID]string{"family1": "person/family1 Amina", "family3": "person/family3 Idris"}
		if got := open(north, "family1", "family2", "family3", "family9"); !maps.Equal(got, want) {
			t.Errorf("opened %v, want %v: the others have no key", got, want)
		}
		for what, got := range map[string]map[kernel.ID]string{"nobody": open(north), "another alliance": open(south, "family1")} {
			if len(got) != 0 {
				t.Errorf("%s opens %v", what, got)
			}
		}
	})
}
