package rules

import (
	"fmt"

	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// celFunctions are the functions of the language, with what they take and give. One table serves
// the checker and the messages.
var celFunctions = func() []*decls.FunctionDecl {
	num, day, yes, txt, per := types.DoubleType, celDate, types.BoolType, types.StringType, celPerson
	type sig struct {
		args []*types.Type
		out  *types.Type
	}
	f := func(out *types.Type, args ...*types.Type) sig { return sig{args, out} }
	table := map[string][]sig{
		operators.LogicalAnd: {f(yes, yes, yes)}, operators.LogicalOr: {f(yes, yes, yes)}, operators.LogicalNot: {f(yes, yes)},
		operators.Conditional: {f(celAny, yes, celAny, celAny)},
		operators.Equals:      {f(yes, celAny, celAny)}, operators.NotEquals: {f(yes, celAny, celAny)},
		operators.Add: {f(num, num, num)}, operators.Subtract: {f(num, num, num)},
		operators.Multiply: {f(num, num, num)}, operators.Divide: {f(num, num, num)}, operators.Negate: {f(num, num)},
		operators.In: {f(yes, celAny, types.NewListType(celAny))},
		"min":        {f(num, num, num), f(num, num, num, num)}, "max": {f(num, num, num), f(num, num, num, num)},
		"round": {f(num, num)}, "round_up": {f(num, num)}, "round_down": {f(num, num)},
		"date": {f(day, txt)}, "years": {f(num, day, day)}, "months": {f(num, day, day)}, "days": {f(num, day, day)},
		"year": {f(num, day)}, "month": {f(num, day)}, "add_months": {f(day, day, num)},
		"lookup": {f(txt, txt, txt)},
		"right":  {f(yes, txt), f(yes, txt, per)}, "amount": {f(num, txt), f(num, txt, per)},
		loopCount: {f(num, num, yes)}, loopSum: {f(num, num, yes, num)},
		loopSmallest: {f(celAny, celAny, yes, celAny)}, loopLargest: {f(celAny, celAny, yes, celAny)},
		loopStart: {f(celAny)}, loopExists: {f(yes, yes, yes)}, loopAll: {f(yes, yes, yes)},
	}
	for _, op := range []string{operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals} {
		table[op] = []sig{f(yes, num, num), f(yes, day, day)}
	}
	var out []*decls.FunctionDecl
	for name, sigs := range table {
		var opts []decls.FunctionOpt
		for i, s := range sigs {
			opts = append(opts, decls.Overload(fmt.Sprintf("%s/%d", name, i), s.args, s.out))
		}
		if name == "startsWith" {
			continue
		}
		d, err := decls.NewFunction(name, opts...)
		if err != nil {
			panic(err) // cannot happen: the table is a constant
		}
		out = append(out, d)
	}
	starts, err := decls.NewFunction("startsWith", decls.MemberOverload("startsWith/0", []*types.Type{txt, txt}, yes))
	if err != nil {
		panic(err)
	}
	return append(out, starts)
}()

// functionNames are those an author may call, for "did you mean".
var functionNames = []string{"min", "max", "round", "round_up", "round_down", "date", "years", "months", "days", "year", "month",
	"add_months", "right", "amount", "count", "sum", "smallest", "largest", "exists", "all", "startsWith", "lookup"}
