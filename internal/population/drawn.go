package population

import (
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/bondgenoot/bondgenoot/rules"
)

// pick finds a place in a list of sums.
func pick(sums []float64, r *rand.Rand) int {
	x := r.Float64() * sums[len(sums)-1]
	return min(len(sums)-1, sort.SearchFloat64s(sums, x))
}

// household is one household while it is made up.
type household struct {
	cell     *cell
	place    *place
	at       int // of the place
	people   []member
	standing float64 // how well off, before it is ranked
	rank     float64 // among all people, from 0 to 1
	score    float64 // the rank as a standard normal
	net      float64 // disposable income, euros a month
	life
}

// member is one person in it.
type member struct {
	role   string
	age    int
	birth  rules.Date
	lived  bool // whether the person earns, studies, gets a benefit
	work   string
	aid    string
	net    int64 // cents a month
	months int
	ill    bool // recognised as disabled
}

// draw makes up who lives together and where, and how well off they are.
func (m *model) draw(r *rand.Rand) household {
	c := &m.cells[pick(m.sum, r)]
	h := household{cell: c}
	shape := shapeOf(c, r)
	i := m.inRegion[c.region][pick(m.homes[c.region][shape], r)]
	h.place, h.at = &m.places[i], i
	h.people = append(make([]member, 0, 4), m.person("applicant", c.age, r))
	switch kind(c.kind) {
	case couple, coupleChildren:
		h.people = append(h.people, m.person("partner", partnerAge(c.age, partnerApart[r.IntN(len(partnerApart))]), r))
	case otherKind:
		for range c.extra {
			h.people = append(h.people, m.person("other", partnerAge(c.age, othersApart[r.IntN(len(othersApart))]), r))
		}
	}
	if k := kind(c.kind); k == coupleChildren || k == loneParent {
		first := len(h.people)
		for range c.extra {
			h.people = append(h.people, m.person("child", pick(m.children[c.age][:], r), r))
		}
		slices.SortStableFunc(h.people[first:], func(a, b member) int { return b.age - a.age })
	}
	h.standing = 1.3*h.place.rich + standingOf(kind(c.kind), c.age, c.extra) + 0.75*r.NormFloat64()
	return h
}

// shapeOf is how the census would count a household.
func shapeOf(c *cell, r *rand.Rand) int {
	size := 1 + c.extra
	switch kind(c.kind) {
	case single:
		return shapeOne
	case couple:
		return shapeTwo
	case otherKind:
		switch {
		case size > 2 && r.Float64() < 0.5:
			return shapeMulti
		case size > 2:
			return shapeNoneMore
		}
		return shapeNoneTwo
	case coupleChildren:
		size++
	}
	switch {
	case size == 2:
		return shapeTwo
	case size < 6:
		return shapeThree
	}
	return shapeMost
}

// standingOf is how well off a household usually is, beside others.
func standingOf(k kind, age, extra int) float64 {
	s := [kinds]float64{single: -.25, couple: .2, coupleChildren: .15, loneParent: -.55, otherKind: -.1}[k]
	switch {
	case age < 25:
		s -= .5
	case age < 30:
		s -= .15
	case age >= 75:
		s -= .3
	case age >= 65:
		s -= .2
	case age >= 45:
		s += .1
	}
	return s - .12*float64(max(0, extra-2))
}

// person has a day of birth that fits an age.
func (m *model) person(role string, age int, r *rand.Rand) member {
	birth := m.date.AddMonths(-12*age) - rules.Date(r.IntN(365))
	return member{role: role, birth: birth, age: birth.YearsUntil(m.date)}
}
