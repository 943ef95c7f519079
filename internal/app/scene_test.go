package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/domain/sharing"
	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/identity"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/rules"
)

// scene is one of everything in Leuven, so that every page has something to
// show.
type scene struct {
	goods                      objects // of a depot
	lent                       objects // of a lending library
	family, person, unborn     kernel.ID
	claim, referral, programme kernel.ID
	visit                      kernel.ID // a referral with an appointment
	phone                      kernel.ID // that may take part
	link                       string    // with which a partner without an account answers
	organisation, colleague    kernel.ID
	team                       kernel.ID // of the colleague
	decision, objection        kernel.ID
	emergency, delay           kernel.ID
	double                     kernel.ID // another file of the family
	door                       kernel.ID // of the team, for who refers
	asks, familyAsks           string    // the addresses of its forms
	line                       kernel.ID // of the work list
	trial                      kernel.ID // of other numbers, on all families
	look                       kernel.ID // at the rights of the family
	told, photo                kernel.ID // a programme with a page for everybody, and what one sees there
	written                    kernel.ID // a right of the alliance's own
	offer                      offering  // what the directory tells to everybody
	help                       map[string]kernel.ID
	bags, bag                  kernel.ID // a programme that gives vouchers, and one that was given
	till                       kernel.ID
	tillLink                   string
	house                      kernel.ID        // in the directory: where the coordinator works
	right                      string           // the address at which an organisation keeps its record
	comparison                 kernel.ID        // that Tine proposed to another
	day                        sessions.Session // of a hand-out of Katrien's house, to which the family comes
	booking                    kernel.ID
	batch, paid                kernel.ID // of Tine's welfare office: a draft, and a payment that the bank has
	list, columns              kernel.ID // of clients, that was tried, and what its columns are; of Tine's welfare office
}

// furnish makes the scene: a family with a child on the way that Aïcha works
// with, a claim, a referral that Lies sent to her team, and the programmes.
func (w *world) furnish() scene {
	w.Helper()
	if err := demo.Programmes(w.Context(), w.app, townsOf(w)); err != nil {
		w.Fatal(err)
	}
	w.did(demo.Stories(w.Context(), w.app, townsOf(w), kernel.InstantOf(w.clock()).Date()))
	town, offer := w.towns["leuven"], w.offers()
	aicha, lies := town.As(w.Context(), "aicha"), town.As(w.Context(), "lies")
	s := scene{offer: offer, organisation: town.Orgs["kirikou"].ID, colleague: town.Workers["bram"].ID, team: town.Workers["bram"].Org.ID}
	s.help = helpIn(w, w.app.Directory, town.As(w.Context(), "katrien"))
	s.right = w.helpLink(s.help["/directory/organisations/{id}"])
	houses, _, err := w.app.Directory.Organisations(aicha, directory.OrganisationQuery{Member: town.Orgs["house"].ID})
	if err != nil || len(houses) != 1 {
		w.Fatal(len(houses), err)
	}
	s.house = houses[0].ID

	s.list, s.columns = w.triedList(town.As(w.Context(), "wim"), town)
	s.batch, s.paid = w.paidOut(town.As(w.Context(), "wim"), town)
	proposed, err := w.app.Registers.Propose(town.As(w.Context(), "tine"), registers.Proposal{Partner: town.Orgs["kirikou"].ID, Name: "leden", Ground: "consent", Until: kernel.InstantOf(w.clock()).Date().AddDays(30), OwnClients: true})
	w.did(err)
	s.comparison = proposed.ID
	f, err := w.app.Families.Open(aicha, families.NewFamily{PostalCode: "3000", Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatima", Last: "Peeters", Birth: "1994-03-04"},
		{Role: families.Child, First: "Noor", Last: "Peeters", Birth: "2023-12-01"},
		{Role: families.Unborn, Due: "2027-01-10"},
	}, Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(7)}, Languages: []string{"ar"},
		Safe: families.Safe{NoMail: true, OnlyVia: "haar zus"}}})
	if err != nil {
		w.Fatal(err)
	}
	file, err := w.app.Families.Read(aicha, f.ID, families.ForCare)
	if err != nil {
		w.Fatal(err)
	}
	s.family, s.person, s.unborn = f.ID, file.Persons[1].ID, file.Persons[2].ID
	if _, err := w.app.Families.RecordFacts(aicha, f.ID, 0, []families.Fact{
		{Key: "has_bim", Value: []byte("true"), Source: families.Told},
		{Person: file.Persons[0].ID, Key: "benefit", Value: []byte(`"leefloon"`), Source: families.Document},
	}); err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Families.AddNote(aicha, f.ID, "Ze komt liever in de voormiddag."); err != nil {
		w.Fatal(err)
	}
	twice, err := w.app.Families.Open(aicha, families.NewFamily{PostalCode: "3010", Anyway: true, Persons: []families.NewPerson{
		{Role: families.Applicant, First: "Fatima", Last: "Peters", Birth: "1994-03-04"}, {Role: families.Partner, First: "Youssef", Last: "Amrani"},
	}, Contact: families.Contact{Address: families.Address{Street: "Diestsesteenweg", Number: "7"}}})
	if err != nil {
		w.Fatal(err)
	}
	s.double = twice.ID
	if _, err := w.app.Families.RecordFacts(aicha, twice.ID, 0, []families.Fact{
		{Key: "has_bim", Value: []byte("false"), Source: families.Document}}); err != nil {
		w.Fatal(err)
	}
	s.goods = w.goods(town.As(w.Context(), "saar"), aicha, f.ID)
	s.lent = w.lends(town.As(w.Context(), "saar"), town.As(w.Context(), "rik"), aicha, f.ID)
	claim, err := w.app.Rights.Claim(aicha, f.ID, rights.New{Right: "be.leefloon"})
	if err != nil {
		w.Fatal(err)
	}
	s.claim = claim.ID
	today := kernel.InstantOf(w.clock()).Date()
	shared, err := w.app.Sharing.Decide(aicha, f.ID, sharing.New{Basis: sharing.Consent, Groups: []policy.Group{policy.School},
		Recipients: []kernel.ID{town.Orgs["kirikou"].ID}, Ends: today.AddDays(30), Evidence: sharing.Spoken, ToldHow: sharing.ToldInPerson, ToldOn: today})
	if err != nil {
		w.Fatal(err)
	}
	no, err := w.app.Sharing.Object(aicha, f.ID, "", []policy.Group{policy.Child}, sharing.ToldInPerson)
	if err != nil {
		w.Fatal(err)
	}
	s.decision, s.objection = shared.ID, no.ID
	alarm, err := w.app.Sharing.Raise(town.As(w.Context(), "goele"), sharing.Alarm{Last: "Niemand", Birth: "2001-01-01",
		Reason: sharing.ChildInDanger, Words: "Een kind staat alleen op straat.", Minutes: 15})
	if err != nil {
		w.Fatal(err)
	}
	delay, err := w.app.Sharing.Delay(aicha, f.ID, sharing.Delay{Org: town.Orgs["kirikou"].ID, Reason: sharing.Inquiry, ReviewOn: today.AddDays(30)})
	if err != nil {
		w.Fatal(err)
	}
	s.emergency, s.delay = alarm.ID, delay.ID
	sent, err := w.app.Referrals.Send(lies, referrals.NewReferral{
		To: town.Orgs["team"].ID, Why: "Er is te weinig geld voor spullen.",
		Sketch: families.NewFamily{Anyway: true, Persons: []families.NewPerson{{Role: families.Applicant, First: "Elif", Last: "Demir", Birth: "1996-02-02"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(8)}}},
		Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
	})
	if err != nil {
		w.Fatal(err)
	}
	s.referral = sent.ID
	s.visit = w.visit(aicha, lies, town.Orgs["team"].ID)
	s.link = w.link(town.As(w.Context(), "wim"), lies)
	katrien := town.As(w.Context(), "katrien")
	for audience, to := range map[referrals.Audience]*string{referrals.ForPartners: &s.asks, referrals.ForFamilies: &s.familyAsks} {
		d, err := w.app.Referrals.OpenDoor(katrien, town.Orgs["team"].ID, audience, kernel.NL)
		if err != nil {
			w.Fatal(err)
		}
		*to, s.door = "/ask/"+d.Token, d.ID
	}
	s.written = w.writes(katrien)
	var till vouchers.Till
	s.bags, s.bag, _, till, s.tillLink = w.bagIn(aicha, s.family, s.person)
	s.till = till.ID
	running, err := w.app.Programmes.List(aicha, programmes.Query{States: []programmes.State{programmes.On}})
	if err != nil || len(running.Rows) == 0 {
		w.Fatalf("no programme runs: %v", err)
	}
	s.programme = running.Rows[0].ID
	phone, err := w.app.Members.Pair(aicha, "Kleding, tafel 2", 12)
	if err != nil {
		w.Fatal(err)
	}
	s.phone = phone.ID
	if s.trial, err = w.app.Rights.BeginTrial(katrien, "vl.groeipakket.basis", []rules.Override{{Right: "vl.groeipakket.basis", Parameter: "basic", Value: "200"}}); err != nil {
		w.Fatal(err)
	}
	s.day = w.handout(katrien)
	expected, err := w.app.Sessions.Book(aicha, sessions.Asking{Session: s.day.ID, Slot: 0, Family: f.ID})
	w.did(err)
	s.booking = expected.ID
	s.line, s.look = w.lineOf(aicha, f.ID), w.lookAt(aicha, f.ID)
	w.app.Providers.All = []*identity.Provider{{Settings: identity.Settings{Name: "acmidm", Label: "ACM/IDM", Issuer: w.aboutItself(), ClientID: "bondgenoot", PersonClaim: "sub"}}}
	told, err := w.app.Stories.Published(w.Context(), town.ID)
	if err != nil || len(told) != 1 {
		w.Fatal(len(told), err)
	}
	s.told, s.photo = told[0].Programme, told[0].Page.Photos[0].ID
	return s
}

// lookAt looks at the rights of a family, and is what was kept of it.
func (w *world) lookAt(team context.Context, family kernel.ID) kernel.ID {
	w.Helper()
	if _, err := w.app.Rights.Find(team, family, kernel.NL); err != nil {
		w.Fatal(err)
	}
	_, looks, err := w.app.Rights.Looks(team, family, "vl.groeipakket.basis")
	if err != nil || len(looks) == 0 {
		w.Fatal("nothing was kept of a look: ", err)
	}
	return looks[0].ID
}

// lineOf has the house look at a family, and is the first right that it found.
func (w *world) lineOf(team context.Context, family kernel.ID) kernel.ID {
	w.Helper()
	err := w.app.Reach.Look(w.Context(), job.Job{Alliance: act.ActorOf(team).Alliance, Payload: fmt.Appendf(nil, `{"family":%q}`, family)})
	if err != nil {
		w.Fatal(err)
	}
	page, err := w.app.Reach.List(team, reach.Query{Comes: true})
	for _, row := range page.Rows {
		if row.Family == family {
			return row.ID
		}
	}
	w.Fatalf("nothing is certain for the family: %v", err)
	return ""
}

// writes keeps a right of the alliance's own, as a draft: it opens nothing.
func (w *world) writes(coordinator context.Context) kernel.ID {
	w.Helper()
	text := func(s string) kernel.Text { return kernel.Text{NL: s, FR: s, DE: s, EN: s} }
	kept, err := w.app.Programmes.Keep(coordinator, programmes.LocalEdit{Draft: true, Wish: programmes.Wish{
		Names: text("Luiers"), Summary: text("Geld voor luiers."), How: text("Aan het loket."), Child: true, AgeBelow: "3", Amount: "70.00", Per: "quarter",
		Conditions: []programmes.Condition{{Fact: "parents.net_income_month", Is: "at_most", Value: "2000.00"}, {Fact: "family.tenure", Is: "is", Value: "social_rent"}},
		Authority:  "OCMW", From: "2026-11-01", Decided: "2026-10-05", Address: "https://www.example.org/luiers"}})
	if err != nil {
		w.Fatal(err)
	}
	return kept.ID
}

// aboutItself is a provider that tells about itself, and nothing else.
func (w *world) aboutItself() string {
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(rw, `{"issuer":%[1]q,"authorization_endpoint":%[2]q,"token_endpoint":%[2]q,"jwks_uri":%[2]q,"end_session_endpoint":%[2]q}`,
			"http://"+r.Host, "http://"+r.Host+"/all")
	}))
	w.Cleanup(server.Close)
	return server.URL
}

// paths are the addresses at which a route shows its page to a reader; none
// when the page is not that reader's.
func (s scene) paths(pattern, reader string) []string {
	caseworker := reader == "aicha"
	switch pattern {
	case "/{$}", "/check", "/sign-in":
		return only(reader == "", strings.TrimSuffix(pattern, "{$}"))
	case "/devices":
		return only(caseworker, pattern)
	case "/devices/{id}":
		return only(caseworker, "/devices/"+string(s.phone))
	case "/pair", "/pair/{code}":
		return only(reader == "", strings.ReplaceAll(pattern, "{code}", "nobody-made-this"))
	case "/sign-in/with/{provider}":
		return only(reader == "", "/sign-in") // leads to the provider
	case "/session/{alliance}/{org}":
		return only(caseworker, "/session") // leads to the provider by which one came
	case "/sign-in/with/{provider}/keys":
		return only(reader == "", "/sign-in/with/acmidm/keys") // there are none: the page that says so
	case "/sign-in/with/{provider}/back", "/signed-out/{provider}":
		return only(reader == "", strings.ReplaceAll(pattern, "{provider}", "acmidm"))
	case "/account/identities/new/{provider}":
		return only(caseworker, strings.ReplaceAll(pattern, "{provider}", "acmidm"))
	case "/sign-in/code":
		return only(reader == "", "/sign-in") // without a ticket it leads back
	case "/demo/mail":
		return only(reader == "", pattern)
	case "/finder":
		return only(reader == "katrien", pattern)
	case "/find":
		return only(reader == "", pattern, pattern+"?at=3000", pattern+"?nis=24062&phase=baby&lang=ar", pattern+"?nis=24062&lever=6")
	case "/":
		return only(caseworker, "/an-address-that-nobody-made")
	case "/today":
		return only(reader != "", pattern)
	case "/material", "/vouchers":
		return only(reader == "katrien", pattern)
	case "/till":
		return only(caseworker, pattern)
	case "/till/{link}":
		return only(reader == "", "/till/"+s.tillLink)
	case "/vouchers/{id}", "/vouchers/{id}/{offer}":
		return only(reader == "katrien", strings.NewReplacer("{id}", string(s.bags), "{offer}", "bag").Replace(pattern))
	case "/shops/{id}":
		return only(reader == "katrien", "/shops/"+string(s.organisation))
	case "/shops/tills/{id}":
		return only(reader == "katrien", "/shops/tills/"+string(s.till))
	case "/session", "/tokens", "/network", "/programmes", "/programmes/library", "/families", "/families/ahead", "/families/quiet", "/families/new",
		"/search", "/claims", "/reach/coming", "/referrals", "/referrals/new":
		return only(caseworker, pattern)
	case "/reach/figures":
		return only(reader == "katrien", pattern, pattern+"?side=all", pattern+"?right=vl.groeipakket.basis&side=all")
	case "/reach/figures/rows":
		return only(reader == "katrien", pattern+"?right=be.leefloon&cell=asked")
	case "/reach":
		return only(caseworker || reader == "katrien", pattern, pattern+"?comes=1&order=deadline")
	case "/what-if/{id}":
		return only(reader == "katrien", "/what-if/"+string(s.trial))
	case "/registers", "/registers/new":
		return only(reader == "tine", pattern)
	case "/payments", "/payments/own":
		return only(reader == "tine", pattern)
	case "/payments/batches/{id}":
		return only(reader == "tine", "/payments/batches/"+string(s.batch))
	case "/payments/statements/{id}":
		return only(reader == "tine", "/payments/statements/"+string(s.paid))
	case "/payments/accounts", "/payments/accounts/{id}":
		return only(reader == "wim", strings.ReplaceAll(pattern, "{id}", string(s.organisation)))
	case "/comparisons/new":
		return only(reader == "tine", pattern)
	case "/comparisons/{id}", "/comparisons/{id}/families":
		return only(reader == "tine", strings.ReplaceAll(pattern, "{id}", string(s.comparison)))
	case "/registers/{id}", "/registers/{id}/columns":
		return only(reader == "tine", strings.ReplaceAll(pattern, "{id}", string(s.list)))
	case "/administration", "/administration/jobs", "/administration/versions", "/administration/tokens":
		return only(reader == "wim", pattern)
	case "/administration/record", "/administration/emergencies", "/administration/twins", "/administration/requests", "/administration/erasure", "/administration/retention":
		return only(reader == "nele", pattern)
	}
	if strings.HasPrefix(pattern, "/mine") {
		return only(reader == "" && pattern == "/mine", pattern) // the others need a visit: own_browser_test.go
	}
	if strings.HasPrefix(pattern, "/right/") {
		of := "/directory/services/{id}"
		if strings.Contains(pattern, "/places/") {
			of = "/directory/places/{id}"
		}
		path := strings.NewReplacer("/right/{token}", s.right, "{id}", string(s.help[of])).Replace(pattern)
		return only(reader == "", path)
	}
	if strings.HasPrefix(pattern, "/directory") {
		if strings.HasSuffix(pattern, "/shelters") {
			return only(reader == "katrien", strings.ReplaceAll(pattern, "{id}", string(s.house)))
		}
		if pattern == "/directory/services/{id}/join" {
			return only(reader == "katrien", "/directory/services/"+string(s.offer.bank)+"/join?with="+string(s.offer.care))
		}
		path := pattern
		for place, id := range s.help {
			path = strings.ReplaceAll(path, place, strings.ReplaceAll(place, "{id}", string(id)))
		}
		return only(reader == "katrien", path)
	}
	if strings.HasPrefix(pattern, "/stories/") {
		path := strings.NewReplacer("{alliance}", "leuven", "{programme}", string(s.told)).Replace(pattern)
		return only(reader == "", path, path+"?lang=ar")
	}
	if strings.HasPrefix(pattern, "/gifts/") {
		path := strings.ReplaceAll(pattern, "{alliance}", "leuven")
		return only(reader == "", path, path+"?lang=ar")
	}
	if pattern == "/story/{id}" {
		return only(reader == "katrien", "/story/"+string(s.told))
	}
	if strings.HasPrefix(pattern, "/find/") {
		return only(reader == "", strings.NewReplacer("{alliance}", "leuven", "{service}", string(s.offer.bank), "{place}", string(s.offer.place)).Replace(pattern))
	}
	if strings.HasPrefix(pattern, "/loans") {
		path := pattern
		for name, id := range s.lent {
			path = strings.ReplaceAll(path, name, strings.ReplaceAll(name, "{id}", string(id)))
		}
		if strings.HasSuffix(pattern, "/hand") {
			return only(reader == "saar", path, path+"?old="+string(s.lent["/loans/one/{id}"]), path+"?borrower="+string(s.lent["{borrower}"])+"&thing="+string(s.lent["{free}"]))
		}
		return only(reader == "saar", path)
	}
	if strings.HasPrefix(pattern, "/depot") {
		path := pattern
		for name, id := range s.goods {
			path = strings.ReplaceAll(path, name, name[:strings.IndexByte(name, '{')]+string(id))
		}
		return only(reader == "saar", strings.ReplaceAll(path, "{code}", "R-1"))
	}
	filled := strings.NewReplacer(
		"/families/{id}", "/families/"+string(s.family), "/claims/{id}", "/claims/"+string(s.claim),
		"/referrals/{id}", "/referrals/"+string(s.referral), "/programmes/{id}", "/programmes/"+string(s.programme),
		"/network/{id}", "/network/"+string(s.organisation), "{template}", "leuven-kirikou",
		"{person}/born", string(s.unborn)+"/born", "{person}", string(s.person), "{holder}", string(s.colleague),
		"{fact}", "family.has_bim", "{line}", string(s.line), "{voucher}", string(s.bag),
	).Replace(pattern)
	switch {
	case strings.Contains(pattern, "{worker}"):
		return only(reader == "wim", strings.NewReplacer("{id}", string(s.team), "{worker}", string(s.colleague)).Replace(pattern))
	case strings.HasPrefix(pattern, "/administration/organisations"):
		return only(reader == "wim", strings.ReplaceAll(filled, "{id}", string(s.organisation)))
	case strings.HasPrefix(pattern, "/handouts"):
		return only(reader == "katrien", strings.ReplaceAll(pattern, "{id}", string(s.day.Series)))
	case pattern == "/desk/{session}":
		return only(reader == "katrien", "/desk/"+string(s.day.ID))
	case pattern == "/families/{id}/handouts":
		return only(caseworker, filled, filled+"?session="+string(s.day.ID))
	case strings.HasPrefix(pattern, "/local-rights"):
		return only(reader == "katrien", strings.NewReplacer("{id}", string(s.written), "{step}", "change").Replace(pattern))
	case strings.HasPrefix(pattern, "/programmes/"):
		return only(reader == "katrien", strings.ReplaceAll(filled, "{step}", "change"))
	case pattern == "/answer/{token}":
		return only(reader == "", "/answer/"+s.link, "/answer/nobody-made-this")
	case pattern == "/ask":
		return only(reader == "", pattern, pattern+"?lang=ar")
	case pattern == "/ask/{token}":
		return only(reader == "", s.asks, s.familyAsks, s.familyAsks+"?lang=ar", "/ask/NOBODYMADETHIS")
	case pattern == "/doors", pattern == "/doors/{id}":
		return only(reader == "katrien", strings.ReplaceAll(pattern, "{id}", string(s.door)))
	case pattern == "/referrals/figures":
		return only(reader == "katrien", pattern, pattern+"?side=alliance")
	case pattern == "/directory/gaps/children/{nis}":
		return only(reader == "katrien", "/directory/gaps/children/24062")
	case pattern == "/referrals/network":
		return only(reader == "katrien", pattern, pattern+"?from=2026-01-01&to=2026-12-31")
	case pattern == "/directory/gaps/rows":
		return only(caseworker, pattern+"?rows=phase&columns=lever&row=baby&column=8")
	case pattern == "/referrals/figures/rows":
		return only(reader == "katrien", pattern+"?side=sent")
	case pattern == "/referrals/{id}/paper":
		return only(caseworker, "/referrals/"+string(s.visit)+"/paper")
	case pattern == "/referrals/away":
		return only(caseworker || reader == "katrien", pattern)
	case pattern == "/referrals/terms":
		return only(reader == "katrien", pattern)
	case pattern == "/referrals/{id}/onward":
		return only(caseworker, "/referrals/"+string(s.visit)+"/onward")
	case pattern == "/families/{id}/rights/before":
		return only(caseworker, filled+"?right=vl.groeipakket.basis")
	case pattern == "/families/{id}/rights/then/{look}":
		return only(caseworker, strings.ReplaceAll(filled, "{look}", string(s.look))+"?right=vl.groeipakket.basis")
	case pattern == "/families/{id}/merge":
		return only(caseworker, filled, filled+"?with="+string(s.double))
	case pattern == "/referrals/{id}":
		return only(caseworker || reader == "lies", filled)
	}
	return only(caseworker, strings.ReplaceAll(filled, "{step}", "apply"))
}

func only(yes bool, paths ...string) []string {
	if yes {
		return paths
	}
	return nil
}

// reads brings a list of clients to a welfare office, which tries it.
func (w *world) triedList(administrator context.Context, town demo.Town) (list, columns kernel.ID) {
	w.Helper()
	office, err := w.app.Members.AddOrganisation(administrator, members.Organisation{Name: "Sociale dienst", Kind: members.OCMW})
	w.did(err)
	tine, err := w.app.Members.AddWorker(administrator, members.Worker{Name: "Tine Lijstens", Lang: kernel.NL, Mail: "tine@leuven.example"}, office.ID, policy.Caseworker, policy.Coordinator)
	w.did(err)
	town.Workers["tine"] = demo.Worker{Worker: tine, Org: office, Roles: []policy.Role{policy.Caseworker, policy.Coordinator}}
	ctx := town.As(w.Context(), "tine")
	run, err := w.app.Registers.Upload(ctx, registers.Upload{Name: "leefloon", Ground: "public_task", Purpose: "find_rights", AsOf: "2026-11-20",
		Data: []byte("Naam;Voornaam;Geboortedatum;Uitkering\nZandloper;Mira;11/03/1990;leefloon\nZandloper;Ida;31/02/1990;sneeuwgeld\n")})
	w.did(err)
	w.did(w.app.Registers.Map(ctx, run.ID, run.Mapping, true))
	w.did(w.app.Registers.Try(ctx, run.ID))
	w.did(w.app.Registers.Walk(w.Context(), job.Job{Alliance: town.ID, Kind: registers.WalkJob, Payload: []byte(`{"run":"` + string(run.ID) + `"}`)}))
	o, err := w.app.Registers.Overview(ctx)
	w.did(err)
	if len(o.Saved) != 1 {
		w.Fatalf("%d mappings were kept", len(o.Saved))
	}
	return run.ID, o.Saved[0].ID
}

// link is the link of a referral to a partner without an account.
func (w *world) link(administrator, sender context.Context) string {
	w.Helper()
	shop, err := w.app.Members.AddOrganisation(administrator, members.Organisation{Name: "Weggeefwinkel", Kind: members.NonProfit, Mail: "info@weggeef.example", Receives: true})
	if err != nil {
		w.Fatal(err)
	}
	_, err = w.app.Referrals.Send(sender, referrals.NewReferral{To: shop.ID, Why: "Er is geen bed.", Asked: "Een bed.", Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
		Sketch: families.NewFamily{Anyway: true, Persons: []families.NewPerson{{Role: families.Applicant, First: "Sanne", Last: "Peeters", Birth: "1990-05-05"}, {Role: families.Child, First: "Mats", Last: "Peeters", Birth: "2023-01-01"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(9)}}}})
	if err != nil {
		w.Fatal(err)
	}
	alliance := act.ActorOf(sender).Alliance
	var waiting []job.Job
	err = w.db.Read(w.Context(), func(q db.Querier) (err error) {
		waiting, err = job.List(w.Context(), q, alliance, job.Waiting, 1000)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	for _, j := range waiting {
		var about struct{ Link kernel.ID }
		if j.Kind != referrals.LinkJob || json.Unmarshal(j.Payload, &about) != nil {
			continue
		}
		if m, err := w.app.Referrals.LinkToMail(w.Context(), alliance, about.Link); err == nil && m.Token != "" {
			return m.Token
		}
	}
	w.Fatal("no link waits to be mailed")
	return ""
}

// visit is a referral with an appointment.
func (w *world) visit(receiver, sender context.Context, to kernel.ID) kernel.ID {
	w.Helper()
	sent, err := w.app.Referrals.Send(sender, referrals.NewReferral{To: to, Why: "Er is geen wieg.", Told: referrals.Told{How: referrals.Spoken, On: "2026-11-20", Agrees: true},
		Sketch: families.NewFamily{Anyway: true, Persons: []families.NewPerson{{Role: families.Applicant, First: "Marie", Last: "Claes", Birth: "1992-02-02"}},
			Contact: families.Contact{Phones: []kernel.Phone{kernel.FictionalPhone(11)}, Languages: []string{"fr"}}}})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Referrals.Accept(receiver, sent.ID); err != nil {
		w.Fatal(err)
	}
	if _, err := w.app.Referrals.Schedule(receiver, sent.ID, kernel.InstantOf(w.clock().Add(48*time.Hour)), "Naamsestraat 1"); err != nil {
		w.Fatal(err)
	}
	return sent.ID
}
