package population

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Deviation is one figure that a population is to match, and what it got.
type Deviation struct {
	Topic    string
	Where    string // a region, a province, a municipality
	What     string
	Unit     string
	Target   float64
	Got      float64
	Compared bool // a figure that the population is not drawn from, only compared with
}

// Difference is what it has more than it should.
func (d Deviation) Difference() float64 { return d.Got - d.Target }

// tally counts a population while it is made up. All counts are whole, so that
// the order does not matter.
type tally struct {
	households [3][kinds]int
	people     [3][ageGroups]int
	persons    [3]int
	children   [4]int
	homes      []int // by place
	area       []int
	owners     []int // by area
	social     [3]int
	bim        [3]int
	aid        [3]int
	below      [9]int // people below each decile
	poor       int
	young      int
	idle       int
	pregnant   int
	brackets   [4]int // families with children in Flanders, by gross income
}

func newTally(m *model) *tally {
	return &tally{homes: make([]int, len(m.places)), area: make([]int, len(m.areas)), owners: make([]int, len(m.areas))}
}

func yes(b bool, n int) int {
	if b {
		return n
	}
	return 0
}

func (t *tally) household(m *model, h *household) {
	r := h.place.region
	k := kind(h.cell.kind)
	t.households[r][k]++
	if k == coupleChildren || k == loneParent {
		t.children[min(3, h.cell.extra)]++
	}
	size, minors, taxed := 0, 0, int64(0)
	for _, p := range h.people {
		if p.role == "unborn" {
			t.pregnant++
			continue
		}
		size++
		t.people[r][groupOf(p.age)]++
		if p.age < 18 {
			minors++
		}
		if p.age < 65 {
			t.young++
			t.idle += yes(h.workless, 1)
		}
		if p.role != "child" && !h.aid {
			taxed += gross(p.net) * 12 / 100
		}
	}
	t.persons[r] += size
	t.homes[h.at]++
	t.area[h.place.area]++
	t.owners[h.place.area] += yes(h.tenure == "owner", 1)
	t.social[r] += yes(h.tenure == "social_rent", 1)
	t.bim[r] += yes(h.bim, size)
	t.aid[r] += yes(h.aid, 1)
	alone := h.net * 12 / h.scale()
	for i, d := range m.fit.deciles {
		t.below[i] += yes(alone < d, size)
	}
	t.poor += yes(alone < m.poverty, size)
	if r == flanders && minors > 0 {
		t.brackets[0]++
		t.brackets[1] += yes(taxed < 30_000, 1)
		t.brackets[2] += yes(taxed >= 90_000, 1)
		t.brackets[3] += yes(taxed >= 150_000, 1)
	}
}

func (t *tally) add(o *tally) {
	for r := range regions {
		for k := range t.households[r] {
			t.households[r][k] += o.households[r][k]
		}
		for g := range t.people[r] {
			t.people[r][g] += o.people[r][g]
		}
		t.persons[r] += o.persons[r]
		t.social[r] += o.social[r]
		t.bim[r] += o.bim[r]
		t.aid[r] += o.aid[r]
	}
	sum := func(a, b []int) {
		for i := range a {
			a[i] += b[i]
		}
	}
	sum(t.children[:], o.children[:])
	sum(t.homes, o.homes)
	sum(t.area, o.area)
	sum(t.owners, o.owners)
	sum(t.below[:], o.below[:])
	sum(t.brackets[:], o.brackets[:])
	t.poor += o.poor
	t.young += o.young
	t.idle += o.idle
	t.pregnant += o.pregnant
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}

// compare lays what was made up beside what is published.
func (m *model) compare(t *tally) (out []Deviation) {
	add := func(topic, where, what, unit string, target, got float64) {
		out = append(out, Deviation{Topic: topic, Where: where, What: what, Unit: unit, Target: target, Got: got})
	}
	all, people := 0, 0
	var inRegion [3]int
	for r := range regions {
		for _, n := range t.households[r] {
			inRegion[r] += n
		}
		all += inRegion[r]
		people += t.persons[r]
	}
	const ofHomes, ofPeople = "% of households", "% of persons"
	for r, name := range regions {
		want := 0.0
		for _, x := range m.kindOf[r] {
			want += x
		}
		add("households", name, "of the country", ofHomes, 100*want, share(inRegion[r], all))
	}
	for k := range kinds {
		target, got := 0.0, 0
		for r := range regions {
			target += m.kindOf[r][k]
			got += t.households[r][k]
		}
		add("kind", "BE", kindNames[k], ofHomes, 100*target, share(got, all))
	}
	for r, name := range regions {
		for _, k := range []kind{single, loneParent} {
			want := 0.0
			for _, x := range m.kindOf[r] {
				want += x
			}
			add("kind", name, kindNames[k], ofHomes, 100*m.kindOf[r][k]/want, share(t.households[r][k], inRegion[r]))
		}
		add("size", name, "average", "persons", m.figure("household size", name, "average persons"), share(t.persons[r], inRegion[r])/100)
	}
	add("size", "BE", "average", "persons", m.figure("household size", "BE", "average persons"), share(people, all)/100)
	for i, what := range []string{"1", "2", "3+"} {
		add("children", "BE", what, "% of households with children", m.figure("children per household", "BE", what), share(t.children[i+1], t.children[1]+t.children[2]+t.children[3]))
	}
	for r, name := range regions {
		sum := 0.0
		for _, x := range m.target[r] {
			sum += x
		}
		for g, what := range groupNames {
			add("age", name, what, ofPeople, 100*m.target[r][g]/sum, share(t.people[r][g], t.persons[r]))
		}
	}
	for i := range t.below {
		add("income", "BE", fmt.Sprintf("below D%d", i+1), ofPeople, float64(10*(i+1)), share(t.below[i], people))
	}
	for a, name := range m.areas {
		where := "province " + name
		if name == "Brussels" {
			where = "BE-BRU"
		}
		add("tenure", where, "owner", ofHomes, m.figure("tenure", where, "dwellings occupied by owner"), share(t.owners[a], t.area[a]))
	}
	for r, name := range regions {
		add("tenure", name, "social home", ofHomes, 100*m.socialShare(r), share(t.social[r], inRegion[r]))
		add("benefits", name, "increased reimbursement", ofPeople, m.figure("benefits", name, "increased reimbursement VT/BIM, all ages"), share(t.bim[r], t.persons[r]))
		add("benefits", name, "living wage", ofPeople, m.figure("benefits", name, "leefloon/RIS"), share(t.aid[r], t.persons[r]))
	}
	add("work", "BE", "in a household without work", "% of persons under 65", m.figure("poverty", "BE", "low work intensity"), share(t.idle, t.young))
	add("births", "BE", "expecting", ofHomes, m.figure("births", "BE", "households with a pregnancy"), share(t.pregnant, all))
	for r := range regions {
		want, got := 0.0, 0
		for _, i := range m.inRegion[r] {
			got += t.homes[i]
		}
		expected := m.expectedHomes(r)
		for _, x := range expected {
			want += x
		}
		for n, i := range m.inRegion[r] {
			add("municipality", m.places[i].nis, "of its region", ofHomes, 100*expected[n]/want, share(t.homes[i], got))
		}
	}
	first := len(out)
	add("income", "BE", "below the poverty line", ofPeople, m.figure("poverty", "BE", "AROP (below"), share(t.poor, people))
	topic := "family income (Groeipakket, gross taxable)"
	for i, what := range []string{"family income < 30 000", ">= 90 000", ">= 150 000"} {
		add("income", "BE-VLG", "families with minors, "+strings.TrimPrefix(what, "family income "), "% of them", m.figure(topic, "BE-VLG", what), share(t.brackets[i+1], t.brackets[0]))
	}
	for i := range out[first:] {
		out[first+i].Compared = true
	}
	return out
}

// expectedHomes is how the households of a region lie over its places: as in
// the census, grown since, in the mix of kinds of today.
func (m *model) expectedHomes(region int) []float64 {
	var mix [9]float64
	for i := range m.cells {
		c := &m.cells[i]
		if c.region != region {
			continue
		}
		if kind(c.kind) == otherKind && c.extra > 1 {
			mix[shapeMulti] += c.weight / 2
			mix[shapeNoneMore] += c.weight / 2
			continue
		}
		mix[shapeOf(c, nil)] += c.weight
	}
	out := make([]float64, len(m.inRegion[region]))
	for n, i := range m.inRegion[region] {
		for shape, w := range mix {
			sums := m.homes[region][shape]
			out[n] += w * m.places[i].weight[shape] / sums[len(sums)-1]
		}
	}
	return out
}

// Summary is the deviations to show: all of them, but of the municipalities the
// largest alone.
func Summary(all []Deviation) []Deviation {
	var out []Deviation
	var worst *Deviation
	for i, d := range all {
		switch {
		case d.Topic != "municipality":
			out = append(out, d)
		case worst == nil || math.Abs(d.Difference()) > math.Abs(worst.Difference()):
			worst = &all[i]
		}
	}
	if worst != nil {
		at := slices.IndexFunc(out, func(d Deviation) bool { return d.Compared })
		out = slices.Insert(out, at, *worst)
		out[at].What += " (the largest of all municipalities)"
	}
	return out
}
