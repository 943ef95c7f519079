package app_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
)

// A programme that the alliance switches on is a service that everybody finds,
// while it is on, and no longer.
func TestAProgrammeThatIsOnIsToldToEverybody(t *testing.T) {
	onEachEngine(t, func(w *world) {
		towns := townsOf(w)
		leuven := towns[0]
		katrien := leuven.As(w.Context(), "katrien")
		shown := func() map[string]directory.PublicRecord {
			all := map[string]directory.PublicRecord{}
			for r, err := range w.app.Directory.Published(w.Context(), leuven.ID) {
				if err != nil {
					w.Fatal(err)
				}
				all[r.Service.Name.NL] = r
			}
			return all
		}
		p, err := w.app.Programmes.SwitchOn(katrien, programmes.New{Template: "leuven-kirikou"})
		if err != nil {
			w.Fatal(err)
		}
		r, told := shown()[p.Name().NL]
		if !told || r.Service.Programme != p.ID || r.Service.About.FR == "" || r.Service.Told["about"].Source != directory.ByProgramme {
			w.Errorf("told %+v", shown())
		}
		for name, step := range map[string]func() error{
			"paused": func() error { _, err := w.app.Programmes.Pause(katrien, p.ID); return err },
		} {
			if err := step(); err != nil {
				w.Fatal(err)
			}
			if _, told := shown()[p.Name().NL]; told {
				w.Errorf("%s, and still told", name)
			}
		}
		if _, err := w.app.Programmes.Resume(katrien, p.ID); err != nil {
			w.Fatal(err)
		}
		if err := demo.Help(w.Context(), w.app, towns); err != nil {
			w.Fatal(err)
		}
		if again, told := shown()[p.Name().NL]; !told || again.Service.ID != r.Service.ID || again.Organisation.ID != r.Organisation.ID {
			w.Errorf("what is known was taken over beside it: %+v", again)
		}
		if _, told := shown()["Hulp van het OCMW van Leuven"]; !told {
			w.Error("the welfare office is not told")
		}
		if _, err := w.app.Programmes.End(katrien, p.ID); err != nil {
			w.Fatal(err)
		}
		if _, told := shown()[p.Name().NL]; told {
			w.Error("ended, and still told")
		}
	})
}
