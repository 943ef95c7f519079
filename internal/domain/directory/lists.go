package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Query asks for a page of the services that an alliance keeps.
type Query struct {
	Typed        string // all words of it stand in a name, or among the other words
	Organisation kernel.ID
	State        State // zero: open ones and drafts
	Lever        Lever
	Phase        Phase
	Language     string
	Area         kernel.NIS
	Stale        bool // only those of which something is too old, of who gives it or of where
	After        string
	Limit        int // 1 to 100; otherwise 50
}

// Page is part of a list; Next continues it, and is empty at its end.
type Page struct {
	Rows []Row
	Next string
	All  int64 // how many there are in all
}

// Row is a service in a list.
type Row struct {
	Service
	Organisation Organisation
	Old          bool // something that a family reads of it is too old
}

// List lists services of the actor's alliance by name, with what only who works
// here sees.
func (d *Desk) List(ctx context.Context, q Query) (page Page, err error) {
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 50
	}
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		page, err = listServices(ctx, a, a.Alliance(), q, a.Actor, a.Today())
		return err
	})
	return page, err
}

func listServices(ctx context.Context, q db.Querier, alliance kernel.ID, ask Query, actor policy.Actor, today kernel.Date) (page Page, err error) {
	args := []any{alliance}
	where := `s.alliance = $1 AND s.merged_in = ''`
	also := func(condition string, value any) {
		args = append(args, value)
		where += fmt.Sprintf(condition, len(args))
	}
	if !actor.Is(policy.Coordinator) { // a draft is its writers' alone
		also(` AND (s.state <> 'draft' OR s.organisation IN (SELECT o.id FROM directory_organisation o
			WHERE o.alliance = s.alliance AND o.member <> '' AND o.member = $%d))`, actor.Org)
	}
	for _, word := range kernel.Words(ask.Typed) {
		also(` AND s.folded LIKE $%d`, "%"+word+"%")
	}
	if ask.Organisation != "" {
		also(` AND s.organisation = $%d`, ask.Organisation)
	}
	if ask.State == "" {
		where += ` AND s.state <> 'stopped'`
	} else {
		also(` AND s.state = $%d`, ask.State)
	}
	for _, tag := range ask.tags() {
		also(` AND EXISTS (SELECT 1 FROM directory_tag t WHERE t.alliance = s.alliance AND t.service = s.id AND t.tag = $%d)`, tag)
	}
	if ask.Area != "" { // for who lives anywhere too
		also(` AND (EXISTS (SELECT 1 FROM directory_tag t WHERE t.alliance = s.alliance AND t.service = s.id AND t.tag = $%d)
			OR NOT EXISTS (SELECT 1 FROM directory_tag t WHERE t.alliance = s.alliance AND t.service = s.id AND t.tag LIKE 'area:%%'))`, "area:"+string(ask.Area))
	}
	if ask.Stale {
		also(` AND (s.stale_on <> '' AND s.stale_on <= $%[1]d
			OR EXISTS (SELECT 1 FROM directory_organisation o WHERE o.alliance = s.alliance AND o.id = s.organisation AND o.stale_on <> '' AND o.stale_on <= $%[1]d)
			OR EXISTS (SELECT 1 FROM directory_place p JOIN directory_location l ON l.alliance = p.alliance AND l.id = p.location
				WHERE p.alliance = s.alliance AND p.service = s.id AND l.stale_on <> '' AND l.stale_on <= $%[1]d))`, today)
	}
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM directory_service s WHERE `+where, args...).Scan(&page.All); err != nil {
		return page, err
	}
	if name, id, more := strings.Cut(ask.After, "\t"); more {
		args = append(args, name, id)
		where += fmt.Sprintf(` AND (s.folded, s.id) > ($%d, $%d)`, len(args)-1, len(args))
	}
	services, err := bodies[Service](ctx, q, `SELECT s.body FROM directory_service s WHERE `+where+fmt.Sprintf(` ORDER BY s.folded, s.id LIMIT %d`, ask.Limit+1), args...)
	if err != nil {
		return page, err
	}
	if len(services) > ask.Limit {
		services = services[:ask.Limit]
		last := services[ask.Limit-1]
		page.Next = last.folded() + "\t" + string(last.ID)
	}
	var orgs, locations []kernel.ID
	for _, v := range services {
		orgs = append(orgs, v.Organisation)
		for _, p := range v.At {
			locations = append(locations, p.Location)
		}
	}
	byID, err := organisationsByID(ctx, q, alliance, orgs)
	if err != nil {
		return page, err
	}
	places, err := locationsByID(ctx, q, alliance, locations)
	for _, v := range services {
		of := byID[v.Organisation]
		page.Rows = append(page.Rows, Row{v, of, v.old(of, places, today)})
	}
	return page, err
}

// old tells whether something that a family reads of a service is too old on a
// day: of itself, of who gives it, of where.
func (v Service) old(of Organisation, places map[kernel.ID]Location, day kernel.Date) bool {
	return len(v.Stale(day)) > 0 || len(of.Stale(day)) > 0 || slices.ContainsFunc(v.At, func(p Place) bool { return len(places[p.Location].Stale(day)) > 0 })
}

// Old tells whether something that a family reads of one of the services is too
// old on a day.
func (h Held) Old(v Service, day kernel.Date) bool {
	places := map[kernel.ID]Location{}
	for _, l := range h.Locations {
		places[l.ID] = l
	}
	return v.old(h.Organisation, places, day)
}

func (ask Query) tags() (tags []string) {
	if ask.Lever != 0 {
		tags = append(tags, fmt.Sprintf("lever:%d", ask.Lever))
	}
	if ask.Phase != "" {
		tags = append(tags, "phase:"+string(ask.Phase))
	}
	if ask.Language != "" {
		tags = append(tags, "lang:"+ask.Language)
	}
	return tags
}

// Held is an organisation with all that it has in the directory, as who works
// here sees it. MayChange says whether the actor may change it.
type Held struct {
	Organisation
	Services  []Service
	Locations []Location
	MayChange bool
}

// Organisation is one organisation with its services and places.
func (d *Desk) Organisation(ctx context.Context, id kernel.ID) (h Held, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		h, err = d.held(ctx, a, id)
		return err
	})
	return h, err
}

func (d *Desk) held(ctx context.Context, a *act.Act, id kernel.ID) (h Held, err error) {
	if h.Organisation, err = loadOrganisation(ctx, a, a.Alliance(), id); err != nil {
		return h, err
	}
	if h.Services, err = servicesOf(ctx, a, a.Alliance(), id); err != nil {
		return h, err
	}
	if h.Locations, err = locationsOf(ctx, a, a.Alliance(), id); err != nil {
		return h, err
	}
	_, mayErr := d.may(ctx, a, id)
	switch kernel.CodeOf(mayErr) {
	case "":
		h.MayChange = true
	case kernel.NotFound, kernel.Forbidden:
		h.Services = slices.DeleteFunc(h.Services, func(v Service) bool { return v.State == Draft })
	default:
		return h, mayErr
	}
	return h, nil
}

// Service is one service with its organisation, and the places it names.
func (d *Desk) Service(ctx context.Context, id kernel.ID) (v Service, h Held, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		if v, err = loadService(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		if h, err = d.held(ctx, a, v.Organisation); err != nil {
			return err
		}
		if v.State == Draft && !h.MayChange {
			return kernel.NewNotFound("directory")
		}
		return h.named(ctx, a, a.Alliance(), v)
	})
	return v, h, err
}

// named adds the places that services name and that belong to somebody else.
func (h *Held) named(ctx context.Context, q db.Querier, alliance kernel.ID, services ...Service) error {
	var others []kernel.ID
	for _, v := range services {
		for _, p := range v.At {
			if !slices.ContainsFunc(h.Locations, func(l Location) bool { return l.ID == p.Location }) {
				others = append(others, p.Location)
			}
		}
	}
	found, err := locationsByID(ctx, q, alliance, others)
	for _, id := range distinct(others) {
		if l, known := found[id]; known {
			h.Locations = append(h.Locations, l)
		}
	}
	return err
}

// Location is one place, with the services that are given there.
func (d *Desk) Location(ctx context.Context, id kernel.ID) (l Location, services []Service, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		if l, err = loadLocation(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		services, err = servicesAt(ctx, a, a.Alliance(), id)
		return err
	})
	return l, services, err
}

// PlaceRow is a place in a list.
type PlaceRow struct {
	Location
	Of Organisation
}

// Places are the places of the alliance of which name, street or city hold all
// words of what was typed, by name; for a coordinator.
func (d *Desk) Places(ctx context.Context, typed string, limit int) (rows []PlaceRow, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", ""); err != nil {
			return err
		}
		args, where := []any{a.Alliance()}, `alliance = $1 AND merged_in = ''`
		for _, word := range kernel.Words(typed) {
			args = append(args, "%"+word+"%")
			where += fmt.Sprintf(` AND folded LIKE $%d`, len(args))
		}
		all, err := bodies[Location](ctx, a, `SELECT body FROM directory_location WHERE `+where+fmt.Sprintf(` ORDER BY folded, id LIMIT %d`, limit), args...)
		if err != nil {
			return err
		}
		var orgs []kernel.ID
		for _, l := range all {
			orgs = append(orgs, l.Organisation)
		}
		byID, err := organisationsByID(ctx, a, a.Alliance(), orgs)
		for _, l := range all {
			rows = append(rows, PlaceRow{l, byID[l.Organisation]})
		}
		return err
	})
	return rows, err
}

// OrganisationQuery asks for a page of organisations by name.
type OrganisationQuery struct {
	Typed  string
	Member kernel.ID // only the one that is this partner
	Stale  bool
	After  string
	Limit  int // 1 to 100; otherwise 50
}

// Organisations lists the organisations of the directory by name. Next
// continues, and is empty at the end.
func (d *Desk) Organisations(ctx context.Context, q OrganisationQuery) (rows []Organisation, next string, err error) {
	if q.Limit < 1 || q.Limit > 100 {
		q.Limit = 50
	}
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		rows, next, err = listOrganisations(ctx, a, a.Alliance(), q, a.Today())
		return err
	})
	return rows, next, err
}

func listOrganisations(ctx context.Context, q db.Querier, alliance kernel.ID, ask OrganisationQuery, today kernel.Date) (rows []Organisation, next string, err error) {
	name, id, _ := strings.Cut(ask.After, "\t")
	args := []any{alliance, name, id}
	where := `alliance = $1 AND merged_in = '' AND (folded, id) > ($2, $3)`
	for _, word := range kernel.Words(ask.Typed) {
		args = append(args, "%"+word+"%")
		where += fmt.Sprintf(` AND folded LIKE $%d`, len(args))
	}
	if ask.Member != "" {
		args = append(args, ask.Member)
		where += fmt.Sprintf(` AND member = $%d`, len(args))
	}
	if ask.Stale {
		args = append(args, today)
		where += fmt.Sprintf(` AND stale_on <> '' AND stale_on <= $%d`, len(args))
	}
	rows, err = bodies[Organisation](ctx, q, `SELECT body FROM directory_organisation WHERE `+where+fmt.Sprintf(` ORDER BY folded, id LIMIT %d`, ask.Limit+1), args...)
	if err == nil && len(rows) > ask.Limit {
		rows = rows[:ask.Limit]
		last := rows[ask.Limit-1]
		next = foldedOf(last.Name, last.Also) + "\t" + string(last.ID)
	}
	return rows, next, err
}

// Partners are the organisations of the directory by their place in the
// network: more than one where several records are the same partner.
func (d *Desk) Partners(ctx context.Context) (of map[kernel.ID][]kernel.ID, err error) {
	err = d.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.work", ""); err != nil {
			return err
		}
		of = map[kernel.ID][]kernel.ID{}
		rows, err := a.QueryContext(ctx, `SELECT member, id FROM directory_organisation WHERE alliance = $1 AND member <> '' AND merged_in = '' ORDER BY id`, a.Alliance())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var member, id kernel.ID
			if err := rows.Scan(&member, &id); err != nil {
				return err
			}
			of[member] = append(of[member], id)
		}
		return rows.Err()
	})
	return of, err
}

// timeIn is midnight of a day in Belgium.
func timeIn(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, kernel.Brussels)
}
