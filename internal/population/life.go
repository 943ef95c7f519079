package population

import (
	"math"
	"math/rand/v2"

	"github.com/bondgenoot/bondgenoot/rules"
)

// life is what a household does and has.
type life struct {
	workless  bool
	aid       bool // lives on a living wage
	bim       bool
	tenure    string
	rent      int64 // cents a month
	moved     rules.Date
	school    string // in which language the schools teach
	foreign   bool   // nobody is Belgian
	papers    string
	other     bool // other income counts for the Growth Package
	property  bool // owns what they do not live in
	apart     bool // one parent lives elsewhere
	due       bool // and has to pay maintenance
	special   bool // not all children always live here
	divided   bool // not all children are registered here
	needsCare bool
	lost      bool // a child has lost a parent
	debts     bool
}

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// oneOf draws one of some words, as often as their weights say.
func oneOf(r *rand.Rand, words []string, weights ...float64) string {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := r.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return words[i]
		}
	}
	return words[len(words)-1]
}

// The living wage in euros a month, for who lives with others, alone, or with a
// family to keep. Close to what the law says; a population is no source of it.
const aidShared, aidAlone, aidFamily = 893, 1340, 1811

// live makes up how a household lives: work, income, home, children.
func (m *model) live(h *household, r *rand.Rand) {
	m.ranked(h)
	h.net = m.income(h.rank) * h.scale() / 12
	h.workless = chance(r, worklessChance(m.fit.workless, h))
	h.aid = h.workless && chance(r, m.fit.aid[h.place.region])
	h.bim = h.aid || chance(r, bimChance(m.fit.bim[h.place.region], h))
	m.house(h, r)
	m.origins(h, r)
	m.work(h, r)
	m.share(h, r)
	k := kind(h.cell.kind)
	if chance(r, m.fit.pregnant*pregnantChance(h)) {
		h.people = append(h.people, member{role: "unborn"})
	}
	if k == coupleChildren || k == loneParent {
		h.apart = k == loneParent && chance(r, .7) || chance(r, .08)
		h.due = h.apart && chance(r, .6)
		h.special = h.apart && chance(r, .4) || chance(r, .02)
		h.divided = h.special && chance(r, .3)
		h.needsCare = chance(r, .05)
		h.lost = chance(r, map[kind]float64{coupleChildren: .002, loneParent: .04}[k])
	}
	h.property = chance(r, odds(-3+h.score))
	h.debts = chance(r, odds(-4.2-1.2*h.score))
	h.other = h.aid || h.property || chance(r, .1)
	h.school = schoolLanguage(h.place, r)
}

func schoolLanguage(p *place, r *rand.Rand) string {
	words := []string{"flemish", "french", "german", "different"}
	switch {
	case p.german:
		return oneOf(r, words, .01, .04, .95, 0)
	case p.region == brussels:
		return oneOf(r, words, .18, .78, 0, .04)
	case p.region == wallonia:
		return oneOf(r, words, .01, .985, .003, .002)
	}
	return oneOf(r, words, .975, .02, 0, .005)
}

// house gives the household a home.
func (m *model) house(h *household, r *rand.Rand) {
	region := h.place.region
	switch {
	case chance(r, ownerChance(m.fit.owner[h.place.area], h)):
		h.tenure = "owner"
	case chance(r, socialChance(m.fit.social[region], h)):
		h.tenure = "social_rent"
	default:
		h.tenure = oneOf(r, []string{"private_rent", "agency_rent", "hosted", "reception", "homeless"}, .88, .035, .075, .005, .005)
	}
	switch h.tenure {
	case "private_rent":
		base := [3]float64{760, 690, 980}[region]
		h.rent = euros(base * math.Exp(.22*h.place.rich+.16*math.Log(float64(len(h.people)))+.22*r.NormFloat64()))
	case "agency_rent":
		h.rent = euros(520 + 60*float64(len(h.people)) + 70*r.NormFloat64())
	case "social_rent":
		h.rent = euros(min(750, max(90, .21*h.net*.75)))
	}
	h.moved = m.date - rules.Date(30+r.IntN(365*min(12, max(1, h.people[0].age-17))))
}

// euros are whole euros in cents.
func euros(x float64) int64 { return int64(math.Round(max(0, x))) * 100 }

// origins says by which right people stay: foreigners are more often poor, and
// more often in Brussels.
func (m *model) origins(h *household, r *rand.Rand) {
	h.papers = "belgian"
	if chance(r, odds([3]float64{-2.4, -2.2, -.7}[h.place.region]-.5*h.score)) {
		h.papers = oneOf(r, []string{"eu", "unlimited", "refugee", "limited", "asylum", "none"}, .62, .18, .08, .09, .02, .01)
	}
	h.foreign = h.papers != "belgian"
}

// work gives everybody old enough their work and benefit.
func (m *model) work(h *household, r *rand.Rand) {
	for i := range h.people {
		p := &h.people[i]
		if p.role == "unborn" || p.role == "child" && p.age < 15 {
			continue
		}
		p.lived = true
		p.aid = "none"
		p.ill = chance(r, .03+.001*float64(p.age))
		switch {
		case p.age < 18:
			p.work = "student"
		case p.age >= 66 || p.age >= 63 && chance(r, .5):
			p.work = "pensioner"
			if chance(r, odds(-4-1.8*h.score)) {
				p.aid = "igo"
			}
		case p.role == "child" && p.age < 25 && chance(r, 1-.1*float64(p.age-17)):
			p.work = "student"
		case h.workless:
			p.work = oneOf(r, []string{"unemployed", "invalid", "none", "incapacitated", "student"}, .32, .34, .24, .06, .04)
		case p.role == "applicant" || chance(r, .78):
			p.work = "employed"
			if chance(r, .14) {
				p.work = "self_employed"
			}
		default:
			p.work = oneOf(r, []string{"unemployed", "invalid", "none", "incapacitated", "student"}, .25, .25, .35, .08, .07)
		}
		switch p.work {
		case "unemployed":
			p.months = 1 + r.IntN(48)
		case "incapacitated":
			p.months = 1 + r.IntN(11)
		case "invalid":
			p.ill = p.ill || chance(r, .3)
			if p.ill && chance(r, .35) {
				p.aid = "disability"
			}
		}
	}
	if h.aid {
		p := &h.people[0]
		p.aid, p.work, p.months = "leefloon", "none", 1+r.IntN(40)
		if p.age < 25 && chance(r, .4) {
			p.work = "student"
		}
		if h.papers == "asylum" || h.papers == "limited" || h.papers == "none" {
			p.aid = "equivalent_aid"
		}
	}
}

// share divides the income of the household over those who bring it in.
func (m *model) share(h *household, r *rand.Rand) {
	if h.aid {
		amount := int64(aidAlone)
		switch kind(h.cell.kind) {
		case coupleChildren, loneParent:
			amount = aidFamily
		case couple, otherKind:
			amount = aidShared
		}
		h.people[0].net = amount * 100
		h.net = float64(amount)
		return
	}
	weights, total := [16]float64{}, 0.0
	children := 0
	for i, p := range h.people {
		if p.role == "child" && p.age < 18 {
			children++
		}
		if !p.lived || i >= len(weights) {
			continue
		}
		w := map[string]float64{"employed": 1, "self_employed": 1, "pensioner": .8, "unemployed": .55, "invalid": .6, "incapacitated": .6, "none": .03, "student": .02}[p.work]
		if p.role == "child" {
			w *= .4
		}
		weights[i] = w * (.8 + .4*r.Float64())
		total += weights[i]
	}
	earned := max(0, h.net-185*float64(children)) // the rest is child benefit
	for i := range h.people {
		if i < len(weights) && total > 0 {
			h.people[i].net = int64(math.Round(earned * weights[i] / total * 100))
		}
	}
}

// gross is the gross taxable income that leaves a net one, roughly as the tax
// has it, in cents of the same period.
func gross(net int64) int64 {
	const free = 1_250_00
	if net <= free {
		return net
	}
	return net + (net-free)*45/100
}
