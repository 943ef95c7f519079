package families

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// SettleJob clears away a file that went into another, once that can no longer
// be undone.
const SettleJob = "families.settle"

// before is how all stood before two files were joined. It lies in the vault
// under "merge/ID", with the file that stayed.
type before struct {
	Persons []personBefore          `json:"persons,omitempty"` // who came along
	Facts   []factBefore            `json:"facts,omitempty"`   // that came along
	Covered []kernel.ID             `json:"covered,omitempty"` // facts of the file that stayed, which no longer hold
	Events  []kernel.ID             `json:"events,omitempty"`
	Entries []string                `json:"entries,omitempty"` // what is sealed
	Carers  []kernel.ID             `json:"carers,omitempty"`  // rows in the care team
	Holders []kernel.ID             `json:"holders,omitempty"` // who came to stand in the relation care_team
	Who     map[kernel.ID]twice     `json:"who,omitempty"`     // of those who were in both
	Contact Contact                 `json:"contact"`
	Home    home                    `json:"home"`
	Version int64                   `json:"contact_version"` // of the contact, when they were joined
	GoneWas State                   `json:"gone_was"`
	Moved   kernel.Instant          `json:"gone_moved"`
	Same    map[kernel.ID]kernel.ID `json:"same,omitempty"`
}

type twice struct{ Before, After identity }

type personBefore struct {
	ID       kernel.ID `json:"id"`
	Role     Role      `json:"role"`
	As       Role      `json:"as"` // the role in the other file
	Position int64     `json:"position"`
}

type factBefore struct {
	ID         kernel.ID      `json:"id"`
	Person     kernel.ID      `json:"person"`
	Version    int64          `json:"version"`
	Superseded kernel.Instant `json:"superseded"`
}

// Join brings all that is known of a family in one file into another, as
// decided, and leads the number of the former to the latter. For thirty days
// it can be undone ([Service.Part]).
func (s *Service) Join(ctx context.Context, in Merging) (m Merge, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		t, err := s.together(ctx, a, in.Kept, in.Gone, in.Same)
		if err != nil {
			return err
		}
		if in.KeptVersion != t.kept.Version || in.GoneVersion != t.gone.Version {
			return kernel.NewConflict("stale")
		}
		chosen, err := t.chosen(in)
		if err != nil {
			return err
		}
		m = Merge{ID: kernel.NewID(), Kept: in.Kept, Gone: in.Gone, MergedAt: a.Now, MergedBy: a.Actor.Person,
			MergedOrg: a.Actor.Org, Until: a.Now.Add(Undoable)}
		return s.join(ctx, a, t, chosen, m)
	})
	if err != nil {
		return Merge{}, err
	}
	return m, nil
}

func (s *Service) join(ctx context.Context, a *act.Act, t pair, chosen map[string]Which, m Merge) error {
	was := before{Contact: t.kept.contact, Home: home{t.kept.PostalCode, t.kept.Municipality, t.kept.Confidential},
		GoneWas: t.gone.State, Moved: t.gone.ChangedAt, Same: t.same}
	t.kept.FactsVersion++
	for _, step := range []func(context.Context, *act.Act, *pair, map[string]Which, *before) error{
		s.joinPersons, s.joinFacts, s.joinContact, s.joinEntries, s.joinTeams,
	} {
		if err := step(ctx, a, &t, chosen, &was); err != nil {
			return err
		}
	}
	var err error
	if was.Events, err = eventIDs(ctx, a, a.Alliance(), m.Gone); err != nil {
		return err
	}
	if err := moveRows(ctx, a, "family_event", a.Alliance(), m.Gone, m.Kept, was.Events); err != nil {
		return err
	}
	was.Version = t.kept.ContactVersion
	if err := t.kept.key.Put(ctx, a, "merge/"+string(m.ID), was); err != nil {
		return err
	}
	if err := insertMerge(ctx, a, a.Alliance(), m); err != nil {
		return err
	}
	t.kept.ChangedAt, t.gone.ChangedAt, t.gone.State = a.Now, a.Now, StateMerged
	for _, f := range []*Family{&t.kept.Family, &t.gone.Family} {
		if err := save(ctx, a, a.Alliance(), f); err != nil {
			return err
		}
	}
	if err := s.reindex(ctx, a, m.Kept); err != nil {
		return err
	}
	if err := s.index(ctx, a, m.Gone, vault.Terms{}); err != nil {
		return err
	}
	if err := mark(ctx, a, m.Kept, Event{Kind: "family.merged", Subject: m.Gone}); err != nil {
		return err
	}
	if err := a.Later(ctx, SettleJob, map[string]kernel.ID{"merge": m.ID}, m.Until, string(m.ID)); err != nil {
		return err
	}
	if err := a.Tell(ctx, Merged{m.ID, m.Kept, m.Gone, t.same}); err != nil {
		return err
	}
	if err := a.Tell(ctx, FactsChanged{m.Kept, []string{rolesChanged}}); err != nil {
		return err
	}
	for _, id := range []kernel.ID{m.Kept, m.Gone} {
		if err := a.Record(ctx, act.Entry{Action: "family.merge", Subject: id,
			Detail: map[string]string{"merge": string(m.ID), "kept": string(m.Kept), "gone": string(m.Gone)}}); err != nil {
			return err
		}
	}
	return nil
}

// joinPersons brings along who is not in the file that stays, and settles the
// names of those who are in both.
func (s *Service) joinPersons(ctx context.Context, a *act.Act, t *pair, chosen map[string]Which, was *before) error {
	at := int64(len(t.kept.persons))
	for _, p := range t.coming() {
		i := slices.IndexFunc(t.gone.persons, func(g Person) bool { return g.ID == p.ID })
		was.Persons = append(was.Persons, personBefore{p.ID, t.gone.persons[i].Role, p.Role, p.position})
		if err := movePerson(ctx, a, a.Alliance(), t.gone.ID, t.kept.ID, p.ID, p.Role, at+p.position); err != nil {
			return err
		}
	}
	was.Who = map[kernel.ID]twice{}
	for _, k := range t.kept.persons {
		i := slices.IndexFunc(t.gone.persons, func(g Person) bool { return t.same[g.ID] == k.ID })
		if i < 0 {
			continue
		}
		g := t.gone.persons[i]
		now := identity{k.First, k.Last, k.INSZ}
		for _, part := range []struct {
			name       string
			kept, gone string
			set        func(string)
		}{
			{"first", k.First, g.First, func(s string) { now.First = s }},
			{"last", k.Last, g.Last, func(s string) { now.Last = s }},
			{"insz", string(k.INSZ), string(g.INSZ), func(s string) { now.INSZ = kernel.INSZ(s) }},
		} {
			if part.kept == "" || chosen[string(k.ID)+"."+part.name] == InGone {
				part.set(part.gone)
			}
		}
		if had := (identity{k.First, k.Last, k.INSZ}); now != had {
			was.Who[k.ID] = twice{had, now}
			if err := t.kept.key.Put(ctx, a, "person/"+string(k.ID), now); err != nil {
				return err
			}
			if err := touchPerson(ctx, a, a.Alliance(), t.kept.ID, k.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// joinFacts brings along every fact with its source and its day. Of what both
// say of today, one holds; the other stays in the history.
func (s *Service) joinFacts(ctx context.Context, a *act.Act, t *pair, chosen map[string]Which, was *before) error {
	lost := map[kernel.ID]bool{}
	keptNow, goneNow := t.kept.holding(t.today), t.gone.holding(t.today)
	for _, k := range keptNow {
		for _, g := range goneNow {
			if t.as(g.Person) != k.Person || g.Key != k.Key {
				continue
			}
			holds, decided := chosen["fact."+k.field()]
			if !decided { // they say the same
				holds = stronger(k, g)
			}
			losers := t.kept.facts
			of := k.Person
			if holds == InKept {
				losers, of = t.gone.facts, g.Person
			}
			for _, x := range losers {
				if x.Person == of && x.Key == k.Key && x.SupersededAt == "" && x.on(t.today) {
					lost[x.ID] = true
				}
			}
		}
	}
	for _, x := range t.kept.facts {
		if lost[x.ID] {
			was.Covered = append(was.Covered, x.ID)
			if err := supersede(ctx, a, a.Alliance(), t.kept.ID, x.ID, a.Now); err != nil {
				return err
			}
		}
	}
	for _, x := range t.gone.facts {
		was.Facts = append(was.Facts, factBefore{x.ID, x.Person, x.Version, x.SupersededAt})
		if lost[x.ID] {
			x.SupersededAt = a.Now
		}
		x.Person, x.Version = t.as(x.Person), t.kept.FactsVersion
		if err := moveFact(ctx, a, a.Alliance(), t.gone.ID, t.kept.ID, x); err != nil {
			return err
		}
	}
	return nil
}

// joinContact joins the ways to reach a family. Whatever either file says must
// be kept to, must be kept to.
func (s *Service) joinContact(ctx context.Context, a *act.Act, t *pair, chosen map[string]Which, _ *before) error {
	k, g := t.kept.contact, t.gone.contact
	now := k
	now.Phones, now.Mails, now.Languages = joined(k.Phones, g.Phones), joined(k.Mails, g.Mails), joined(k.Languages, g.Languages)
	f := &t.kept.Family
	if t.gone.says(t.kept) && !t.kept.says(t.gone) || chosen["address"] == InGone {
		now.Address, f.PostalCode, f.Municipality = g.Address, t.gone.PostalCode, t.gone.Municipality
	}
	if f.Municipality == "" {
		f.Municipality = t.gone.Municipality
	}
	f.Confidential = f.Confidential || t.gone.Confidential
	now.Safe.NoMail = k.Safe.NoMail || g.Safe.NoMail
	now.Safe.NoLetter = k.Safe.NoLetter || g.Safe.NoLetter
	now.Safe.NoText = k.Safe.NoText || g.Safe.NoText
	now.Safe.NoVoicemail = k.Safe.NoVoicemail || g.Safe.NoVoicemail
	if k.TextTo != g.TextTo || now.Safe.NoText { // which of them holds, and whether it was taken back, the family says anew
		now.TextTo = ""
	}
	if k.Safe.OnlyVia == "" || chosen["only_via"] == InGone {
		now.Safe.OnlyVia = g.Safe.OnlyVia
	}
	if k.Safe.Hours == "" || chosen["hours"] == InGone {
		now.Safe.Hours = g.Safe.Hours
	}
	if note := strings.TrimSpace(g.Safe.Note); note != "" && note != strings.TrimSpace(k.Safe.Note) {
		now.Safe.Note = strings.TrimSpace(k.Safe.Note + "\n" + note)
	}
	f.ContactVersion++
	return t.kept.key.Put(ctx, a, "contact", now)
}

// joined is two lists in one, without twice the same, as long as a contact may
// be.
func joined[S ~string](kept, gone []S) []S {
	all := slices.Clone(kept)
	for _, s := range gone {
		if len(all) < maxWays {
			all = appendNew(all, s)
		}
	}
	return all
}

// joinEntries seals anew, with the key of the file that stays, whatever was
// sealed with that of the other: notes, letters, and what modules above keep
// there. What lies there stays, for as long as it can be undone.
func (s *Service) joinEntries(ctx context.Context, a *act.Act, t *pair, _ map[string]Which, was *before) error {
	known, err := entriesOf(ctx, a, t.kept.key)
	if err != nil {
		return err
	}
	coming, err := entriesOf(ctx, a, t.gone.key)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(keysOf(coming)) {
		kind, id, _ := strings.Cut(name, "/")
		if kind == "draft" { // what somebody types is no part of the file; it goes after it by itself
			continue
		}
		if kind == "contact" || kind == "sketch" || kind == "merge" || kind == "person" && t.same[kernel.ID(id)] != "" || known[name] != nil {
			continue
		}
		was.Entries = append(was.Entries, name)
		if err := t.kept.key.Put(ctx, a, name, coming[name]); err != nil {
			return err
		}
	}
	return nil
}

// entriesOf opens all that is sealed with a key.
func entriesOf(ctx context.Context, a *act.Act, key vault.Family) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	err := key.Each(ctx, a, "", func(name string, decode func(any) error) error {
		var content json.RawMessage
		err := decode(&content)
		all[name] = content
		return err
	})
	return all, err
}

// joinTeams makes one care team of two.
func (s *Service) joinTeams(ctx context.Context, a *act.Act, t *pair, _ map[string]Which, was *before) (err error) {
	for _, c := range t.joining() {
		c.id = kernel.NewID()
		was.Carers = append(was.Carers, c.id)
		if err := insertCarer(ctx, a, a.Alliance(), t.kept.ID, c); err != nil {
			return err
		}
	}
	was.Holders, err = policy.Joined(ctx, a, a.Alliance(), policy.CareTeam, t.gone.ID, t.kept.ID, a.Now)
	return err
}
