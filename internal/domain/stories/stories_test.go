package stories_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
)

var modules = []db.Migrations{policy.Migrations(), audit.Migrations(), vault.Migrations(), job.Migrations(), members.Migrations(), programmes.Migrations(),
	directory.Migrations(), stories.Migrations()}

var library = sync.OnceValue(func() *programmes.Library { return must(programmes.ReadLibrary(templates.FS)) })
var law = sync.OnceValue(func() *rules.Library { return must(rules.Load(packs.FS)) })

func nl(s string) kernel.Text { return kernel.Text{NL: s} }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// town is an alliance in which a bicycle workshop carries a programme out, and
// a house of refuge does not.
type town struct {
	*stories.Service
	t               *testing.T
	alliance, bikes kernel.ID
	katrien         context.Context // coordinates
	lode            context.Context // of the workshop
	jan             context.Context // of the refuge
}

func inTown(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	dbtest.Each(t, modules, func(t *testing.T, d *db.DB) {
		path := filepath.Join(t.TempDir(), "key")
		if err := vault.CreateKeyFile(path); err != nil {
			t.Fatal(err)
		}
		keeper, ctx := must(vault.OpenKeyFile(path)), t.Context()
		acts := &act.Acts{DB: d, Audit: &audit.Log{Key: ed25519.NewKeyFromSeed(make([]byte, 32))}, Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }}
		people := &members.Service{Acts: acts, Keeper: keeper}
		known := &programmes.Service{Acts: acts, Members: people, Library: library(), Law: law()}
		desk := &directory.Desk{Acts: acts, Keeper: keeper, Vault: &vault.Vault{Keeper: keeper}}
		w := &town{t: t, Service: &stories.Service{Acts: acts, Programmes: known, Directory: desk}}
		w.alliance = must(people.Found(ctx, members.Alliance{Slug: "leuven", Municipalities: []kernel.NIS{"24062"}, Name: kernel.Text{NL: "Leuven", FR: "Louvain", DE: "Löwen", EN: "Leuven"}})).ID
		as := func(org kernel.ID, role policy.Role) context.Context {
			return act.As(ctx, policy.Actor{Alliance: w.alliance, Person: kernel.NewID(), Org: org, Roles: []policy.Role{role}})
		}
		admin := as("", policy.Administrator)
		org := func(name string) kernel.ID {
			return must(people.AddOrganisation(admin, members.Organisation{Name: name, Kind: members.NonProfit})).ID
		}
		workshop, refuge := org("Fietsenwerkplaats"), org("Vluchthuis")
		w.katrien, w.lode, w.jan = as(org("Huis van het Kind"), policy.Coordinator), as(workshop, policy.Provider), as(refuge, policy.Caseworker)
		w.bikes = must(known.SwitchOn(w.katrien, programmes.New{Template: "leuven-velokadee", Params: map[string]string{"price": "12", "age_to": "12"},
			Partners: []programmes.Partner{{Org: workshop, Part: programmes.Lead}}})).ID
		house := must(desk.AddOrganisation(w.katrien, directory.Organisation{Name: "Fietsenwerkplaats", Member: workshop}))
		must(desk.KeepShelter(w.lode, directory.Shelter{Organisation: house.ID, Name: "Huis", Address: "Stille Steeg 7, 3000 Leuven", Municipality: "24062"}))
		fn(t, w)
	})
}

// wants tells whether a fault has a key, in itself or at one of its fields.
func wants(t *testing.T, what string, err error, key string) {
	t.Helper()
	if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != key && (len(f.More) == 0 || f.More[0].Key != key) {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// snapshot is a photograph, w by h points: its left half is red.
func snapshot(w, h int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{30, 60, 200, 255}
			if x < w/2 {
				c = color.RGBA{220, 20, 20, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenWaitsUntilItIsPublished(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		st := must(w.Tell(w.lode, w.bikes, 0, nl(" Kinderen lenen een fiets die meegroeit. ")))
		_, err := w.PublishedOne(t.Context(), w.alliance, w.bikes)
		wants(t, "what nobody published", err, "page")
		st = must(w.AddPhoto(w.lode, w.bikes, st.Version, stories.Photographed{File: snapshot(400, 300), Alt: nl("Een rij kleine fietsen"), Nobody: true, Allowed: true}))
		photo := st.Page.Photos[0].ID
		_, err = w.PublicPhoto(t.Context(), w.alliance, photo, true)
		wants(t, "a photograph that nobody published", err, "page")
		st = must(w.AddNews(w.lode, w.bikes, st.Version, "2026-10-01", nl("Nieuwe werkplaats"), nl("")))
		st = must(w.AddNews(w.lode, w.bikes, st.Version, "2026-11-01", nl("Honderd fietsen"), nl("Met dank aan de vrijwilligers.")))
		st = must(w.AddReached(w.lode, w.bikes, st.Version, 2026, 100, nl("kinderen kregen een fiets")))
		st = must(w.Publish(w.lode, w.bikes, st.Version))
		told := must(w.PublishedOne(t.Context(), w.alliance, w.bikes))
		if told.Page.About.NL != "Kinderen lenen een fiets die meegroeit." || len(told.Page.News) != 2 || told.Page.News[0].Title.NL != "Honderd fietsen" || told.Page.Reached[0].Count != 100 || st.Waits() {
			t.Errorf("everybody reads %+v", told)
		}
		if b := must(w.PublicPhoto(t.Context(), w.alliance, photo, true)); !bytes.HasPrefix(b, []byte("\xff\xd8\xff")) {
			t.Errorf("the photograph is %d bytes of something else", len(b))
		}
		st = must(w.Remove(w.lode, w.bikes, st.Version, photo))
		if must(w.PublicPhoto(t.Context(), w.alliance, photo, false)); !st.Waits() || len(must(w.PublishedOne(t.Context(), w.alliance, w.bikes)).Page.Photos) != 1 {
			t.Error("what was taken off is gone for everybody before it was published")
		}
		st = must(w.Publish(w.katrien, w.bikes, st.Version))
		_, err = w.PublicPhoto(t.Context(), w.alliance, photo, false)
		wants(t, "a photograph that was taken off", err, "page")
		if all := must(w.Published(t.Context(), w.alliance)); len(all) != 1 {
			t.Errorf("%d pages", len(all))
		}
		must(w.Withdraw(w.katrien, w.bikes, st.Version))
		if all := must(w.Published(t.Context(), w.alliance)); len(all) != 0 {
			t.Error("a page that was taken away is still read")
		}
	})
}

func TestWhatAPageMayNotTell(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		_, err := w.Publish(w.lode, w.bikes, 0)
		wants(t, "an empty page", err, "story.about")
		_, err = w.AddReached(w.lode, w.bikes, 0, 2026, 4, nl("gezinnen"))
		wants(t, "four families", err, "story.few")
		_, err = w.AddReached(w.lode, w.bikes, 0, 2027, 40, nl("gezinnen"))
		wants(t, "a year to come", err, "story.year")
		_, err = w.AddNews(w.lode, w.bikes, 0, "2026-11-24", nl("Morgen"), nl(""))
		wants(t, "a day to come", err, "story.day")
		_, err = w.Tell(w.lode, w.bikes, 0, nl("Kom naar Stille Steeg 7."))
		wants(t, "where a shelter is", err, "directory.shelter_address")
		_, err = w.AddPhoto(w.lode, w.bikes, 0, stories.Photographed{File: snapshot(400, 300), Alt: nl("Kinderen"), Allowed: true})
		wants(t, "a child", err, "story.child")
		_, err = w.AddPhoto(w.lode, w.bikes, 0, stories.Photographed{File: []byte("<svg onload=alert(1)>"), Alt: nl("x"), Nobody: true, Allowed: true})
		wants(t, "what is no photograph", err, "story.photo")
		_, err = w.AddPhoto(w.lode, w.bikes, 0, stories.Photographed{File: snapshot(400, 300), Nobody: true, Allowed: true})
		wants(t, "without words", err, "story.alt")
		if st := must(w.Of(w.lode, w.bikes)); st.Version != 0 {
			t.Errorf("something was kept: %+v", st)
		}
	})
}

func TestWhoMayWriteThePageOfAProgramme(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		if _, err := w.Tell(w.jan, w.bikes, 0, nl("Van ons")); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("somebody who is no partner: %v", err)
		}
		st := must(w.AddPhoto(w.lode, w.bikes, 0, stories.Photographed{File: snapshot(300, 300), Alt: nl("Fietsen"), Nobody: true, Allowed: true}))
		if _, err := w.Photo(w.jan, st.Page.Photos[0].ID, true); kernel.CodeOf(err) != kernel.NotFound {
			t.Errorf("the photograph, for who is no partner: %v", err)
		}
		must(w.Photo(w.katrien, st.Page.Photos[0].ID, true))
	})
}

func TestAHundredWritersAtOnceLoseNothing(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		var wrote sync.WaitGroup
		done := make(chan bool, 100)
		for range 100 {
			wrote.Go(func() {
				_, err := w.Tell(w.lode, w.bikes, 0, nl("Fietsen"))
				if err != nil && kernel.CodeOf(err) != kernel.Conflict {
					t.Error(err)
				}
				done <- err == nil
			})
		}
		wrote.Wait()
		close(done)
		n := 0
		for ok := range done {
			if ok {
				n++
			}
		}
		if st := must(w.Of(w.lode, w.bikes)); n != 1 || st.Version != 1 {
			t.Errorf("%d wrote over an empty page, and it is version %d", n, st.Version)
		}
	})
}
