package rules

import (
	"encoding/json"
	"slices"
	"sync"
)

// Comparison gathers what a change does to families that come in batches. Any
// number of goroutines may add to it at once.
type Comparison struct {
	lib, changed  *Library
	before, after *Scanner
	rights        []compared

	mu  sync.Mutex
	all map[string]*Effect // of all rights together, by area
}

// compared is one right that a change touches.
type compared struct {
	right  *Right // as it is, or as it would be when it is new
	was    int    // its place in the answers before; -1: it was not there
	is     int    // and after; -1: it is gone
	effect map[string]*Effect
}

// Effects are what a change does to one right, or to all of them together.
type Effects struct {
	Right *Right // nil: all rights together
	All   Effect
	Areas map[string]*Effect // by what the areas are called
}

// Compare prepares a comparison of a library with one that was changed, for one
// day. Only what the change can touch is looked at.
func (lib *Library) Compare(changed *Library, o ScanOptions) (*Comparison, error) {
	c := &Comparison{lib: lib, changed: changed, all: map[string]*Effect{}}
	touched := lib.Touched(changed)
	if o.Rights != nil {
		touched = slices.DeleteFunc(touched, func(id string) bool { return !slices.Contains(o.Rights, id) })
	}
	var err error
	if c.before, err = lib.Scanner(ScanOptions{o.Date, lib.among(touched)}); err != nil {
		return nil, err
	}
	if c.after, err = changed.Scanner(ScanOptions{o.Date, changed.among(touched)}); err != nil {
		return nil, err
	}
	for _, id := range touched {
		is := func(r *Right) bool { return r.ID == id }
		x := compared{lib.byID[id], slices.IndexFunc(c.before.rights, is), slices.IndexFunc(c.after.rights, is), map[string]*Effect{}}
		if x.right == nil {
			x.right = changed.byID[id]
		}
		c.rights = append(c.rights, x)
	}
	return c, nil
}

// among are those of the ids that the library has; never nil.
func (lib *Library) among(ids []string) []string {
	out := []string{}
	for _, id := range ids {
		if lib.byID[id] != nil {
			out = append(out, id)
		}
	}
	return out
}

// Add looks at the families of a batch. area says in which area a family
// counts; nil: there is one. Families that cannot be are refused and counted
// nowhere.
func (c *Comparison) Add(b *Batch, area func(family int) string) ([]Refused, error) {
	before, err := c.before.Scan(b)
	if err != nil {
		return nil, err
	}
	after, err := c.after.Scan(b)
	if err != nil {
		return nil, err
	}
	refused := NewBits(b.Len())
	for _, x := range before.Refused { // the facts are the same: so are those after
		refused.Set(x.Family)
	}
	all := map[string]*Effect{}
	effects := make([]map[string]*Effect, len(c.rights))
	for i := range effects {
		effects[i] = map[string]*Effect{}
	}
	for family := range b.Len() {
		if refused.Get(family) {
			continue
		}
		where := ""
		if area != nil {
			where = area(family)
		}
		was, is := share{status: AnswerNotEntitled}, share{status: AnswerNotEntitled}
		for i, x := range c.rights {
			one, two := answers(before, x.was).share(family), answers(after, x.is).share(family)
			effectOf(effects[i], where).count(one, two)
			was.join(one)
			is.join(two)
		}
		effectOf(all, where).count(was, is)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	merge(c.all, all)
	for i := range c.rights {
		merge(c.rights[i].effect, effects[i])
	}
	return before.Refused, nil
}

// AddCase looks at one family, as [Library.ParseCase] reads it.
func (c *Comparison) AddCase(document []byte, area string) error {
	shares := func(lib *Library, s *Scanner) ([]share, error) {
		family, err := lib.ParseCase(document)
		if err != nil {
			return nil, err
		}
		ids := []string{}
		for _, r := range s.rights {
			ids = append(ids, r.ID)
		}
		var out []share
		for _, x := range lib.Evaluate(family, Options{Rights: ids, NoNext: true}).Rights {
			out = append(out, x.share())
		}
		return out, nil
	}
	before, err := shares(c.lib, c.before)
	if err != nil {
		return err
	}
	after, err := shares(c.changed, c.after)
	if err != nil {
		return err
	}
	none := share{status: AnswerNotEntitled}
	pick := func(all []share, i int) share {
		if i < 0 {
			return none
		}
		return all[i]
	}
	was, is := none, none
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.rights {
		one, two := pick(before, x.was), pick(after, x.is)
		effectOf(x.effect, area).count(one, two)
		was.join(one)
		is.join(two)
	}
	effectOf(c.all, area).count(was, is)
	return nil
}

func answers(a *Answers, i int) *RightAnswers {
	if i < 0 {
		return nil
	}
	return &a.Rights[i]
}

// join takes together what a family has of several rights: entitled to one of
// them at least, or open while there is one left.
func (s *share) join(other share) {
	if other.status == AnswerEntitled || other.status == AnswerUnknown && s.status != AnswerEntitled {
		s.status = other.status
	}
	s.cents += other.cents
	for per, cents := range other.units {
		if s.units == nil {
			s.units = map[string]int64{}
		}
		s.units[per] += cents
	}
}

func effectOf(effects map[string]*Effect, area string) *Effect {
	e := effects[area]
	if e == nil {
		e = &Effect{}
		effects[area] = e
	}
	return e
}

func merge(into, from map[string]*Effect) {
	for area, e := range from {
		effectOf(into, area).add(e)
	}
}

// Effects are what was found so far: first all rights together, and then each
// that the change touches, by id.
func (c *Comparison) Effects() []Effects {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []Effects{of(nil, c.all)}
	for _, x := range c.rights {
		out = append(out, of(x.right, x.effect))
	}
	return out
}

func of(r *Right, by map[string]*Effect) Effects {
	out := Effects{Right: r, Areas: map[string]*Effect{}}
	for area, e := range by {
		kept := &Effect{}
		kept.add(e)
		out.Areas[area] = kept
		out.All.add(e)
	}
	return out
}

// counts are a comparison as it is kept between two sittings.
type counts struct {
	All    map[string]*Effect            `json:"all"`
	Rights map[string]map[string]*Effect `json:"rights"`
}

// Save is what was counted so far, for [Comparison.Resume].
func (c *Comparison) Save() ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := counts{c.all, map[string]map[string]*Effect{}}
	for _, x := range c.rights {
		kept.Rights[x.right.ID] = x.effect
	}
	return json.Marshal(kept)
}

// Resume adds what a comparison of the same two libraries had counted when it
// was saved.
func (c *Comparison) Resume(saved []byte) error {
	var kept counts
	if err := json.Unmarshal(saved, &kept); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	merge(c.all, kept.All)
	for _, x := range c.rights {
		merge(x.effect, kept.Rights[x.right.ID])
	}
	return nil
}
