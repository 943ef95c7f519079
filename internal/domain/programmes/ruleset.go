package programmes

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/rules"
)

// Ruleset is the law and the programmes of one alliance that are on, compiled
// together. It does not change and may be shared.
type Ruleset struct {
	Rules *rules.Library
	Print string // tells two rulesets apart: kept with a finding

	from map[string]Origin
	ids  []string
}

// Origin says what a local right comes from.
type Origin struct {
	Programme kernel.ID
	Offers    []string // the ids of the offers that the right opens
}

// Origin is the programme behind a right; ok is false for a right of the law.
func (r *Ruleset) Origin(right string) (o Origin, ok bool) {
	o, ok = r.from[right]
	return o, ok
}

// Rights are the ids to evaluate: all, but those of the packs that a running
// programme replaces because it says the same for the same place.
func (r *Ruleset) Rights() []string { return slices.Clone(r.ids) }

// rulesets keeps the last ruleset of each alliance.
type rulesets struct {
	mu   sync.Mutex
	last map[kernel.ID]*Ruleset
}

// RulesIn is the ruleset of the act's alliance, as the act sees its
// programmes. It is compiled when a programme has changed and kept otherwise.
// Whoever calls it has asked the policy.
func (s *Service) RulesIn(ctx context.Context, a *act.Act) (*Ruleset, error) {
	on, err := running(ctx, a, a.Alliance())
	if err != nil {
		return nil, err
	}
	var all []carried
	for _, p := range on {
		c, err := s.carriedIn(ctx, a, s.withTemplate(p))
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	written, err := localRights(ctx, a, a.Alliance(), On)
	if err != nil {
		return nil, err
	}
	mark, err := s.fingerprint(all, written)
	if err != nil {
		return nil, err
	}
	s.rulesets.mu.Lock()
	defer s.rulesets.mu.Unlock()
	if last := s.rulesets.last[a.Alliance()]; last != nil && last.Print == mark {
		return last, nil
	}
	set, err := s.compile(all, written)
	if err != nil {
		return nil, err
	}
	set.Print = mark
	if s.rulesets.last == nil {
		s.rulesets.last = map[kernel.ID]*Ruleset{}
	}
	s.rulesets.last[a.Alliance()] = set
	return set, nil
}

// carried is a programme that is on, and how the alliance offers it.
type carried struct {
	Programme Programme
	Authority string
	maker     maker
}

// carriedIn is how the alliance offers a programme: led by its own organisation.
func (s *Service) carriedIn(ctx context.Context, a *act.Act, p Programme) (carried, error) {
	c := carried{Programme: p, maker: maker{
		names: p.Name(), summary: p.Summary(), how: p.How(),
		municipalities: p.Municipalities, from: p.From, to: p.To, params: p.Params,
		id: "loc." + p.Template + ".p" + string(p.ID),
	}}
	for _, partner := range p.Partners {
		if partner.Part == Lead {
			org, err := s.Members.OrganisationIn(ctx, a, partner.Org)
			if err != nil {
				return c, err
			}
			c.Authority = org.Name
			break
		}
	}
	c.maker.authority = kernel.Text{NL: c.Authority, FR: c.Authority, DE: c.Authority, EN: c.Authority}
	return c, nil
}

// fingerprint tells two lists of programmes apart by all that is compiled, so
// that a ruleset of an act that was rolled back is never taken for another.
func (s *Service) fingerprint(all []carried, written []LocalRight) (string, error) {
	b, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	if len(all) > 0 {
		b = append(b, s.Library.print...)
	}
	for _, l := range written {
		b = append(b, l.Pack...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), nil
}

// compile makes a ruleset of the law, these programmes and the rights that the
// alliance wrote itself. One of these that the rules can no longer read opens
// nothing: what was written once must not stop the law.
func (s *Service) compile(all []carried, written []LocalRight) (*Ruleset, error) {
	set := &Ruleset{from: map[string]Origin{}, Rules: s.Law}
	packs, replaced := map[string][]byte{}, []string{}
	for _, c := range all {
		t := c.Programme.template
		if t == nil {
			continue // its template has left the library: it stays to be read, and opens nothing
		}
		for _, r := range t.rights(c.maker) {
			packs["loc/"+r.id+".yaml"] = r.pack
			set.from[r.id] = Origin{Programme: c.Programme.ID, Offers: r.offers}
		}
		replaced = append(replaced, t.Replaces...)
	}
	if len(packs) > 0 {
		files, err := inMemory(packs)
		if err != nil {
			return nil, err
		}
		if set.Rules, err = s.Law.With(files); err != nil {
			return nil, fmt.Errorf("the rules of the programmes: %w", err)
		}
	}
	for _, l := range written {
		if lib, err := set.Rules.Add("loc/"+l.Right()+".yaml", []byte(l.Pack)); err == nil {
			set.Rules = lib
		}
	}
	for _, r := range set.Rules.Rights() {
		if !slices.Contains(replaced, r.ID) {
			set.ids = append(set.ids, r.ID)
		}
	}
	return set, nil
}

// inMemory is a file system of these files: an archive that is read where it
// was written.
func inMemory(files map[string][]byte) (fs.FS, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range files {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}

// TestPacks are the rules of all templates as packs with their tests, each as
// it is where the template comes from, and with the trial values where a
// template has no default.
func (l *Library) TestPacks() (fs.FS, error) {
	files := map[string][]byte{}
	for _, t := range l.templates {
		for _, r := range t.rights(t.own()) {
			files["programmes/"+strings.TrimSuffix(t.file, ".yaml")+"/"+r.offers[0]+".yaml"] = r.pack
		}
	}
	return inMemory(files)
}
