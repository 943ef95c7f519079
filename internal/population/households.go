package population

import (
	"math"
	"sync"

	"github.com/bondgenoot/bondgenoot/rules"
)

// kind is the kind of a household, as the statistics count them.
type kind uint8

const (
	single kind = iota
	couple
	coupleChildren
	loneParent
	otherKind
	kinds
)

var kindNames = [kinds]string{"one person", "couple, no children", "couple with children", "lone parent", "other"}

// cell is one sort of household: how many there are is what the tables of
// kinds, sizes and ages together allow.
type cell struct {
	region, kind, extra int // extra: children, or others beside the head
	age                 int // of the head
	weight              float64
	people              [ageGroups]float64 // expected, of each group of ages
}

// The groups of ages that a population matches in each region.
const ageGroups = 18

var groupNames = [ageGroups]string{"0-4", "5-9", "10-14", "15-17", "18-24", "25-29", "30-34", "35-39", "40-44", "45-49",
	"50-54", "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85+"}

func groupOf(age int) int {
	switch {
	case age < 15:
		return age / 5
	case age < 18:
		return 3
	case age < 25:
		return 4
	}
	return min(age/5, 17)
}

// model is Belgium as the tables tell of it, ready to be drawn from.
type model struct {
	*sources
	date     rules.Date
	year     int
	cells    []cell
	sum      []float64             // of the weights, up to and with each cell
	children [100][50]float64      // by the age of the head: how old a child is, summed up
	homes    [3][9][]float64       // by region and shape: places, summed up
	inRegion [3][]int              // places
	target   [3][ageGroups]float64 // of all people
	kindOf   [3][kinds]float64     // of all households
	ranks    []float64             // standing at each rank of people
	fit      fitted
	poverty  float64 // the line for one person alone, euros a year
	sheets   sync.Pool
}

func logOf(x float64) float64 { return math.Log(x) }

func newModel(date rules.Date) (*model, error) {
	s, err := readSources()
	if err != nil {
		return nil, err
	}
	m := &model{sources: s, date: date}
	m.year, _, _ = date.Civil()
	for i, p := range s.places {
		m.inRegion[p.region] = append(m.inRegion[p.region], i)
	}
	for r := range regions {
		for shape := range m.homes[r] {
			total := 0.0
			for _, i := range m.inRegion[r] {
				total += s.places[i].weight[shape]
				m.homes[r][shape] = append(m.homes[r][shape], total)
			}
		}
	}
	m.poverty = 12 * m.figure("poverty line", "BE", "single person")
	m.targets()
	m.childAges()
	m.makeCells()
	for r := range regions {
		m.rake(r)
	}
	total := 0.0
	for _, c := range m.cells {
		total += c.weight
		m.sum = append(m.sum, total)
	}
	m.sheets.New = func() any { return newSheet() }
	m.fitPilot()
	return m, nil
}

// targets are the shares of households by region and kind, and of people by
// region and age.
func (m *model) targets() {
	var share [kinds]float64
	share[single] = m.figure("household type", "BE", "one person")
	share[couple] = m.figure("household type", "BE", "married couple, no children") + m.figure("household type", "BE", "cohabiting couple, no children")
	share[coupleChildren] = m.figure("household type", "BE", "married couple with children") + m.figure("household type", "BE", "cohabiting couple with children")
	share[loneParent] = m.figure("household type", "BE", "lone parent")
	share[otherKind] = m.figure("household type", "BE", "other")
	sum := 0.0
	for _, s := range share {
		sum += s
	}
	households := [3]float64{}
	all := 0.0
	for r, name := range regions {
		households[r] = m.figure("households", name, "private households")
		all += households[r]
	}
	for r, name := range regions {
		households[r] /= all
		for k := range kinds {
			m.kindOf[r][k] = households[r] * share[k] / sum
		}
		m.kindOf[r][single] = households[r] * m.figure("household type", name, "one person") / 100
		m.kindOf[r][loneParent] = households[r] * m.figure("household type", name, "lone parent") / 100
	}
	for range 100 { // the regions of 2019 and the country of 2024 agree in the end
		for k := range kinds {
			got := m.kindOf[0][k] + m.kindOf[1][k] + m.kindOf[2][k]
			for r := range regions {
				m.kindOf[r][k] *= share[k] / sum / got
			}
		}
		for r := range regions {
			got := 0.0
			for _, x := range m.kindOf[r] {
				got += x
			}
			for k := range kinds {
				m.kindOf[r][k] *= households[r] / got
			}
		}
	}
	for r, name := range regions {
		old := m.ages[r]
		g := &m.target[r]
		g[0], g[1], g[2], g[3] = old[0], old[1], old[2], old[3]*0.6
		g[4] = old[3]*0.4 + old[4]
		for i := 5; i < 17; i++ {
			g[i] = old[i]
		}
		g[17] = old[17] + old[18] + old[19] + old[20]
		scale := func(from, to int, category string) {
			was := 0.0
			for _, n := range g[from:to] {
				was += n
			}
			for i := from; i < to; i++ {
				g[i] *= m.figure("population", name, category) / was
			}
		}
		scale(0, 4, "age 0-17")
		scale(4, 13, "age 18-64")
		scale(13, 18, "age 65+")
		people := 0.0
		for _, n := range g {
			people += n
		}
		for i := range g { // people in private households, as a share of all households
			g[i] *= households[r] * m.figure("household size", name, "average persons") / people
		}
	}
}

// childAges are how old a child at home is, by the age of the head: parents are
// some thirty years older, and the young leave home from eighteen on.
func (m *model) childAges() {
	for h := range m.children {
		total := 0.0
		for a := range m.children[h] {
			apart := float64(h - a)
			p := 0.0
			if apart >= 17 && apart <= 48 {
				p = math.Exp(-(apart - 31.5) * (apart - 31.5) / (2 * 5.6 * 5.6))
			}
			switch {
			case a >= 35:
				p *= 0.04
			case a > 18:
				p /= 1 + math.Exp((float64(a)-24.5)/1.8)
				p += 0.002
			}
			if apart < 17 {
				p = 0
			}
			total += p
			m.children[h][a] = total
		}
	}
}

// extras are how many children (or others) a household of a kind can have, and
// how usual that is before anything is matched.
var extras = [kinds][]float64{
	single: {1}, couple: {1},
	coupleChildren: {0, .38, .42, .14, .045, .015},
	loneParent:     {0, .56, .31, .10, .03},
	otherKind:      {0, .75, .25},
}

// usual is how likely heads of an age are to live in a kind of household.
func usual(k kind, age int) float64 {
	bands := [kinds][8]float64{ // under 25, 35, 45, 55, 65, 75, 85, and over
		single:         {.15, .22, .15, .17, .22, .27, .40, .55},
		couple:         {.05, .15, .08, .13, .34, .42, .33, .12},
		coupleChildren: {.01, .22, .40, .34, .15, .03, .004, .001},
		loneParent:     {.02, .06, .11, .10, .06, .02, .02, .02},
		otherKind:      {.03, .02, .015, .015, .015, .015, .015, .015},
	}
	return bands[k][min(7, max(0, (age-15)/10))]
}

// partnerApart is how much older a partner is than the head, equally often.
var partnerApart = []int{-4, -2, -1, 0, 0, 1, 2, 3, 5, 7}

func (m *model) makeCells() {
	for r := range regions {
		for k := range kinds {
			for extra, likely := range extras[k] {
				for age := 18; likely > 0 && age < 100; age++ {
					c := cell{region: r, kind: int(k), extra: extra, age: age}
					c.weight = likely * usual(k, age) * m.target[r][groupOf(age)] / 5
					c.people[groupOf(age)]++
					if k == couple || k == coupleChildren {
						for _, d := range partnerApart {
							c.people[groupOf(partnerAge(age, d))] += 1 / float64(len(partnerApart))
						}
					}
					switch k {
					case coupleChildren, loneParent:
						total := m.children[age][len(m.children[age])-1]
						if total < 1e-4 {
							continue
						}
						before := 0.0
						for a, up := range m.children[age] {
							c.people[groupOf(a)] += float64(extra) * (up - before) / total
							before = up
						}
					case otherKind:
						for _, d := range othersApart {
							c.people[groupOf(partnerAge(age, d))] += float64(extra) / float64(len(othersApart))
						}
					}
					m.cells = append(m.cells, c)
				}
			}
		}
	}
}

// othersApart is how much older the others in a household are: brothers,
// friends, parents.
var othersApart = []int{-6, -2, 0, 2, 6, 27, 30}

func partnerAge(age, apart int) int { return min(99, max(18, age+apart)) }

// rake gives the cells of a region the weights with which kinds, numbers of
// children and ages all come out as published.
func (m *model) rake(region int) {
	var mine []*cell
	for i := range m.cells {
		if m.cells[i].region == region {
			mine = append(mine, &m.cells[i])
		}
	}
	byChildren := [4]float64{0, m.figure("children per household", "BE", "1"), m.figure("children per household", "BE", "2"), m.figure("children per household", "BE", "3+")}
	for round := range 250 {
		var got [ageGroups]float64
		for _, c := range mine {
			for g, n := range c.people {
				got[g] += n * c.weight
			}
		}
		var pull [ageGroups]float64
		for g := range pull {
			pull[g] = math.Log(m.target[region][g] / got[g])
		}
		for _, c := range mine {
			size, sum := 0.0, 0.0
			for g, n := range c.people {
				size += n
				sum += n * pull[g]
			}
			if round > 0 {
				c.weight *= math.Exp(sum / size)
			}
		}
		var kindSum [kinds]float64
		var childSum [4]float64
		for _, c := range mine {
			if c.kind == int(coupleChildren) || c.kind == int(loneParent) {
				childSum[min(3, c.extra)] += c.weight
			}
		}
		with := childSum[1] + childSum[2] + childSum[3]
		for _, c := range mine {
			if c.kind == int(coupleChildren) || c.kind == int(loneParent) {
				n := min(3, c.extra)
				c.weight *= byChildren[n] / (byChildren[1] + byChildren[2] + byChildren[3]) * with / childSum[n]
			}
			kindSum[c.kind] += c.weight
		}
		for _, c := range mine {
			c.weight *= m.kindOf[region][c.kind] / kindSum[c.kind]
		}
	}
}
