package programmes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// ForWhom is the rule of one or more offers as people read it. What the engine
// computes with is the same rule; these are its words.
type ForWhom struct {
	Offers     []string      // the ids of the offers that it opens
	Each       kernel.Text   // to whom each of them is given, where it is to persons; may be empty
	Conditions []kernel.Text // all of which must hold
	Exclusions []kernel.Text // of which none may hold
	Refers     []Decider     // what a person looks at before it is sure
}

// Decider is somebody who decides what no rule computes.
type Decider struct {
	Text    kernel.Text
	Decides kernel.Text
}

// ForWhom is for whom the offers are, rule by rule, in the order of the
// template. The slice is the caller's.
func (t *Template) ForWhom() []ForWhom {
	var all []ForWhom
	for _, r := range t.rules {
		said := r.said
		said.Offers = slices.Clone(r.offers)
		all = append(all, said)
	}
	return all
}

// readWords reads the words of a rule. Whether the rule itself can be is for
// the engine to say.
func (r *ruleText) readWords() error {
	var rule struct {
		For struct {
			Each string      `yaml:"each"`
			Text kernel.Text `yaml:"text"`
		} `yaml:"for"`
		Amount     any   `yaml:"amount"`
		Amounts    []any `yaml:"amounts"`
		Conditions []struct {
			Text kernel.Text `yaml:"text"`
		} `yaml:"conditions"`
		Exclusions []struct {
			Text kernel.Text `yaml:"text"`
		} `yaml:"exclusions"`
		Refer []struct {
			Text    kernel.Text `yaml:"text"`
			Decides kernel.Text `yaml:"decides"`
		} `yaml:"refer"`
	}
	if err := yaml.Unmarshal([]byte(strings.Join(r.lines, "\n")), &rule); err != nil {
		return fmt.Errorf("the rule at line %d: %w", r.first, err)
	}
	r.sums = rule.For.Each != "" && (rule.Amount != nil || len(rule.Amounts) > 0)
	r.said = ForWhom{Each: rule.For.Text}
	for _, c := range rule.Conditions {
		r.said.Conditions = append(r.said.Conditions, c.Text)
	}
	for _, c := range rule.Exclusions {
		r.said.Exclusions = append(r.said.Exclusions, c.Text)
	}
	for _, c := range rule.Refer {
		r.said.Refers = append(r.said.Refers, Decider{c.Text, c.Decides})
	}
	return nil
}
