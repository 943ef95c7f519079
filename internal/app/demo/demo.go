// Package demo fills an installation with a demonstration: four alliances
// with the real programmes and organisations of Belgian towns, workers who do
// not exist, and families nobody lives in. Everything enters through the
// services that people use, so that what a visitor sees was allowed, recorded
// and checked like any other work.
//
// What is not publicly known of a real organisation, an address, a number, an
// opening hour, stays empty. Every person is made up: national numbers are of
// the range that nobody has, telephones reach nobody.
package demo

import (
	"context"
	"fmt"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Town is an alliance of the demonstration with its people, by the short names
// that this package gives them.
type Town struct {
	members.Alliance
	Orgs    map[string]members.Organisation
	Workers map[string]Worker
}

// Worker is somebody at a post.
type Worker struct {
	members.Worker
	Org   members.Organisation
	Roles []policy.Role
}

// As is a context in which a worker of the town acts.
func (t Town) As(ctx context.Context, worker string) context.Context {
	w, ok := t.Workers[worker]
	if !ok {
		panic("demo: nobody is called " + worker + " in " + t.Slug)
	}
	return act.As(ctx, policy.Actor{Alliance: t.ID, Person: w.ID, Org: w.Org.ID, Roles: w.Roles})
}

// Found makes the alliances, their organisations and their workers. It is
// quick: a visitor can sign in as soon as it returns.
func Found(ctx context.Context, a *app.App) ([]Town, error) {
	var towns []Town
	for _, plan := range plans {
		t, err := found(ctx, a, plan)
		if err != nil {
			return nil, fmt.Errorf("demonstration of %s: %w", plan.slug, err)
		}
		towns = append(towns, t)
	}
	return towns, nil
}

func found(ctx context.Context, a *app.App, p plan) (Town, error) {
	t := Town{Orgs: map[string]members.Organisation{}, Workers: map[string]Worker{}}
	var err error
	t.Alliance, err = a.Members.Found(ctx, members.Alliance{Slug: p.slug, Name: p.name, Municipalities: p.municipalities})
	if err != nil {
		return t, err
	}
	admin := act.As(ctx, policy.Actor{Alliance: t.ID, Person: kernel.NewID(), Roles: []policy.Role{policy.Administrator}})
	for _, o := range p.orgs {
		made, err := a.Members.AddOrganisation(admin, members.Organisation{Name: o.name, Kind: o.kind, PartOf: t.Orgs[o.partOf].ID,
			Municipality: o.in, Does: o.does, Receives: o.receives})
		if err != nil {
			return t, fmt.Errorf("%s: %w", o.name, err)
		}
		t.Orgs[o.key] = made
	}
	for _, w := range p.workers {
		made, err := a.Members.AddWorker(admin, members.Worker{Name: w.name, Lang: w.lang,
			Mail: kernel.Email(w.key + "@" + p.slug + ".example")}, t.Orgs[w.org].ID, w.roles...)
		if err != nil {
			return t, fmt.Errorf("%s: %w", w.name, err)
		}
		t.Workers[w.key] = Worker{made, t.Orgs[w.org], w.roles}
	}
	return t, nil
}
