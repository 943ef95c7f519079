package ownpage

import (
	"cmp"
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
)

// Looks is who opened or changed what is written of somebody, the latest first.
type Looks struct {
	Records []audit.Record
	Names   map[kernel.ID]string
	Next    int64 // the number to go on from; 0 at the end

	KeptBack int         // decisions to show something to nobody of the family yet
	ReviewOn kernel.Date // by when the last of them is reviewed; zero: none
}

// looksAtOnce is how many records are read for one page.
const looksAtOnce = 60

// Looks are who opened or changed what is written of the visitor, for which
// organisation, when and why, from before a record number (0: from the newest).
// Of their own household they are shown that; of themselves everybody is. What
// another of the family did or had done, or a child, is not among it.
func (s *Service) Looks(ctx context.Context, v Visit, before int64) (looks Looks, err error) {
	err = s.own(ctx, v, "looks", func(a *act.Act, file families.File, look sight) error {
		looks, err = s.looksIn(ctx, a, file, look, max(before, 0))
		return err
	})
	if err != nil {
		return Looks{}, err
	}
	return looks, nil
}

func (s *Service) looksIn(ctx context.Context, a *act.Act, file families.File, look sight, before int64) (looks Looks, err error) {
	subjects := []kernel.ID{look.me}
	if look.whole {
		subjects = append(subjects, file.ID)
	}
	var all []audit.Record
	for _, subject := range subjects {
		some, err := s.Acts.Audit.Of(ctx, a, a.Alliance(), subject, before, looksAtOnce+1)
		if err != nil {
			return looks, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(x, y audit.Record) int { return cmp.Compare(y.Seq, x.Seq) })
	if len(all) > looksAtOnce {
		all = all[:looksAtOnce]
		looks.Next = all[looksAtOnce-1].Seq
	}
	curtain, err := s.Sharing.CurtainIn(ctx, a, file.ID, look.me)
	if err != nil {
		return looks, err
	}
	looks.KeptBack, looks.ReviewOn = curtain.KeptBack()
	var ids []kernel.ID
	for _, x := range all {
		if told(file, look, x) && !curtain.Hides(x) {
			if x.Rule = ""; x.Action == "family.homes" { // that a child's other home is helped too is that home's to tell
				x.Action, x.Detail = "family.change", nil
			}
			looks.Records = append(looks.Records, x)
			ids = append(ids, x.Person, x.Org)
		}
	}
	looks.Names, err = s.Members.NamesIn(ctx, a, ids...)
	return looks, err
}

// told tells whether a record is shown to an adult: what workers did, and
// nothing of what the family's own people did on their pages, the reader's own
// visits among it. What a recorded decision keeps back is taken out besides.
func told(file families.File, look sight, x audit.Record) bool {
	if x.Org == "" {
		return x.Person == "" && x.Subject == file.ID // the house itself
	}
	if _, kin := file.Person(x.Person); kin {
		return false
	}
	return x.Subject == look.me || look.whole && x.Subject == file.ID
}
