package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// kind says for whom a canary is: a group of data, or one of those below.
type kind string

// The kinds of what belongs to a family and to no group that can be shared.
const (
	number kind = "number" // the number of the file, which names nobody
	adults kind = "adults" // how the adults are called, as a referral says it
	sealed kind = "sealed" // the care team's alone
	alarm  kind = "alarm"  // what was said in an emergency
	door   kind = "door"   // what a child reads on the page of their own
	ours   kind = "ours"   // of what was agreed with the family and written to it
	draft  kind = "draft"  // what a worker was typing
	secret kind = "secret" // where the second family lives, which nobody may know
	hers   kind = "hers"   // what is of the mother alone, among the people of her family
	visit  kind = "visit"  // where an appointment is
	shared kind = "shared" // with whom the family shares
	theirs kind = "theirs" // what the sender of a referral wrote for themselves
)

// letter is what was written in the referral to an organisation.
func letter(org string) kind { return kind("letter to " + org) }

// of is a group as a kind.
func of(g policy.Group) kind { return kind(g) }

// aviary is a town in which each field of a family's file holds something that
// stands nowhere else, and in which organisations stand to the family in every
// way there is.
type aviary struct {
	*world
	demo.Town
	canaries map[string]kind // what is looked for in answers
	admin    context.Context
	house    map[string]members.Organisation
	posts    map[string]context.Context

	family, hidden        kernel.ID
	mother, father, child kernel.ID
	own                   []string // what is the mother's own, and nobody else's of the family
	motherVisit, outVisit string   // cookies on the family's own page
	childVisit, link      string
	objects               objects
	more                  []string // addresses that have a question in them
}

// puts remembers a canary in each of the ways in which it may be written.
func (v *aviary) puts(k kind, words ...string) string {
	for _, w := range words {
		if old, twice := v.canaries[w]; twice && old != k {
			v.Fatalf("%q is for two kinds", w)
		}
		v.canaries[w] = k
	}
	return words[0]
}

func (v *aviary) org(key string, kind members.Kind, partOf ...string) kernel.ID {
	o := members.Organisation{Name: "Huis " + key, Kind: kind, Receives: true}
	if len(partOf) > 0 {
		o.PartOf = v.house[partOf[0]].ID
	}
	made, err := v.app.Members.AddOrganisation(v.admin, o)
	if err != nil {
		v.Fatalf("%s: %v", key, err)
	}
	v.house[key] = made
	return made.ID
}

// post is somebody in a role at an organisation; every one of them is another
// person.
func (v *aviary) post(org string, roles ...policy.Role) context.Context {
	v.Helper()
	key := fmt.Sprint(org, roles)
	if ctx, ok := v.posts[key]; ok {
		return ctx
	}
	o, ok := v.house[org]
	if !ok {
		v.Fatalf("there is no organisation %s", org)
	}
	w, err := v.app.Members.AddWorker(v.admin, members.Worker{Name: "Iemand", Lang: kernel.NL,
		Mail: kernel.Email(fmt.Sprintf("w%d@leuven.example", len(v.posts)))}, o.ID, roles...)
	if err != nil {
		v.Fatalf("%s: %v", key, err)
	}
	v.posts[key] = act.As(v.Context(), policy.Actor{Alliance: v.ID, Person: w.ID, Org: o.ID, Roles: roles})
	return v.posts[key]
}

func (v *aviary) caseworker(org string) context.Context { return v.post(org, policy.Caseworker) }

// signs is the session of a post.
func (v *aviary) signs(ctx context.Context) string {
	v.Helper()
	who := act.ActorOf(ctx)
	return done[string](v, "sign in")(v.app.Members.SignInAs(v.Context(), v.ID, who.Person, who.Org))
}

// done stops the test at an error.
func done[T any](v *aviary, what string) func(T, error) T {
	return func(x T, err error) T {
		v.Helper()
		if err != nil {
			v.Fatalf("%s: %v", what, err)
		}
		return x
	}
}

func (v *aviary) must(what string, err error) {
	v.Helper()
	if err != nil {
		v.Fatalf("%s: %v", what, err)
	}
}

// ring makes the town: the family whose every field can be told from any other,
// and whoever stands to it in some way.
func (w *world) ring() *aviary {
	w.Helper()
	v := &aviary{world: w, Town: w.towns["leuven"], canaries: map[string]kind{}, house: map[string]members.Organisation{}, posts: map[string]context.Context{}}
	v.must("programmes", demo.Programmes(w.Context(), w.app, townsOf(w)))
	v.admin = v.As(w.Context(), "wim")
	for _, key := range []string{"team", "none", "accepted", "asked", "declined", "ended", "withdrawn", "objected", "everything", "stopped", "refused",
		"later", "case", "sender", "elsewhere", "hidden"} {
		v.org(key, members.OCMW)
	}
	v.org("sister", members.OCMW, "team")
	v.org("school", members.School)
	v.org("police", members.Police)
	v.org("volunteers", members.NonProfit)
	for _, g := range policy.Groups {
		v.org("share "+string(g), members.Midwives)
	}
	v.fill()
	v.share()
	v.refer()
	v.talk()
	return v
}

// fill writes the file.
func (v *aviary) fill() {
	v.Helper()
	team, today := v.caseworker("team"), kernel.InstantOf(v.clock()).Date()
	phone, mail := kernel.FictionalPhone(23), "zqpost@gezin.example"
	insz := done[kernel.INSZ](v, "number")(kernel.NewSyntheticINSZ("1987-10-09", 8))
	f := done[families.Family](v, "open")(v.app.Families.Open(team, families.NewFamily{
		PostalCode: "3018", Persons: []families.NewPerson{
			{Role: families.Applicant, First: v.puts(adults, "Zqmoeder"), Last: v.puts(adults, "Zqnaam"), Birth: "1987-10-09", INSZ: string(insz)},
			{Role: families.Partner, First: v.puts(adults, "Zqvader"), Last: "Zqnaam", Birth: "1985-03-02"},
			{Role: families.Child, First: v.puts(of(policy.Identity), "Zqkind"), Last: "Zqnaam", Birth: "2016-05-07"},
		},
		Contact: families.Contact{Phones: []kernel.Phone{phone}, Mails: []kernel.Email{kernel.Email(v.puts(of(policy.Contact), mail))},
			Address: families.Address{Street: v.puts(of(policy.Home), "Zqstraat"), Number: v.puts(of(policy.Home), "913zq")},
			Safe: families.Safe{OnlyVia: v.puts(of(policy.Contact), "Zqvroedvrouw"), Hours: v.puts(of(policy.Contact), "Zquren"),
				Note: v.puts(of(policy.Contact), "Zqveilig")}}}))
	v.family = f.ID
	v.puts(number, string(f.ID))
	v.puts(sealed, string(insz), insz.Display())
	v.own = []string{string(insz), insz.Display()}
	v.puts(of(policy.Contact), string(phone), phone.Display())
	v.puts(of(policy.Home), `"3018"`, "3018 ", `value="3018"`)
	v.puts(of(policy.Identity), "1987-10-09", "9 oktober 1987", "2016-05-07", "7 mei 2016")
	file := done[families.File](v, "read")(v.app.Families.Read(team, f.ID, families.ForCare))
	v.mother, v.father, v.child = file.Persons[0].ID, file.Persons[1].ID, file.Persons[2].ID
	done[families.Family](v, "facts")(v.app.Families.RecordFacts(team, f.ID, 0, []families.Fact{
		{Key: "rent_month", Value: []byte(`"731.43"`), Source: families.Told}, {Key: "lease_start", Value: []byte(`"2019-03-17"`), Source: families.Told},
		{Key: "mortgage_month", Value: []byte(`"219.17"`), Source: families.Told},
		{Person: v.mother, Key: "net_income_month", Value: []byte(`"837.29"`), Source: families.Document},
		{Person: v.mother, Key: "parent_death_date", Value: []byte(`"2021-08-19"`), Source: families.Told},
		{Person: v.mother, Key: "residence_right", Value: []byte(`"asylum"`), Source: families.Told},
		{Person: v.child, Key: "nursery_start", Value: []byte(`"2019-01-23"`), Source: families.Told},
	}))
	money := func(k kind, amount string) { v.puts(k, amount, strings.Replace(amount, ".", ",", 1)) }
	money(of(policy.Home), "731.43")
	v.puts(of(policy.Home), "2019-03-17", "17 maart 2019")
	money(of(policy.Income), "219.17")
	money(of(policy.Income), "837.29")
	v.puts(of(policy.Health), "2021-08-19", "19 augustus 2021")
	v.puts(of(policy.School), "2019-01-23", "23 januari 2019")
	v.puts(of(policy.Stay), string(v.mother)+".residence_right", `"person":"`+string(v.mother)+`","key":"residence_right"`)

	v.puts(of(policy.Care), "Zqnotitie")
	note := done[families.Note](v, "note")(v.app.Families.AddNote(team, f.ID, "Ze vroeg Zqnotitie."))
	v.puts(of(policy.Care), string(note.ID))
	claim := done[rights.Claim](v, "claim")(v.app.Rights.Claim(team, f.ID, rights.New{Right: "be.leefloon"}))
	claim = done[rights.Claim](v, "apply")(v.app.Rights.Apply(team, claim.ID, claim.Version, today, ""))
	done[rights.Claim](v, "grant")(v.app.Rights.Grant(team, claim.ID, claim.Version, today, 641_77, rights.PerMonth))
	money(of(policy.Rights), "641.77")
	v.must("team", v.app.Families.JoinTeam(team, f.ID, act.ActorOf(v.caseworker("sister")).Person, families.CarerWorker))

	// A second family, whose address is nobody's to know.
	h := done[families.Family](v, "open the second")(v.app.Families.Open(team, families.NewFamily{
		Confidential: true, Anyway: true, PostalCode: "3012", Persons: []families.NewPerson{{Role: families.Applicant, First: "Wqanna", Last: "Wqnaam", Birth: "1990-02-03"}},
		Contact: families.Contact{Address: families.Address{Street: v.puts(secret, "Wqstraat"), Number: v.puts(secret, "813wq")}}}))
	v.hidden = h.ID
	v.puts(secret, `"3012"`, "3012 ", `value="3012"`)
	done[sharing.Decision](v, "share the second")(v.app.Sharing.Decide(team, h.ID, v.says(today, sharing.Consent, "hidden", policy.Groups[:]...)))
	v.objects = objects{
		"/payments/batches/{id}": kernel.NewID(), "/payments/statements/{id}": kernel.NewID(), "/payments/accounts/{id}": v.house["accepted"].ID,
		"/registers/{id}": kernel.NewID(), "/what-if/{id}": kernel.NewID(), "/comparisons/{id}": kernel.NewID(), "/registers/mappings/{id}": kernel.NewID(), "/families/{id}": f.ID, "/api/v1/families/{family}": f.ID, "{family}": f.ID, "{person}": v.mother, "{holder}": act.ActorOf(team).Org,
		"/claims/{id}": claim.ID, "{claim}": claim.ID,
	}
	desk := v.post("volunteers", policy.Coordinator)
	day := v.handout(desk)
	series, _, err := v.app.Sessions.Series(desk, day.Series, today)
	v.must("a hand-out", err)
	visit := done[sessions.Booking](v, "an appointment")(v.app.Sessions.Book(team, sessions.Asking{Session: day.ID, Family: f.ID, Person: v.mother}))
	v.objects["/handouts/{id}"], v.objects["{session}"], v.objects["{booking}"], v.objects["{feed}"] = series.ID, day.ID, visit.ID, kernel.ID(series.Feed)
	v.objects["{series}"], v.objects["{event}"], v.objects["{batch}"], v.objects["{payment}"] = series.ID, kernel.NewID(), kernel.NewID(), kernel.NewID()
	v.objects["{line}"], v.objects["{look}"] = v.lineOf(team, f.ID), v.lookAt(team, f.ID)
	v.more = append(v.more, "/families/"+string(f.ID)+"/rights/before?right=be.leefloon", "/families/"+string(f.ID)+"/rights/then/"+string(v.objects["{look}"])+"?right=be.leefloon")
	programme, grant, code, till, tillLink := v.bagIn(team, f.ID, v.child)
	v.puts(ours, code)
	v.objects["/vouchers/{id}"], v.objects["{offer}"], v.objects["{voucher}"], v.objects["/till/{link}"] = programme, "bag", grant, kernel.ID(tillLink)
	v.objects["{shop}"], v.objects["{till}"], v.objects["{use}"] = till.Org, till.ID, kernel.NewID()
	v.objects["/shops/{id}"], v.objects["/shops/tills/{id}"], v.objects["/shops/take/{id}"], v.objects["/shops/uses/{id}"] = till.Org, till.ID, till.Org, till.Org
	maps.Copy(v.objects, v.goods(v.post("volunteers", policy.Coordinator), team, f.ID))
	maps.Copy(v.objects, v.lends(v.post("volunteers", policy.Coordinator), v.post("volunteers", policy.Coordinator), team, f.ID))
	offer := v.offers()
	v.objects["{alliance}"], v.objects["{service}"], v.objects["{place}"] = "leuven", offer.bank, offer.place // of find help
	running := done[programmes.Page](v, "programmes")(v.app.Programmes.List(team, programmes.Query{States: []programmes.State{programmes.On}}))
	v.objects["/local-rights/{id}"] = v.writes(v.As(v.Context(), "katrien"))
	v.objects["/devices/{id}"] = done[members.Paired](v, "a telephone")(v.app.Members.Pair(v.caseworker("accepted"), "Kleding, tafel 2", 12)).ID
	for wildcard, id := range helpIn(v.T, v.app.Directory, v.As(v.Context(), "katrien")) {
		v.objects[wildcard] = id
	}
	v.objects["/right/{token}"] = kernel.ID(v.helpLink(v.objects["/directory/organisations/{id}"])) // the way in of who keeps a record
	v.objects["/right/{token}/services/{id}"] = v.objects["/directory/services/{id}"]
	v.objects["/right/{token}/places/{id}"] = v.objects["/directory/places/{id}"]
	v.must("stories", demo.Stories(v.Context(), v.app, townsOf(v.world), today))
	told := done[[]stories.Told](v, "stories")(v.app.Stories.Published(v.Context(), v.Town.ID))[0]
	v.objects["/story/{id}"], v.objects["{photo}"], v.objects["{size}"] = told.Programme, told.Page.Photos[0].ID, "small"
	v.objects["{path...}"] = "leuven/services" // of open data
	v.objects["/session/{alliance}"], v.objects["{org}"], v.objects["{merge}"] = act.ActorOf(team).Alliance, v.house["accepted"].ID, kernel.NewID()
	for _, wildcard := range []string{"/network/{id}", "{organisation}", "/administration/organisations/{id}"} {
		v.objects[wildcard] = v.house["accepted"].ID
	}
	v.objects["/programmes/{id}"], v.objects["{programme}"], v.objects["{worker}"] = running.Rows[0].ID, running.Rows[0].ID, act.ActorOf(v.caseworker("accepted")).Person
	v.more = append(v.more, "/api/v1/families/"+string(f.ID)+"?purpose=consultation", "/families/"+string(f.ID)+"/merge?with="+string(h.ID),
		"/families/"+string(h.ID), "/api/v1/families/"+string(h.ID), "/families/"+string(h.ID)+"/copy", "/families/"+string(h.ID)+"/contact",
		"/api/v1/claims?every=true&family="+string(f.ID), "/claims?every=1", "/reach?comes=1", "/reach?order=deadline&comes=1", "/reach?show=later&comes=1", "/api/v1/reach?comes=true", "/families?show=any", "/api/v1/families?state=any",
		"/families/"+string(f.ID)+"/facts/family.rent_month", "/api/v1/families/"+string(f.ID)+"/facts?key=rent_month",
		"/api/v1/families/"+string(f.ID)+"/facts?key=net_income_month&person="+string(v.mother),
		"/referrals/new?family="+string(f.ID), "/referrals/new?to="+string(v.house["none"].ID), "/families/"+string(f.ID)+"/people/"+string(v.child),
		"/referrals?box=sent", "/referrals?box=inbox&over=1", "/referrals?box=outbox&over=1", "/referrals?over=1",
		"/api/v1/families/ahead?until=2027-11-01", "/families/"+string(f.ID)+"/plan/paper?person="+string(v.mother))
}

// says is a decision on a ground, with an organisation.
func (v *aviary) says(today kernel.Date, basis sharing.Basis, to string, groups ...policy.Group) sharing.New {
	return sharing.New{Basis: basis, Groups: groups, Recipients: []kernel.ID{v.house[to].ID}, Ends: today.AddDays(60), Evidence: sharing.Spoken,
		ToldHow: sharing.ToldInPerson, ToldOn: today, Conditions: sharing.EditionOn(today).Conditions}
}

// share decides with whom what is shared, stops some of it, and lets
// organisations look because somebody is in danger.
func (v *aviary) share() {
	v.Helper()
	team, today := v.caseworker("team"), kernel.InstantOf(v.clock()).Date()
	decide := func(in sharing.New) sharing.Decision {
		v.Helper()
		d := done[sharing.Decision](v, "decide")(v.app.Sharing.Decide(team, v.family, in))
		v.puts(shared, string(d.ID))
		return d
	}
	for _, g := range policy.Groups {
		decide(v.says(today, sharing.Secrecy, "share "+string(g), g))
	}
	decide(v.says(today, sharing.Consent, "everything", policy.Groups[:]...))
	decide(v.says(today, sharing.Consent, "school", policy.School))
	decide(v.says(today, sharing.Law, "police", policy.Home))
	decide(v.says(today, sharing.Consent, "volunteers", policy.Contact))
	decide(v.says(today, sharing.Consultation, "case", policy.Groups[:]...))
	stopped := decide(v.says(today, sharing.Consent, "stopped", policy.Groups[:]...))
	v.must("stop", v.app.Sharing.End(team, v.family, stopped.ID, sharing.Withdrawn))
	late := v.says(today, sharing.Consent, "later", policy.Groups[:]...)
	late.Starts = today.AddDays(5)
	last := decide(late)
	decide(v.says(today, sharing.Consent, "refused", policy.Groups[:]...))
	no := done[sharing.Objection](v, "object")(v.app.Sharing.Object(team, v.family, v.house["refused"].ID, nil, sharing.ToldInPerson))
	v.puts(sealed, string(no.ID))
	raise := func(who context.Context, minutes int) sharing.Emergency {
		v.Helper()
		e := done[sharing.Emergency](v, "emergency")(v.app.Sharing.Raise(who, sharing.Alarm{Last: "Zqnaam", Birth: "1987-10-09", Reason: sharing.ChildInDanger,
			Words: "Er is Zqgevaar op straat.", Minutes: minutes}))
		if e.Family != v.family {
			v.Fatalf("the emergency found %q", e.Family)
		}
		return e
	}
	v.puts(alarm, "Zqgevaar")
	e := raise(v.caseworker("elsewhere"), 60)
	denied := raise(v.caseworker("none"), 60)
	v.must("judge", v.app.Sharing.Judge(v.post("none", policy.PrivacyOfficer), denied.ID, sharing.Refused))
	d := done[sharing.Delay](v, "delay")(v.app.Sharing.Delay(team, v.family, sharing.Delay{Org: v.house["everything"].ID, Reason: sharing.Inquiry, ReviewOn: today.AddDays(30)}))
	v.puts(sealed, string(d.ID))
	v.objects["{decision}"], v.objects["{objection}"], v.objects["{emergency}"], v.objects["{delay}"] = last.ID, no.ID, e.ID, d.ID
}

// refer sends the family to organisations, each of which does something else
// with it.
func (v *aviary) refer() {
	v.Helper()
	team := v.caseworker("team")
	told := referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true}
	send := func(from context.Context, to string, in referrals.NewReferral) kernel.ID {
		v.Helper()
		tag := strings.ReplaceAll(to, " ", "")
		in.To, in.Told = v.house[to].ID, told
		in.Why = v.puts(letter(to), "Zqwaarom"+tag)
		in.Asked, in.Wish = v.puts(letter(to), "Zqvraag"+tag), v.puts(letter(to), "Zqwens"+tag)
		in.Reference = v.puts(theirs, "Zqkenmerk"+tag)
		r := done[referrals.Receipt](v, "send to "+to)(v.app.Referrals.Send(from, in))
		return r.ID
	}
	about := referrals.NewReferral{Family: v.family}
	accepted := send(team, "accepted", about)
	done[referrals.Referral](v, "accept")(v.app.Referrals.Accept(v.caseworker("accepted"), accepted))
	done[referrals.Referral](v, "schedule")(v.app.Referrals.Schedule(v.caseworker("accepted"), accepted, kernel.InstantOf(v.clock().Add(48*time.Hour)),
		v.puts(visit, "Zqbalie")))
	asked := send(team, "asked", about)
	declined := send(team, "declined", about)
	done[referrals.Referral](v, "decline")(v.app.Referrals.Decline(v.caseworker("declined"), declined, referrals.Full, ""))
	ended := send(team, "ended", about)
	done[referrals.Referral](v, "accept")(v.app.Referrals.Accept(v.caseworker("ended"), ended))
	done[referrals.Referral](v, "close")(v.app.Referrals.Close(v.caseworker("ended"), ended, referrals.NotReached))
	back := send(team, "withdrawn", about)
	v.must("withdraw", v.app.Referrals.Withdraw(team, back, referrals.NotNeeded))
	objected := send(team, "objected", about)
	done[referrals.Referral](v, "accept")(v.app.Referrals.Accept(v.caseworker("objected"), objected))
	done[sharing.Objection](v, "object")(v.app.Sharing.Object(team, v.family, v.house["objected"].ID, nil, sharing.ToldInPerson))

	// And families without a file, of whom some were declined or taken back.
	gone := func(to string) kernel.ID {
		in := referrals.NewReferral{Sketch: families.NewFamily{Anyway: true, PostalCode: "3010",
			Persons: []families.NewPerson{{Role: families.Applicant, First: v.puts(letter(to+" sketch"), "Yq"+to), Last: "Niemand", Birth: "1992-11-13"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(32)}}}, To: v.house[to].ID, Told: told, Why: v.puts(letter(to+" sketch"), "Yqwaarom"+to)}
		return done[referrals.Receipt](v, "send a sketch to "+to)(v.app.Referrals.Send(v.post("sender", policy.Referrer), in)).ID
	}
	refused, stopped := gone("declined"), gone("withdrawn")
	done[referrals.Referral](v, "decline")(v.app.Referrals.Decline(v.caseworker("declined"), refused, referrals.Full, ""))
	v.must("withdraw", v.app.Referrals.Withdraw(v.post("sender", policy.Referrer), stopped, referrals.NotNeeded))

	k := letter("team")
	sketch := send(v.post("sender", policy.Referrer), "team", referrals.NewReferral{Sketch: families.NewFamily{Anyway: true, PostalCode: "3010",
		Persons: []families.NewPerson{{Role: families.Applicant, First: v.puts(k, "Yqels"), Last: v.puts(k, "Yqschets"), Birth: "1992-11-12"}},
		Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(31)}, Safe: families.Safe{Note: v.puts(k, "Yqveilig")}}}})
	v.puts(k, "1992-11-12", string(kernel.FictionalPhone(31)), kernel.FictionalPhone(31).Display())
	v.link = v.partner(v.post("sender", policy.Referrer))
	for _, id := range []kernel.ID{asked, declined, ended, back, objected, sketch, refused, stopped} {
		v.more = append(v.more, "/referrals/"+string(id), "/referrals/"+string(id)+"/paper", "/referrals/"+string(id)+"/appointment.ics",
			"/api/v1/referrals/"+string(id), "/api/v1/referrals/"+string(id)+"/receipt")
	}
	door := done[referrals.Door](v, "door")(v.app.Referrals.OpenDoor(v.post("team", policy.Coordinator), v.house["team"].ID, referrals.ForFamilies, kernel.NL))
	v.objects["/doors/{id}"], v.objects["{door}"] = door.ID, door.ID
	v.objects["/referrals/{id}"], v.objects["{referral}"] = accepted, accepted
}

// partner sends a family to a partner without an account, and gives its link.
func (v *aviary) partner(from context.Context) string {
	v.Helper()
	return v.world.link(v.admin, from)
}

// talk is what passes between the family and those who work with it, and what
// a worker was typing.
func (v *aviary) talk() {
	v.Helper()
	team := v.caseworker("team")
	v.must("step", v.app.Own.AddStep(team, v.family, ownpage.NewStep{Text: v.puts(ours, "Zqstap"), Theirs: true}))
	v.must("step", v.app.Own.AddStep(team, v.family, ownpage.NewStep{Text: v.puts(hers, "Zqalleen"), Person: v.mother}))
	give := func(in ownpage.Give) string {
		v.Helper()
		in.Lang, in.Names, in.Days = kernel.NL, kernel.NL, 90
		slip := done[ownpage.Slip](v, "code")(v.app.Own.GiveCode(team, v.family, in))
		return done[string](v, "visit")(v.app.Own.Scanned(v.Context(), slip.Scan))
	}
	v.motherVisit = give(ownpage.Give{Person: v.mother})
	v.outVisit = give(ownpage.Give{Person: v.father, Away: true, Children: []kernel.ID{v.child}})
	v.childVisit = give(ownpage.Give{Person: v.child, Contact: ownpage.ChildsPerson{Worker: act.ActorOf(team).Person, When: v.puts(door, "Zqdinsdag")}})
	came := done[ownpage.Visit](v, "visit")(v.app.Own.Visit(v.Context(), v.motherVisit))
	v.must("write", v.app.Own.Write(v.Context(), came, ownpage.Word, "", v.puts(hers, "Zqbericht")))
	v.must("answer", v.app.Own.Answer(team, v.family, v.mother, v.puts(hers, "Zqantwoord")))

	form, p := "/families/"+string(v.family)+"/notes", v.stranger()
	base, _ := url.Parse(v.url)
	p.client.Jar.SetCookies(base, []*http.Cookie{{Name: "session", Value: v.signs(team), Path: "/"}})
	p.sees("POST /drafts", url.Values{"form": {form}, "page": {form}, "typed": {"text=" + v.puts(draft, "Zqklad")}, "who": {p.post()}}, 204)
	var kept kernel.ID
	v.must("draft", v.db.Read(v.Context(), func(q db.Querier) error {
		return q.QueryRowContext(v.Context(), `SELECT id FROM draft WHERE alliance = $1`, v.ID).Scan(&kept)
	}))
	v.more = append(v.more, form+"?draft="+string(kept))
}
