// Package rules decides what a family is entitled to, and explains it.
//
// A [Library] is a dictionary of facts and a set of rights, read from YAML
// files that a lawyer can read. [Library.Evaluate] answers for one family, on
// one day, with three values: entitled, not entitled, not known yet. A fact
// that nobody gave never counts as no or as zero; it makes an answer unknown
// only where it could change it, and then [Finding.Missing] names it and
// [Result.Next] says which question is worth asking first. Some rights are
// not to be computed (a committee decides, a transitional scale is not
// published): they say so and name who decides.
//
// Every amount is exact. Numbers are rationals while they are computed and are
// rounded once, as the law of the right says.
//
// The way of an expression is parse, check, compile: expressions are CEL, are
// checked against the dictionary, and become closures over sets of possible
// values. The package does no I/O but reading packs from an [io/fs.FS], keeps
// no state that changes but what it prepares once for each right, and
// everything it exports may be used by many goroutines at once.
package rules
