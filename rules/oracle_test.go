package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"cel.dev/cel-go/cel"
	"pgregory.net/rapid"

	"github.com/bondgenoot/bondgenoot/rules"
)

// both is one expression in our language and in plain CEL: aggregates of ours
// are written with what CEL has.
type both struct{ ours, cel string }

func drawBoth(t *rapid.T, number bool, depth int, person string) both {
	say := func(s string) both { return both{s, s} }
	leaves := []both{say("family.wet"), say("family.warm"), say(`(family.colour == "red")`), say(`(family.colour in ["red", "green"])`),
		say(`family.place.startsWith("1")`), say("applicant.happy"), say("true"), say("false")}
	if number {
		leaves = []both{say("family.rooms"), say("applicant.coins"), say("0.0"), say("1.0"), say("2.0"), say("0.5")}
	} else if person != "" {
		leaves = append(leaves, say(person+".happy"), say(`(`+person+`.role == "child")`))
	}
	if depth == 0 {
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	}
	with := func(form string, parts ...both) both {
		ours, plain := make([]any, len(parts)), make([]any, len(parts))
		for i, p := range parts {
			ours[i], plain[i] = p.ours, p.cel
		}
		return both{fmt.Sprintf(form, ours...), fmt.Sprintf(form, plain...)}
	}
	b := func() both { return drawBoth(t, false, depth-1, person) }
	n := func() both { return drawBoth(t, true, depth-1, person) }
	z := fmt.Sprint("z", depth)
	inner := func() both { return drawBoth(t, false, min(1, depth-1), z) }
	if number {
		switch rapid.IntRange(0, 7).Draw(t, "number") {
		case 0:
			return with("(%s + %s)", n(), n())
		case 1:
			return with("(%s - %s)", n(), n())
		case 2:
			return with("(%s * %s)", n(), n())
		case 3:
			return with("(-%s)", n())
		case 4:
			return with("(%s ? %s : %s)", b(), n(), n())
		case 5:
			x, y := n(), n()
			return both{"min(" + x.ours + ", " + y.ours + ")", "(" + x.cel + " < " + y.cel + " ? " + x.cel + " : " + y.cel + ")"}
		case 6:
			x := inner()
			return both{"count(persons, " + z + ", " + x.ours + ")", "double(size(persons.filter(" + z + ", " + x.cel + ")))"}
		}
		return rapid.SampledFrom(leaves).Draw(t, "leaf")
	}
	switch rapid.IntRange(0, 9).Draw(t, "boolean") {
	case 0:
		return with("(%s && %s)", b(), b())
	case 1:
		return with("(%s || %s)", b(), b())
	case 2:
		return with("!%s", b())
	case 3:
		return with("(%s < %s)", n(), n())
	case 4:
		return with("(%s <= %s)", n(), n())
	case 5:
		return with("(%s == %s)", n(), n())
	case 6:
		return with("(%s != %s)", b(), b())
	case 7:
		x := inner()
		return both{"persons.exists(" + z + ", " + x.ours + ")", "persons.exists(" + z + ", " + x.cel + ")"}
	case 8:
		x := inner()
		return both{"persons.all(" + z + ", " + x.ours + ")", "persons.all(" + z + ", " + x.cel + ")"}
	}
	return with("(%s ? %s : %s)", b(), b(), b())
}

// Where everything is known, our closures and CEL's own interpreter agree.
func TestAgainstTheInterpreterOfCEL(t *testing.T) {
	env, err := cel.NewEnv(cel.Variable("family", cel.DynType), cel.Variable("applicant", cel.DynType), cel.Variable("persons", cel.ListType(cel.DynType)))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		x := drawBoth(t, false, 4, "")
		lib, err := loadSmall(smallPack("be.one", "conditions:\n  - {id: c, text: {nl: n, fr: n, de: n, en: n}, when: '"+x.ours+"'}\namount: {value: 1, per: month}\n"))
		if err != nil {
			t.Fatal(err)
		}
		ast, issues := env.Compile(x.cel)
		if issues.Err() != nil {
			t.Fatal(issues.Err())
		}
		program, err := env.Program(ast)
		if err != nil {
			t.Fatal(err)
		}
		c := drawCase(t)
		c.completions(func([]int) {
			var in struct {
				Family  map[string]any   `json:"family"`
				Persons []map[string]any `json:"persons"`
			}
			if err := json.Unmarshal(c.json(), &in); err != nil {
				t.Fatal(err)
			}
			out, _, err := program.Eval(map[string]any{"family": in.Family, "applicant": in.Persons[0], "persons": in.Persons})
			if err != nil {
				t.Fatal(err)
			}
			got := evaluate(t, lib, c.json()).Rights[0].Status
			if want := out.Value().(bool); (got == rules.Entitled) != want {
				t.Fatalf("%s\nours says %s, CEL says %v\n%s", x.ours, got, want, c.json())
			}
		})
	})
}
