// Package ownpage is the family's own page: the codes on paper by which its
// people come in, what each of them sees, what they and the care team write to
// one another, and the plan that was made together.
//
// Everybody sees what concerns them and the children they live with. Of another
// adult nothing is shown: no income, no message, no visit. A child's page is the
// child's: nothing of it stands on a parent's page, nor in what a parent is told
// of who looked. So that this holds, whatever is done on these pages, or about
// one person's code, messages or page, is on record under that person and not
// under the family.
//
// Owns the tables own_code, own_visit, own_message, own_step and own_merge, and in the vault,
// under the family's key, "own/message/ID", "own/step/ID" and "own/child/PERSON".
//
// Acts: family.codes, family.messages, family.plan, own.visit, own.read,
// own.write, own.child. Tells: nothing. Hears: [families.Merged],
// [families.Parted] and [families.Forgotten].
package ownpage

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the tables of this module.
func Migrations() db.Migrations {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // cannot happen: the folder is embedded
	}
	return db.Migrations{Module: "ownpage", Files: files}
}

// Service is the module's use cases.
type Service struct {
	Acts      *act.Acts
	Vault     *vault.Vault
	Keeper    vault.Keeper // makes the digests by which typed codes are found
	Members   *members.Service
	Families  *families.Service
	Sharing   *sharing.Service
	Rights    *rights.Service
	Referrals *referrals.Service
	Reach     *reach.Service
	Vouchers  *vouchers.Service
	Depot     *depot.Service
}

// ChildFrom is the age in years from which a child can have a page of their
// own.
const ChildFrom = 8

// sight is what one adult may see of a file: themselves, these children, and,
// if it is their household, what is known of it as a whole.
type sight struct {
	me       kernel.ID
	whole    bool        // the file is of their own household
	children []kernel.ID // that they live with; nil with all: every child of the file
	all      bool
}

// sightOf is what the holder of a code may see of the file as it is today. Who
// left the family sees nothing of its household any more, whatever the code
// says; of the children they keep those that the code names.
func sightOf(c Code, file families.File) sight {
	s := sight{me: c.Person, whole: c.Whole, all: c.Children == everyChild}
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool { return p.ID == c.Person })
	if i < 0 {
		s.whole, s.all = false, false
	}
	if !s.all && c.Children != everyChild {
		for _, id := range strings.Fields(c.Children) {
			s.children = append(s.children, kernel.ID(id))
		}
	}
	return s
}

// everyChild is what stands in a code for all children of the file, those that
// are yet to be born too.
const everyChild = "*"

// sees tells whether what concerns a person of the file, or the household (zero
// ID), may be shown.
func (s sight) sees(file families.File, person kernel.ID) bool {
	switch person {
	case "":
		return s.whole
	case s.me:
		return true
	}
	i := slices.IndexFunc(file.Persons, func(p families.Person) bool { return p.ID == person })
	if i < 0 || file.Persons[i].Role != families.Child && file.Persons[i].Role != families.Unborn {
		return false
	}
	return s.all || slices.Contains(s.children, person)
}

// Visit is somebody of a family on their own page.
type Visit struct {
	Code
	Alliance kernel.ID
	Began    kernel.Instant
	Seen     kernel.Instant
}

// Actor is the visitor as the policy knows them.
func (v Visit) Actor() policy.Actor {
	return policy.MemberActor(v.Alliance, v.Family, v.Person, v.Child)
}
