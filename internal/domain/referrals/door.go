package referrals

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Audience is for whom a form is.
type Audience string

// The audiences.
const (
	ForPartners Audience = "partners" // police, general practitioner, school: who refers somebody else
	ForFamilies Audience = "families" // the family itself
)

// Audiences lists the audiences in the order in which they are offered.
var Audiences = [...]Audience{ForPartners, ForFamilies}

// Langs are the languages in which a form for the audience is written.
func (x Audience) Langs() []kernel.Lang {
	if x == ForFamilies {
		return kernel.FamilyLangs[:]
	}
	return kernel.Langs[:]
}

// Door is a form by which somebody without an account asks an organisation for
// help. Its token is its address: printed, on a wall, in a drawer at the police
// station. It opens nothing but the form, and is no secret to keep; a new one
// puts an end to the old.
type Door struct {
	ID      kernel.ID
	Org     kernel.ID // whose inbox it leads to
	For     Audience
	Lang    kernel.Lang // of the sheet that is printed, and of who asks for no language
	Token   string
	MadeAt  kernel.Instant
	MadeBy  kernel.ID
	EndedAt kernel.Instant // zero: it is open
	Came    int64          // how many asked by it

	alliance kernel.ID
}

// Entry is a place at which doors can be: the actor's organisation, or a team
// of it, with those that are open.
type Entry struct {
	Org   members.Organisation
	Doors []Door // in the order of [Audiences], at most one for each
}

// Doors lists where the actor's organisation and its teams can be asked from
// outside, the organisation first.
func (s *Service) Doors(ctx context.Context) (entries []Entry, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.manage", ""); err != nil {
			return err
		}
		entries = nil
		house, err := s.housesIn(ctx, a)
		if err != nil {
			return err
		}
		for _, o := range house {
			doors, err := doorsOf(ctx, a, a.Alliance(), o.ID)
			if err != nil {
				return err
			}
			entries = append(entries, Entry{o, doors})
		}
		return nil
	})
	return entries, err
}

// housesIn are the actor's organisation and the teams of it that receive
// referrals.
func (s *Service) housesIn(ctx context.Context, a *act.Act) (all []members.Organisation, err error) {
	own, err := s.Members.OrganisationIn(ctx, a, a.Actor.Org)
	if err != nil {
		return nil, err
	}
	teams, err := s.Members.TeamsIn(ctx, a, own.ID)
	for _, o := range append([]members.Organisation{own}, teams...) {
		if o.Active && o.Receives {
			all = append(all, o)
		}
	}
	return all, err
}

// Door is one door of the actor's organisation or of a team of it.
func (s *Service) Door(ctx context.Context, id kernel.ID) (d Door, o members.Organisation, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.manage", ""); err != nil {
			return err
		}
		d, o, err = s.ownDoor(ctx, a, id)
		return err
	})
	return d, o, err
}

func (s *Service) ownDoor(ctx context.Context, a *act.Act, id kernel.ID) (d Door, o members.Organisation, err error) {
	none := kernel.NewNotFound("door")
	if d, err = loadDoor(ctx, a, "x.alliance = $1 AND x.id = $2", a.Alliance(), id); err != nil {
		return d, o, err
	}
	if o, err = s.Members.OrganisationIn(ctx, a, d.Org); err != nil {
		return d, o, err
	}
	if d.EndedAt != "" || o.ID != a.Actor.Org && o.PartOf != a.Actor.Org {
		return Door{}, members.Organisation{}, none
	}
	return d, o, nil
}

// OpenDoor makes the form of the actor's organisation, or of a team of it, for
// an audience. The one that there was ends: its address leads nowhere any more.
func (s *Service) OpenDoor(ctx context.Context, org kernel.ID, audience Audience, lang kernel.Lang) (d Door, err error) {
	var faults kernel.Faults
	if !slices.Contains(Audiences[:], audience) {
		faults.Check("audience", kernel.NewInvalid("door.audience"))
	} else if !slices.Contains(audience.Langs(), lang) {
		faults.Check("lang", kernel.NewInvalid("door.lang"))
	}
	if err := faults.Err(); err != nil {
		return d, err
	}
	token := letter(16)
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.manage", ""); err != nil {
			return err
		}
		houses, err := s.housesIn(ctx, a)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(houses, func(o members.Organisation) bool { return o.ID == org }) {
			return kernel.NewNotFound("organisation")
		}
		if err := endDoors(ctx, a, a.Alliance(), org, audience, a.Now); err != nil {
			return err
		}
		d = Door{ID: kernel.NewID(), Org: org, For: audience, Lang: lang, Token: token, MadeAt: a.Now, MadeBy: a.Actor.Person, alliance: a.Alliance()}
		if err := insertDoor(ctx, a, d); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "door.open", Subject: d.Org, Detail: map[string]string{"door": string(d.ID), "for": string(audience)}})
	})
	if err != nil {
		return Door{}, err
	}
	return d, nil
}

// ShutDoor ends a form. What came in by it stays, and who sent it can still
// follow it.
func (s *Service) ShutDoor(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.manage", ""); err != nil {
			return err
		}
		d, _, err := s.ownDoor(ctx, a, id)
		if err != nil {
			return err
		}
		if err := endDoors(ctx, a, a.Alliance(), d.Org, d.For, a.Now); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "door.shut", Subject: d.Org, Detail: map[string]string{"door": string(d.ID), "for": string(d.For)}})
	})
}

// Threshold is what who stands at a door sees of whom they ask.
type Threshold struct {
	Door
	Organisation string
	Phone        kernel.Phone // zero: not known
	Ticket       string       // goes along with the form that is sent
}

// Threshold is the form behind an address. One that nobody made, that was
// ended, or whose organisation takes no referrals any more is NotFound
// ("door.shut").
func (s *Service) Threshold(ctx context.Context, token string) (t Threshold, err error) {
	err = s.atDoor(ctx, token, s.Acts.Look, func(_ context.Context, _ *act.Act, d Door, o members.Organisation) error {
		t = Threshold{Door: d, Organisation: o.Name, Phone: o.Phone}
		return nil
	})
	if err != nil {
		return Threshold{}, err
	}
	t.Ticket = s.ticket(t.Door, kernel.InstantOf(s.Acts.Now()))
	return t, nil
}

// atDoor is an act, or a look, of who stands at a door.
func (s *Service) atDoor(ctx context.Context, token string, how func(context.Context, func(*act.Act) error) error,
	fn func(context.Context, *act.Act, Door, members.Organisation) error) error {
	shut := kernel.NewNotFound("door.shut")
	token = asLetters(token)
	if len(token) != 16 {
		return shut
	}
	var d Door
	err := s.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		d, err = loadDoor(ctx, q, "x.token = $1", token)
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return shut
	}
	if err != nil {
		return err
	}
	ctx = act.As(ctx, outside(d.alliance, d.Org))
	return how(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "door.knock", ""); err != nil {
			return err
		}
		if d, err = loadDoor(ctx, a, "x.alliance = $1 AND x.id = $2", a.Alliance(), d.ID); err != nil {
			return err
		}
		o, err := s.Members.OrganisationIn(ctx, a, d.Org)
		switch {
		case err != nil && kernel.CodeOf(err) != kernel.NotFound:
			return err
		case err != nil || d.EndedAt != "" || !o.Active || !o.Receives:
			return shut
		}
		return fn(ctx, a, d, o)
	})
}

// outside is somebody without an account, at an organisation's door.
func outside(alliance, org kernel.ID) policy.Actor {
	return policy.Actor{Alliance: alliance, Org: org, Roles: []policy.Role{policy.Outside}}
}

// alphabet are letters that nobody mistakes for another.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// letter is so many random letters of five bits each.
func letter(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return inLetters(b)
}

func inLetters(b []byte) string {
	out := make([]byte, len(b))
	for i, x := range b {
		out[i] = alphabet[x%32]
	}
	return string(out)
}

const doorColumns = `x.alliance, x.id, x.org, x.audience, x.lang, x.token, x.made_at, x.made_by, x.ended_at`

func (d *Door) columns() []any {
	return []any{&d.alliance, &d.ID, &d.Org, &d.For, &d.Lang, &d.Token, &d.MadeAt, &d.MadeBy, &d.EndedAt}
}

func loadDoor(ctx context.Context, q db.Querier, condition string, args ...any) (d Door, err error) {
	err = q.QueryRowContext(ctx, `SELECT `+doorColumns+` FROM referral_door x WHERE `+condition, args...).Scan(d.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return d, kernel.NewNotFound("door")
	}
	return d, err
}

func insertDoor(ctx context.Context, q db.Querier, d Door) error {
	_, err := q.ExecContext(ctx, `INSERT INTO referral_door (alliance, id, org, audience, lang, token, made_at, made_by, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`, d.alliance, d.ID, d.Org, d.For, d.Lang, d.Token, d.MadeAt, d.MadeBy)
	return err
}

func endDoors(ctx context.Context, q db.Querier, alliance, org kernel.ID, audience Audience, now kernel.Instant) error {
	_, err := q.ExecContext(ctx, `UPDATE referral_door SET ended_at = $4 WHERE alliance = $1 AND org = $2 AND audience = $3 AND ended_at = ''`,
		alliance, org, audience, now)
	return err
}

// doorsOf lists the open doors of an organisation.
func doorsOf(ctx context.Context, q db.Querier, alliance, org kernel.ID) (doors []Door, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+doorColumns+`, (SELECT count(*) FROM referral_knock k WHERE k.alliance = x.alliance AND k.door = x.id)
		FROM referral_door x WHERE x.alliance = $1 AND x.org = $2 AND x.ended_at = '' ORDER BY x.audience DESC, x.id`, alliance, org)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Door
		if err := rows.Scan(append(d.columns(), &d.Came)...); err != nil {
			return nil, err
		}
		doors = append(doors, d)
	}
	return doors, rows.Err()
}
