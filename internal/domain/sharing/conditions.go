package sharing

import "github.com/bondgenoot/bondgenoot/internal/kernel"

// Condition is one of the things that must be true before professionals who
// are bound by secrecy may speak with each other about a family.
type Condition string

// The conditions, as doctrine has them: all must hold.
const (
	BoundBySecrecy Condition = "bound"     // who receives is bound by professional secrecy too
	SameMission    Condition = "mission"   // and works on the same help for the same family
	Necessary      Condition = "necessary" // no more is told than is needed for it
	InTheirGood    Condition = "interest"  // in the family's interest
	ToldNoObjects  Condition = "told"      // the family knows, and does not object
)

// Edition is what the law asks from a day on. An edition is never changed: a
// decision names the one under which it was taken.
type Edition struct {
	Key        string
	From       kernel.Date
	Conditions []Condition
	// Where it stands: articles move when a code is replaced, and a decision
	// must still say on what it rested.
	Secrecy, Consultation string
}

// editions are in the order of their days. The new Penal Code numbers its
// articles anew; what it says of shared secrecy comes from doctrine and stays.
// The new numbers are left out until they are checked in the official text.
var editions = []Edition{
	{"1867", "", fiveConditions, "art. 458 Sw.", "art. 458ter Sw."},
	{"2026", "2026-04-08", fiveConditions, "", ""},
}

var fiveConditions = []Condition{BoundBySecrecy, SameMission, Necessary, InTheirGood, ToldNoObjects}

// EditionOn is what the law asks on a day.
func EditionOn(day kernel.Date) Edition {
	found := editions[0]
	for _, e := range editions {
		if e.From <= day {
			found = e
		}
	}
	return found
}
