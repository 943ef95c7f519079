package loans

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

const cardName = "card"

// NewBorrower is a child who comes to borrow.
type NewBorrower struct {
	ID      kernel.ID // made by who asks
	Library kernel.ID
	Outside bool
	Social  bool

	Family, Child kernel.ID // of a file; zero: there is none

	Card          // of who has no file
	Sibling int64 // the number of a brother or sister who borrows here; 0: none
}

// Enrol writes a borrower down: for a child of a family with which the actor
// works, or for who has no file at the desk of the library. The same ID, and the
// same child of a file, is one borrower.
func (s *Service) Enrol(ctx context.Context, in NewBorrower) (b Borrower, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		b, err = s.enrol(ctx, a, in)
		return err
	})
	if err != nil {
		return Borrower{}, err
	}
	return b, nil
}

func (s *Service) enrol(ctx context.Context, a *act.Act, in NewBorrower) (b Borrower, err error) {
	if _, err := kernel.ParseID(string(in.ID)); err != nil {
		return b, kernel.NewInvalid("loan.id")
	}
	l, err := loadLibrary(ctx, a, a.Alliance(), in.Library)
	if err != nil {
		return b, err
	}
	b = Borrower{ID: in.ID, Library: l.ID, Family: in.Family, Child: in.Child, Household: in.ID, Outside: in.Outside, Social: in.Social, sealed: kernel.NewID(), MadeAt: a.Now}
	if in.Family != "" {
		if err := a.Allow(ctx, "loan.family", in.Family); err != nil {
			return b, err
		}
		file, err := s.Families.ReadIn(ctx, a, in.Family)
		if err != nil {
			return b, err
		}
		child, ok := file.Person(in.Child)
		if !ok || child.Role != families.Child || child.Birth == "" {
			return b, kernel.NewInvalid("loan.child").At("child")
		}
		b.Card = Card{Birth: child.Birth}
		if !file.Confidential {
			b.Card.First = child.First
		}
		there, err := borrowersWhere(ctx, a, a.Alliance(), `library = $2 AND child = $3`, l.ID, in.Child)
		if err != nil {
			return b, err
		}
		if len(there) > 0 {
			return there[0], done(ctx, a, "loan.family", in.Family, "again", "enrol")
		}
	} else {
		if err := a.Allow(ctx, "loan.work", l.Org); err != nil {
			return b, err
		}
		b.Card, b.Child = in.Card, ""
		if err := b.Card.check(a.Today()); err != nil {
			return b, err
		}
		if in.Sibling > 0 {
			there, err := borrowersWhere(ctx, a, a.Alliance(), `library = $2 AND number = $3 AND family = ''`, l.ID, in.Sibling)
			if err != nil {
				return b, err
			}
			if len(there) == 0 {
				return b, kernel.NewInvalid("loan.sibling").At("sibling")
			}
			b.Household = there[0].Household
		}
	}
	if l.Closed {
		return b, kernel.NewConflict("loan.closed")
	}
	if was, err := loadBorrower(ctx, a, a.Alliance(), in.ID); err == nil {
		if err := s.card(ctx, a, &was); err != nil {
			return b, err
		}
		same := was.Library == l.ID && was.Family == in.Family && was.Child == b.Child && was.Outside == in.Outside && was.Social == in.Social &&
			(in.Family != "" || was.Card == b.Card && (in.Sibling == 0) == (was.Household == was.ID) && (in.Sibling == 0 || was.Household == b.Household))
		if !same {
			return b, kernel.NewInvalid("loan.other_content")
		}
		return was, done(ctx, a, "loan.work", l.ID, "again", "enrol")
	} else if kernel.CodeOf(err) != kernel.NotFound {
		return b, err
	}
	if b.Number, err = next(ctx, a, a.Alliance(), borrowerNumbers); err != nil {
		return b, err
	}
	if err := saveBorrower(ctx, a, a.Alliance(), b); err != nil {
		return b, err
	}
	key, err := s.Vault.Create(ctx, a, a.Alliance(), b.sealed)
	if err != nil {
		return b, err
	}
	if err := key.Put(ctx, a, cardName, b.Card); err != nil {
		return b, err
	}
	if in.Family != "" {
		return b, done(ctx, a, "loan.family", in.Family, "borrower", string(b.ID))
	}
	return b, done(ctx, a, "loan.work", l.ID, "borrower", string(b.ID))
}

func (c *Card) check(today kernel.Date) error {
	var wrong kernel.Faults
	c.First = tidy(c.First)
	wrong.Check("first", line(c.First, false))
	if _, err := kernel.ParseDate(string(c.Birth)); err != nil || c.Birth > today || c.Birth.YearsUntil(today) > 18 {
		wrong.Check("birth", kernel.NewInvalid("loan.birth"))
	}
	if c.Height != 0 {
		wrong.Check("height", within(c.Height, 40, 220))
		c.HeightOn = today
	}
	if c.Mail != "" {
		mail, err := kernel.ParseEmail(string(c.Mail))
		wrong.Check("mail", err)
		c.Mail = mail
	}
	if !slices.Contains(kernel.Langs[:], c.Lang) {
		c.Lang = kernel.NL
	}
	return wrong.Err()
}

// Measure writes down how tall a child is, as somebody told: the reminder that
// it outgrows a thing looks at it first.
func (s *Service) Measure(ctx context.Context, borrower kernel.ID, cm int64) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		b, l, err := s.mayIn(ctx, a, borrower)
		if err != nil {
			return err
		}
		if err := within(cm, 40, 220); err != nil {
			var wrong kernel.Faults
			wrong.Check("height", err)
			return wrong.Err()
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), b.sealed)
		if err != nil {
			return err
		}
		if _, err := key.Get(ctx, a, cardName, &b.Card); err != nil {
			return err
		}
		b.Height, b.HeightOn = cm, a.Today()
		if err := key.Put(ctx, a, cardName, b.Card); err != nil {
			return err
		}
		_, err = a.ExecContext(ctx, `UPDATE loan_loan SET looked_on = '' WHERE alliance = $1 AND borrower = $2`, a.Alliance(), b.ID)
		if err != nil {
			return err
		}
		return done(ctx, a, "loan.work", l.ID, "measured", string(b.ID))
	})
}

// mayIn loads a borrower for who works at the desk of its library, or with its
// family.
func (s *Service) mayIn(ctx context.Context, a *act.Act, id kernel.ID) (b Borrower, l Library, err error) {
	if b, err = loadBorrower(ctx, a, a.Alliance(), id); err != nil {
		return b, l, err
	}
	if l, err = loadLibrary(ctx, a, a.Alliance(), b.Library); err != nil {
		return b, l, err
	}
	if b.Family != "" {
		if err := a.Allow(ctx, "loan.family", b.Family); err == nil {
			return b, l, nil
		} else if c := kernel.CodeOf(err); c != kernel.NotFound && c != kernel.Forbidden {
			return b, l, err
		}
	}
	if err := a.Allow(ctx, "loan.work", l.Org); err != nil {
		return Borrower{}, Library{}, kernel.NewNotFound("loan.borrower")
	}
	return b, l, nil
}

// cards brings the cards into borrowers: in two queries, however many there are.
func (s *Service) cards(ctx context.Context, a *act.Act, all []Borrower) error {
	var keys []kernel.ID
	at := map[kernel.ID]int{}
	for n, b := range all {
		if b.sealed != "" {
			keys = append(keys, b.sealed)
			at[b.sealed] = n
		}
	}
	for chunk := range slices.Chunk(keys, 500) {
		err := s.Vault.EachOf(ctx, a, a.Alliance(), chunk, cardName, func(key kernel.ID, name string, decode func(any) error) error {
			if name != cardName {
				return nil
			}
			return decode(&all[at[key]].Card)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// card is a borrower with its card.
func (s *Service) card(ctx context.Context, a *act.Act, b *Borrower) error {
	one := []Borrower{*b}
	err := s.cards(ctx, a, one)
	*b = one[0]
	return err
}
