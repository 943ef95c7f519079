package rights

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// OwnSight is all that the rules need to answer for a family on its own page.
type OwnSight struct{ seen sight }

// OwnIn reads what the rules need of a file, within an act of a module above,
// which has asked whether it may and leaves the record. Think of it afterwards
// with [OwnSight.Find], outside the transaction.
func (s *Service) OwnIn(ctx context.Context, a *act.Act, file families.File) (o OwnSight, err error) {
	if o.seen, err = s.seeRules(ctx, a); err != nil {
		return o, err
	}
	o.seen.file = file
	if o.seen.document, err = file.Case(o.seen.on); err != nil {
		return o, err
	}
	o.seen.claims, err = claimsOf(ctx, a, a.Alliance(), file.ID)
	return o, err
}

// Find is what there is for the family today. Texts are in lang. Nothing of it
// is kept: that is the care team's to do.
func (o OwnSight) Find(lang kernel.Lang) (Found, error) {
	return o.seen.evaluate(rules.Options{Lang: rules.Lang(lang), Audience: "family"})
}

// Claims are what the family asked for, the newest first, with the name of each
// right in lang; a right that exists no more has none.
func (o OwnSight) Claims(lang kernel.Lang) (claims []Claim, names map[string]string) {
	names = map[string]string{}
	for _, c := range o.seen.claims {
		if right := o.seen.set.Rules.Right(c.Right); right != nil {
			names[c.Right] = right.Names.In(rules.Lang(lang))
		}
	}
	return o.seen.claims, names
}
