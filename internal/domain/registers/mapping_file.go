package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// A mapping goes from one office to another, or from a trial to a house, as a
// file of JSON: what the columns of a program's list are, and what it calls
// things. It holds no row of any list.
type mappingFile struct {
	Version string `json:"bondgenoot_columns"`
	Name    string `json:"name"`
	Mapping
}

// fileVersion is that of the files that are written, and of those that are read.
const fileVersion = "1"

// How long a file may be, and how many mappings one organisation keeps.
const (
	LongestFile = 256 << 10
	mostSaved   = 100
)

// File writes a mapping that was kept, for another office.
func (s Saved) File() ([]byte, error) {
	b, err := json.MarshalIndent(mappingFile{fileVersion, s.Name, s.Mapping}, "", "  ")
	return append(b, '\n'), err
}

// ParseFile reads a file that [Saved.File] wrote. What is no such file is Invalid
// ("register.file"); one of which a column cannot be what it says, in this house,
// is Invalid ("register.file_column") with the column, from 1.
func ParseFile(data []byte, law *rules.Library) (s Saved, err error) {
	bad := kernel.NewInvalid("register.file")
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > LongestFile || !utf8.Valid(data) {
		return s, bad
	}
	var f mappingFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil || dec.More() || f.Version != fileVersion {
		return s, bad
	}
	if s.Name, err = listName(f.Name); err != nil {
		return Saved{}, bad
	}
	s.Mapping = f.Mapping
	if err := s.Mapping.Check(law); err != nil {
		return Saved{}, wrongColumn(err, bad)
	}
	return s, nil
}

// wrongColumn says which column is at fault, where it is one.
func wrongColumn(err, bad error) error {
	lead, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return bad
	}
	first := 0
	for _, f := range append([]*kernel.Fault{lead}, lead.More...) {
		n, err := strconv.Atoi(strings.TrimPrefix(f.Field, "to."))
		if err == nil && f.Key != "register.nobody" && (first == 0 || n+1 < first) {
			first = n + 1
		}
	}
	if first == 0 {
		return bad
	}
	return kernel.NewInvalid("register.file_column").With("n", strconv.Itoa(first))
}

// Mapping is one that the actor's organisation kept, to be taken along.
func (s *Service) Mapping(ctx context.Context, id kernel.ID) (m Saved, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		all, err := savedOf(ctx, a, a.Alliance(), a.Actor.Org)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Saved) bool { return x.ID == id })
		if i < 0 {
			return kernel.NewNotFound("register")
		}
		m = all[i]
		return nil
	})
	return m, err
}

// Take keeps a mapping that came as a file, in the place of one with the same
// name; each fault is at "mapping".
func (s *Service) Take(ctx context.Context, data []byte) (m Saved, err error) {
	if m, err = ParseFile(data, s.Law); err != nil {
		var faults kernel.Faults
		faults.Check("mapping", err)
		return m, faults.Err()
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "register.import", ""); err != nil {
			return err
		}
		if err := s.holder(ctx, a); err != nil {
			return err
		}
		all, err := savedOf(ctx, a, a.Alliance(), a.Actor.Org)
		if err != nil {
			return err
		}
		m.ID, m.SavedAt = kernel.NewID(), a.Now
		if i := slices.IndexFunc(all, func(x Saved) bool { return x.Name == m.Name }); i >= 0 {
			m.ID = all[i].ID
		} else if len(all) >= mostSaved {
			var faults kernel.Faults
			faults.Check("mapping", kernel.NewInvalid("register.file_many").With("limit", strconv.Itoa(mostSaved)))
			return faults.Err()
		}
		if err := keepMapping(ctx, a, a.Alliance(), a.Actor.Org, a.Actor.Person, m); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "register.mapping", Subject: m.ID, Detail: map[string]string{"kept": "yes", "from": "file"}})
	})
	return m, err
}
