package app_test

import (
	"net/url"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// noor is a mother of Leuven with a child of two and another on the way, whose
// file Aïcha has just opened. Nobody lives there.
func noor(w *world) kernel.ID {
	w.Helper()
	f, err := w.app.Families.Open(w.towns["leuven"].As(w.Context(), "aicha"), families.NewFamily{
		PostalCode: "3000", Municipality: "24062",
		Persons: []families.NewPerson{
			{Role: families.Applicant, First: "Noor", Last: "Verbeeck", Birth: "1996-03-14"},
			{Role: families.Child, First: "Sami", Last: "Verbeeck", Birth: "2024-08-02"},
			{Role: families.Unborn, Due: "2027-02-20"},
		},
	})
	if err != nil {
		w.Fatal(err)
	}
	return f.ID
}

func TestTheConversationAsksOneQuestionAtATime(t *testing.T) {
	onEachEngine(t, func(w *world) {
		aicha := w.as("leuven", "aicha")
		here := "/families/" + string(noor(w)) + "/conversation"
		aicha.sees("GET "+here, nil, 200, "Noor Verbeeck", "Wat al duidelijk is", "Nu niet")
		aicha.sees("POST "+here, url.Values{"fact": {"family.all_may_stay"}, "do": {"answer"}, "began": {"1"}}, 422, "Vul een antwoord in")
	})
}
