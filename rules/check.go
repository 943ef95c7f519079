package rules

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"cel.dev/cel-go/checker"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// The second step of an expression: every name is known and every part has a
// type. All numbers have one type; money is told from other numbers by the
// unit of the fact or parameter, for people to read.

type kind uint8

const (
	kindNone kind = iota
	kindBool
	kindNumber
	kindDate
	kindText
	kindPerson
)

func (k kind) String() string {
	return [...]string{"nothing", "yes or no", "a number", "a day", "a text", "a person"}[k]
}

var (
	celDate    = types.NewOpaqueType("day")
	celPerson  = types.NewObjectType("person")
	celFamily  = types.NewObjectType("family")
	celPersons = types.NewListType(celPerson)
	celAny     = types.NewTypeParamType("A")
)

func kindOf(t *types.Type) kind {
	switch {
	case t.IsExactType(types.BoolType):
		return kindBool
	case t.IsExactType(types.DoubleType):
		return kindNumber
	case t.IsExactType(celDate):
		return kindDate
	case t.IsExactType(types.StringType):
		return kindText
	case t.IsExactType(celPerson):
		return kindPerson
	}
	return kindNone
}

func (k kind) cel() *types.Type {
	return [...]*types.Type{types.DynType, types.BoolType, types.DoubleType, celDate, types.StringType, celPerson}[k]
}

// scope is what the expressions of one right, or of the dictionary, may name.
type scope struct {
	document
	dict   *Dictionary
	names  map[string]*named // param.x, param.x.y and let names
	person bool              // p stands for a person
	env    *checker.Env
	atoms  map[string]site
	slots  *int // how many sites the library has; nil where nothing is kept
}

// named is a parameter's value or a let.
type named struct {
	kind  kind
	param int // slot of a parameter's value, when let is nil
	let   *let
}

// provider gives the checker the facts as fields.
type provider struct {
	*types.Registry
	dict *Dictionary
}

func (p provider) FindStructType(name string) (*types.Type, bool) {
	if name == OfFamily || name == OfPerson {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return nil, false
}

func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	if name != OfFamily && name != OfPerson {
		return nil, false
	}
	return p.dict.keys(name), true
}

func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	x := p.dict.Fact(name, field)
	if x == nil {
		return nil, false
	}
	return &types.FieldType{Type: x.kind.cel()}, true
}

func (p provider) FindIdent(string) (ref.Val, bool) { return nil, false }

func (d *Dictionary) keys(entity string) (out []string) {
	for _, x := range d.Facts {
		if x.Entity == entity {
			out = append(out, x.Key)
		}
	}
	return out
}

func newScope(d document, dict *Dictionary, person bool) *scope {
	env, err := checker.NewEnv(containers.DefaultContainer, provider{types.NewEmptyRegistry(), dict})
	if err == nil {
		err = env.AddFunctions(celFunctions...)
	}
	idents := []*decls.VariableDecl{
		decls.NewVariable("date", celDate), decls.NewVariable("family", celFamily),
		decls.NewVariable("applicant", celPerson), decls.NewVariable("persons", celPersons),
	}
	if person {
		idents = append(idents, decls.NewVariable("p", celPerson))
	}
	if err == nil {
		err = env.AddIdents(idents...)
	}
	if err != nil {
		panic(err) // cannot happen: the declarations are constants
	}
	return &scope{document: d, dict: dict, names: map[string]*named{}, person: person, env: env}
}

// declare makes a parameter or a let known to the expressions that follow.
func (s *scope) declare(name string, n *named) {
	s.names[name] = n
	_ = s.env.AddIdents(decls.NewVariable(name, n.kind.cel())) // a name twice is reported where it is read
}

// check gives every part of an expression its type and compiles it. It reports
// what is wrong and returns nil then.
func (s *scope) check(x syntax, want ...kind) *expr {
	if !s.understood(x) {
		return nil
	}
	tree, errs := checker.Check(x.tree, x.source, s.env)
	if list := errs.GetErrors(); len(list) > 0 {
		what, remedy := s.plainly(list[0].Message)
		s.report(x.move(list[0].Location), remedy, "%s", what)
		return nil
	}
	x.tree = tree
	k := kindOf(tree.GetType(tree.Expr().ID()))
	if len(want) > 0 && !slices.Contains(want, k) {
		s.report(x.at, "write an expression that gives "+want[0].String(), "this gives %s, not %s", k, want[0])
		return nil
	}
	return s.compile(x, k)
}

// understood looks at names and texts before CEL does, to say what an author
// may have meant.
func (s *scope) understood(x syntax) bool {
	ok := true
	fail := func(e celast.Expr, remedy, what string, args ...any) {
		if ok {
			s.report(x.placeOf(e.ID()), remedy, what, args...)
		}
		ok = false
	}
	bound := map[string]bool{}
	var see func(e celast.Expr, loops int)
	see = func(e celast.Expr, loops int) {
		walk(e, func(part celast.Expr) bool {
			switch part.Kind() {
			case celast.ComprehensionKind:
				c := part.AsComprehension()
				v := c.IterVar()
				switch {
				case c.IterRange().Kind() != celast.IdentKind || c.IterRange().AsIdent() != "persons":
					fail(part, "write persons there", "an aggregate goes over persons only")
				case loops >= maxExprLoops:
					fail(part, "split it with let:", "aggregates are nested deeper than %d", maxExprLoops)
				case bound[v] || v == "p" && s.person || s.names[v] != nil || v == "family" || v == "applicant" || v == "persons":
					fail(part, "use another letter, such as q", "the name %s already stands for something else here", v)
				default:
					bound[v] = true
					for _, a := range c.LoopStep().AsCall().Args()[1:] {
						see(a, loops+1)
					}
					delete(bound, v)
				}
				return false
			case celast.SelectKind:
				if name, isParam := dotted(part); isParam && strings.HasPrefix(name, "param.") {
					if s.names[name] == nil {
						fail(part, didYouMean(name, s.declared()), "there is no parameter %s", name)
					}
					return false
				}
				sel := part.AsSelect()
				if op := sel.Operand(); op.Kind() == celast.IdentKind {
					entity := OfPerson
					if op.AsIdent() == "family" {
						entity = OfFamily
					}
					known := entity == OfFamily || op.AsIdent() == "applicant" || bound[op.AsIdent()] || op.AsIdent() == "p" && s.person
					if known && s.dict.Fact(entity, sel.FieldName()) == nil {
						fail(part, didYouMean(sel.FieldName(), s.dict.keys(entity)), "there is no fact %s of a %s", sel.FieldName(), entity)
					}
				}
			case celast.IdentKind:
				if name := part.AsIdent(); name == "p" && !s.person && !bound["p"] {
					fail(part, "use it inside an aggregate, or give the right for: {each: …}", "p stands for nobody here")
				} else if name == "partner" {
					fail(part, `write sum(persons, p, p.role == "partner", …) or persons.exists(p, p.role == "partner" && …)`, "there may be no partner, so partner cannot be named")
				}
			case celast.CallKind:
				s.understoodCall(part, fail)
			}
			return ok
		})
	}
	see(x.tree.Expr(), 0)
	return ok
}

// dotted is "a.b.c" for a chain of selects over a name.
func dotted(e celast.Expr) (string, bool) {
	switch e.Kind() {
	case celast.IdentKind:
		return e.AsIdent(), true
	case celast.SelectKind:
		head, ok := dotted(e.AsSelect().Operand())
		return head + "." + e.AsSelect().FieldName(), ok
	}
	return "", false
}

func (s *scope) declared() (out []string) {
	for n := range s.names {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// understoodCall checks the texts that a choice is compared with, and the
// arguments that must be written out.
func (s *scope) understoodCall(e celast.Expr, fail func(celast.Expr, string, string, ...any)) {
	c := e.AsCall()
	switch name := c.FunctionName(); name {
	case operators.Equals, operators.NotEquals, operators.In:
		a, b := c.Args()[0], c.Args()[1]
		if s.factOf(a) == nil {
			a, b = b, a
		}
		x := s.factOf(a)
		if x == nil || x.Type != TypeChoice && x.Type != TypeCode {
			return
		}
		texts := []celast.Expr{b}
		if b.Kind() == celast.ListKind {
			texts = b.AsList().Elements()
		}
		for _, t := range texts {
			v, isText := literalText(t)
			switch {
			case !isText && x.Type == TypeCode:
				fail(t, "compare it with texts between quotes", "a code is compared with something else than a text")
			case isText && x.Type == TypeChoice && x.choice(v) == nil:
				var known []string
				for _, c := range x.Values {
					known = append(known, c.Key)
				}
				fail(t, didYouMean(v, known), "%s is never %q", x.path(), v)
			case isText && x.Type == TypeCode && x.pattern != nil && !x.pattern.MatchString(v):
				fail(t, "write it as "+x.Pattern, "%s is never %q", x.path(), v)
			}
		}
	case "date":
		v, isText := literalText(c.Args()[0])
		if _, err := ParseDate(v); !isText || err != nil {
			fail(e, `write date("2026-03-01")`, "date takes a day that exists, between quotes")
		}
	case "lookup":
		v, isText := literalText(c.Args()[0])
		if t, _ := s.dict.column(v); !isText || t == nil {
			fail(e, didYouMean(v, s.dict.columnNames()), "lookup takes a table and a column of the dictionary between quotes, and there is no %q", v)
		}
	case "right", "amount", "startsWith":
		if len(c.Args()) == 0 {
			return
		}
		if _, isText := literalText(c.Args()[0]); !isText {
			fail(e, "write it between quotes", "%s takes a text that is written out", name)
		}
	}
}

// factOf is the fact that an expression names, or nil.
func (s *scope) factOf(e celast.Expr) *Fact {
	if e.Kind() != celast.SelectKind || e.AsSelect().Operand().Kind() != celast.IdentKind {
		return nil
	}
	entity := OfPerson
	if e.AsSelect().Operand().AsIdent() == "family" {
		entity = OfFamily
	}
	return s.dict.Fact(entity, e.AsSelect().FieldName())
}

func literalText(e celast.Expr) (string, bool) {
	if e.Kind() != celast.LiteralKind {
		return "", false
	}
	v, ok := e.AsLiteral().(types.String)
	return string(v), ok
}

var (
	noOverload = regexp.MustCompile(`found no matching overload for '([^']*)' applied to '\(?([^']*?)\)?'`)
	undeclared = regexp.MustCompile(`undeclared reference to '([^']*)'`)
	celNames   = strings.NewReplacer("double", "a number", "string", "a text", "bool", "yes or no", "day", "a day",
		"list(", "list of (", "person", "a person", "family", "the family")
)

// plainly says what the checker says in words an author knows.
func (s *scope) plainly(message string) (what, remedy string) {
	message = firstLine(message)
	if m := noOverload.FindStringSubmatch(message); m != nil {
		op := m[1]
		if sym, ok := symbols[op]; ok {
			op = sym
		}
		return fmt.Sprintf("%s does not work on %s", op, strings.ReplaceAll(celNames.Replace(m[2]), ", ", " and ")),
			"compare and compute like with like: numbers with numbers, days with days, texts with texts"
	}
	if m := undeclared.FindStringSubmatch(message); m != nil {
		known := append(s.declared(), "date", "family", "applicant", "persons")
		known = append(known, functionNames...)
		remedy := didYouMean(m[1], known)
		if remedy == "" {
			remedy = "declare it under let: or parameters:, or name a fact as family.… or applicant.…"
		}
		return "nothing is called " + strings.TrimPrefix(m[1], "."), remedy
	}
	return celNames.Replace(message), "see docs/rules-language.md"
}
