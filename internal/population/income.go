package population

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// fitted are the numbers with which chances come out as published. They are
// found on a pilot: households drawn once, always the same ones.
type fitted struct {
	workless float64     // for a score of 0, as a logarithm of odds
	aid      [3]float64  // of the households without work, by region
	bim      [3]float64  // as workless
	owner    [11]float64 // by area
	social   [3]float64  // of those who do not own
	pregnant float64     // a factor
	deciles  []float64   // of disposable income, euros a year
}

const pilotSize = 100_000

func odds(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// normal is the standard normal number below which a share lies.
func normal(share float64) float64 {
	share = min(1-1e-9, max(1e-9, share))
	return math.Sqrt2 * math.Erfinv(2*share-1)
}

// solve finds x with which a rising function gives what is wanted.
func solve(want float64, f func(x float64) float64) float64 {
	lo, hi := -12.0, 12.0
	for range 30 {
		if mid := (lo + hi) / 2; f(mid) < want {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

func (m *model) fitPilot() {
	r := rand.New(rand.NewPCG(1, 20))
	pilot := make([]household, pilotSize)
	people := 0
	for i := range pilot {
		pilot[i] = m.draw(r)
		people += len(pilot[i].people)
	}
	order := slices.Clone(pilot)
	slices.SortFunc(order, func(a, b household) int {
		switch {
		case a.standing < b.standing:
			return -1
		case a.standing > b.standing:
			return 1
		}
		return 0
	})
	const steps = 1000
	seen, next := 0, 0
	for _, h := range order {
		for seen*steps >= next*people && next <= steps {
			m.ranks = append(m.ranks, h.standing)
			next++
		}
		seen += len(h.people)
	}
	for i := range pilot {
		m.ranked(&pilot[i])
	}
	for _, d := range []string{"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9"} {
		m.fit.deciles = append(m.fit.deciles, m.figure("equivalised disposable income deciles", "BE", d))
	}

	everybody := make([]*household, len(pilot))
	byRegion, byArea := make([][]*household, len(regions)), make([][]*household, len(m.areas))
	for i := range pilot {
		h := &pilot[i]
		everybody[i] = h
		byRegion[h.place.region] = append(byRegion[h.place.region], h)
		byArea[h.place.area] = append(byArea[h.place.area], h)
	}
	over := func(homes []*household, f func(*household) float64) (sum float64) {
		for _, h := range homes {
			sum += f(h)
		}
		return sum
	}
	size := func(h *household) float64 { return float64(len(h.people)) }
	m.fit.workless = solve(m.figure("poverty", "BE", "low work intensity")/100*over(everybody, younger), func(x float64) float64 {
		return over(everybody, func(h *household) float64 { return younger(h) * worklessChance(x, h) })
	})
	for region, name := range regions {
		in := byRegion[region]
		m.fit.aid[region] = min(0.9, m.figure("benefits", name, "leefloon/RIS")/100*over(in, size)/
			over(in, func(h *household) float64 { return worklessChance(m.fit.workless, h) }))
		m.fit.bim[region] = solve(m.figure("benefits", name, "increased reimbursement VT/BIM, all ages")/100*over(in, size), func(x float64) float64 {
			return over(in, func(h *household) float64 {
				aid := m.fit.aid[region] * worklessChance(m.fit.workless, h)
				return size(h) * (aid + (1-aid)*bimChance(x, h))
			})
		})
	}
	for area, name := range m.areas {
		in := byArea[area]
		want := 0.0
		if name == "Brussels" {
			want = m.figure("tenure", "BE-BRU", "dwellings occupied by owner")
		} else {
			want = m.figure("tenure", "province "+name, "dwellings occupied by owner")
		}
		m.fit.owner[area] = solve(want/100*float64(len(in)), func(x float64) float64 {
			return over(in, func(h *household) float64 { return ownerChance(x, h) })
		})
	}
	for region := range regions {
		in := byRegion[region]
		m.fit.social[region] = solve(m.socialShare(region)*float64(len(in)), func(x float64) float64 {
			return over(in, func(h *household) float64 {
				return (1 - ownerChance(m.fit.owner[h.place.area], h)) * socialChance(x, h)
			})
		})
	}
	expected := over(everybody, pregnantChance)
	m.fit.pregnant = m.figure("births", "BE", "households with a pregnancy") / 100 * pilotSize / expected
}

// socialShare is how many households rent a social home.
func (m *model) socialShare(region int) float64 {
	return m.figure("social housing", regions[region], "rented social dwellings") / m.figure("households", regions[region], "private households")
}

// ranked gives a household its rank among all people.
func (m *model) ranked(h *household) {
	i := sort.SearchFloat64s(m.ranks, h.standing)
	switch {
	case i == 0:
		h.rank = 0.25 / float64(len(m.ranks))
	case i >= len(m.ranks):
		h.rank = 1 - 0.25/float64(len(m.ranks))
	default:
		part := (h.standing - m.ranks[i-1]) / max(1e-12, m.ranks[i]-m.ranks[i-1])
		h.rank = (float64(i-1) + part) / float64(len(m.ranks)-1)
	}
	h.score = normal(h.rank)
}

// income is the disposable income at a rank, in euros a year for one person
// alone: between the deciles as a straight line of logarithms over normals.
func (m *model) income(rank float64) float64 {
	d := m.fit.deciles
	i := min(len(d)-2, max(0, int(rank*10)-1))
	from, to := normal(float64(i+1)/10), normal(float64(i+2)/10)
	part := (normal(min(0.9995, max(0.0005, rank))) - from) / (to - from)
	return math.Exp(math.Log(d[i]) + part*(math.Log(d[i+1])-math.Log(d[i])))
}

// scale is what a household needs, beside one person alone.
func (h *household) scale() float64 {
	s := 0.5
	for _, p := range h.people {
		switch {
		case p.role == "unborn":
		case p.age >= 14:
			s += 0.5
		default:
			s += 0.3
		}
	}
	return s
}

// The chances, given how well off a household is.

// younger is how many of the household are younger than 65, when work is
// expected of its head.
func younger(h *household) (n float64) {
	for _, p := range h.people {
		if p.age < 65 {
			n++
		}
	}
	return n
}

func worklessChance(x float64, h *household) float64 {
	if h.people[0].age >= 65 {
		return 0
	}
	return odds(x - 2.4*h.score)
}

func bimChance(x float64, h *household) float64 { return odds(x - 2.2*h.score) }

func ownerChance(x float64, h *household) float64 {
	switch age := h.people[0].age; {
	case age < 30:
		x -= 1.3
	case age < 40:
		x -= .2
	case age >= 60:
		x += .5
	}
	return odds(x + 0.9*h.score)
}

func socialChance(x float64, h *household) float64 { return odds(x - 1.5*h.score) }

func pregnantChance(h *household) float64 {
	if kind(h.cell.kind) == otherKind {
		return 0
	}
	p := 0.0
	switch age := h.people[0].age; {
	case age >= 20 && age < 25:
		p = .02
	case age >= 25 && age < 30:
		p = .07
	case age >= 30 && age < 35:
		p = .09
	case age >= 35 && age < 40:
		p = .045
	case age >= 40 && age < 44:
		p = .01
	}
	if k := kind(h.cell.kind); k == single || k == loneParent {
		p *= .15
	}
	return p
}
