package hsds

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/openreferral"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// shelf is what is open of one alliance at one moment. It never changes once it
// is filled.
type shelf struct {
	alliance members.Alliance
	lang     kernel.Lang // of the alliance: what is told when nobody asks for another
	services []entry     // by ID
	places   []entryAt   // by ID
	orgs     []orgEntry  // by ID
	byID     map[string]int
	placeAt  map[string]int
	orgAt    map[string]int
	sites    []directory.PublicLocation // by ID
	siteAt   map[string]int
	read     time.Time
	heard    int64 // how many changes had been heard when it was read
}

// entry is an open service with what a list is searched by.
type entry struct {
	directory.PublicRecord
	terms, taxonomies []string
	words             string // folded
	modified          kernel.Instant
}

// entryAt is a service at one of its places.
type entryAt struct {
	id     string
	of, at int // service, and place of it
}

// orgEntry is an organisation with its services.
type orgEntry struct {
	directory.PublicOrganisation
	services []int
	words    string
}

// shelves keeps one shelf an alliance. The zero value is empty.
type shelves struct {
	mu    sync.Mutex
	kept  map[kernel.ID]*shelf
	heard map[kernel.ID]change
	busy  map[kernel.ID]*sync.Mutex // one reads at a time
}

// change is how often an alliance's directory changed, and when it last did.
type change struct {
	n  int64
	at time.Time
}

const (
	// settle is how long after a change was heard what was read may still lack
	// it: it is heard before it is committed.
	settle = 3 * time.Second
	// longest is how long a shelf counts without a change that was heard here:
	// another process may have changed the directory.
	longest = 5 * time.Minute
)

// Changed hears that the directory of an alliance changed.
func (f *Feed) Changed(_ context.Context, a *act.Act, _ directory.Changed) error {
	f.shelves.mu.Lock()
	defer f.shelves.mu.Unlock()
	if f.shelves.heard == nil {
		f.shelves.heard = map[kernel.ID]change{}
	}
	c := f.shelves.heard[a.Alliance()]
	f.shelves.heard[a.Alliance()] = change{c.n + 1, f.Now()}
	return nil
}

// shelfOf is what is open of an alliance now.
func (f *Feed) shelfOf(ctx context.Context, al members.Alliance) (*shelf, error) {
	s, busy, fresh := f.kept(al.ID)
	if fresh {
		return s, nil
	}
	busy.Lock()
	defer busy.Unlock()
	if s, _, fresh = f.kept(al.ID); fresh { // somebody else read it meanwhile
		return s, nil
	}
	f.shelves.mu.Lock()
	heard, now := f.shelves.heard[al.ID].n, f.Now()
	f.shelves.mu.Unlock()
	s, err := f.fill(ctx, al)
	if err != nil {
		return nil, err
	}
	s.heard, s.read = heard, now
	f.shelves.mu.Lock()
	defer f.shelves.mu.Unlock()
	f.shelves.kept[al.ID] = s
	return s, nil
}

// kept is the shelf that is there, and whether it still counts.
func (f *Feed) kept(alliance kernel.ID) (s *shelf, busy *sync.Mutex, fresh bool) {
	k := &f.shelves
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept, k.busy = map[kernel.ID]*shelf{}, map[kernel.ID]*sync.Mutex{}
	}
	if k.busy[alliance] == nil {
		k.busy[alliance] = &sync.Mutex{}
	}
	s, busy = k.kept[alliance], k.busy[alliance]
	if s == nil {
		return nil, busy, false
	}
	c, now := k.heard[alliance], f.Now()
	settled := s.read.After(c.at.Add(settle)) || now.Before(c.at.Add(settle)) && now.Sub(s.read) < settle/10
	return s, busy, s.heard == c.n && settled && now.Sub(s.read) < longest
}

// fill reads what is open of an alliance.
func (f *Feed) fill(ctx context.Context, al members.Alliance) (*shelf, error) {
	s := &shelf{alliance: al, lang: languageOf(al), byID: map[string]int{}, placeAt: map[string]int{}, orgAt: map[string]int{}, siteAt: map[string]int{}}
	for r, err := range f.Directory.Published(ctx, al.ID) {
		if err != nil {
			return nil, fmt.Errorf("read the directory: %w", err)
		}
		e := entry{PublicRecord: r, words: wordsOf(r), modified: openreferral.Modified(r)}
		e.terms, e.taxonomies = openreferral.TermsOf(r)
		s.services = append(s.services, e)
	}
	slices.SortFunc(s.services, func(a, b entry) int { return strings.Compare(string(a.Service.ID), string(b.Service.ID)) })
	s.index()
	return s, nil
}

// index lays out by organisation and place what was read by service.
func (s *shelf) index() {
	orgs := map[kernel.ID]*orgEntry{}
	for i, e := range s.services {
		s.byID[string(e.Service.ID)] = i
		o := orgs[e.Organisation.ID]
		if o == nil {
			o = &orgEntry{PublicOrganisation: e.Organisation, words: kernel.Fold(strings.Join([]string{e.Organisation.Name, e.Organisation.Also, everyWord(e.Organisation.About)}, " "))}
			orgs[e.Organisation.ID] = o
		}
		o.services = append(o.services, i)
		for j, p := range e.Places {
			s.places = append(s.places, entryAt{openreferral.AtID(e.Service.ID, p.ID), i, j})
			if _, known := s.siteAt[string(p.ID)]; !known {
				s.siteAt[string(p.ID)] = 0
				s.sites = append(s.sites, p.PublicLocation)
			}
		}
	}
	for _, o := range orgs {
		s.orgs = append(s.orgs, *o)
	}
	slices.SortFunc(s.orgs, func(a, b orgEntry) int { return strings.Compare(string(a.ID), string(b.ID)) })
	slices.SortFunc(s.places, func(a, b entryAt) int { return strings.Compare(a.id, b.id) })
	slices.SortFunc(s.sites, func(a, b directory.PublicLocation) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for i, o := range s.orgs {
		s.orgAt[string(o.ID)] = i
	}
	for i, p := range s.places {
		s.placeAt[p.id] = i
	}
	for i, l := range s.sites {
		s.siteAt[string(l.ID)] = i
	}
}

// sitesOf are the places at which an organisation's services are given, each
// once.
func (s *shelf) sitesOf(o orgEntry) (all []directory.PublicLocation) {
	seen := map[kernel.ID]bool{}
	for _, i := range o.services {
		for _, p := range s.services[i].Places {
			if !seen[p.ID] {
				seen[p.ID] = true
				all = append(all, p.PublicLocation)
			}
		}
	}
	return all
}

// languageOf is the language of the first municipality of an alliance.
func languageOf(al members.Alliance) kernel.Lang {
	for _, nis := range al.Municipalities {
		if m, ok := kernel.MunicipalityByNIS(nis); ok && len(m.Languages) > 0 {
			return m.Languages[0]
		}
	}
	return kernel.NL
}

// wordsOf are all words of a service by which it is found, in every language.
func wordsOf(r directory.PublicRecord) string {
	parts := append([]string{everyWord(r.Service.Name), everyWord(r.Service.About), everyWord(r.Service.How), everyWord(r.Service.For.Words),
		r.Organisation.Name, r.Organisation.Also}, r.Service.Words...)
	for _, p := range r.Places {
		parts = append(parts, p.Name, p.City)
	}
	return kernel.Fold(strings.Join(parts, " "))
}

func everyWord(t kernel.Text) string { return strings.Join([]string{t.NL, t.FR, t.DE, t.EN}, " ") }
