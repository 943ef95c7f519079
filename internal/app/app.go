// Package app is the plan of the house: which modules there are, what each
// one is given, who hears whom, and which job does which work. To read
// [New] is to know the product.
package app

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	authorities "github.com/bondgenoot/bondgenoot/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/holidays"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/incoming"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/outlines"
	"github.com/bondgenoot/bondgenoot/internal/domain/drafts"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/gaps"
	"github.com/bondgenoot/bondgenoot/internal/domain/homes"
	"github.com/bondgenoot/bondgenoot/internal/domain/loans"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/oversight"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/payments"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/domain/retention"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/idempotent"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/ledger"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/platform/sms"
	"github.com/bondgenoot/bondgenoot/internal/platform/vault"
	"github.com/bondgenoot/bondgenoot/internal/web/api"
	"github.com/bondgenoot/bondgenoot/internal/web/hsds"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/internal/web/page"
	"github.com/bondgenoot/bondgenoot/packs"
	templates "github.com/bondgenoot/bondgenoot/programmes"
	"github.com/bondgenoot/bondgenoot/rules"
	"github.com/bondgenoot/bondgenoot/sepa"
)

// Config is what an installation decides.
type Config struct {
	DB     *db.DB
	Keeper vault.Keeper
	Mail   *mail.Mailer
	SMS    *sms.Sender // nil: no text messages
	Log    *slog.Logger
	Now    func() time.Time    // nil: the clock
	Base   string              // the public address, without a slash at its end
	Demo   bool                // made-up people, "sign in as", nothing mailed
	Secure bool                // reached over TLS
	Rate   *kit.Limiter        // nil: no bound on requests a client
	Tokens *kit.Limiter        // nil: no bound on requests a program's token
	SignIn []identity.Settings // where workers may show who they are, besides here
	Codes  members.Codes       // to whom codes to sign in go by mail; empty: everybody
	Asks   *kit.Limiter        // nil: no bound on what a client asks from outside
}

// App is the running house.
type App struct {
	Handler    http.Handler
	Routes     *kit.Routes
	Queue      *job.Queue
	Acts       *act.Acts
	Providers  *identity.Providers
	Members    *members.Service
	Families   *families.Service
	Sharing    *sharing.Service
	Programmes *programmes.Service
	Rights     *rights.Service
	Referrals  *referrals.Service
	Own        *ownpage.Service
	Homes      *homes.Service
	Retention  *retention.Service
	Reach      *reach.Service
	Directory  *directory.Desk
	Incoming   *incoming.Inbox
	Finder     *find.Finder
	Gaps       *gaps.Service
	Stories    *stories.Service
	Atlas      *outlines.Atlas
	Calendar   *holidays.Calendar
	Registers  *registers.Service
	Sessions   *sessions.Service
	Vouchers   *vouchers.Service
	Payments   *payments.Service
	Depot      *depot.Service
	Loans      *loans.Service
}

// Modules are the tables of the house, in the order in which they are made.
func Modules() []db.Migrations {
	return []db.Migrations{
		policy.Migrations(), audit.Migrations(), vault.Migrations(), job.Migrations(), idempotent.Migrations(), ledger.Migrations(),
		members.Migrations(), families.Migrations(), sharing.Migrations(), programmes.Migrations(), rights.Migrations(), referrals.Migrations(),
		ownpage.Migrations(),
		drafts.Migrations(),
		homes.Migrations(),
		retention.Migrations(),
		reach.Migrations(),
		directory.Migrations(),
		incoming.Migrations(),
		find.Migrations(),
		gaps.Migrations(),
		stories.Migrations(),
		outlines.Migrations(),
		holidays.Migrations(),
		registers.Migrations(),
		sessions.Migrations(),
		vouchers.Migrations(),
		payments.Migrations(),
		depot.Migrations(),
		loans.Migrations(),
	}
}

// shipment is what the program carries within itself.
type shipment struct {
	texts   *i18n.Texts
	law     *rules.Library
	edition string // of the law
	library *programmes.Library

	authorities directory.Authorities
}

// shipped reads what the program carries: once, for nothing in it changes
// while it runs, and a test builds a hundred houses.
var shipped = sync.OnceValues(func() (s shipment, err error) {
	if s.texts, err = i18n.Load(); err != nil {
		return s, err
	}
	if s.law, err = rules.Load(packs.FS); err != nil {
		return s, err
	}
	if s.edition, err = rights.Fingerprint(packs.FS); err != nil {
		return s, err
	}
	if s.authorities, err = directory.ReadAuthorities(authorities.Authorities); err != nil {
		return s, err
	}
	s.library, err = programmes.ReadLibrary(templates.FS)
	return s, err
})

// New migrates the database and builds the house over it.
func New(ctx context.Context, c Config) (*App, error) {
	if err := c.DB.Migrate(ctx, Modules()...); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s, err := shipped()
	if err != nil {
		return nil, err
	}
	texts, law := s.texts, s.law

	// The ground.
	queue := &job.Queue{DB: c.DB, Now: c.Now, Logger: c.Log, Hopeless: mail.Permanent}
	acts := &act.Acts{DB: c.DB, Audit: &audit.Log{Key: c.Keeper.Signer(), SignersAt: c.Keeper.SignersAt}, Queue: queue, Now: c.Now}
	acts.Refused = (&oversight.Tries{Acts: acts, Log: c.Log}).Refused
	sealed := &vault.Vault{Keeper: c.Keeper}

	// The modules, floor by floor.
	providers := identity.New(c.SignIn, identity.Providers{Base: c.Base, Seal: c.Keeper.Token, Now: c.Now})
	member := &members.Service{Acts: acts, Keeper: c.Keeper, Base: c.Base, Codes: c.Codes, Trusts: trusted(providers)}
	family := &families.Service{Acts: acts, Vault: sealed, Members: member, Law: law, Fictional: c.Demo, Texting: c.SMS.On()}
	share := &sharing.Service{Acts: acts, Vault: sealed, Members: member, Families: family}
	programme := &programmes.Service{Acts: acts, Members: member, Library: s.library, Law: law}
	right := &rights.Service{Acts: acts, Families: family, Programmes: programme, Packs: s.edition}
	referral := &referrals.Service{Acts: acts, Vault: sealed, Members: member, Families: family, Programmes: programme}

	found := &reach.Service{Acts: acts, Members: member, Families: family, Rights: right}
	goods := &depot.Service{Acts: acts, Members: member}
	pay := &payments.Service{Acts: acts, Vault: sealed, Members: member}
	voucher := &vouchers.Service{Acts: acts, Keeper: c.Keeper, Members: member, Families: family, Programmes: programme, Rights: right, Payments: pay}
	own := &ownpage.Service{Acts: acts, Vault: sealed, Keeper: c.Keeper, Members: member, Families: family, Sharing: share, Rights: right,
		Referrals: referral, Reach: found, Vouchers: voucher, Depot: goods}
	draft := &drafts.Service{Acts: acts, Vault: sealed}
	home := &homes.Service{Acts: acts, Families: family}
	help := &directory.Desk{Acts: acts, Keeper: c.Keeper, Vault: sealed, Rulings: &directory.Rulings{Law: law}}
	known := knownHelp{desk: help, members: member, programmes: programme, library: s.library, authorities: s.authorities}
	help.Known = known.Of
	finder := &find.Finder{Acts: acts, Desk: help}
	inbox := &incoming.Inbox{Acts: acts, Desk: help, Authority: s.authorities.ByNumber, Post: member.ActorIn}
	missing := &gaps.Service{Acts: acts, Members: member, Directory: help, Finder: finder, Referrals: referral}
	atlas := &outlines.Atlas{Acts: acts}
	schools := &holidays.Calendar{Acts: acts}
	story := &stories.Service{Acts: acts, Programmes: programme, Directory: help}
	keep := &retention.Service{Acts: acts, Families: family}
	list := &registers.Service{Acts: acts, Vault: sealed, Members: member, Families: family, Rights: right, Reach: found, Law: law, Fictional: c.Demo}
	handouts := &sessions.Service{Acts: acts, Vault: sealed, Members: member, Families: family, Depot: goods, Grants: vouchers.HandOut{Service: voucher}}
	goods.Coming = handouts

	lend := &loans.Service{Acts: acts, Vault: sealed, Families: family, Payments: pay}

	// Who hears whom.
	act.On(acts, right.FactsChanged)
	act.On(acts, right.Forgotten)
	act.On(acts, share.Forgotten)
	act.On(acts, right.Merged)
	act.On(acts, right.Parted)
	act.On(acts, referral.FamilyForgotten)
	act.On(acts, family.WorkerLeft)
	act.On(acts, referral.WorkerLeft)
	act.On(acts, family.OrganisationStopping)
	act.On(acts, referral.OrganisationStopping)
	act.On(acts, referral.FamilyMerged)
	act.On(acts, referral.FamilyParted)
	act.On(acts, share.FamilyMerged)
	act.On(acts, share.FamilyParted)
	act.On(acts, own.FamilyForgotten)
	act.On(acts, own.FamilyMerged)
	act.On(acts, own.FamilyParted)
	act.On(acts, keep.FamilyForgotten)
	act.On(acts, keep.FamilyReopened)
	act.On(acts, keep.FamilyMerged)
	act.On(acts, home.FamilyForgotten)
	act.On(acts, home.FamilyMerged)
	act.On(acts, home.FamilyParted)
	act.On(acts, draft.FamilyForgotten)
	act.On(acts, draft.FamilyMerged)
	act.On(acts, draft.ReferralMoved)
	act.On(acts, found.FamilyOpened)
	act.On(acts, found.FactsChanged)
	act.On(acts, found.FamilyClosed)
	act.On(acts, found.FamilyReopened)
	act.On(acts, found.FamilyMerged)
	act.On(acts, found.FamilyParted)
	act.On(acts, found.FamilyForgotten)
	act.On(acts, found.ProgrammeChanged)
	act.On(acts, known.ProgrammeChanged)
	act.On(acts, found.ClaimMoved)
	act.On(acts, finder.Changed)
	act.On(acts, list.FamilyForgotten)
	act.On(acts, list.FamilyMerged)
	act.On(acts, list.FamilyParted)
	act.On(acts, handouts.FamilyForgotten)
	act.On(acts, handouts.FamilyMerged)
	act.On(acts, handouts.FamilyParted)
	act.On(acts, voucher.FamilyForgotten)
	act.On(acts, voucher.FamilyMerged)
	act.On(acts, voucher.FamilyParted)
	act.On(acts, lend.FamilyForgotten)
	act.On(acts, lend.FamilyMerged)
	act.On(acts, lend.FamilyParted)
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Forgotten) error {
		return pay.FamilyForgotten(ctx, a, e.Family)
	})
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Merged) error {
		return pay.FamilyMerged(ctx, a, e.Kept, e.Gone)
	})
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Parted) error {
		return pay.FamilyParted(ctx, a, e.Kept, e.Gone)
	})
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Forgotten) error {
		return goods.FamilyForgotten(ctx, a, e.Family)
	})
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Merged) error {
		return goods.FamilyMerged(ctx, a, e.Merge, e.Kept, e.Gone, e.Persons)
	})
	act.On(acts, func(ctx context.Context, a *act.Act, e families.Parted) error {
		return goods.FamilyParted(ctx, a, e.Merge, e.Kept, e.Gone, e.Back)
	})

	// Who does which work after a commit.
	toFamilies := writer{c.Mail, c.SMS, texts, c.Now}
	queue.Handlers = map[string]job.Handler{
		members.MailChangeToldJob: mailNewAddress(member, c.Mail, texts, c.Base),
		members.MailChangeJob:     takeNewAddress(member),
		members.WayInToldJob:      mailWayIn(member, providers, c.Mail, texts, c.Base),
		members.SignInCodeJob:     mailCode(member, c.Mail, texts),
		referrals.ReminderJob:     mailAbout("referral.reminder", referral.ReminderToMail, c.Mail, texts, c.Base),
		referrals.LateJob:         mailAbout("referral.late", referral.LateToMail, c.Mail, texts, c.Base),
		referrals.BackJob:         mailAbout("referral.back", referral.BackToMail, c.Mail, texts, c.Base),
		referrals.LinkJob:         mailLink(referral, c.Mail, texts, c.Base),
		depot.ReadyJob:            mailGoodsReady(goods, c.Mail, texts, c.Base),
		directory.LinkJob:         mailHelpLink(help, c.Mail, texts, c.Base),
		referrals.ConfirmJob:      tellSlip(referral, toFamilies),
		families.SettleJob: job.About(func(ctx context.Context, alliance kernel.ID, about struct{ Merge kernel.ID }) error {
			return family.Settle(ctx, alliance, about.Merge)
		}),
		referrals.ExpireJob: job.About(func(ctx context.Context, alliance kernel.ID, about referrals.Reminding) error {
			return referral.Expire(ctx, alliance, about)
		}),
		sharing.SettleJob:  share.Settle,
		reach.LookJob:      found.Look,
		reach.BeginJob:     found.BeginOne,
		reach.RoundJob:     found.Walk,
		retention.EraseJob: keep.EraseOne,
		registers.WalkJob:  list.Walk,
		incoming.TakeJob:   inbox.Walk,
		sessions.RemindJob: tellHandout(handouts, toFamilies),
		sessions.ReleaseJob: job.About(func(ctx context.Context, alliance kernel.ID, about sessions.Releasing) error {
			return handouts.Release(ctx, alliance, about)
		}),
		vouchers.RoundJob:  voucher.Walk,
		vouchers.RemindJob: tellVoucher(voucher, toFamilies),
		loans.RemindJob:    tellLoan(lend, toFamilies),
		rights.TrialJob:    right.Count,
		families.WipeJob:   func(ctx context.Context, _ job.Job) error { return c.DB.Overwrite(ctx, vault.KeyTable) },
		referrals.ForgetJob: job.About(func(ctx context.Context, alliance kernel.ID, about struct{ Referral kernel.ID }) error {
			return referral.Forget(ctx, alliance, about.Referral)
		}),
	}

	// What ends, or begins, by itself.
	requests := &idempotent.Requests{DB: c.DB, Tokens: c.Keeper.Tokens, Now: c.Now}
	queue.Sweepers = map[string]job.Sweeper{"members": member.Sweep, "idempotent": requests.Sweep, "drafts": draft.Sweep, "homes": home.Sweep, "ownpage": own.Sweep, "reach": found.Sweep,
		"registers": list.Sweep, "incoming": inbox.Sweep, "gaps": missing.Sweep, "sessions": handouts.Sweep, "vouchers": voucher.Sweep, "depot": goods.Sweep, "loans": lend.Sweep}

	// What people and programs see.
	routes := &kit.Routes{}
	watch := &oversight.Service{Acts: acts}
	site := &page.Site{Texts: texts, Log: c.Log, Now: c.Now, Mail: c.Mail, SMS: c.SMS, Demo: c.Demo, Secure: c.Secure,
		Providers: providers, Members: member, Families: family, Sharing: share, Programmes: programme, Rights: right, Referrals: referral,
		Oversight: watch, Own: own, Drafts: draft, Homes: home, Retention: keep, Reach: found, Registers: list, Directory: help, Base: c.Base, Asks: c.Asks,
		Finder: finder, Incoming: inbox, Gaps: missing, Stories: story, Atlas: atlas, Calendar: schools, Sessions: handouts, Vouchers: voucher, Payments: pay, Depot: goods, Loans: lend}
	site.Register(routes)
	endpoints := &api.API{Texts: texts, Log: c.Log, Now: c.Now, Secure: c.Secure, PerToken: c.Tokens,
		Requests: requests,
		Members:  member, Families: family, Sharing: share, Programmes: programme, Rights: right, Reach: found, Referrals: referral, Oversight: watch,
		Vouchers: voucher, Depot: goods, Loans: lend, Sessions: handouts, Payments: pay}
	endpoints.Register(routes)
	open := &hsds.Feed{Texts: texts, Log: c.Log, Now: c.Now, Base: c.Base, Members: member, Directory: help}
	act.On(acts, open.Changed)
	open.Register(routes)
	handler, err := kit.Guard{Texts: texts, Log: c.Log, Secure: c.Secure, Rate: c.Rate, Now: c.Now, Uploads: map[string]int64{"/registers": 2 * lists.MaxBytes, "/comparisons": 2 * lists.MaxBytes, "/directory/import": incoming.MaxBytes + 1<<20, "/loans/out": photo.MaxBytes + 1<<20, "/story/photos/": photo.MaxBytes + 1<<20, "/directory/outlines": outlines.MaxBytes + 1<<20, "/payments/answers": sepa.MaxBytes + 1<<20},
		Programs: func(w http.ResponseWriter, r *http.Request, err error) bool {
			return open.Refuse(w, r, err) || endpoints.Refuse(w, r, err)
		}}.Wrap(routes)
	if err != nil {
		return nil, err
	}
	return &App{Handler: handler, Routes: routes, Queue: queue, Acts: acts, Providers: providers, Members: member, Families: family, Sharing: share,
		Programmes: programme, Rights: right, Referrals: referral, Own: own, Homes: home,
		Retention: keep, Reach: found,
		Directory: help, Finder: finder, Incoming: inbox, Gaps: missing, Stories: story, Atlas: atlas, Calendar: schools, Registers: list, Sessions: handouts, Vouchers: voucher, Payments: pay, Depot: goods, Loans: lend}, nil
}
