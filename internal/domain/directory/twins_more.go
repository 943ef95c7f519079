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

// ServiceTwins are two records that look like one service, and why. That which
// everybody sees comes first, or the older one.
type ServiceTwins struct {
	One, Other Service
	Of         [2]string // who gives each
	Score      int
	Why        []Alike // of "name", "nearly", "same_organisation", "kbo", "phone", "mail", "website", "address", "other_places", "other_ages"
}

// PlaceTwins are two records that look like one place, and why.
type PlaceTwins struct {
	One, Other Location
	Of         [2]string
	Score      int
	Why        []Alike // of "address", "map", "name", "nearly", "same_organisation", "other_name", "other_postal"
}

// What likenesses of services are worth. Without a likeness of the names two
// services are not one: one house gives many by one telephone.
var serviceWorth = map[string]int{"name": 45, "phone": 20, "mail": 20, "website": 25, "address": 20}

// What likenesses of places are worth.
var placeWorth = map[string]int{"address": 60, "map": 40, "name": 30}

const (
	nearlyService    = 25
	sameOrganisation = 15
	otherPlaces      = -20
	otherAges        = -20
	nearlyPlace      = 20
	otherName        = -20 // ten associations live behind one door
	otherPostal      = -60
)

// ServiceTwins are the pairs that look like one service, as [Desk.Twins].
func (d *Desk) ServiceTwins(ctx context.Context) (all []ServiceTwins, err error) {
	err = d.twins(ctx, func(orgs []Organisation, places []Location, services []Service, apart map[[2]kernel.ID]bool) {
		all = serviceTwinsAmong(orgs, places, services, apart)
	})
	return all, err
}

// PlaceTwins are the pairs that look like one place, as [Desk.Twins].
func (d *Desk) PlaceTwins(ctx context.Context) (all []PlaceTwins, err error) {
	err = d.twins(ctx, func(orgs []Organisation, places []Location, _ []Service, apart map[[2]kernel.ID]bool) {
		all = placeTwinsAmong(orgs, places, apart)
	})
	return all, err
}

// twins reads all that is there, for who looks for pairs in it.
func (d *Desk) twins(ctx context.Context, among func([]Organisation, []Location, []Service, map[[2]kernel.ID]bool)) error {
	return d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		alliance := a.Alliance()
		orgs, err := bodies[Organisation](ctx, a, `SELECT body FROM directory_organisation WHERE alliance = $1 AND merged_in = '' ORDER BY id`, alliance)
		if err != nil {
			return err
		}
		places, err := bodies[Location](ctx, a, `SELECT body FROM directory_location WHERE alliance = $1 AND merged_in = '' ORDER BY id`, alliance)
		if err != nil {
			return err
		}
		services, err := bodies[Service](ctx, a, `SELECT body FROM directory_service WHERE alliance = $1 AND merged_in = '' ORDER BY id`, alliance)
		if err != nil {
			return err
		}
		apart, err := saidApart(ctx, a, alliance)
		if err != nil {
			return err
		}
		among(orgs, places, services, apart)
		return nil
	})
}

// doorSign is an address as a sign, and how it reads; "" where it has none.
func doorSign(l Location) (sign, reads string) {
	if l.Street == "" || l.Postal == "" {
		return "", ""
	}
	return "address\t" + foldedOf(l.Street) + "\t" + l.Postal, l.Street + ", " + l.Postal
}

// namesOf are the names in every language, each without what says nothing.
func (v Service) namesOf() (all [][]string) {
	for _, lang := range kernel.Langs {
		if words := bareName(v.Name.In(lang)); len(words) > 0 {
			all = append(all, words)
		}
	}
	return all
}

func serviceSigns(v Service, places map[kernel.ID]Location) map[string]string {
	shown := map[string]string{}
	for _, lang := range kernel.Langs {
		if words := bareName(v.Name.In(lang)); len(words) > 0 {
			shown["name\t"+strings.Join(words, " ")] = v.Name.In(lang)
			for _, w := range words {
				if len(w) > 3 {
					shown["word\t"+w] = w
				}
			}
		}
	}
	for _, p := range v.Numbers {
		shown["phone\t"+string(p.Number)] = p.Number.Display()
	}
	if v.Mail != "" {
		shown["mail\t"+strings.ToLower(string(v.Mail))] = string(v.Mail)
	}
	if page := pageOf(v.Website); page != "" {
		shown["website\t"+page] = page
	}
	for _, at := range v.At {
		if sign, reads := doorSign(places[at.Location]); sign != "" {
			shown[sign] = reads
		}
	}
	return shown
}

// pageOf is a page of the web as two sources may write it: its host and path.
// A home page alone says whose it is, not which service.
func pageOf(address string) string {
	at, err := url.Parse(address)
	if err != nil || strings.Trim(at.Path, "/") == "" {
		return ""
	}
	return hostOf(address) + strings.TrimSuffix(at.Path, "/")
}

func serviceTwinsAmong(orgs []Organisation, places []Location, services []Service, apart map[[2]kernel.ID]bool) (all []ServiceTwins) {
	org, place := map[kernel.ID]Organisation{}, map[kernel.ID]Location{}
	for _, o := range orgs {
		org[o.ID] = o
	}
	for _, l := range places {
		place[l.ID] = l
	}
	signs := make([]map[string]string, len(services))
	for i, v := range services {
		signs[i] = serviceSigns(v, place)
	}
	pairs, holders := pairsOf(signs)
	for pair := range pairs {
		one, other := services[pair[0]], services[pair[1]]
		if apart[ordered(one.ID, other.ID)] || one.Programme != "" && other.Programme != "" && one.Programme != other.Programme {
			continue
		}
		a, b := signs[pair[0]], signs[pair[1]]
		why := shared(a, b, holders, serviceWorth)
		if !says(why, "name") {
			if !nearlyNamed(one, other) {
				continue
			}
			why = append(why, Alike{"nearly", "", nearlyService})
		}
		from, to := org[one.Organisation], org[other.Organisation]
		switch {
		case from.ID == to.ID && from.ID != "":
			why = append(why, Alike{"same_organisation", from.Name, sameOrganisation})
		case from.KBO != "" && from.KBO == to.KBO:
			why = append(why, Alike{"kbo", from.KBO.Display(), sameOrganisation})
		}
		if len(one.At) > 0 && len(other.At) > 0 && !says(why, "address") && !meet(one.At, other.At) {
			why = append(why, Alike{"other_places", "", otherPlaces})
		}
		if one.For.To > 0 && other.For.To > 0 && (one.For.From >= other.For.To || other.For.From >= one.For.To) {
			why = append(why, Alike{"other_ages", "", otherAges})
		}
		t := ServiceTwins{One: one, Other: other, Of: [2]string{from.Name, to.Name}, Why: why, Score: scoreOf(why)}
		if other.State == Open && one.State != Open {
			t.One, t.Other, t.Of = other, one, [2]string{to.Name, from.Name}
		}
		if t.Score >= enough {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(x, y ServiceTwins) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.One.ID, y.One.ID), cmp.Compare(x.Other.ID, y.Other.ID))
	})
	return all[:min(len(all), 100)]
}

// scoreOf is what the reasons are worth, which it puts in order.
func scoreOf(why []Alike) (score int) {
	slices.SortStableFunc(why, func(x, y Alike) int { return y.Worth - x.Worth })
	for _, x := range why {
		score += x.Worth
	}
	return score
}

func nearlyNamed(one, other Service) bool {
	for _, a := range one.namesOf() {
		for _, b := range other.namesOf() {
			if nearly(a, b) {
				return true
			}
		}
	}
	return false
}

func meet(one, other []Place) bool {
	return slices.ContainsFunc(one, func(p Place) bool {
		return slices.ContainsFunc(other, func(q Place) bool { return p.Location == q.Location })
	})
}

func placeTwinsAmong(orgs []Organisation, places []Location, apart map[[2]kernel.ID]bool) (all []PlaceTwins) {
	names := map[kernel.ID]string{}
	for _, o := range orgs {
		names[o.ID] = o.Name
	}
	signs := make([]map[string]string, len(places))
	for i, l := range places {
		signs[i] = placeSigns(l)
	}
	pairs, holders := pairsOf(signs)
	for pair := range pairs {
		one, other := places[pair[0]], places[pair[1]]
		if apart[ordered(one.ID, other.ID)] {
			continue
		}
		why := shared(signs[pair[0]], signs[pair[1]], holders, placeWorth)
		if !says(why, "name") && one.Name != "" && other.Name != "" {
			if nearly(bareName(one.Name), bareName(other.Name)) {
				why = append(why, Alike{"nearly", "", nearlyPlace})
			} else {
				why = append(why, Alike{"other_name", "", otherName})
			}
		}
		if one.Organisation == other.Organisation {
			why = append(why, Alike{"same_organisation", names[one.Organisation], sameOrganisation})
		}
		if one.Postal != "" && other.Postal != "" && one.Postal != other.Postal {
			why = append(why, Alike{"other_postal", "", otherPostal})
		}
		t := PlaceTwins{One: one, Other: other, Of: [2]string{names[one.Organisation], names[other.Organisation]}, Why: why, Score: scoreOf(why)}
		if t.Score >= enough {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(x, y PlaceTwins) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.One.ID, y.One.ID), cmp.Compare(x.Other.ID, y.Other.ID))
	})
	return all[:min(len(all), 100)]
}

func placeSigns(l Location) map[string]string {
	shown := map[string]string{}
	if sign, reads := doorSign(l); sign != "" {
		shown[sign] = reads
	}
	if l.Lat != "" && l.Lon != "" {
		shown["map\t"+l.Lat+"\t"+l.Lon] = l.Lat + ", " + l.Lon
	}
	if words := bareName(l.Name); len(words) > 0 {
		shown["name\t"+strings.Join(words, " ")] = l.Name
	}
	return shown
}
