package families

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Undoable is how long two files that were joined can be parted again.
const Undoable = 30 * 24 * time.Hour

// Merge is two files of the same people, joined. All that is known stands in
// the kept one; the number of the other leads to it.
type Merge struct {
	ID        kernel.ID
	Kept      kernel.ID
	Gone      kernel.ID
	MergedAt  kernel.Instant
	MergedBy  kernel.ID
	MergedOrg kernel.ID
	Until     kernel.Instant // before which it can be undone
	PartedAt  kernel.Instant // zero: it holds
	PartedBy  kernel.ID
	SettledAt kernel.Instant // when the emptied file was cleared away; zero: not yet
}

// Merged tells that all that was kept of one family is kept of another from
// now. Persons are the people of the former who stand in the latter already:
// what was of the one is of the other now. All others came along with their
// number.
type Merged struct {
	Merge, Kept, Gone kernel.ID
	Persons           map[kernel.ID]kernel.ID
}

// Parted tells that a merge was undone: what came along goes back, and of what
// came since, that which is about those who go Back.
type Parted struct {
	Merge, Kept, Gone kernel.ID
	Back              []kernel.ID
}

// Which is one of the two files.
type Which string

// The two files.
const (
	InKept Which = "kept"
	InGone Which = "gone"
)

// Merging says which file goes into which, and how, as decided by somebody who
// saw both side by side.
type Merging struct {
	Kept, Gone kernel.ID
	// The versions of the two files that were seen; a change since then is
	// Conflict ("stale").
	KeptVersion, GoneVersion int64
	// Same says who in the file that goes is who in the file that stays. The
	// others come along.
	Same map[kernel.ID]kernel.ID
	// Choose says for each [Difference], by its field, what holds.
	Choose map[string]Which
}

// Difference is one thing that the two files say differently.
type Difference struct {
	Field     string    // names it in [Merging]
	Person    kernel.ID // of the file that stays; zero: the family
	Key       string    // of a fact; otherwise "first", "last", "insz", "address", "only_via" or "hours"
	Kept      Fact      // zero unless it is a fact
	Gone      Fact
	KeptText  string // unless it is a fact
	GoneText  string
	Suggested Which
}

// IsFact tells whether the two files differ in a fact.
func (d Difference) IsFact() bool { return d.Kept.Key != "" }

// SideBySide is two files as somebody sees them who may join them.
type SideBySide struct {
	Kept, Gone  File
	Same        map[kernel.ID]kernel.ID // as in [Merging]: as asked, or as it seems
	Differences []Difference
	Joining     []Carer // who comes into the care team
}

// Compare shows two files side by side to somebody who works with both, and
// leaves a record in each. Same says who is who; nil: as it seems.
func (s *Service) Compare(ctx context.Context, kept, gone kernel.ID, same map[kernel.ID]kernel.ID) (both SideBySide, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		t, err := s.together(ctx, a, kept, gone, same)
		if err != nil {
			return err
		}
		both = SideBySide{Same: t.same, Differences: t.differences(), Joining: t.joining()}
		if both.Kept, err = s.ReadIn(ctx, a, kept); err != nil {
			return err
		}
		if both.Gone, err = s.ReadIn(ctx, a, gone); err != nil {
			return err
		}
		for _, id := range []kernel.ID{kept, gone} {
			if err := a.Record(ctx, act.Entry{Action: "family.read", Subject: id, Detail: map[string]string{"part": "compare"}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return SideBySide{}, err
	}
	return both, nil
}

// half is one of two files that are joined.
type half struct {
	Family
	key     vault.Family
	persons []Person
	facts   []Fact // all that was ever recorded, oldest first
	contact Contact
	team    []Carer
}

func (h half) holding(today kernel.Date) []Fact {
	return holding(slices.DeleteFunc(slices.Clone(h.facts), func(x Fact) bool { return x.SupersededAt != "" }), today)
}

// pair is two files in one act.
type pair struct {
	kept, gone half
	same       map[kernel.ID]kernel.ID
	today      kernel.Date
	numbers    bool // the actor may see national numbers in both
}

// together opens two files for somebody who may join them: who keeps the one,
// and sees all of the other.
func (s *Service) together(ctx context.Context, a *act.Act, kept, gone kernel.ID, same map[kernel.ID]kernel.ID) (t pair, err error) {
	if kept == gone {
		return t, kernel.NewInvalid("family.merge_self").At("gone")
	}
	if err := a.Allow(ctx, "family.change", kept); err != nil {
		return t, err
	}
	t.today, t.numbers = a.Today(), true
	for _, id := range []kernel.ID{kept, gone} {
		if err := a.Allow(ctx, "family.merge", id); err != nil {
			return t, err
		}
		see, err := policy.SightOf(ctx, a, a.Actor, id, a.Now, false)
		if err != nil {
			return t, err
		}
		for _, g := range policy.Groups {
			if !see.Of(g) {
				return t, kernel.NewForbidden("family.merge_part")
			}
		}
		t.numbers = t.numbers && see.All
	}
	if t.kept, err = s.half(ctx, a, kept); err != nil {
		return t, err
	}
	if t.gone, err = s.half(ctx, a, gone); err != nil {
		return t, err
	}
	if err := t.kept.open(); err != nil {
		return t, err
	}
	if t.gone.State != StateOpen && t.gone.State != StateClosed {
		return t, kernel.NewConflict("family.closed").At("gone")
	}
	if same == nil {
		same = seemsSame(t.kept.persons, t.gone.persons)
	}
	t.same = same
	return t, t.check()
}

func (s *Service) half(ctx context.Context, a *act.Act, id kernel.ID) (h half, err error) {
	if h.Family, err = loadKept(ctx, a, id); err != nil {
		return h, err
	}
	if h.persons, h.key, err = s.peopleOf(ctx, a, id); err != nil {
		return h, err
	}
	if h.facts, err = factsOf(ctx, a, a.Alliance(), id, `1 = 1`); err != nil {
		return h, err
	}
	if h.team, err = carersOf(ctx, a, a.Alliance(), id); err != nil {
		return h, err
	}
	_, err = h.key.Get(ctx, a, "contact", &h.contact)
	return h, err
}

// seemsSame matches people who have one number, or one day of birth and a name
// in common. Two expected children of the same day are one.
func seemsSame(kept, gone []Person) map[kernel.ID]kernel.ID {
	same, taken := map[kernel.ID]kernel.ID{}, map[kernel.ID]bool{}
	match := func(alike func(k, g Person) bool) {
		for _, g := range present(gone) {
			for _, k := range present(kept) {
				if same[g.ID] == "" && !taken[k.ID] && (g.Role == Unborn) == (k.Role == Unborn) && alike(k, g) {
					same[g.ID], taken[k.ID] = k.ID, true
				}
			}
		}
	}
	match(func(k, g Person) bool { return k.INSZ != "" && k.INSZ == g.INSZ })
	match(func(k, g Person) bool {
		if k.Birth != g.Birth || k.Due != g.Due || k.Birth+k.Due == "" || k.INSZ != "" && g.INSZ != "" {
			return false
		}
		return k.Role == Unborn || k.First != "" && kernel.Fold(k.First) == kernel.Fold(g.First) || k.Last != "" && kernel.Fold(k.Last) == kernel.Fold(g.Last) && k.First+g.First == ""
	})
	return same
}

// check refuses a match of people who cannot be the same, and a household that
// cannot be.
func (t pair) check() error {
	var faults kernel.Faults
	taken := map[kernel.ID]bool{}
	for g, k := range t.same {
		i := slices.IndexFunc(t.gone.persons, func(p Person) bool { return p.ID == g && p.LeftOn == "" })
		j := slices.IndexFunc(t.kept.persons, func(p Person) bool { return p.ID == k && p.LeftOn == "" })
		if i < 0 || j < 0 || taken[k] || (t.gone.persons[i].Role == Unborn) != (t.kept.persons[j].Role == Unborn) {
			faults.Check("same."+string(g), kernel.NewInvalid("family.merge_person"))
		}
		taken[k] = true
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return household(append(present(t.kept.persons), present(t.coming())...))
}

// coming are the people who come along, in their roles in the file that stays:
// there is one applicant, and at most one partner.
func (t pair) coming() (coming []Person) {
	partner := slices.ContainsFunc(present(t.kept.persons), func(p Person) bool { return p.Role == Partner })
	for _, p := range t.gone.persons {
		if t.same[p.ID] != "" {
			continue
		}
		if p.Role == Applicant || p.Role == Partner {
			if p.LeftOn != "" || partner {
				p.Role = Other
			} else {
				p.Role, partner = Partner, true
			}
		}
		coming = append(coming, p)
	}
	return coming
}

// joining are the carers of the file that goes who are not in the other team.
func (t pair) joining() (joining []Carer) {
	for _, c := range t.gone.team {
		if !slices.ContainsFunc(t.kept.team, func(k Carer) bool { return k.Holder == c.Holder }) {
			joining = append(joining, c)
		}
	}
	return joining
}

// as is the person of the file that stays of whom something is said.
func (t pair) as(person kernel.ID) kernel.ID {
	if k := t.same[person]; k != "" {
		return k
	}
	return person
}

// differences are what the two say differently of today.
func (t pair) differences() (all []Difference) {
	text := func(person kernel.ID, key, kept, gone string) {
		if kept == "" || gone == "" || kept == gone {
			return
		}
		field := key
		if person != "" {
			field = string(person) + "." + key
		}
		all = append(all, Difference{Field: field, Person: person, Key: key, KeptText: kept, GoneText: gone, Suggested: InKept})
	}
	for _, k := range t.kept.persons {
		for _, g := range t.gone.persons {
			if t.same[g.ID] == k.ID {
				text(k.ID, "first", k.First, g.First)
				text(k.ID, "last", k.Last, g.Last)
				if t.numbers {
					text(k.ID, "insz", string(k.INSZ), string(g.INSZ))
				}
			}
		}
	}
	if !t.kept.says(t.gone) && !t.gone.says(t.kept) {
		text("", "address", t.kept.where(), t.gone.where())
	}
	text("", "only_via", t.kept.contact.Safe.OnlyVia, t.gone.contact.Safe.OnlyVia)
	text("", "hours", t.kept.contact.Safe.Hours, t.gone.contact.Safe.Hours)
	gone := t.gone.holding(t.today)
	for _, k := range t.kept.holding(t.today) {
		for _, g := range gone {
			if t.as(g.Person) == k.Person && g.Key == k.Key && string(g.Value) != string(k.Value) {
				all = append(all, Difference{Field: "fact." + k.field(), Person: k.Person, Key: k.Key, Kept: k, Gone: g, Suggested: stronger(k, g)})
			}
		}
	}
	return all
}

// where is where a family lives, as an address of its own.
func (h half) where() string {
	line := strings.TrimSpace(h.contact.Address.Street + " " + h.contact.Address.Number)
	return strings.Trim(line+", "+string(h.PostalCode), ", ")
}

// says tells whether an address says more than another, or all that it says.
func (h half) says(other half) bool {
	return (other.contact.Address == Address{} || other.contact.Address == h.contact.Address) &&
		(other.PostalCode == "" || other.PostalCode == h.PostalCode)
}

// stronger is the fact to hold on to: by its source, and of two such by its
// day.
func stronger(kept, gone Fact) Which {
	rank := func(x Fact) int { return slices.Index(Sources[:], x.Source) }
	if rank(gone) > rank(kept) || rank(gone) == rank(kept) && kept.RecordedAt.Before(gone.RecordedAt) {
		return InGone
	}
	return InKept
}

// chosen is what holds of each difference; a difference of which nothing was
// decided is refused.
func (t pair) chosen(in Merging) (map[string]Which, error) {
	var faults kernel.Faults
	chosen := map[string]Which{}
	for _, d := range t.differences() {
		w := in.Choose[d.Field]
		if w != InKept && w != InGone {
			faults.Check("choose."+d.Field, kernel.NewInvalid("family.merge_choose"))
		}
		chosen[d.Field] = w
	}
	for field := range in.Choose {
		if _, known := chosen[field]; !known {
			return nil, kernel.NewConflict("stale") // it was a difference when they looked
		}
	}
	return chosen, faults.Err()
}
