package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// night lets the house walk over the files of Leuven.
func (w *world) night() {
	w.Helper()
	w.work()
	if _, err := w.app.Reach.Begin(w.Context(), w.towns["leuven"].ID); err != nil {
		w.Fatal(err)
	}
	w.work()
}

// certain tells of Noor's family what makes a right certain.
func (w *world) certain(family kernel.ID) {
	w.Helper()
	_, err := w.app.Families.RecordFacts(w.towns["leuven"].As(w.Context(), "aicha"), family, 0, []families.Fact{
		{Key: "all_may_stay", Value: []byte("true"), Source: families.Told}, {Key: "all_live_here", Value: []byte("true"), Source: families.Told},
		{Key: "has_bim", Value: []byte("true"), Source: families.Told}})
	w.did(err)
}

func TestSpike(t *testing.T) {
	onEachEngine(t, func(w *world) {
		family := noor(w)
		w.certain(family)
		w.later(15 * time.Minute)
		began := time.Now()
		w.night()
		w.Log(time.Since(began))
		page, err := w.app.Reach.List(w.towns["leuven"].As(w.Context(), "aicha"), reach.Query{Comes: true})
		w.did(err)
		for _, x := range page.Rows {
			w.Log(x.Right, x.Person, x.Year, x.Stage, x.Comes, x.FoundOn, x.ClosesOn)
		}
		coming, err := w.app.Reach.Coming(w.towns["leuven"].As(w.Context(), "aicha"), "2027-12-01", 100)
		w.did(err)
		for _, x := range coming {
			w.Log(x.Right, x.Person, x.On, x.Opens, x.Birth)
		}
		aicha := w.as("leuven", "aicha")
		_, body, _ := aicha.asks("GET /reach", nil)
		fmt.Println(plain(body))
		_, body, _ = aicha.asks("GET /families/"+string(family)+"/letter?lang=tr", nil)
		fmt.Println(plain(body))
		_, body, _ = w.as("leuven", "wim").asks("GET /administration/jobs", nil)
		fmt.Println(plain(body)[strings.Index(plain(body), "Rondes"):])
	})
}
