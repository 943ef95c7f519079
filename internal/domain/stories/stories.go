// Package stories carries the page of a programme that the alliance wants
// known: what it does, in words and photographs, its news, and what was
// reached. Its partners write it; everybody reads what was published, and what
// is written after that waits until somebody publishes again.
//
// A photograph is made anew from its points alone: where and when it was taken,
// and with what, is not kept. Figures of fewer than [few.Smallest] are refused:
// people recognise each other.
//
// Owns the tables story and story_photo. Acts: directory.read (to read what is
// published), story.write (a partner of the programme), story.manage (the
// coordinator). Tells nothing; hears nothing.
package stories

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "stories", Files: files}
}

// Bounds of a page: what fits on one.
const (
	MostPhotos  = 8
	MostNews    = 12
	MostReached = 8
	longestName = 120  // characters of a title, a picture in words, a figure in words
	longestText = 3000 // characters
	mostReached = 10_000_000
)

// Story is the page of one programme.
type Story struct {
	Programme kernel.ID
	Version   int64 // 0: nobody wrote anything yet
	Page      Page  // as it is being written
	Public    Page  // as everybody reads it
	PublicAt  kernel.Instant
	ChangedAt kernel.Instant
}

// Waits tells whether something was written that was not published.
func (s Story) Waits() bool {
	written, err := json.Marshal(s.Page)
	public, worse := json.Marshal(s.Public)
	return err == nil && worse == nil && !bytes.Equal(written, public)
}

// Page is what stands on it.
type Page struct {
	About   kernel.Text `json:"about,omitzero"`
	Photos  []Photo     `json:"photos,omitempty"`
	News    []News      `json:"news,omitempty"` // the newest first
	Reached []Reached   `json:"reached,omitempty"`
}

// Photo is a photograph on the page; its points are kept apart.
type Photo struct {
	ID            kernel.ID   `json:"id"`
	Alt           kernel.Text `json:"alt"` // what one sees, for who does not see it
	Width, Height int         // of the large one, in points
}

// News is something that happened on a day.
type News struct {
	ID    kernel.ID   `json:"id"`
	Day   kernel.Date `json:"day"`
	Title kernel.Text `json:"title"`
	Text  kernel.Text `json:"text,omitzero"`
}

// Reached is a figure: how many of what, in which year.
type Reached struct {
	ID    kernel.ID   `json:"id"`
	Year  int         `json:"year"`
	Count int         `json:"count"`
	What  kernel.Text `json:"what"` // "families got a school bag"
}

func trimmed(t kernel.Text) kernel.Text {
	return kernel.Text{NL: strings.TrimSpace(t.NL), FR: strings.TrimSpace(t.FR), DE: strings.TrimSpace(t.DE), EN: strings.TrimSpace(t.EN)}
}

// phrase refuses a text that is missing or too long for its place.
func phrase(t kernel.Text, missing string) error {
	if t == (kernel.Text{}) {
		return kernel.NewInvalid(missing)
	}
	return within(t, longestName)
}

func within(t kernel.Text, most int) error {
	for _, l := range kernel.Langs {
		if utf8.RuneCountInString(t.In(l)) > most {
			return kernel.NewTooMany("text").With("limit", strconv.Itoa(most))
		}
	}
	return nil
}

func (n News) check(today kernel.Date) error {
	var wrong kernel.Faults
	wrong.Check("title", phrase(n.Title, "story.title"))
	wrong.Check("text", within(n.Text, longestText))
	if n.Day == "" || n.Day > today || n.Day < today.AddDays(-3660) {
		wrong.Check("day", kernel.NewInvalid("story.day"))
	}
	return wrong.Err()
}

func (r Reached) check(today kernel.Date) error {
	var wrong kernel.Faults
	wrong.Check("what", phrase(r.What, "story.what"))
	if r.Year < 2000 || r.Year > today.Time().Year() {
		wrong.Check("year", kernel.NewInvalid("story.year").With("to", strconv.Itoa(today.Time().Year())))
	}
	switch {
	case r.Count < few.Smallest:
		wrong.Check("count", kernel.NewInvalid("story.few").With("least", strconv.Itoa(few.Smallest)))
	case r.Count > mostReached:
		wrong.Check("count", kernel.NewInvalid("story.count"))
	}
	return wrong.Err()
}

// told are all words of a page, for who looks whether they tell what may not
// be told.
func (p Page) told() []any {
	all := []any{p.About}
	for _, x := range p.Photos {
		all = append(all, x.Alt)
	}
	for _, x := range p.News {
		all = append(all, x.Title, x.Text)
	}
	for _, x := range p.Reached {
		all = append(all, x.What)
	}
	return all
}
