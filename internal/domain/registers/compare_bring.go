package registers

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/codes"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// fewest is the least number of people that a list must have to be compared.
const fewest = 10

// walkAtOnce is how many families are compared in one look.
const walkAtOnce = 200

// Brought is a list as far as it could be turned into codes.
type Brought struct {
	codes.List
	LeftOut []Fault // rows of which too little is known
}

// Codes turns a list of people into codes. Which columns are names, birth and
// number shows what they are called; a list in which that is not to be seen is
// Invalid ("compare.columns").
func Codes(key codes.Key, l *lists.List, today kernel.Date, fictional bool) (b Brought, err error) {
	at := map[string]int{}
	for i, head := range l.Head {
		if what := lists.Known(head); what != "" {
			if _, twice := at[what]; !twice {
				at[what] = i
			}
		}
	}
	_, number := at[lists.INSZ]
	_, first := at[lists.First]
	_, last := at[lists.Last]
	birth, born := at[lists.Birth]
	if !number && !(first && last && born) {
		return b, kernel.NewInvalid("compare.columns")
	}
	order := lists.DayFirst
	if born {
		order, _ = lists.OrderOf(l.Column(birth), today)
	}
	b.Run = key.Run()
	for _, row := range l.Rows {
		if row.Wrong != "" {
			b.LeftOut = append(b.LeftOut, Fault{Line: row.Line, Column: -1, Reason: "register.row." + row.Wrong})
			continue
		}
		cell := func(what string) string {
			if i, there := at[what]; there {
				return row.Cells[i]
			}
			return ""
		}
		p := codes.Person{First: cell(lists.First), Last: cell(lists.Last)}
		if day, err := lists.Day(cell(lists.Birth), order, today); err == nil {
			p.Birth = day
		}
		if n, err := kernel.AcceptINSZ(cell(lists.INSZ), today, fictional); err == nil {
			p.INSZ = n
		}
		if made := key.Of(p); len(made) > 0 {
			b.People = append(b.People, made)
		} else {
			b.LeftOut = append(b.LeftOut, Fault{Line: row.Line, Column: -1, Reason: "register.who"})
		}
	}
	b.Sort()
	return b, nil
}

// Bring compares a list with the files of the alliance: codes that were made
// elsewhere, or a list of which codes are made here and now. Neither is kept. What
// comes of it are figures; the key is destroyed with them.
func (s *Service) Bring(ctx context.Context, id kernel.ID, data []byte) (leftOut int, err error) {
	var c Comparison
	var key codes.Key
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		if c, key, err = s.bringing(ctx, a, id); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "compare.bring", Subject: id})
	})
	if err != nil {
		return 0, err
	}
	b, err := s.read(key, data)
	if err == nil && len(b.People) < fewest {
		err = kernel.NewInvalid("compare.few").With("limit", strconv.Itoa(fewest))
	}
	if err != nil {
		var faults kernel.Faults
		faults.Check("list", err)
		return 0, faults.Err()
	}
	found, err := s.match(act.As(ctx, policy.SystemActor(act.ActorOf(ctx).Alliance)), c, key, b.List)
	if err != nil {
		return 0, err
	}
	return len(b.LeftOut), s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.compare", ""); err != nil {
			return err
		}
		if c, _, err = s.bringing(ctx, a, id); err != nil { // another was quicker
			return err
		}
		c.Outcome = found.outcome
		for _, family := range found.own {
			if err := insertMatch(ctx, a, a.Alliance(), id, family); err != nil {
				return err
			}
		}
		return s.finish(ctx, a, c, Compared)
	})
}

func (s *Service) read(key codes.Key, data []byte) (b Brought, err error) {
	if codes.IsList(data) {
		b.List, err = codes.Read(data)
		if err == nil && b.Run != key.Run() {
			err = kernel.NewInvalid("codes.list")
		}
		return b, err
	}
	l, err := lists.Read(data)
	if err != nil {
		return b, err
	}
	return Codes(key, l, kernel.InstantOf(s.Acts.Now()).Date(), s.Fictional)
}

// matched is what a comparison found.
type matched struct {
	outcome Outcome
	own     []kernel.ID
}

// match walks over all open files and finds those who are on a list.
func (s *Service) match(ctx context.Context, c Comparison, key codes.Key, l codes.List) (found matched, err error) {
	listed := map[string]bool{}
	for _, person := range l.People {
		for _, code := range person {
			listed[code] = true
		}
	}
	homes, rights := map[kernel.ID]kernel.PostalCode{}, map[kernel.ID][]string{}
	holder := policy.Actor{Alliance: act.ActorOf(ctx).Alliance, Org: c.Org, Roles: []policy.Role{policy.Caseworker}}
	for after := kernel.ID(""); ; {
		var all []families.Household
		err := s.Acts.Look(ctx, func(a *act.Act) (err error) {
			if err := a.Allow(ctx, "system.work", ""); err != nil {
				return err
			}
			if all, err = s.Families.HouseholdsIn(ctx, a, after, walkAtOnce); err != nil {
				return err
			}
			var ids []kernel.ID
			for _, h := range all {
				if isListed(key, listed, h) {
					homes[h.Family], ids = h.PostalCode, append(ids, h.Family)
				}
			}
			unasked, err := s.Reach.UnaskedIn(ctx, a, ids)
			maps.Copy(rights, unasked)
			for _, id := range ids {
				if !c.OwnClients || err != nil {
					break
				}
				_, no := policy.Decide(ctx, a, holder, "register.enter", id, a.Now)
				switch kernel.CodeOf(no) {
				case "":
					found.own = append(found.own, id)
				case kernel.Internal:
					err = no
				}
			}
			return err
		})
		if err != nil {
			return found, err
		}
		if len(all) < walkAtOnce {
			break
		}
		after = all[len(all)-1].Family
	}
	slices.Sort(found.own)
	found.own = slices.Compact(found.own)
	found.outcome = outcomeOf(int64(len(l.People)), homes, rights)
	return found, nil
}

func isListed(key codes.Key, listed map[string]bool, h families.Household) bool {
	for _, p := range h.Persons {
		for _, code := range key.Of(codes.Person{First: p.First, Last: p.Last, Birth: p.Birth, INSZ: p.INSZ}) {
			if listed[code] {
				return true
			}
		}
	}
	return false
}

// outcomeOf counts. Each right stands by itself and is kept back by itself: no
// sum of several is shown.
func outcomeOf(people int64, homes map[kernel.ID]kernel.PostalCode, rights map[kernel.ID][]string) (o Outcome) {
	o.People = fives(people)
	all := slices.Collect(maps.Keys(homes))
	o.Matched, o.Areas = areasOf(all, homes)
	with := map[string][]kernel.ID{}
	for family, some := range rights {
		for _, right := range some {
			with[right] = append(with[right], family)
		}
	}
	for _, right := range slices.Sorted(maps.Keys(with)) {
		c := Counted{Right: right}
		c.Families, c.Areas = areasOf(with[right], homes)
		o.Rights = append(o.Rights, c)
	}
	return o
}

// areasOf counts families by where they live, and all of them.
func areasOf(ids []kernel.ID, homes map[kernel.ID]kernel.PostalCode) (all few.Figure, areas []Area) {
	counts := map[kernel.PostalCode]int64{}
	for _, id := range ids {
		counts[homes[id]]++
	}
	codes := slices.Sorted(maps.Keys(counts))
	var column [][]int64
	for _, code := range codes {
		column = append(column, []int64{counts[code]})
	}
	if len(column) == 0 {
		return few.Figure{}, nil
	}
	hidden := few.Hide(column)
	for i, code := range codes {
		areas = append(areas, Area{code, roundedFigure(hidden[i][0])})
	}
	return roundedFigure(hidden[len(hidden)-1][0]), areas
}

func roundedFigure(f few.Figure) few.Figure {
	f.N = fives(f.N)
	return f
}

func fives(n int64) int64 { return (n + 2) / 5 * 5 }

// endOverdue ends the comparisons whose term is over, and destroys their keys.
func (s *Service) endOverdue(ctx context.Context, k runKey) error {
	ctx = act.As(ctx, policy.SystemActor(k.alliance))
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		c, err := loadComparison(ctx, a, k.alliance, k.id)
		if err != nil {
			return err
		}
		if c.Stage != Proposed && c.Stage != Agreed {
			return a.Record(ctx, act.Entry{Action: "compare.end", Subject: c.ID, Detail: map[string]string{"stage": string(c.Stage)}})
		}
		return s.finish(ctx, a, c, Ended)
	})
}
