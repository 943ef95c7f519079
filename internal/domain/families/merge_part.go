package families

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// MergedError says that a file went into another, which the actor may read. It
// is Conflict ("family.merged").
type MergedError struct{ Into kernel.ID }

func (e *MergedError) Error() string { return e.Unwrap().Error() }

// Unwrap is the fault that people read. It says the number of the other file.
func (e *MergedError) Unwrap() error {
	return kernel.NewConflict("family.merged").With("into", string(e.Into))
}

// leadsTo is the file into which another went, and that file perhaps too;
// itself when it went nowhere.
func leadsTo(ctx context.Context, a *act.Act, family kernel.ID) (kernel.ID, error) {
	for range 100 { // a chain so long was never joined; a ring cannot be
		found, err := mergesOf(ctx, a, a.Alliance(), `gone = $2 AND parted_at = ''`, family)
		if err != nil || len(found) == 0 {
			return family, err
		}
		family = found[0].Kept
	}
	return family, errors.New("families: merges go round")
}

// elsewhere leads who may read the file into which this one went to it; to
// anybody else there is no file.
func elsewhere(ctx context.Context, a *act.Act, family kernel.ID) error {
	into, err := leadsTo(ctx, a, family)
	if err != nil {
		return err
	}
	_, err = policy.Decide(ctx, a, a.Actor, "family.read", into, a.Now)
	if err == nil {
		err = &MergedError{into}
	}
	return err
}

// Merges lists the files that went into this one and can still come out, the
// newest first, for its care team.
func (s *Service) Merges(ctx context.Context, family kernel.ID) (open []Merge, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.change", family); err != nil {
			return err
		}
		all, err := mergesOf(ctx, a, a.Alliance(), `kept = $2 AND parted_at = '' AND settled_at = ''`, family)
		open = slices.DeleteFunc(all, func(m Merge) bool { return !a.Now.Before(m.Until) })
		return err
	})
	return open, err
}

// Part undoes a merge: both files are as they were, and what was added since
// stays in the one that was kept, unless it is about somebody who goes back.
// Of several merges the last is undone first: Conflict ("family.merge_order").
func (s *Service) Part(ctx context.Context, kept, merge kernel.ID) (m Merge, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.change", kept); err != nil {
			return err
		}
		all, err := mergesOf(ctx, a, a.Alliance(), `kept = $2`, kept)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Merge) bool { return x.ID == merge })
		switch {
		case i < 0:
			return kernel.NewNotFound("family")
		case all[i].PartedAt != "":
			return kernel.NewConflict("family.merge_parted")
		case all[i].SettledAt != "" || !a.Now.Before(all[i].Until):
			return kernel.NewConflict("family.merge_late")
		case slices.ContainsFunc(all[:i], func(x Merge) bool { return x.PartedAt == "" }):
			return kernel.NewConflict("family.merge_order")
		}
		m = all[i]
		return s.part(ctx, a, &m)
	})
	if err != nil {
		return Merge{}, err
	}
	return m, nil
}

func (s *Service) part(ctx context.Context, a *act.Act, m *Merge) error {
	al := a.Alliance()
	kept, err := s.half(ctx, a, m.Kept)
	if err != nil {
		return err
	}
	gone := half{}
	if gone.Family, err = load(ctx, a, al, m.Gone); err != nil {
		return err
	}
	if gone.key, err = s.Vault.Open(ctx, a, al, m.Gone); err != nil {
		return err
	}
	if gone.team, err = carersOf(ctx, a, al, m.Gone); err != nil {
		return err
	}
	var was before
	if found, err := kept.key.Get(ctx, a, "merge/"+string(m.ID), &was); err != nil || !found {
		return errors.Join(err, kernel.NewConflict("family.merge_late"))
	}
	for _, step := range []func(context.Context, *act.Act, *half, *half, Merge, before) error{
		s.partFacts, s.partPersons, s.partContact, s.partEntries, s.partTeams,
	} {
		if err := step(ctx, a, &kept, &gone, *m, was); err != nil {
			return err
		}
	}
	if err := moveRows(ctx, a, "family_event", al, m.Kept, m.Gone, was.Events); err != nil {
		return err
	}
	if err := kept.key.Drop(ctx, a, "merge/"+string(m.ID)); err != nil {
		return err
	}
	m.PartedAt, m.PartedBy = a.Now, a.Actor.Person
	if err := endMerge(ctx, a, al, *m); err != nil {
		return err
	}
	kept.FactsVersion++
	gone.FactsVersion = max(gone.FactsVersion, kept.FactsVersion)
	kept.ChangedAt, gone.ChangedAt, gone.State = a.Now, a.Now, was.GoneWas
	back := make([]kernel.ID, 0, len(was.Persons))
	for _, p := range was.Persons {
		back = append(back, p.ID)
	}
	for _, f := range []*Family{&kept.Family, &gone.Family} {
		if err := save(ctx, a, al, f); err != nil {
			return err
		}
		if err := s.reindex(ctx, a, f.ID); err != nil {
			return err
		}
		if err := mark(ctx, a, f.ID, Event{Kind: "family.parted"}); err != nil {
			return err
		}
		if err := a.Record(ctx, act.Entry{Action: "family.part", Subject: f.ID,
			Detail: map[string]string{"merge": string(m.ID), "kept": string(m.Kept), "gone": string(m.Gone)}}); err != nil {
			return err
		}
	}
	if err := a.Tell(ctx, Parted{m.ID, m.Kept, m.Gone, back}); err != nil {
		return err
	}
	for _, id := range []kernel.ID{m.Kept, m.Gone} {
		if err := a.Tell(ctx, FactsChanged{id, []string{rolesChanged}}); err != nil {
			return err
		}
	}
	return nil
}

// partFacts gives every fact back that came along, and with those who go back
// what was recorded of them since.
func (s *Service) partFacts(ctx context.Context, a *act.Act, kept, gone *half, m Merge, was before) error {
	al := a.Alliance()
	goes := func(person kernel.ID) bool {
		return slices.ContainsFunc(was.Persons, func(p personBefore) bool { return p.ID == person })
	}
	for _, x := range kept.facts {
		i := slices.IndexFunc(was.Facts, func(b factBefore) bool { return b.ID == x.ID })
		switch {
		case i >= 0 && goes(x.Person): // nothing but time changed it
			x.Version = was.Facts[i].Version
		case i >= 0:
			x.Person, x.Version, x.SupersededAt = was.Facts[i].Person, was.Facts[i].Version, was.Facts[i].Superseded
		case goes(x.Person):
		case slices.Contains(was.Covered, x.ID):
			if err := supersede(ctx, a, al, kept.ID, x.ID, coveredSince(x, kept.facts, was, m.MergedAt)); err != nil {
				return err
			}
			continue
		default:
			continue
		}
		if err := moveFact(ctx, a, al, kept.ID, gone.ID, x); err != nil {
			return err
		}
	}
	return nil
}

// coveredSince is when something that was recorded since the merge, and stays,
// took the place of a fact; zero: nothing did.
func coveredSince(x Fact, all []Fact, was before, merge kernel.Instant) kernel.Instant {
	for _, y := range all {
		came := slices.ContainsFunc(was.Facts, func(b factBefore) bool { return b.ID == y.ID })
		if y.ID != x.ID && !came && y.Person == x.Person && y.Key == x.Key && !y.RecordedAt.Before(merge) && y.covers(x) {
			return y.RecordedAt
		}
	}
	return ""
}

func (s *Service) partPersons(ctx context.Context, a *act.Act, kept, gone *half, _ Merge, was before) error {
	for _, p := range was.Persons {
		i := slices.IndexFunc(kept.persons, func(k Person) bool { return k.ID == p.ID })
		if i < 0 {
			continue
		}
		role := p.Role
		if kept.persons[i].Role != p.As && (p.Role == Child || p.Role == Unborn || p.Role == Other) {
			role = kept.persons[i].Role // was born since, or is somebody else to them
			if role == Applicant || role == Partner {
				role = Other
			}
		}
		if err := movePerson(ctx, a, a.Alliance(), kept.ID, gone.ID, p.ID, role, p.Position); err != nil {
			return err
		}
	}
	for id, who := range was.Who {
		var now identity
		if _, err := kept.key.Get(ctx, a, "person/"+string(id), &now); err != nil {
			return err
		}
		if now != who.After {
			continue // was corrected since
		}
		if err := kept.key.Put(ctx, a, "person/"+string(id), who.Before); err != nil {
			return err
		}
		if err := touchPerson(ctx, a, a.Alliance(), kept.ID, id); err != nil {
			return err
		}
	}
	return nil
}

// partContact gives the file that stayed its contact back. Where somebody changed
// it since, only what came from the other file goes, so that nobody writes to a
// stranger; what the house must keep away from is kept to until a person says
// otherwise.
func (s *Service) partContact(ctx context.Context, a *act.Act, kept, gone *half, _ Merge, was before) error {
	now, moved := was.Contact, was.Home
	if kept.ContactVersion != was.Version {
		var theirs Contact
		if _, err := gone.key.Get(ctx, a, "contact", &theirs); err != nil {
			return err
		}
		now = kept.contact.without(theirs, was.Contact)
		moved = home{kept.PostalCode, kept.Municipality, kept.Confidential}
		if now.Address != kept.contact.Address || kept.Municipality != "" && kept.PostalCode == gone.PostalCode && kept.Municipality == gone.Municipality {
			moved.PostalCode, moved.Municipality = was.Home.PostalCode, was.Home.Municipality
		}
	}
	kept.ContactVersion++
	kept.PostalCode, kept.Municipality, kept.Confidential = moved.PostalCode, moved.Municipality, moved.Confidential
	return kept.key.Put(ctx, a, "contact", now)
}

// without is a contact without what came from that of a stranger, who was taken
// for this family; was is how it stood before. A number for text messages stays
// if it was told of this file's own numbers.
func (c Contact) without(theirs, was Contact) Contact {
	c.Phones, c.Mails, c.Languages = parted(c.Phones, theirs.Phones, was.Phones), parted(c.Mails, theirs.Mails, was.Mails), parted(c.Languages, theirs.Languages, was.Languages)
	if c.TextTo == theirs.TextTo && c.TextTo != was.TextTo || !slices.Contains(c.Phones, c.TextTo) {
		c.TextTo = ""
	}
	if street := theirs.Address.Street; street != "" && c.Address.Street == street && (street != was.Address.Street || c.Address == theirs.Address) {
		c.Address = was.Address
	}
	if via := theirs.Safe.OnlyVia; via != "" && c.Safe.OnlyVia == via {
		c.Safe.OnlyVia = was.Safe.OnlyVia
	}
	if hours := theirs.Safe.Hours; hours != "" && c.Safe.Hours == hours {
		c.Safe.Hours = was.Safe.Hours
	}
	if note := strings.TrimSpace(theirs.Safe.Note); note != "" && !strings.Contains(was.Safe.Note, note) {
		before, after, _ := strings.Cut(c.Safe.Note, note)
		c.Safe.Note = strings.TrimSpace(strings.TrimSpace(before) + "\n" + strings.TrimSpace(after))
	}
	return c
}

// parted is a list without what came from another.
func parted[S ~string](now, theirs, was []S) []S {
	return slices.DeleteFunc(slices.Clone(now), func(x S) bool { return slices.Contains(theirs, x) && !slices.Contains(was, x) })
}

// partEntries gives back what is sealed, as it is now; with those who go back
// whatever is kept under their number.
func (s *Service) partEntries(ctx context.Context, a *act.Act, kept, gone *half, _ Merge, was before) error {
	now, err := entriesOf(ctx, a, kept.key)
	if err != nil {
		return err
	}
	belongs := func(name string) bool {
		return slices.ContainsFunc(was.Entries, func(e string) bool { return name == e || strings.HasPrefix(name, e+"/") }) ||
			slices.ContainsFunc(was.Persons, func(p personBefore) bool {
				return slices.Contains(strings.Split(name, "/"), string(p.ID))
			})
	}
	for _, name := range slices.Sorted(keysOf(now)) {
		if !belongs(name) {
			continue
		}
		if err := gone.key.Put(ctx, a, name, now[name]); err != nil {
			return err
		}
		if err := kept.key.Drop(ctx, a, name); err != nil {
			return err
		}
	}
	for _, name := range was.Entries {
		if now[name] == nil { // was forgotten since
			if err := gone.key.Drop(ctx, a, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// partTeams takes out of the care team who came with the other file. Who left
// it since has left the other too, unless nobody else were left there.
func (s *Service) partTeams(ctx context.Context, a *act.Act, kept, gone *half, _ Merge, was before) error {
	for _, id := range was.Carers {
		if slices.ContainsFunc(kept.team, func(c Carer) bool { return c.id == id }) {
			if err := deleteCarer(ctx, a, a.Alliance(), kept.ID, id); err != nil {
				return err
			}
		}
	}
	for _, holder := range was.Holders {
		if err := policy.Unrelated(ctx, a, a.Alliance(), holder, policy.CareTeam, kept.ID); err != nil {
			return err
		}
	}
	left := len(gone.team)
	for _, c := range gone.team {
		if !slices.ContainsFunc(kept.team, func(k Carer) bool { return k.Holder == c.Holder }) && left > 1 {
			left--
			if err := leaveTeam(ctx, a, gone.ID, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// Settle clears away a file that went into another, once that cannot be undone
// any more: the house's own act, after thirty days. Its key is kept for as long
// as the family's, so that an older backup can be read.
func (s *Service) Settle(ctx context.Context, alliance, merge kernel.ID) error {
	return s.Acts.Do(act.As(ctx, policy.SystemActor(alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		found, err := mergesOf(ctx, a, alliance, `id = $2`, merge)
		if err != nil {
			return err
		}
		for _, m := range found {
			if m.PartedAt != "" || m.SettledAt != "" || a.Now.Before(m.Until) {
				continue
			}
			if err := s.settleMerge(ctx, a, m); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "family.settle", Detail: map[string]string{"merge": string(merge)}})
	})
}

// settleMerge empties the file that went into another, for good.
func (s *Service) settleMerge(ctx context.Context, a *act.Act, m Merge) error {
	for id, name := range map[kernel.ID]string{m.Gone: "", m.Kept: "merge/" + string(m.ID)} {
		key, err := s.Vault.Open(ctx, a, a.Alliance(), id)
		if kernel.CodeOf(err) == kernel.NotFound {
			continue // forgotten already
		}
		if err != nil {
			return err
		}
		entries, err := entriesOf(ctx, a, key)
		if err != nil {
			return err
		}
		for entry := range entries {
			if name == "" || entry == name {
				if err := key.Drop(ctx, a, entry); err != nil {
					return err
				}
			}
		}
	}
	if err := deletePersons(ctx, a, a.Alliance(), m.Gone); err != nil {
		return err
	}
	m.SettledAt = a.Now
	return endMerge(ctx, a, a.Alliance(), m)
}

// forgetMerged forgets, with a family, the files that went into its own.
func (s *Service) forgetMerged(ctx context.Context, a *act.Act, kept kernel.ID) error {
	all, err := mergesOf(ctx, a, a.Alliance(), `kept = $2 AND parted_at = ''`, kept)
	if err != nil {
		return err
	}
	for _, m := range all {
		f, err := load(ctx, a, a.Alliance(), m.Gone)
		if err != nil {
			return err
		}
		if m.SettledAt == "" {
			if err := s.settleMerge(ctx, a, m); err != nil {
				return err
			}
		}
		state := f.State
		if err := s.erase(ctx, a, &f); err != nil {
			return err
		}
		f.State, f.Municipality = state, "" // no family of its own: it is counted once
		if err := save(ctx, a, a.Alliance(), &f); err != nil {
			return err
		}
		if err := a.Tell(ctx, Forgotten{f.ID}); err != nil {
			return err
		}
	}
	return nil
}
