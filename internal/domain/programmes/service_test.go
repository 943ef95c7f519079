package programmes

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestATemplateIsTakenOver(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		in := bikes()
		in.Partners = []Partner{{w.shop, HandsOut}, {w.house, Lead}}
		in.Budget = 1_500_00
		in.To = "2027-12-31"
		p := must(w.SwitchOn(w.katrien, in))
		if p.State != On || p.Version != 1 || p.From != "2026-11-23" || p.OpenedOrg != w.office {
			t.Errorf("made %+v", p)
		}
		if !slices.Equal(p.Municipalities, []kernel.NIS{"24062"}) {
			t.Errorf("it is for %v, want the alliance's own municipality", p.Municipalities)
		}
		if c, set := p.Cents("price"); !set || c != 12_00 {
			t.Errorf("the price is %v, %v", c, set)
		}
		if _, set := p.Count("bikes"); set {
			t.Error("nobody said how many bicycles there are")
		}
		read := must(w.Programme(w.aicha, p.ID))
		if !reflect.DeepEqual(read, p) {
			t.Errorf("read %+v\nmade %+v", read, p)
		}
		if read.Name().NL != "VELOKadee" || len(read.Offers()) != 1 || read.Of() == nil {
			t.Errorf("it is called %q", read.Name().NL)
		}
		if held := w.relations(p.ID); len(held) != 2 || !held[w.shop] || !held[w.house] {
			t.Errorf("partners by policy: %v", held)
		}
		if n := w.records(p.ID); n != 1 {
			t.Errorf("%d records, want one", n)
		}
		if len(*w.told) == 0 || (*w.told)[len(*w.told)-1] != (Changed{p.ID, On}) {
			t.Errorf("told %v", *w.told)
		}
	})
}

func TestWithoutALeadTheActorsOrganisationLeads(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		if !slices.Equal(p.Partners, []Partner{{w.office, Lead}}) {
			t.Errorf("partners %v", p.Partners)
		}
	})
}

func TestWhatCannotBeSwitchedOnIsToldAndNotKept(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		for name, tt := range map[string]struct {
			ctx    context.Context
			change func(*New)
			want   string
		}{
			"a template that is none":          {w.katrien, func(n *New) { n.Template = "nothing" }, "invalid programme.template template"},
			"a price that nobody decided":      {w.katrien, func(n *New) { delete(n.Params, "price") }, "invalid programme.param.required params.price"},
			"a price that cannot be":           {w.katrien, func(n *New) { n.Params["price"] = "much" }, "invalid amount params.price"},
			"two things at once":               {w.katrien, func(n *New) { n.Params = nil }, "invalid programme.param.required params.price, invalid programme.param.required params.age_to"},
			"an end before the beginning":      {w.katrien, func(n *New) { n.From, n.To = "2027-02-01", "2027-01-31" }, "invalid programme.period to"},
			"an end that is past":              {w.katrien, func(n *New) { n.From, n.To = "2026-01-01", "2026-11-22" }, "invalid programme.over to"},
			"a day that does not exist":        {w.katrien, func(n *New) { n.From = "2026-02-30" }, "invalid date from"},
			"a budget below nothing":           {w.katrien, func(n *New) { n.Budget = -1 }, "invalid programme.budget budget"},
			"a municipality that is none":      {w.katrien, func(n *New) { n.Municipalities = []kernel.NIS{"99999"} }, "invalid nis municipalities"},
			"a partner nobody knows":           {w.katrien, func(n *New) { n.Partners = []Partner{{kernel.NewID(), HandsOut}} }, "invalid programme.partner partners"},
			"a partner of another alliance":    {w.katrien, func(n *New) { n.Partners = []Partner{{w.stranger, HandsOut}} }, "invalid programme.partner partners"},
			"a part that is none":              {w.katrien, func(n *New) { n.Partners = []Partner{{w.shop, "boss"}} }, "invalid programme.partner partners"},
			"a partner twice in the same part": {w.katrien, func(n *New) { n.Partners = []Partner{{w.shop, Redeems}, {w.shop, Redeems}} }, "invalid programme.partner.twice partners"},
			"a name in one language":           {w.katrien, func(n *New) { n.Overrides.Names.NL = "Fietsen" }, "invalid programme.text names.fr, invalid programme.text names.de, invalid programme.text names.en"},
			"a name of nothing but space":      {w.katrien, func(n *New) { n.Overrides.Names = kernel.Text{NL: "a", FR: " ", DE: "a", EN: "a"} }, "invalid programme.text names.fr"},
			"a caseworker":                     {w.aicha, func(*New) {}, "forbidden role"},
			"nobody":                           {context.Background(), func(*New) {}, "unauthenticated sign_in"},
		} {
			t.Run(name, func(t *testing.T) {
				in := bikes()
				tt.change(&in)
				_, err := w.SwitchOn(tt.ctx, in)
				wants(t, "SwitchOn", err, tt.want)
			})
		}
		if page := must(w.List(w.katrien, Query{})); len(page.Rows) != 0 {
			t.Errorf("%d programmes were kept", len(page.Rows))
		}
	})
}

func TestADraftMayBeIncompleteUntilItStarts(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		in := bikes()
		in.Draft, in.Params = true, map[string]string{"age_to": "10"}
		p := must(w.SwitchOn(w.katrien, in))
		if p.State != Draft {
			t.Fatalf("state %s", p.State)
		}
		_, err := w.Start(w.katrien, p.ID)
		wants(t, "Start", err, "invalid programme.param.required params.price")
		p = must(w.Change(w.katrien, p.ID, Edit{Version: p.Version, From: p.From, Partners: p.Partners, Municipalities: p.Municipalities,
			Params: map[string]string{"age_to": "10", "price": "15,50"}}))
		p = must(w.Start(w.katrien, p.ID))
		if p.State != On || p.Version != 3 {
			t.Errorf("state %s, version %d", p.State, p.Version)
		}
	})
}

// edit is what a form would send back unchanged.
func edit(p Programme) Edit {
	return Edit{Version: p.Version, Params: p.Params, Partners: p.Partners, Municipalities: p.Municipalities, From: p.From, To: p.To,
		Budget: p.Budget, Overrides: p.Overrides}
}

func TestAnEditFromAnOlderVersionIsStale(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		first, second := edit(p), edit(p)
		first.Budget = 500_00
		second.To = "2027-06-30"
		p2 := must(w.Change(w.katrien, p.ID, first))
		_, err := w.Change(w.katrien, p.ID, second)
		wants(t, "the second edit", err, "conflict stale, conflict stale.field budget, conflict stale.field to")
		if again := must(w.Programme(w.katrien, p.ID)); !reflect.DeepEqual(again, p2) {
			t.Errorf("after the refusal %+v, want %+v", again, p2)
		}
	})
}

func TestAnEditThatChangesNothingLeavesTheVersion(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		in := bikes()
		in.Partners = []Partner{{w.shop, Redeems}, {w.house, HandsOut}, {w.office, Lead}}
		p := must(w.SwitchOn(w.katrien, in))
		told := len(*w.told)
		e := edit(p)
		e.Partners = []Partner{p.Partners[2], p.Partners[0], p.Partners[1]}
		if q := must(w.Change(w.katrien, p.ID, e)); q.Version != 1 {
			t.Errorf("version %d", q.Version)
		}
		if len(*w.told) != told {
			t.Error("others were told of a change that was none")
		}
	})
}

func TestOneThatIsOnMustStayComplete(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		e := edit(p)
		e.Params = map[string]string{"age_to": "10"}
		e.Partners = []Partner{{w.shop, HandsOut}}
		_, err := w.Change(w.katrien, p.ID, e)
		wants(t, "Change", err, "invalid programme.partner.lead partners, invalid programme.param.required params.price")
	})
}

func TestThePartnersOfAProgrammeFollowItsChanges(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		e := edit(p)
		e.Partners = []Partner{{w.house, Lead}, {w.house, HandsOut}, {w.shop, Redeems}}
		p = must(w.Change(w.katrien, p.ID, e))
		if held := w.relations(p.ID); len(held) != 2 || !held[w.house] || !held[w.shop] {
			t.Errorf("after the change %v", held)
		}
		p = must(w.End(w.katrien, p.ID))
		if held := w.relations(p.ID); len(held) != 0 {
			t.Errorf("after the end %v", held)
		}
		if p.To != "2026-11-23" || len(p.Partners) != 3 {
			t.Errorf("it ended on %s with %v", p.To, p.Partners)
		}
		_, err := w.Change(w.katrien, p.ID, edit(p))
		wants(t, "a change after the end", err, "conflict programme.ended")
	})
}

// The ways between states, written a second time and in another form.
func TestAProgrammeMovesOnlyAlongItsWays(t *testing.T) {
	type move struct {
		name string
		do   func(*Service, context.Context, kernel.ID) (Programme, error)
		from string // the states in which it works
		to   State
	}
	moves := []move{
		{"start", (*Service).Start, "draft paused", On},
		{"pause", (*Service).Pause, "on", Paused},
		{"resume", (*Service).Resume, "draft paused", On},
		{"end", (*Service).End, "draft on paused", Ended},
	}
	// each path leads to a state
	paths := map[State][]int{Draft: {}, On: {0}, Paused: {0, 1}, Ended: {3}}
	inTown(t, func(t *testing.T, w *town) {
		for state, path := range paths {
			for _, m := range moves {
				in := bikes()
				in.Draft = true
				p := must(w.SwitchOn(w.katrien, in))
				for _, step := range path {
					p = must(moves[step].do(w.Service, w.katrien, p.ID))
				}
				after, err := m.do(w.Service, w.katrien, p.ID)
				if slices.Contains(split(m.from), string(state)) {
					if err != nil || after.State != m.to {
						t.Errorf("%s a programme that is %s: %s, %v", m.name, state, after.State, err)
					}
					continue
				}
				wants(t, m.name+" a programme that is "+string(state), err, "conflict programme.state."+string(state))
			}
		}
	})
}

func TestOfManyEditsFromOneVersionOneWins(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		p := must(w.SwitchOn(w.katrien, bikes()))
		var wg sync.WaitGroup
		won := make(chan kernel.Cents, 20)
		for i := range 20 {
			wg.Go(func() {
				e := edit(p)
				e.Budget = kernel.Cents(100 * (i + 1))
				after, err := w.Change(w.katrien, p.ID, e)
				switch kernel.CodeOf(err) {
				case "":
					won <- after.Budget
				case kernel.Conflict:
				default:
					t.Errorf("Change = %v", err)
				}
			})
		}
		wg.Wait()
		close(won)
		if len(won) != 1 {
			t.Fatalf("%d edits won", len(won))
		}
		if read := must(w.Programme(w.katrien, p.ID)); read.Budget != <-won || read.Version != 2 {
			t.Errorf("budget %v, version %d", read.Budget, read.Version)
		}
	})
}
