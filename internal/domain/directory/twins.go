package directory

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Twins are two records that look like one organisation, and why. The older
// one, which others know longer, is the first.
type Twins struct {
	One, Other Organisation
	Score      int // the sum of what the reasons are worth; a hundred is as good as certain
	Why        []Alike
}

// Alike is one way in which two records are alike, or, when its worth is below
// nothing, differ.
type Alike struct {
	What  string // "kbo", "name", "nearly", "phone", "mail", "website", "address", "other_kbo"
	Value string // what they share; "" where they differ
	Worth int
}

// What each likeness is worth. Two of these, or the number alone, are shown.
const (
	kboWorth     = 100
	nameWorth    = 60
	nearlyWorth  = 35
	mailWorth    = 40
	phoneWorth   = 40
	websiteWorth = 30
	addressWorth = 30
	otherKBO     = -60
	enough       = 55 // from which two are shown
)

// common is from how many records on a likeness says nothing: the telephone of
// a whole house, the street door of ten associations.
const common = 8

// Twins are the pairs that look like one organisation, the likeliest first, at
// most a hundred. Those of which somebody said that they are not the same, and
// two partners of the network, are none.
func (d *Desk) Twins(ctx context.Context) (all []Twins, err error) {
	err = d.twins(ctx, func(orgs []Organisation, places []Location, services []Service, apart map[[2]kernel.ID]bool) {
		all = twinsAmong(orgs, places, services, apart)
	})
	return all, err
}

// twinsAmong finds the pairs. Records are compared only where they share
// something, so that five thousand are not twelve million pairs.
func twinsAmong(orgs []Organisation, places []Location, services []Service, apart map[[2]kernel.ID]bool) []Twins {
	byID := map[kernel.ID]int{}
	signs := make([]map[string]string, len(orgs)) // what each shows: kind and value, to how it reads
	for i, o := range orgs {
		byID[o.ID] = i
		signs[i] = signsOf(o)
	}
	for _, l := range places {
		if sign, reads := doorSign(l); sign != "" {
			if i, known := byID[l.Organisation]; known {
				signs[i][sign] = reads
			}
		}
	}
	for _, v := range services {
		if i, known := byID[v.Organisation]; known {
			for _, p := range v.Numbers {
				signs[i]["phone\t"+string(p.Number)] = p.Number.Display()
			}
		}
	}
	pairs, holders := pairsOf(signs)
	var all []Twins
	for pair := range pairs {
		one, other := orgs[pair[0]], orgs[pair[1]]
		if apart[ordered(one.ID, other.ID)] || one.Member != "" && other.Member != "" && one.Member != other.Member {
			continue
		}
		t := Twins{One: one, Other: other}
		t.Why = likeness(one, other, signs[pair[0]], signs[pair[1]], holders)
		for _, x := range t.Why {
			t.Score += x.Worth
		}
		if t.Score >= enough {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(x, y Twins) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), strings.Compare(string(x.One.ID), string(y.One.ID)), strings.Compare(string(x.Other.ID), string(y.Other.ID)))
	})
	return all[:min(len(all), 100)]
}

// pairsOf are the records that share a sign which says something, and who shows
// each sign.
func pairsOf(signs []map[string]string) (pairs map[[2]int]bool, holders map[string][]int) {
	pairs, holders = map[[2]int]bool{}, map[string][]int{}
	for i, shown := range signs {
		for sign := range shown {
			holders[sign] = append(holders[sign], i)
		}
	}
	for _, who := range holders {
		if len(who) > common {
			continue
		}
		for i, x := range who {
			for _, y := range who[:i] {
				pairs[[2]int{y, x}] = true
			}
		}
	}
	return pairs, holders
}

// signsOf is what an organisation shows by which another could be the same.
func signsOf(o Organisation) map[string]string {
	shown := map[string]string{}
	add := func(kind, value, reads string) {
		if value != "" {
			shown[kind+"\t"+value] = reads
		}
	}
	add("kbo", string(o.KBO), o.KBO.Display())
	add("mail", strings.ToLower(string(o.Mail)), string(o.Mail))
	add("website", hostOf(o.Website), hostOf(o.Website))
	for _, p := range o.Numbers {
		add("phone", string(p.Number), p.Number.Display())
	}
	for _, name := range []string{o.Name, o.Also} {
		words := bareName(name)
		add("name", strings.Join(words, " "), name)
		for _, w := range words {
			if len(w) > 3 {
				add("word", w, w)
			}
		}
	}
	return shown
}

// forms are words that say what kind of body something is, and nothing of which.
var forms = []string{"vzw", "asbl", "vog", "ivzw", "aisbl", "nv", "sa", "bv", "srl", "cvba", "de", "het", "la", "le", "les", "der", "die", "das", "van", "du", "des", "d", "l", "en", "et", "und"}

// bareName is a name without what says nothing of which one it is, in an order
// that does not depend on how it was written.
func bareName(name string) []string {
	words := slices.DeleteFunc(kernel.Words(name), func(w string) bool { return slices.Contains(forms, w) })
	slices.Sort(words)
	return slices.Compact(words)
}

func hostOf(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(at.Hostname()), "www.")
}

// likeness says in which ways two are alike.
func likeness(one, other Organisation, a, b map[string]string, holders map[string][]int) (why []Alike) {
	why = shared(a, b, holders, map[string]int{"kbo": kboWorth, "name": nameWorth, "mail": mailWorth, "phone": phoneWorth, "website": websiteWorth, "address": addressWorth})
	if !says(why, "name") && nearly(bareName(one.Name), bareName(other.Name)) {
		why = append(why, Alike{"nearly", "", nearlyWorth})
	}
	if one.KBO != "" && other.KBO != "" && one.KBO != other.KBO {
		why = append(why, Alike{"other_kbo", "", otherKBO})
	}
	slices.SortStableFunc(why, func(x, y Alike) int { return y.Worth - x.Worth })
	return why
}

// shared are the signs that two show and few others, one of each kind.
func shared(a, b map[string]string, holders map[string][]int, worth map[string]int) (why []Alike) {
	var signs []string
	for sign := range a {
		if _, both := b[sign]; both && len(holders[sign]) <= common {
			signs = append(signs, sign)
		}
	}
	slices.Sort(signs)
	for _, sign := range signs {
		kind, _, _ := strings.Cut(sign, "\t")
		if n, counts := worth[kind]; counts && !says(why, kind) {
			why = append(why, Alike{kind, a[sign], n})
		}
	}
	return why
}

func says(why []Alike, what string) bool {
	return slices.ContainsFunc(why, func(x Alike) bool { return x.What == what })
}

// nearly tells whether most words of two names are the same.
func nearly(a, b []string) bool {
	both := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			both++
		}
	}
	all := len(a) + len(b) - both
	return both > 0 && both*3 >= all*2
}

// ordered are two IDs, the lower one first.
func ordered(a, b kernel.ID) [2]kernel.ID {
	if b < a {
		return [2]kernel.ID{b, a}
	}
	return [2]kernel.ID{a, b}
}

// Apart says that two of a kind that look alike are not the same: they are shown
// as twins no more.
func (d *Desk) Apart(ctx context.Context, kind Kind, one, other kernel.ID) error {
	return d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		if one == other {
			return kernel.NewInvalid("directory.merge_self")
		}
		for _, id := range []kernel.ID{one, other} {
			if _, err := standing(ctx, a, a.Alliance(), kind, id); err != nil {
				return err
			}
		}
		if err := sayApart(ctx, a, a.Alliance(), ordered(one, other), a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: one, Detail: map[string]string{"what": string(kind), "step": "apart"}})
	})
}
