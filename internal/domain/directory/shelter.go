package directory

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

// Shelters are the locations of an organisation that only those who work for
// it read; reading them leaves a record. Who does not work there gets the
// answer of what does not exist, a coordinator too.
func (d *Desk) Shelters(ctx context.Context, organisation kernel.ID) (all []Shelter, err error) {
	err = d.Acts.Do(ctx, func(a *act.Act) error {
		if err := d.mayShelter(ctx, a, organisation); err != nil {
			return err
		}
		if all, err = d.sheltersOf(ctx, a, a.Alliance(), organisation); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.shelter", Subject: organisation, Detail: map[string]string{"step": "read"}})
	})
	return all, err
}

// KeepShelter writes a shelter down, or replaces what is known of one: x
// carries the version from which the edit began, 0 for a new one.
func (d *Desk) KeepShelter(ctx context.Context, x Shelter) (Shelter, error) {
	err := d.Acts.Do(ctx, func(a *act.Act) error {
		if err := d.mayShelter(ctx, a, x.Organisation); err != nil {
			return err
		}
		if err := x.tidy(); err != nil {
			return err
		}
		step := "change"
		if x.ID == "" {
			step = "add"
			x.ID, x.Version = kernel.NewID(), 0
		} else {
			all, err := d.sheltersOf(ctx, a, a.Alliance(), x.Organisation)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(y Shelter) bool { return y.ID == x.ID })
			if i < 0 {
				return kernel.NewNotFound("directory")
			}
			began := x.Version
			x.Version = all[i].Version
			if err := act.Fresh(began, x.Version, act.Differing(all[i], x)...); err != nil {
				return err
			}
		}
		x.Version++
		if err := d.saveShelter(ctx, a, a.Alliance(), x, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.shelter", Subject: x.ID, Detail: map[string]string{"step": step}})
	})
	return x, err
}

// DropShelter forgets a shelter: its key is destroyed.
func (d *Desk) DropShelter(ctx context.Context, organisation, id kernel.ID) error {
	return d.Acts.Do(ctx, func(a *act.Act) error {
		if err := d.mayShelter(ctx, a, organisation); err != nil {
			return err
		}
		if err := once(a.ExecContext(ctx, `DELETE FROM directory_shelter WHERE alliance = $1 AND organisation = $2 AND id = $3`, a.Alliance(), organisation, id)); err != nil {
			return kernel.NewNotFound("directory")
		}
		if err := d.Vault.Forget(ctx, a, a.Alliance(), id); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.shelter", Subject: id, Detail: map[string]string{"step": "drop"}})
	})
}

func (d *Desk) mayShelter(ctx context.Context, a *act.Act, organisation kernel.ID) error {
	o, err := loadOrganisation(ctx, a, a.Alliance(), organisation)
	if err != nil && kernel.CodeOf(err) != kernel.NotFound {
		return err
	}
	return a.Allow(ctx, "directory.shelter", o.Member)
}

// unsheltered refuses words for the public that hold the street and number of
// a shelter of the same organisation. It does not look at the shelters of
// others: the answer would tell who asks where they are.
func (d *Desk) unsheltered(ctx context.Context, a *act.Act, organisation kernel.ID, told ...any) error {
	all, err := d.sheltersOf(ctx, a, a.Alliance(), organisation)
	if err != nil || len(all) == 0 {
		return err
	}
	if slices.ContainsFunc(all, func(x Shelter) bool { return x.standsIn(told) }) {
		return kernel.NewInvalid("directory.shelter_address")
	}
	return nil
}

// standsIn tells whether the street and number of a shelter stand in words.
func (x Shelter) standsIn(told []any) bool {
	var said []string
	for _, t := range told {
		switch t := t.(type) {
		case string:
			said = append(said, t)
		case []string:
			said = append(said, t...)
		case kernel.Text:
			said = append(said, t.NL, t.FR, t.DE, t.EN)
		}
	}
	door := doorOf(x.Address)
	return door != "" && slices.ContainsFunc(said, func(s string) bool {
		return strings.Contains(" "+strings.Join(kernel.Words(s), " ")+" ", " "+door+" ")
	})
}

// ToldBy are the records of its organisation that tell where a shelter is: they
// were there before it was known for one, and nobody takes them away unasked.
func (x Shelter) ToldBy(h Held) (told Held) {
	if x.standsIn(h.Organisation.tellable()) {
		told.Organisation = h.Organisation
	}
	for _, v := range h.Services {
		if x.standsIn(v.tellable()) {
			told.Services = append(told.Services, v)
		}
	}
	for _, l := range h.Locations {
		if x.standsIn(l.tellable()) {
			told.Locations = append(told.Locations, l)
		}
	}
	return told
}

// tellable are all words of an organisation that the public reads.
func (o Organisation) tellable() []any {
	return append(phoneWords(o.Numbers), o.Name, o.Also, o.About, o.Website)
}

// tellable are all words of a service that the public reads.
func (v Service) tellable() []any {
	told := append(phoneWords(v.Numbers), v.Name, v.About, v.How, v.For.Words, v.Website, v.Words)
	for _, c := range v.Costs {
		told = append(told, c.Words)
	}
	told = append(told, hoursWords(v.Hours)...)
	for _, p := range v.At {
		told = append(append(told, hoursWords(p.Hours)...), phoneWords(p.Numbers)...)
	}
	return told
}

// tellable are all words of a place that the public reads.
func (l Location) tellable() []any {
	return append(hoursWords(l.Hours), l.Name, l.Street+" "+l.Postal+" "+l.City, l.Travel)
}

func phoneWords(all []Phone) (told []any) {
	for _, p := range all {
		if !p.Private {
			told = append(told, p.For)
		}
	}
	return told
}

func hoursWords(all []Hours) (told []any) {
	for _, h := range all {
		told = append(told, h.Words)
	}
	return told
}

// doorOf is the street and the number of an address, folded: what leads there.
// "" when it has no number.
func doorOf(address string) string {
	words := kernel.Words(address)
	for i, w := range words {
		if i > 0 && unicode.IsDigit([]rune(w)[0]) {
			return strings.Join(words[:i+1], " ")
		}
	}
	return ""
}

// sealedAs is the name under which the vault keeps where a shelter is, with a
// key of its own.
const sealedAs = "shelter"

// sheltersOf opens the shelters of an organisation, by name. One that was
// forgotten since an older copy was made is none.
func (d *Desk) sheltersOf(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) (all []Shelter, err error) {
	known, err := listShelters(ctx, q, alliance, organisation)
	if err != nil {
		return nil, err
	}
	for _, x := range known {
		key, err := d.Vault.Open(ctx, q, alliance, x.ID)
		if errors.Is(err, vault.ErrForgotten) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if _, err := key.Get(ctx, q, sealedAs, &x); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	slices.SortFunc(all, func(x, y Shelter) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(string(x.ID), string(y.ID)))
	})
	return all, nil
}

func listShelters(ctx context.Context, q db.Querier, alliance, organisation kernel.ID) (all []Shelter, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id FROM directory_shelter WHERE alliance = $1 AND organisation = $2`, alliance, organisation)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var x Shelter
		if err := rows.Scan(&x.ID); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, rows.Err()
}

// saveShelter seals all that is told of a shelter. The table knows no more than
// whose it is.
func (d *Desk) saveShelter(ctx context.Context, q db.Querier, alliance kernel.ID, x Shelter, now kernel.Instant) error {
	open := d.Vault.Open
	var err error
	if x.Version == 1 {
		open = d.Vault.Create
		_, err = q.ExecContext(ctx, `INSERT INTO directory_shelter (alliance, id, version, organisation, changed_at) VALUES ($1, $2, $3, $4, $5)`,
			alliance, x.ID, x.Version, x.Organisation, now)
	} else {
		err = once(q.ExecContext(ctx, `UPDATE directory_shelter SET version = $3, changed_at = $4 WHERE alliance = $1 AND id = $2 AND version = $5`,
			alliance, x.ID, x.Version, now, x.Version-1))
	}
	if err != nil {
		return err
	}
	key, err := open(ctx, q, alliance, x.ID)
	if err != nil {
		return err
	}
	return key.Put(ctx, q, sealedAs, x)
}

// Untold refuses words for the public that hold the street and number of a
// shelter of the organisation for which the actor works: [Desk.unsheltered],
// for who tells something elsewhere. Whoever calls it has asked the policy.
func (d *Desk) Untold(ctx context.Context, a *act.Act, told ...any) error {
	if a.Actor.Org == "" {
		return nil
	}
	own, err := organisationsAlike(ctx, a, a.Alliance(), nil, []string{string(a.Actor.Org)}, nil)
	if err != nil {
		return err
	}
	for _, o := range own {
		if err := d.unsheltered(ctx, a, o.ID, told...); err != nil {
			return err
		}
	}
	return nil
}
