package rules

import celast "cel.dev/cel-go/common/ast"

// A pack can be short and take for ever: a few aggregates inside each other, of
// everybody against everybody, again and again. So a right is bounded by how many
// steps one look at it takes in the largest family there can be.

// maxSteps is some hundred times what the law needs, and a part of a second.
const maxSteps = 12_000_000

// steps is how many parts of the right's expressions are gone through in a
// family of as many persons as there can be, when each is found once.
func (r *Right) steps() (n int) {
	for _, e := range r.expressions() {
		times := 1
		if r.ForEach && e.mine() {
			times = maxPersons
		}
		n += times * steps(e.tree.Expr())
		if n > maxSteps {
			break
		}
	}
	return n
}

func steps(e celast.Expr) int {
	n := 1
	switch e.Kind() {
	case celast.CallKind:
		if e.AsCall().IsMemberFunction() {
			n += steps(e.AsCall().Target())
		}
		for _, a := range e.AsCall().Args() {
			n += steps(a)
		}
	case celast.SelectKind:
		n += steps(e.AsSelect().Operand())
	case celast.ListKind:
		n += len(e.AsList().Elements())
	case celast.ComprehensionKind:
		n += maxPersons * steps(e.AsComprehension().LoopStep())
	}
	return n
}

// tooLong reports a right that takes too many steps.
func (r *Right) tooLong(problems *Problems) {
	if r.steps() > maxSteps {
		document{r.File, problems}.report(r.at, "nest fewer aggregates in each other, or write fewer of them", "the right %s takes too long in a large family", r.ID)
	}
}
