package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// ContactEdit is how a family can be reached and where it lives, as typed.
type ContactEdit struct {
	Contact
	Version      int64 // the ContactVersion from which the edit began
	PostalCode   kernel.PostalCode
	Municipality kernel.NIS
	Confidential bool
}

// home is the part of a contact edit that does not lie in the vault.
type home struct {
	PostalCode   kernel.PostalCode
	Municipality kernel.NIS
	Confidential bool
}

// ChangeContact replaces how a family can be reached and where it lives. An
// edit that began from an older version is Conflict ("stale") with the fields
// in which it differs from what is kept now.
func (s *Service) ChangeContact(ctx context.Context, family kernel.ID, in ContactEdit) error {
	return s.change(ctx, family, func(a *act.Act, f *Family) (entry act.Entry, err error) {
		var faults kernel.Faults
		with := s.intake(a)
		typed := with.contact(in.Contact, "", &faults)
		var moved home
		moved.PostalCode, moved.Municipality = with.home(in.PostalCode, in.Municipality, "", &faults)
		moved.Confidential = in.Confidential
		if err := faults.Err(); err != nil {
			return entry, err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		var stored Contact
		if _, err := key.Get(ctx, a, "contact", &stored); err != nil {
			return entry, err
		}
		before := home{f.PostalCode, f.Municipality, f.Confidential}
		entry.Fields = slices.Sorted(slices.Values(append(act.Differing(stored, typed), act.Differing(before, moved)...)))
		if len(entry.Fields) == 0 {
			return entry, nil // as it is kept already, whoever brought that about
		}
		if err := act.Fresh(in.Version, f.ContactVersion, entry.Fields...); err != nil {
			return entry, err
		}
		f.ContactVersion++
		f.PostalCode, f.Municipality, f.Confidential = moved.PostalCode, moved.Municipality, moved.Confidential
		if err := key.Put(ctx, a, "contact", typed); err != nil {
			return entry, err
		}
		if slices.Contains(entry.Fields, "phones") {
			if err := s.reindex(ctx, a, family); err != nil {
				return entry, err
			}
		}
		if err := mark(ctx, a, family, Event{Kind: "contact.changed"}); err != nil {
			return entry, err
		}
		before.Confidential = moved.Confidential // rules do not see it
		if keys := act.Differing(before, moved); len(keys) > 0 {
			f.FactsVersion++
			return entry, a.Tell(ctx, FactsChanged{family, keys})
		}
		return entry, nil
	})
}

// AddNote writes something down for the care team, and for those with whom its
// notes are shared.
func (s *Service) AddNote(ctx context.Context, family kernel.ID, text string) (note Note, err error) {
	err = s.changeBy(ctx, "family.note", family, func(a *act.Act, f *Family) (entry act.Entry, err error) {
		entry.Fields = []string{"notes"}
		var faults kernel.Faults
		note = Note{ID: kernel.NewID(), At: a.Now, Worker: a.Actor.Person, Org: a.Actor.Org}
		note.Text = s.intake(a).text(text, maxNote, "text", &faults)
		if note.Text == "" && len(faults) == 0 {
			faults.Check("text", kernel.NewInvalid("family.note_empty"))
		}
		if err := faults.Err(); err != nil {
			return entry, err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), family)
		if err != nil {
			return entry, err
		}
		if err := key.Put(ctx, a, "note/"+string(note.ID), note); err != nil {
			return entry, err
		}
		return entry, mark(ctx, a, family, Event{Kind: "note.added", Subject: note.ID})
	})
	return note, err
}

// Timeline is what happened with a family, the newest first, further back than
// the file itself shows; nothing for whom it is not shared with. It leaves a record, as reading the file does.
func (s *Service) Timeline(ctx context.Context, family kernel.ID, q Query) (events []Event, next string, err error) {
	after, err := parseCursor(q.After)
	if err != nil {
		return nil, "", err
	}
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = firstEvents
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.read", family); err != nil {
			return err
		}
		if _, err := loadKept(ctx, a, family); err != nil {
			return err
		}
		see, err := sight(ctx, a, family, false)
		if err != nil {
			return err
		}
		if events = nil; see.Of(policy.Care) {
			events, err = eventsOf(ctx, a, a.Alliance(), family, after, q.Limit+1)
		}
		if err != nil {
			return err
		}
		next = ""
		if len(events) > q.Limit {
			events = events[:q.Limit]
			next = events[q.Limit-1].Cursor()
		}
		return a.Record(ctx, act.Entry{Action: "family.read", Subject: family, Detail: map[string]string{"part": "timeline"}})
	})
	return events, next, err
}

// Cursor is where a timeline goes on after this event.
func (e Event) Cursor() string { return cursor{e.At, e.ID}.String() }
