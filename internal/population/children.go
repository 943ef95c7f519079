package population

import (
	"math/rand/v2"

	"github.com/bondgenoot/bondgenoot/rules"
)

// schoolYear is how old a child becomes in the calendar year in which the
// running school year began: the level follows from it.
func (m *model) schoolYear(birth rules.Date) int {
	year, month, _ := m.date.Civil()
	if month < 9 {
		year--
	}
	born, _, _ := birth.Civil()
	return year - born
}

// schoolOf is the school of a child or student; "" where it makes no sense.
func (m *model) schoolOf(p *member, r *rand.Rand) string {
	if p.age < 2 && p.role == "child" || p.role != "child" && p.work != "student" {
		return ""
	}
	switch n := m.schoolYear(p.birth); {
	case n < 2, n == 2 && p.birth.MonthsUntil(m.date) < 30:
		return "none"
	case n < 6:
		return "nursery"
	case n < 12:
		return "primary"
	case n < 18:
		return "secondary"
	case p.work != "student":
		return "none"
	case n == 18 && chance(r, .3):
		return "secondary"
	}
	return "higher"
}

// child are the facts of a child.
func (s *sheet) child(m *model, h *household, p *member, r *rand.Rand) {
	c := s.people
	if h.papers == "none" || h.papers == "asylum" {
		c.yes("may_stay_self", chance(r, .3))
	}
	if h.divided {
		c.yes("lives_here_self", chance(r, .6))
	}
	living := "always"
	if h.special {
		living = oneOf(r, []string{"always", "half", "less", "foster", "foster_year", "adopted"}, .3, .5, .14, .01, .04, .01)
		c.text("living", living)
	}
	if h.apart {
		c.yes("tax_dependent_self", chance(r, .6))
	}
	if p.age < 1 || living == "adopted" {
		c.yes("birth_grant_received", chance(r, .9))
	}
	if h.due {
		title := chance(r, .7)
		c.yes("maintenance_title", title)
		c.number("maintenance_month", euros(120+120*r.Float64()))
		missed := int64(0)
		if chance(r, .25) {
			missed = int64(1 + r.IntN(6))
		}
		c.number("maintenance_missed", missed)
	}
	if h.needsCare {
		points, first := int64(0), int64(0)
		if chance(r, .6) {
			points = int64(3 + r.IntN(15))
			first = int64(r.IntN(int(min(6, points)) + 1))
		}
		c.number("care_points", points)
		c.number("care_points_first", first)
	}
	if h.lost {
		c.text("parents_died", "one")
		c.day("parent_death_date", m.date-rules.Date(r.IntN(365*min(12, max(1, p.age)))))
	}
	school := m.schoolOf(p, r)
	if school != "" {
		c.text("school", school)
	}
	s.pupil(m, h, p, school, r)
	if p.age < 6 && school != "nursery" && school != "primary" {
		c.text("childcare", childcare(h.place, p.age, r))
	}
}

func (s *sheet) pupil(m *model, h *household, p *member, school string, r *rand.Rand) {
	c := s.people
	if school != "nursery" && school != "primary" && school != "secondary" {
		return
	}
	c.yes("city_school", chance(r, .2))
	if h.school == "different" {
		c.text("school_language_self", oneOf(r, []string{"flemish", "french", "german", "other"}, .45, .45, .01, .09))
	}
	switch {
	case school == "nursery" && p.age < 8:
		since := p.birth.AddMonths(30)
		if since > m.date {
			since = m.date
		}
		c.day("nursery_start", since)
		c.yes("nursery_present", chance(r, .97))
	case school == "secondary" && p.age >= 11:
		c.text("secondary_form", oneOf(r, []string{"other", "third_year", "work_and_learn", "nursing"}, .96, .005, .03, .005))
		c.yes("boarder", chance(r, .02))
		if p.age >= 16 {
			c.yes("own_household", chance(r, .003))
		}
	}
}

// childcare is where a child of a place goes that is not at school yet.
func childcare(p *place, age int, r *rand.Rand) string {
	words := []string{"none", "flemish_income", "flemish_fixed", "one", "german_speaking", "other"}
	if age >= 3 {
		return "none"
	}
	switch {
	case p.german:
		return oneOf(r, words, .6, 0, 0, .02, .33, .05)
	case p.region == brussels:
		return oneOf(r, words, .55, .16, .03, .2, 0, .06)
	case p.region == wallonia:
		return oneOf(r, words, .55, .01, 0, .37, 0, .07)
	}
	return oneOf(r, words, .42, .41, .1, .005, 0, .065)
}
