package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// ContactIn is how a family can be reached, and how not, for the house itself
// at work after a commit; for anybody else there is none.
func (s *Service) ContactIn(ctx context.Context, a *act.Act, id kernel.ID) (c Contact, err error) {
	if !a.Actor.Is(policy.System) {
		return c, kernel.NewNotFound("family")
	}
	if _, err := loadKept(ctx, a, id); err != nil {
		return c, err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), id)
	if err != nil {
		return c, err
	}
	_, err = key.Get(ctx, a, "contact", &c)
	return c, err
}

// Addressee is where the house itself writes to a family, and in which language.
// Its zero value is nobody: a person rings, or says it.
type Addressee struct {
	Mail kernel.Email // zero: no mail
	Text kernel.Phone // zero: no text message; never beside a mail
	Lang kernel.Lang  // of what goes there, and of a paper where nothing goes
}

// Addressee is where the house writes to who is reached so: by mail where it may
// mail, else by text message where it may and where the house sends them.
func (s *Service) Addressee(c Contact) (to Addressee) {
	f := File{Contact: c}
	to.Lang = c.speaks(kernel.Langs[:])
	if mail, ok := f.Reach(ByMail); ok {
		to.Mail = kernel.Email(mail)
	} else if number, ok := f.Reach(ByText); ok && s.Texting {
		to.Text, to.Lang = kernel.Phone(number), c.speaks(kernel.FamilyLangs[:])
	}
	return to
}

// AddresseeIn is [Service.Addressee] of a family, for the house itself at work
// after a commit: nobody where the file is forgotten.
func (s *Service) AddresseeIn(ctx context.Context, a *act.Act, family kernel.ID) (Addressee, error) {
	c, err := s.ContactIn(ctx, a, family)
	if kernel.CodeOf(err) == kernel.NotFound {
		return Addressee{Lang: kernel.NL}, nil
	}
	if err != nil {
		return Addressee{}, err
	}
	return s.Addressee(c), nil
}

// speaks is the first of these languages that the family speaks; Dutch where it
// speaks none.
func (c Contact) speaks(langs []kernel.Lang) kernel.Lang {
	for _, code := range c.Languages {
		if lang := kernel.Lang(code); slices.Contains(langs, lang) {
			return lang
		}
	}
	return kernel.NL
}
