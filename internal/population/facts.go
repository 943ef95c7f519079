package population

import (
	"math/rand/v2"
	"slices"

	"github.com/bondgenoot/bondgenoot/rules"
)

// write adds a household to the sheet: its facts, by the keys of the
// dictionary. What makes no sense for a household or person stays unknown.
func (s *sheet) write(m *model, h *household, key int64, r *rand.Rand) {
	c := s.families
	s.keys.Ints[c.rows] = key
	children := h.cell.kind == int(coupleChildren) || h.cell.kind == int(loneParent)
	c.text("municipality", h.place.nis)
	if children || h.people[len(h.people)-1].role == "unborn" {
		s.childhood(h, r)
	}
	c.yes("has_bim", h.bim)
	c.yes("has_social_telecom", h.bim && chance(r, .25))
	c.yes("ocmw_client", h.aid || h.debts || chance(r, .02))
	c.yes("debt_help", h.debts)
	s.home(m, h, r)
	s.costs(h, r)
	for i := range h.people {
		s.person(m, h, &h.people[i], r)
		s.people.rows++
	}
	c.rows++
	s.starts = append(s.starts, int32(s.people.rows))
}

// childhood are the facts of a family about all its children.
func (s *sheet) childhood(h *household, r *rand.Rand) {
	c := s.families
	c.yes("all_may_stay", h.papers != "none" && h.papers != "asylum")
	c.yes("all_live_here", !h.divided)
	c.yes("all_tax_dependent", !h.apart)
	c.yes("special_living", h.special)
	c.yes("maintenance_due", h.due)
	c.yes("parent_died", h.lost)
	c.yes("growth_other_income", h.other)
	c.yes("growth_mostly_benefits", h.workless)
	needs := "none"
	if h.needsCare {
		needs = "recognised"
		if chance(r, .25) {
			needs = "not_assessed"
			h.needsCare = false
		}
	}
	c.text("care_needs", needs)
	c.text("school_language_all", h.school)
}

func (s *sheet) home(m *model, h *household, r *rand.Rand) {
	c := s.families
	c.text("tenure", h.tenure)
	c.yes("assessment_untaxed", h.untaxed())
	c.yes("owns_property", h.tenure == "owner" || h.property)
	c.yes("owns_other_property", h.property)
	if h.tenure == "owner" || h.property {
		c.number("cadastral_built", euros(700+900*r.Float64()))
	}
	if h.property {
		c.number("cadastral_other", euros(400+900*r.Float64()))
		c.number("rents_received_year", euros(6000+9000*r.Float64()))
	}
	moved := chance(r, .001)
	c.yes("leaves_homelessness", moved)
	if moved {
		c.yes("had_installation_grant", chance(r, .2))
	}
	c.text("heating", oneOf(r, []string{"gas", "oil", "electricity", "propane_tank", "bottles", "petroleum", "other"},
		[3]float64{.68, .42, .82}[h.place.region], [3]float64{.17, .40, .09}[h.place.region], .1, .01, .005, .005, .05))
	rents := h.tenure == "private_rent" || h.tenure == "agency_rent"
	if rents || h.tenure == "social_rent" {
		c.number("rent_month", h.rent)
	}
	waiting := int64(0)
	if h.place.region == flanders && h.tenure != "owner" && h.tenure != "social_rent" && chance(r, .25) {
		waiting = int64(1 + r.IntN(84))
		c.yes("refused_social_home", chance(r, .05))
	}
	c.number("social_waiting_months", waiting)
	if rents {
		c.yes("home_is_room", len(h.people) == 1 && chance(r, .08))
		c.day("lease_start", h.moved)
	}
	if h.tenure == "private_rent" {
		c.text("previous_home", oneOf(r, []string{"fit", "unfit", "homeless"}, .95, .04, .01))
	}
	if h.tenure == "owner" {
		mortgage := int64(0)
		if age := h.people[0].age; age < 45 || age < 65 && chance(r, .5) {
			mortgage = euros(.27 * h.net * (.6 + .8*r.Float64()))
		}
		c.number("mortgage_month", mortgage)
	}
}

func (s *sheet) costs(h *household, r *rand.Rand) {
	c := s.families
	c.number("own_shares_year", euros(90*float64(len(h.people))*(.2+1.6*r.Float64())))
	c.number("fixed_costs_month", h.rent+euros(250+60*float64(len(h.people))+80*r.Float64()))
}

// person are the facts of one person.
func (s *sheet) person(m *model, h *household, p *member, r *rand.Rand) {
	c := s.people
	c.text("role", p.role)
	if p.role == "unborn" {
		c.day("due_date", m.date+rules.Date(1+r.IntN(270)))
		c.yes("birth_grant_received", false)
		return
	}
	c.day("birth_date", p.birth)
	c.yes("disability_66", p.ill)
	if p.role == "applicant" || p.role == "partner" {
		s.adult(h, p, r)
	}
	if p.role == "other" {
		kin := "relative"
		if p.age > h.people[0].age+17 {
			kin = "parent"
		} else if chance(r, .5) {
			kin = "not_related"
		}
		c.text("kin", kin)
		c.yes("shares_costs", chance(r, .7))
		c.yes("tax_dependent_self", p.net < 250_00)
	}
	if p.lived {
		s.living(m, h, p, r)
	}
	switch {
	case p.role == "child":
		s.child(m, h, p, r)
	case p.work == "student":
		c.text("school", m.schoolOf(p, r))
	}
}

// adult are the facts of who asks and of a partner.
func (s *sheet) adult(h *household, p *member, r *rand.Rand) {
	c := s.people
	c.text("residence_right", h.papers)
	willing := "yes_willing"
	if p.age >= 60 || p.work == "invalid" || chance(r, .06) {
		willing = "good_reason"
	} else if p.work == "none" && !h.aid && chance(r, .5) {
		willing = "no"
	}
	c.text("willing_to_work", willing)
	c.yes("widowed", p.role == "applicant" && h.cell.kind != int(couple) && h.cell.kind != int(coupleChildren) && chance(r, float64(max(0, p.age-45))/60))
	pays := int64(0)
	if p.role == "applicant" && chance(r, .03) {
		pays = euros(100 + 200*r.Float64())
	}
	c.number("pays_maintenance_month", pays)
	if h.other && (h.people[0].role == "applicant") && s.hasChildren(h) {
		own, kept, untaxed, built, used := int64(0), int64(0), int64(0), int64(0), int64(0)
		if p.work == "self_employed" {
			own = gross(p.net) * 12
		}
		if p.role == "applicant" && h.apart && chance(r, .6) {
			kept = euros(1200 + 2400*r.Float64())
		}
		if p.aid == "leefloon" || p.aid == "equivalent_aid" || p.aid == "disability" {
			untaxed = p.net * 12
		}
		if p.role == "applicant" && h.property {
			built = euros(400 + 900*r.Float64())
		}
		if p.work == "self_employed" && chance(r, .3) {
			used = euros(300 + 600*r.Float64())
		}
		c.number("growth_self_employed", own)
		c.number("growth_maintenance", kept)
		c.number("growth_untaxed", untaxed)
		c.number("growth_property", built)
		c.number("growth_business_property", used)
	}
}

// hasChildren tells whether the facts about children were written.
func (s *sheet) hasChildren(h *household) bool {
	return h.cell.kind == int(coupleChildren) || h.cell.kind == int(loneParent) || h.people[len(h.people)-1].role == "unborn"
}

func (p *member) livesOnAid() bool { return p.aid == "leefloon" || p.aid == "equivalent_aid" }

// untaxed tells whether somebody at home has an income that no tax assessment
// shows.
func (h *household) untaxed() bool {
	return slices.ContainsFunc(h.people, func(p member) bool { return p.livesOnAid() })
}

// living are the work and the income of a person.
func (s *sheet) living(m *model, h *household, p *member, r *rand.Rand) {
	c := s.people
	c.text("work", p.work)
	if p.role != "child" || p.age >= 18 {
		c.text("benefit", p.aid)
	}
	if p.aid == "leefloon" || p.aid == "equivalent_aid" {
		c.number("benefit_months", int64(p.months))
	}
	if p.work == "unemployed" || p.work == "incapacitated" {
		c.number("work_months", int64(p.months))
	}
	taxed := gross(p.net)
	if p.livesOnAid() {
		taxed = 0
	}
	c.number("net_income_month", p.net)
	if p.work == "employed" || p.work == "self_employed" {
		c.number("net_work_income_month", p.net)
		c.yes("started_job_on_aid", chance(r, .005))
	}
	c.number("gross_taxable_month", taxed)
	year := func(ago int64) int64 { return taxed * 12 * (100 - 3*ago) / 100 }
	c.number("gross_taxable_year_1", year(1))
	c.number("gross_taxable_year_2", year(2))
	c.number("gross_taxable_year_3", year(3))
	c.number("net_taxable_year_2", max(0, year(2)-min(5_750_00, year(2)*3/10)))
	c.number("taxable_of_assessment", year(2))
	if !h.untaxed() {
		return
	}
	aid := int64(0)
	if p.livesOnAid() {
		aid = p.net * 12
	}
	c.number("living_wage_of_assessment", aid)
	c.number("replacement_of_assessment", 0)
	c.number("foreign_of_assessment", 0)
}
