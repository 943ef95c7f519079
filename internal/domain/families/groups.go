package families

import (
	"context"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// groupOf is the group to which the facts of the house's dictionary belong. A
// fact that stands nowhere here is part of who they are, unless the dictionary
// calls it sensitive: then the care team alone sees it.
var groupOf = func() map[string]policy.Group {
	m := map[string]policy.Group{}
	for group, keys := range map[policy.Group][]string{
		policy.Identity: {factBirth, factDue, factAge, "kin", "has_partner", "single_parent", "minor_children"},
		policy.Home: {factMunicipality, "region", "all_live_here", "lives_here", "lives_here_self", "heating", "leaves_homelessness",
			"had_installation_grant", "tenure", "rent_month", "home_is_room", "previous_home", "lease_start", "special_living", "living",
			"social_waiting_months", "refused_social_home", "own_household"},
		policy.School: {"city_school", "secondary_form", "boarder", "nursery_start", "nursery_present", "school", "childcare",
			"school_language", "school_language_self", "school_language_all"},
		policy.Income: {"benefit", "benefit_months", "work", "work_months", "willing_to_work", "has_bim", "has_social_telecom", "shares_costs",
			"net_income_month", "net_work_income_month", "started_job_on_aid", "gross_taxable_month", "gross_taxable_year_1", "gross_taxable_year_2",
			"gross_taxable_year_3", "net_taxable_year_2", "ocmw_client", "cadastral_built", "owns_other_property", "cadastral_other",
			"rents_received_year", "own_shares_year", "fixed_costs_month", "maintenance_due", "maintenance_title", "maintenance_month",
			"maintenance_missed", "pays_maintenance_month", "mortgage_month", "growth_other_income", "growth_self_employed", "growth_maintenance",
			"growth_untaxed", "growth_property", "growth_business_property", "growth_mostly_benefits", "income_of_assessment", "assessment_untaxed", "taxable_of_assessment", "living_wage_of_assessment",
			"replacement_of_assessment", "foreign_of_assessment", "study_grant_income", "debt_help",
			"all_tax_dependent", "tax_dependent", "tax_dependent_self", "birth_grant_received", "owns_property"},
		policy.Health: {"disability_66", "care_needs", "care_points", "care_points_first", "widowed", "parent_died", "parents_died", "parent_death_date"},
		policy.Stay:   {"residence_right", "may_stay", "may_stay_self", "all_may_stay"},
	} {
		for _, key := range keys {
			m[key] = group
		}
	}
	return m
}()

// group is the group to which a fact belongs.
func (f *File) group(x Fact) policy.Group {
	if g, ok := groupOf[x.Key]; ok {
		return g
	}
	entity := rules.OfFamily
	if x.Person != "" {
		entity = rules.OfPerson
	}
	if described := f.law.Facts().Fact(entity, x.Key); described != nil && described.Sensitivity != "sensitive" {
		return policy.Identity
	}
	return policy.Sealed
}

// hidden tells whether the reader may not see a fact. One that an accepted
// referral opens is never a sensitive one, save when a child is due.
func (f *File) hidden(x Fact) bool { return !f.Sight.Of(f.group(x)) }

// narrowRows leaves out of rows of a list what the actor may not see of each
// family. Who they are is no part of it: a list is of those of whom the actor
// may know that.
func narrowRows(ctx context.Context, a *act.Act, rows []Row, ids []kernel.ID) error {
	sights, err := policy.SightsOf(ctx, a, a.Actor, ids, a.Now)
	if err != nil {
		return err
	}
	for i := range rows {
		see := sights[rows[i].ID]
		if rows[i].Confidential || !see.Of(policy.Home) {
			rows[i].PostalCode = ""
		}
		if !see.Of(policy.Home) {
			rows[i].Municipality = ""
		}
	}
	return nil
}

// narrow leaves out what the reader may not see.
func (f *File) narrow() {
	see := f.Sight.Of
	if f.Sight.All {
		return
	}
	f.Partial = true
	f.Facts, f.live = slices.DeleteFunc(f.Facts, f.hidden), slices.DeleteFunc(f.live, f.hidden)
	for _, list := range [][]Person{f.Persons, f.Gone} {
		for i := range list {
			list[i].INSZ = ""
		}
	}
	if !see(policy.Care) {
		f.Notes, f.Events = nil, nil
	}
	if !see(policy.Contact) { // through whom one is reached, and when, is said to nobody who may not reach them
		f.Contact = Contact{Address: f.Contact.Address, Safe: Safe{NoLetter: see(policy.Home) && !f.Contact.Safe.Allows(ByLetter)}}
	}
	if f.Confidential || !see(policy.Home) {
		f.Contact.Address, f.PostalCode = Address{}, ""
	}
	if !see(policy.Home) {
		f.Municipality = ""
	}
}
