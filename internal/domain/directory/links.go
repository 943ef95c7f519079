package directory

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// An organisation keeps its record without an account, by a link in a mail: it
// sees what families see, mends it, and says with one button that it is right.
// With that the link is used up. Its token is made of the installation's key
// and the ID of its row, so that it stands neither in the database nor in a
// job; the database knows its hash.

// LinkJob mails a link: {"link"}.
const LinkJob = "directory.link"

// Bounds of links.
const (
	linkDays    = 30 // how long one can be used at most
	linksAWeek  = 3  // to one organisation, so that nobody is bothered
	tokenBytes  = 20
	tokenLength = 32 // letters: 160 bits
)

type link struct {
	Alliance, ID, Organisation kernel.ID
	Lang                       kernel.Lang
	EndsAt, UsedAt             kernel.Instant
}

// LinkMail is a mail with a link; without To nothing is mailed.
type LinkMail struct {
	To    kernel.Email
	Lang  kernel.Lang
	Name  string
	Token string
	Until kernel.Date
}

// AskToCheck mails an organisation a link to its record. One without a mail
// address is Conflict ("directory.no_mail"); one that was asked often this week
// is TooMany ("directory.asked").
func (d *Desk) AskToCheck(ctx context.Context, organisation kernel.ID, lang kernel.Lang) error {
	return d.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "directory.manage", organisation); err != nil {
			return err
		}
		o, err := loadOrganisation(ctx, a, a.Alliance(), organisation)
		if err != nil {
			return err
		}
		if o.Mail == "" {
			return kernel.NewConflict("directory.no_mail")
		}
		var n int64
		err = a.QueryRowContext(ctx, `SELECT count(*) FROM directory_link WHERE alliance = $1 AND organisation = $2 AND made_at > $3`,
			a.Alliance(), organisation, a.Now.Add(-7*24*time.Hour)).Scan(&n)
		if err != nil {
			return err
		}
		if n >= linksAWeek {
			return kernel.NewTooMany("directory.asked")
		}
		l := link{Alliance: a.Alliance(), ID: kernel.NewID(), Organisation: organisation, Lang: lang, EndsAt: a.Now.Add(linkDays * 24 * time.Hour)}
		_, err = a.ExecContext(ctx, `INSERT INTO directory_link (alliance, id, organisation, token_hash, lang, made_at, made_by, ends_at, used_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`, l.Alliance, l.ID, organisation, tokenHash(d.token(l)), lang, a.Now, a.Actor.Person, l.EndsAt)
		if err != nil {
			return err
		}
		if err := a.Later(ctx, LinkJob, map[string]kernel.ID{"link": l.ID}, "", string(l.ID)); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "directory.manage", Subject: organisation, Detail: map[string]string{"what": "organisation", "step": "ask"}})
	})
}

// LinkToMail is the mail with a link, for the house's own work. One that was
// used meanwhile is not mailed.
func (d *Desk) LinkToMail(ctx context.Context, alliance, id kernel.ID) (m LinkMail, err error) {
	err = d.Acts.Look(act.As(ctx, policy.SystemActor(alliance)), func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		l, err := loadLink(ctx, a, `x.alliance = $1 AND x.id = $2`, alliance, id)
		if err != nil || l.UsedAt != "" || l.EndsAt.Before(a.Now) {
			return err
		}
		o, err := loadOrganisation(ctx, a, alliance, l.Organisation)
		m = LinkMail{To: o.Mail, Lang: l.Lang, Name: o.Name, Token: d.token(l), Until: l.EndsAt.Date()}
		return err
	})
	return m, err
}

// ByLink is what who holds a link sees: the organisation with all that it has,
// with the places of others at which its services are given; and those of its
// services that everybody reads, as everybody reads them.
func (d *Desk) ByLink(ctx context.Context, token string) (h Held, shown []PublicRecord, err error) {
	err = d.invited(ctx, token, func(ctx context.Context, l link) error {
		return d.Acts.Look(ctx, func(a *act.Act) error {
			if err := a.Allow(ctx, "directory.confirm", l.Organisation); err != nil {
				return err
			}
			if h, err = d.held(ctx, a, l.Organisation); err != nil {
				return err
			}
			if err := h.named(ctx, a, a.Alliance(), h.Services...); err != nil {
				return err
			}
			shown, err = published(ctx, a, a.Alliance(), h.Services)
			return err
		})
	})
	return h, shown, err
}

// ChangeLocationBy is [Desk.ChangeLocation] by who holds a link.
func (d *Desk) ChangeLocationBy(ctx context.Context, token string, l Location) (out Location, err error) {
	err = d.invited(ctx, token, func(ctx context.Context, _ link) error {
		out, err = d.ChangeLocation(ctx, l)
		return err
	})
	return out, err
}

// ChangeServiceBy is [Desk.ChangeService] by who holds a link.
func (d *Desk) ChangeServiceBy(ctx context.Context, token string, v Service) (out Service, err error) {
	err = d.invited(ctx, token, func(ctx context.Context, _ link) error {
		out, err = d.ChangeService(ctx, v)
		return err
	})
	return out, err
}

// ChangeOrganisationBy is [Desk.ChangeOrganisation] by who holds a link.
func (d *Desk) ChangeOrganisationBy(ctx context.Context, token string, o Organisation) (out Organisation, err error) {
	err = d.invited(ctx, token, func(ctx context.Context, _ link) error {
		out, err = d.ChangeOrganisation(ctx, o)
		return err
	})
	return out, err
}

// StillRightBy says by a link that all of the organisation's record is right
// today, and uses the link up.
func (d *Desk) StillRightBy(ctx context.Context, token string) error {
	return d.invited(ctx, token, func(ctx context.Context, l link) error {
		return d.Acts.Do(ctx, func(a *act.Act) error {
			if err := once(a.ExecContext(ctx, `UPDATE directory_link SET used_at = $3 WHERE alliance = $1 AND id = $2 AND used_at = ''`, l.Alliance, l.ID, a.Now)); err != nil {
				if kernel.CodeOf(err) == kernel.Conflict {
					return kernel.NewConflict("directory.link_used")
				}
				return err
			}
			return d.stillRight(ctx, a, l.Organisation)
		})
	})
}

// StillRight says that all of an organisation's record is right today: by the
// coordinator, or somebody who works there.
func (d *Desk) StillRight(ctx context.Context, organisation kernel.ID) error {
	return d.Acts.Do(ctx, func(a *act.Act) error { return d.stillRight(ctx, a, organisation) })
}

func (d *Desk) stillRight(ctx context.Context, a *act.Act, organisation kernel.ID) error {
	by, err := d.may(ctx, a, organisation)
	if err != nil {
		return err
	}
	h, err := d.held(ctx, a, organisation)
	if err != nil {
		return err
	}
	day, who := a.Today(), tellingNow(a, by).By
	o := h.Organisation
	o.Told, o.Version, o.ChangedAt = confirmed(o.Told, filled(o), day, who), o.Version+1, a.Now
	if err := saveOrganisation(ctx, a, a.Alliance(), o); err != nil {
		return err
	}
	for _, l := range h.Locations {
		l.Told, l.Version, l.ChangedAt = confirmed(l.Told, filled(l), day, who), l.Version+1, a.Now
		if err := saveLocation(ctx, a, a.Alliance(), l); err != nil {
			return err
		}
	}
	var told []Service
	for _, v := range h.Services {
		if v.State != Open {
			continue
		}
		v.Told, v.Version, v.ChangedAt = confirmed(v.Told, filled(v), day, who), v.Version+1, a.Now
		if err := saveService(ctx, a, a.Alliance(), v); err != nil {
			return err
		}
		told = append(told, v)
	}
	if err := d.tell(ctx, a, told...); err != nil {
		return err
	}
	return a.Record(ctx, act.Entry{Action: action(by), Subject: organisation, Detail: map[string]string{"what": "organisation", "step": "right", "by": by}})
}

// invited acts as who holds a link. One that nobody made is NotFound
// ("directory.link"), a used one Conflict ("directory.link_used"), one that is
// too old Conflict ("directory.link_ended").
func (d *Desk) invited(ctx context.Context, token string, fn func(context.Context, link) error) error {
	none := kernel.NewNotFound("directory.link")
	token = strings.ToUpper(strings.TrimSpace(token))
	if len(token) != tokenLength {
		return none
	}
	var l link
	err := d.Acts.DB.Read(ctx, func(q db.Querier) (err error) {
		l, err = loadLink(ctx, q, `x.token_hash = $1`, tokenHash(token))
		return err
	})
	switch {
	case kernel.CodeOf(err) == kernel.NotFound:
		return none
	case err != nil:
		return err
	case l.UsedAt != "":
		return kernel.NewConflict("directory.link_used")
	case l.EndsAt.Before(kernel.InstantOf(d.Acts.Now())):
		return kernel.NewConflict("directory.link_ended")
	}
	return fn(act.As(ctx, policy.Actor{Alliance: l.Alliance, Org: l.Organisation, Token: l.ID, Roles: []policy.Role{policy.Invited}}), l)
}

func (d *Desk) token(l link) string {
	sum := d.Keeper.Token([]byte("directory link/" + string(l.Alliance) + "/" + string(l.ID)))
	return base32.StdEncoding.EncodeToString(sum[:tokenBytes])
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func loadLink(ctx context.Context, q db.Querier, condition string, args ...any) (l link, err error) {
	err = q.QueryRowContext(ctx, `SELECT x.alliance, x.id, x.organisation, x.lang, x.ends_at, x.used_at FROM directory_link x WHERE `+condition, args...).
		Scan(&l.Alliance, &l.ID, &l.Organisation, &l.Lang, &l.EndsAt, &l.UsedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return l, kernel.NewNotFound("directory.link")
	}
	return l, err
}
