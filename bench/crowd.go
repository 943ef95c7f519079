package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// crowd is who is in the database: offices with a worker each, who keep their
// share of the families.
type crowd struct {
	Alliance kernel.ID
	Workers  []keeper
}

type keeper struct {
	Worker, Org kernel.ID
	Cookie      string
	Families    []kernel.ID
}

// each is how many files one worker keeps.
const each = 1000

var surnames = []string{"Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "Aerts", "Dubois", "Lambert",
	"Dupont", "Martin", "Simon", "Diallo", "Benali", "Haddad", "Nguyen", "Demir", "Hermans", "Michiels", "Pauwels", "Verhoeven", "Stevens"}

// gather takes the crowd that path remembers, or makes one and remembers it.
func gather(ctx context.Context, house *app.App, n int, path string) (c crowd, err error) {
	if known, err := os.ReadFile(path); err == nil {
		if err := json.Unmarshal(known, &c); err != nil {
			return c, err
		}
		return c, c.signIn(ctx, house)
	}
	if c, err = populate(ctx, house, n); err != nil {
		return c, err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	return c, os.WriteFile(path, text, 0o600)
}

// populate makes the families, a hundred to an act, through the services that
// people use.
func populate(ctx context.Context, house *app.App, n int) (crowd, error) {
	began := time.Now()
	alliance, err := house.Members.Found(ctx, members.Alliance{Slug: "bench", Municipalities: []kernel.NIS{"24062"},
		Name: kernel.Text{NL: "Bench", FR: "Bench", DE: "Bench", EN: "Bench"}})
	if err != nil {
		return crowd{}, err
	}
	c := crowd{Alliance: alliance.ID}
	admin := act.As(ctx, policy.Actor{Alliance: alliance.ID, Person: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	maker := demo.NewMaker(7, kernel.InstantOf(time.Now()).Date())
	for i := 0; i*each < n; i++ {
		org, err := house.Members.AddOrganisation(admin, members.Organisation{Name: fmt.Sprintf("Office %d", i), Kind: members.OCMW})
		if err != nil {
			return c, err
		}
		worker, err := house.Members.AddWorker(admin, members.Worker{Name: fmt.Sprintf("Worker %d", i), Lang: kernel.NL,
			Mail: kernel.Email(fmt.Sprintf("w%d@bench.example", i))}, org.ID, policy.Caseworker)
		if err != nil {
			return c, err
		}
		k := keeper{Worker: worker.ID, Org: org.ID}
		as := act.As(ctx, policy.Actor{Alliance: alliance.ID, Person: worker.ID, Org: org.ID, Roles: []policy.Role{policy.Caseworker}})
		for len(k.Families) < min(each, n-i*each) {
			batch := min(100, n-i*each-len(k.Families))
			ids, err := open(as, house, maker, batch)
			if err != nil {
				return c, err
			}
			k.Families = append(k.Families, ids...)
		}
		c.Workers = append(c.Workers, k)
		if (i+1)%5 == 0 {
			log.Printf("%d families after %s", min(n, (i+1)*each), time.Since(began).Round(time.Second))
		}
	}
	return c, c.signIn(ctx, house)
}

// signIn lets everybody come in: a session of an earlier day has ended.
func (c crowd) signIn(ctx context.Context, house *app.App) (err error) {
	for i, k := range c.Workers {
		if c.Workers[i].Cookie, err = house.Members.SignInAs(ctx, c.Alliance, k.Worker, k.Org); err != nil {
			return err
		}
	}
	return nil
}

func open(ctx context.Context, house *app.App, maker *demo.Maker, n int) (ids []kernel.ID, err error) {
	crowd := make([]demo.Made, n)
	for i := range crowd {
		crowd[i] = maker.Family("3000", surnames)
		crowd[i].Family.Anyway = true
	}
	err = house.Acts.Do(ctx, func(a *act.Act) error {
		ids = ids[:0]
		for _, made := range crowd {
			f, err := house.Families.OpenIn(ctx, a, made.Family)
			if err != nil {
				return err
			}
			if err := a.Allow(ctx, "family.change", f.ID); err != nil {
				return err
			}
			file, err := house.Families.ReadIn(ctx, a, f.ID)
			if err != nil {
				return err
			}
			if _, err := house.Families.RecordFactsIn(ctx, a, f.ID, 0, made.Facts(file.Persons)); err != nil {
				return err
			}
			ids = append(ids, f.ID)
		}
		return nil
	})
	return ids, err
}

// questions are what is asked, each of another worker and family in turn.
func questions(c crowd, house, bare string) []question {
	get := func(base, path, cookie string) *http.Request {
		r, err := http.NewRequest(http.MethodGet, base+path, nil)
		if err != nil {
			panic(err) // cannot happen: the addresses are written here
		}
		r.AddCookie(&http.Cookie{Name: "session", Value: cookie})
		return r
	}
	who := func(n int) (keeper, kernel.ID) {
		k := c.Workers[n*7919%len(c.Workers)]
		return k, k.Families[n*104729%len(k.Families)]
	}
	family := func(prefix, suffix string) func(int) *http.Request {
		return func(n int) *http.Request {
			k, id := who(n)
			return get(house, prefix+string(id)+suffix, k.Cookie)
		}
	}
	bareFamily := func(n int) *http.Request { _, id := who(n); return get(bare, "/family/"+string(id), "") }
	bareList := func(n int) *http.Request { _, id := who(n); return get(bare, "/list/"+string(id), "") }
	search := func(typed func(n int) string) func(int) *http.Request {
		return func(n int) *http.Request {
			k, _ := who(n)
			r, err := http.NewRequest(http.MethodPost, house+"/search", strings.NewReader(url.Values{"q": {typed(n)}}.Encode()))
			if err != nil {
				panic(err) // cannot happen: the address is written here
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: "session", Value: k.Cookie})
			return r
		}
	}
	return []question{
		{"open a file, with its record", family("/families/", ""), bareFamily},
		{"list of one's families", func(n int) *http.Request { k, _ := who(n); return get(house, "/families", k.Cookie) }, bareList},
		{"search by a name of thousands", search(func(n int) string { return surnames[n%len(surnames)] }), bareList},
		{"search by a telephone number", search(func(n int) string { return kernel.FictionalPhone(n).Display() }), bareList},
		{"search by a name that nobody has", search(func(int) string { return "Zoutleeuw" }), bareList},
		{"all rights of a family, explained", family("/families/", "/rights"), bareFamily},
	}
}

// bareReads answers with the same rows as JSON, straight from the database.
func bareReads(d *db.DB, alliance kernel.ID) http.Handler {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, r *http.Request, queries ...string) {
		var out []any
		err := d.Read(r.Context(), func(q db.Querier) error {
			for _, query := range queries {
				rows, err := q.QueryContext(r.Context(), query, alliance, r.PathValue("id"))
				if err != nil {
					return err
				}
				defer rows.Close()
				columns, err := rows.Columns()
				if err != nil {
					return err
				}
				for rows.Next() {
					cells, into := make([]any, len(columns)), make([]any, len(columns))
					for i := range cells {
						into[i] = &cells[i]
					}
					if err := rows.Scan(into...); err != nil {
						return err
					}
					out = append(out, cells)
				}
				if err := rows.Err(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(out)
	}
	mux.HandleFunc("GET /family/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, `SELECT * FROM family WHERE alliance = $1 AND id = $2`,
			`SELECT * FROM family_person WHERE alliance = $1 AND family = $2`,
			`SELECT * FROM family_fact WHERE alliance = $1 AND family = $2`,
			`SELECT * FROM vault_entry WHERE alliance = $1 AND family = $2`,
			`SELECT * FROM family_event WHERE alliance = $1 AND family = $2`)
	})
	mux.HandleFunc("GET /list/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, `SELECT f.*, e.sealed FROM family f JOIN vault_entry e ON e.alliance = f.alliance AND e.family = f.id
			WHERE f.alliance = $1 AND f.id >= $2 ORDER BY f.id LIMIT 75`)
	})
	return mux
}
