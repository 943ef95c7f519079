package incoming

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Inbox is where files wait to be taken over: the module's use cases.
type Inbox struct {
	Acts      *act.Acts
	Desk      *directory.Desk
	Authority func(ovo string) (directory.Organisation, bool) // who has a number of the Flemish register

	// Post is a worker as they are at a post today, for work that goes on after
	// they left the page; nil: as they were.
	Post func(ctx context.Context, a *act.Act, worker, org kernel.ID) (policy.Actor, error)
}

// Life is how long a file waits that nobody goes on with.
const Life = 7 * 24 * time.Hour

// Brought is a file that somebody brings, and how it is to be read.
type Brought struct {
	ID           kernel.ID `json:"-"`
	Source       string    `json:"-"`
	Lang         kernel.Lang
	Organisation string            // who offers what names no organisation
	Retrieved    kernel.Date       // when it was read at its source
	Whole        bool              // the source tells of nothing else
	Columns      map[string]string // of a table, as somebody said; nil: as they seem, or as they were told for this source
}

// house are the names of sources that are no file from elsewhere: what comes in
// under one of these would look as though somebody here had told it.
var house = []string{directory.ByPartner, directory.ByCoordinator, directory.ByLink, directory.ByProgramme, directory.ByRegister, directory.ByGazetteer, "network", "library"}

// check puts what was typed in order, and refuses what it cannot be.
func (b *Brought) check(today kernel.Date) error {
	var wrong kernel.Faults
	b.Source, b.Organisation = strings.Join(strings.Fields(b.Source), " "), strings.Join(strings.Fields(b.Organisation), " ")
	odd := func(s string) bool {
		return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) })
	}
	switch {
	case b.Source == "" || utf8.RuneCountInString(b.Source) > 60 || odd(b.Source):
		wrong.Check("source", kernel.NewInvalid("incoming.source"))
	case slices.Contains(house, strings.ToLower(b.Source)):
		wrong.Check("source", kernel.NewInvalid("incoming.source_ours"))
	}
	if utf8.RuneCountInString(b.Organisation) > 200 || odd(b.Organisation) {
		wrong.Check("organisation", kernel.NewInvalid("name"))
	}
	if !slices.Contains(kernel.Langs[:], b.Lang) {
		wrong.Check("lang", kernel.NewInvalid("incoming.lang"))
	}
	if b.Retrieved = cmp.Or(b.Retrieved, today); b.Retrieved > today {
		wrong.Check("retrieved", kernel.NewInvalid("incoming.retrieved"))
	}
	return wrong.Err()
}

func (x *Inbox) reading(b Brought, today kernel.Date) Reading {
	return Reading{Lang: b.Lang, Organisation: b.Organisation, Columns: b.Columns, Today: today, Authority: x.Authority}
}

// Bring puts a file where it waits, once it can be read. The coordinator does.
func (x *Inbox) Bring(ctx context.Context, b Brought, data []byte) (Brought, error) {
	today := kernel.InstantOf(x.Acts.Now()).Date()
	wrong := b.check(today)
	if err := x.Acts.Look(ctx, func(a *act.Act) error { // who may not is not told what is wrong
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		var err error
		b.Columns, err = mappingOf(ctx, a, a.Alliance(), b.Source)
		return err
	}); err != nil {
		return b, err
	}
	if wrong != nil {
		return b, wrong
	}
	f, err := Read(data, x.reading(b, today))
	if err != nil {
		return b, err
	}
	if b.Columns != nil && !f.Ready(x.reading(b, today)) { // a table of another make than the last one
		b.Columns = nil
	}
	packed, err := pack(data)
	if err != nil {
		return b, err
	}
	err = x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		b.ID = kernel.NewID()
		if err := saveFile(ctx, a, a.Alliance(), b, packed, a.Now, a.Actor.Person); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: b.ID, Detail: map[string]string{"what": "source", "step": "bring", "by": strings.ToLower(b.Source)}})
	})
	return b, err
}

// Preview is what would come of a file.
type Preview struct {
	Brought
	File
	Taken directory.Taken // of a trial; empty while the columns are not known
	Ready bool            // enough is known of the columns to take it over
	Tried int             // how many objects were tried: the first [AtOnce]
}

// Look reads a file that waits, and tries what would come of it.
func (x *Inbox) Look(ctx context.Context, id kernel.ID) (p Preview, err error) {
	if p.Brought, p.File, err = x.open(ctx, id); err != nil {
		return p, err
	}
	how := x.reading(p.Brought, kernel.InstantOf(x.Acts.Now()).Date())
	if p.Ready = p.File.Ready(how); !p.Ready {
		return p, nil
	}
	trial := x.take(p.Brought, p.File, true)
	if p.Tried = min(AtOnce, len(trial.Items)); p.Tried < len(trial.Items) { // what is missing there, is known at the end
		trial.Items, trial.Whole = trial.Items[:p.Tried], false
	}
	p.Taken, err = x.Desk.TakeOver(ctx, trial)
	p.Refused = slices.Concat(p.Refused, p.Taken.Refused)
	return p, err
}

func (x *Inbox) take(b Brought, f File, dry bool) directory.Take {
	return directory.Take{Source: b.Source, Retrieved: b.Retrieved, Items: f.Items, Dry: dry, Whole: b.Whole}
}

// Map says what the columns of a table are, and keeps it for the next table of
// the same source.
func (x *Inbox) Map(ctx context.Context, id kernel.ID, columns []Column) error {
	return x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if err := Check(columns); err != nil {
			return err
		}
		b, err := loadFile(ctx, a, a.Alliance(), id)
		if err != nil {
			return err
		}
		b.Columns = map[string]string{}
		for _, c := range columns {
			b.Columns[c.Head] = c.To
		}
		if err := changeFile(ctx, a, a.Alliance(), b); err != nil {
			return err
		}
		if err := saveMapping(ctx, a, a.Alliance(), b.Source, b.Columns); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: id, Detail: map[string]string{"what": "source", "step": "columns", "by": strings.ToLower(b.Source)}})
	})
}

// Take takes a file over as drafts, and drops it. Taken twice at once, it is
// taken once: what one of the two brings in, the other finds there.
func (x *Inbox) Take(ctx context.Context, id kernel.ID) (p Preview, err error) {
	if p.Brought, p.File, err = x.open(ctx, id); err != nil {
		return p, err
	}
	if !p.File.Ready(x.reading(p.Brought, kernel.InstantOf(x.Acts.Now()).Date())) {
		return p, kernel.NewInvalid("incoming.columns")
	}
	if p.Taken, err = x.Desk.TakeOver(ctx, x.take(p.Brought, p.File, false)); err != nil {
		return p, err
	}
	p.Ready, p.Refused = true, slices.Concat(p.Refused, p.Taken.Refused)
	err = x.Drop(ctx, id)
	if kernel.CodeOf(err) == kernel.NotFound { // somebody else was as quick
		err = nil
	}
	return p, err
}

// Import reads a file and takes it over, or only tries, without keeping it:
// what the command line does.
func (x *Inbox) Import(ctx context.Context, b Brought, data []byte, dry bool) (p Preview, err error) {
	today := kernel.InstantOf(x.Acts.Now()).Date()
	if err := b.check(today); err != nil {
		return p, err
	}
	how := x.reading(b, today)
	if p.File, err = Read(data, how); err != nil {
		return p, err
	}
	if p.Brought = b; !p.File.Ready(how) {
		return p, kernel.NewInvalid("incoming.columns").At("file")
	}
	p.Taken, err = x.Desk.TakeOver(ctx, x.take(b, p.File, dry))
	p.Ready, p.Refused = true, slices.Concat(p.Refused, p.Taken.Refused)
	return p, err
}

// Waiting are the files that wait, the newest first.
func (x *Inbox) Waiting(ctx context.Context) (all []Brought, err error) {
	err = x.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		all, err = listFiles(ctx, a, a.Alliance(), a.Now.Add(-Life))
		return err
	})
	return all, err
}

// Sweep drops the files with which nobody went on, in any alliance, and counts
// them.
func (x *Inbox) Sweep(ctx context.Context) (swept int64, err error) {
	err = x.Acts.DB.Write(ctx, func(q db.Querier) error {
		swept, err = sweepFiles(ctx, q, kernel.InstantOf(x.Acts.Now()).Add(-Life))
		return err
	})
	return swept, err
}

// Drop throws a file away that waits.
func (x *Inbox) Drop(ctx context.Context, id kernel.ID) error {
	return x.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if err := dropFile(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: id, Detail: map[string]string{"what": "source", "step": "drop"}})
	})
}

// open reads a file that waits.
func (x *Inbox) open(ctx context.Context, id kernel.ID) (b Brought, f File, err error) {
	var packed []byte
	err = x.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if b, err = loadFile(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		packed, err = bodyOf(ctx, a, a.Alliance(), id)
		return err
	})
	if err != nil {
		return b, f, err
	}
	data, err := unpacking(packed)
	if err == nil {
		f, err = Read(data, x.reading(b, kernel.InstantOf(x.Acts.Now()).Date()))
	}
	return b, f, err
}

func pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}

func unpacking(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, MaxBytes+1))
}
