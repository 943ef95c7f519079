package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// share is what one town of the demonstration is filled with.
type share struct {
	town     string
	homes    []kernel.PostalCode
	surnames []string
	workers  []string // who keep the files, in turn
	families int
}

// shares come to three hundred files.
var shares = []share{
	{"leuven", []kernel.PostalCode{"3000", "3001", "3010", "3012", "3018"}, lastFlemish, []string{"aicha", "bram", "aicha", "goele"}, 130},
	{"kortenaken", []kernel.PostalCode{"3470", "3471", "3472", "3473"}, lastFlemish, []string{"griet", "stijn"}, 40},
	{"liege", []kernel.PostalCode{"4000", "4020", "4030", "4032"}, lastWalloon, []string{"nadia", "luc"}, 90},
	{"rivierenland", []kernel.PostalCode{"2800", "2812", "2850"}, lastFlemish, []string{"tom", "ines"}, 40},
}

// taken are the programmes that each town has switched on, with what its
// coordinator had to decide.
var taken = []struct {
	town, by, template string
	params             map[string]string
	partners           map[string]programmes.Part
	draft              bool // something is not published: the coordinator has yet to decide
}{
	{"leuven", "katrien", "leuven-kirikou", nil, map[string]programmes.Part{"kirikou": programmes.HandsOut}, false},
	{"leuven", "katrien", "leuven-velokadee", nil, map[string]programmes.Part{"velokadee": programmes.HandsOut}, true},
	{"leuven", "katrien", "leuven-parelcoaching", nil, map[string]programmes.Part{"lampeke": programmes.HandsOut}, false},
	{"kortenaken", "stijn", "kortenaken-kikaz", nil, map[string]programmes.Part{"pharmacy": programmes.Redeems, "ocmw": programmes.HandsOut}, false},
	{"liege", "marc", "liege-parent-child-space", nil, map[string]programmes.Part{"resto": programmes.HandsOut}, false},
	{"rivierenland", "ines", "boom-school-bag", map[string]string{"months_valid": "12"}, map[string]programmes.Part{"swap": programmes.Redeems}, false},
	{"rivierenland", "ines", "mechelen-go-team", map[string]string{"families_each": "8"}, map[string]programmes.Part{"goteam": programmes.HandsOut}, false},
}

// Programmes switches on in each town what it has.
func Programmes(ctx context.Context, a *app.App, towns []Town) error {
	for _, p := range taken {
		t := called(towns, p.town)
		in := programmes.New{Template: p.template, Params: p.params, Draft: p.draft}
		for org, part := range p.partners {
			in.Partners = append(in.Partners, programmes.Partner{Org: t.Orgs[org].ID, Part: part})
		}
		if _, err := a.Programmes.SwitchOn(t.As(ctx, p.by), in); err != nil {
			return fmt.Errorf("demonstration: %s: %w", p.template, err)
		}
	}
	return nil
}

func called(towns []Town, slug string) Town {
	for _, t := range towns {
		if t.Slug == slug {
			return t
		}
	}
	panic("demo: no town " + slug)
}

// Families opens the files of every town, tells what was said in a first talk,
// and lets some of the work go on: claims, and referrals in every state. It
// answers with how many files there are.
func Families(ctx context.Context, a *app.App, towns []Town, now time.Time) (int, error) {
	n := 0
	for i, s := range shares {
		t := called(towns, s.town)
		m := NewMaker(i, kernel.InstantOf(now).Date())
		for j := range s.families {
			if err := ctx.Err(); err != nil {
				return n, err
			}
			worker := s.workers[j%len(s.workers)]
			if err := oneFamily(t.As(ctx, worker), a, m, s, j); err != nil {
				return n, fmt.Errorf("demonstration of %s: %w", s.town, err)
			}
			n++
		}
		if err := send(ctx, a, t, m, s); err != nil {
			return n, fmt.Errorf("demonstration of %s: %w", s.town, err)
		}
		if err := expect(t.As(ctx, s.workers[0]), a); err != nil {
			return n, fmt.Errorf("demonstration of %s: the hand-out: %w", s.town, err)
		}
		if _, err := a.Reach.Begin(ctx, t.ID); err != nil { // the queue walks over the files meanwhile
			return n, fmt.Errorf("demonstration of %s: %w", s.town, err)
		}
	}
	return n, nil
}

func oneFamily(ctx context.Context, a *app.App, m *Maker, s share, j int) error {
	made := m.Family(s.homes[m.IntN(len(s.homes))], s.surnames)
	made.Family.Anyway = true // chance may give two mothers one name
	f, err := a.Families.Open(ctx, made.Family)
	if err != nil {
		return err
	}
	file, err := a.Families.Read(ctx, f.ID, families.ForCare)
	if err != nil {
		return err
	}
	if _, err := a.Families.RecordFacts(ctx, f.ID, 0, made.Facts(file.Persons)); err != nil {
		return err
	}
	if j%3 != 0 {
		return nil
	}
	return claims(ctx, a, f.ID, j/3)
}

// refusals are why claims are refused: for two reasons alone, so that in a town of
// a hundred families each is given to enough of them to be shown.
var refusals = [...]rights.Reason{rights.ByDocuments, rights.ByIncome}

// claims opens a claim for the first right of a family that is certain, and lets
// it go on to one of six ends.
func claims(ctx context.Context, a *app.App, family kernel.ID, end int) error {
	found, err := a.Rights.Find(ctx, family, kernel.NL)
	if err != nil {
		return err
	}
	for _, r := range found.Result.Rights {
		for _, s := range found.Standings(r) {
			if s.Status == rules.Entitled && s.ToAsk() {
				c, err := a.Rights.Claim(ctx, family, rights.New{Right: r.ID, Person: s.Person})
				if err != nil || end%6 == 0 {
					return err
				}
				if c, err = a.Rights.Apply(ctx, c.ID, c.Version, "", ""); err != nil {
					return err
				}
				switch end % 6 {
				case 2, 5:
					_, err = a.Rights.Grant(ctx, c.ID, c.Version, "", 0, "")
				case 3, 4:
					_, err = a.Rights.Refuse(ctx, c.ID, c.Version, "", refusals[end%2], "")
				}
				return err
			}
		}
	}
	return nil
}

// routes are who refers to whom in each town.
var routes = map[string]struct{ from, to, answers string }{
	"leuven":       {"lies", "team", "aicha"},
	"kortenaken":   {"an", "ocmw", "griet"},
	"liege":        {"elise", "team", "nadia"},
	"rivierenland": {"dirk", "goteam", "tom"},
}

// send makes a dozen referrals and lets them come as far as chance has it.
func send(ctx context.Context, a *app.App, t Town, m *Maker, s share) error {
	route := routes[t.Slug]
	sender, receiver := t.As(ctx, route.from), t.As(ctx, route.answers)
	for i := range 12 {
		made := m.Family(s.homes[m.IntN(len(s.homes))], s.surnames)
		made.Family.Anyway = true
		receipt, err := a.Referrals.Send(sender, referrals.NewReferral{
			To: t.Orgs[route.to].ID, Sketch: made.Family,
			Why:   "Er is te weinig geld voor spullen voor de kinderen, en de papieren zijn moeilijk.",
			Asked: "Kijken welke rechten en welk aanbod er zijn.",
			Told:  referrals.Told{How: referrals.Together, On: m.today, Agrees: true},
		})
		if err != nil {
			return err
		}
		if err := goOn(receiver, a, receipt.ID, m, i); err != nil {
			return err
		}
	}
	return nil
}

// goOn lets the receiver of a referral take n steps with it, of five.
func goOn(ctx context.Context, a *app.App, id kernel.ID, m *Maker, n int) error {
	steps := []func() error{
		func() error { _, err := a.Referrals.Accept(ctx, id); return err },
		func() error {
			at := m.today.AddDays(1).Time().Add(time.Duration(9+m.IntN(7)) * time.Hour)
			_, err := a.Referrals.Schedule(ctx, id, kernel.InstantOf(at), "")
			return err
		},
		func() error { _, err := a.Referrals.Arrived(ctx, id); return err },
		func() error { _, err := a.Referrals.Close(ctx, id, referrals.Helped); return err },
	}
	for _, step := range steps[:n%(len(steps)+1)] {
		if err := step(); err != nil {
			if kernel.CodeOf(err) == kernel.Conflict {
				return nil // an appointment that is still to come cannot have been kept
			}
			return errors.Join(err)
		}
	}
	return nil
}
