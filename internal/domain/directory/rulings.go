package directory

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Rulings read for whom services are, where that is told in the language of the
// rights engine ([Audience.Rule]): one condition, over the same facts as rights.
// Any number may ask at once.
type Rulings struct {
	Law *rules.Library // its dictionary says which facts there are

	known sync.Map // by the condition: what it was compiled to
}

// ruledID is the id under which the engine knows a condition.
const ruledID = "be.directory-service"

// ruledPack is a right that consists of one condition.
func ruledPack(rule string) []byte {
	when, err := json.Marshal(rule)
	if err != nil {
		panic(err) // cannot happen: it is a text
	}
	const words = "{nl: aanbod, fr: aide, de: Angebot, en: service}"
	return []byte("id: " + ruledID + "\nnames: " + words + "\nsummary: " + words + "\nauthority: " + words + "\nkind: statutory\n" +
		"sources: [{id: told, url: 'https://www.belgium.be', kind: official, dated: undated}]\nvalid: {from: 2000-01-01}\n" +
		"conditions:\n  - id: told\n    text: " + words + "\n    when: " + string(when) + "\nin_kind: " + words + "\napply: {mode: application, how: " + words + "}\n")
}

func (r *Rulings) library(rule string) (*rules.Library, error) {
	if lib, known := r.known.Load(rule); known {
		return lib.(*rules.Library), nil
	}
	lib, err := r.Law.Add("service.yaml", ruledPack(rule))
	if err == nil {
		r.known.Store(rule, lib)
	}
	return lib, err
}

// Check refuses a condition that the engine cannot read, or that its linter
// finds to hold always, never, or for nobody who can be asked: Invalid
// ("directory.eligibility") with why, in the words of the engine.
func (r *Rulings) Check(rule string, today kernel.Date) error {
	if r == nil || rule == "" {
		return nil
	}
	no := func(why string) error { return kernel.NewInvalid("directory.eligibility").With("why", why) }
	lib, err := r.Law.Add("service.yaml", ruledPack(rule))
	if problems, ok := errors.AsType[rules.Problems](err); ok && len(problems) > 0 {
		return no(strings.TrimSuffix(problems[0].What+"; "+problems[0].Remedy, "; "))
	}
	if err != nil {
		return no(err.Error())
	}
	day, err := rules.ParseDate(string(today))
	if err != nil {
		return err
	}
	for _, x := range lib.Lint(day, ruledID) {
		switch x.Code {
		case rules.LintNever, rules.LintAlways, rules.LintUnknown:
			return no(strings.TrimSuffix(x.What+"; "+x.Remedy, "; "))
		}
	}
	return nil
}

// Fits tells whether a service with this condition is certainly for the family
// of whom a case tells. What is not known yet, or cannot be read, fits nobody
// for certain.
func (r *Rulings) Fits(rule string, document []byte) bool {
	if r == nil || rule == "" {
		return false
	}
	lib, err := r.library(rule)
	if err != nil {
		return false
	}
	c, err := lib.ParseCase(document)
	if err != nil {
		return false
	}
	for _, x := range lib.Evaluate(c, rules.Options{NoNext: true, Audience: "family", Rights: []string{ruledID}}).Rights {
		return x.Status == rules.Entitled
	}
	return false
}
