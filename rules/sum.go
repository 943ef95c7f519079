package rules

import (
	"net/url"
	"strings"
)

// An income that a right counts is often a sum of others: what the assessment
// says, and the living wage of that year. Then its parts are told once, it is
// asked for by asking for them, and an explanation shows them beside it. Only
// what a law or a page says is added up.

// sum tells whether a fact is an amount that follows from others.
func (x *Fact) sum() bool { return x.derive != nil && x.Type == TypeMoney }

// checkSum holds that an amount that follows from others says who says so, and
// that its parts are of the same period.
func (d document) checkSum(x *Fact) {
	if x.Law != "" || x.Source != "" {
		if x.Derive == "" {
			d.report(x.at, "leave it out, or write how it follows under derive:", "the fact %s has a law or a source and follows from nothing", x.Key)
		}
		if u, err := url.Parse(x.Source); x.Source != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			d.report(x.at, "write the address of a page: https://…", "the source of %s cannot be looked up", x.Key)
		}
	}
	if !x.sum() {
		return
	}
	if x.Law == "" && x.Source == "" {
		d.report(x.at, "add law: or source:", "nothing says that the amount %s follows so", x.Key)
	}
	if strings.ContainsAny(x.Derive, "*/") { // it goes from one period to another
		return
	}
	for _, y := range x.derive.reads.facts {
		if y.Type == TypeMoney && y.Unit != x.Unit {
			d.report(x.at, "use amounts of the same period, or multiply", "%s is in %s and its part %s in %s", x.Key, x.Unit, y.Key, y.Unit)
		}
	}
}
