package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// guide measures the directory: services of a fourth as many organisations,
// taken over, searched as families search, exported whole.
func guide(ctx context.Context, p plan, services int, out io.Writer) error {
	keeper, err := key(filepath.Join(p.keep, "guide.key"))
	if err != nil {
		return err
	}
	address := p.url
	if address == "" {
		address = "sqlite:" + filepath.Join(p.keep, fmt.Sprintf("guide-%d.db", time.Now().UnixNano()))
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }() // nothing is lost with it
	house, err := app.New(ctx, app.Config{DB: d, Keeper: keeper, Mail: mail.New(mail.Server{Kept: true}), Demo: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	alliance, err := house.Members.Found(ctx, members.Alliance{Slug: "bench", Municipalities: []kernel.NIS{"24062"}, Name: kernel.Text{NL: "Bench", FR: "Bench", DE: "Bench", EN: "Bench"}})
	if err != nil {
		return err
	}
	coordinator := act.As(ctx, policy.Actor{Alliance: alliance.ID, Person: kernel.NewID(), Org: kernel.NewID(), Roles: []policy.Role{policy.Coordinator}})
	items := helpOf(services)
	began, spent := time.Now(), processor()
	taken, err := house.Directory.TakeOver(coordinator, directory.Take{Source: "bench", Retrieved: kernel.InstantOf(time.Now()).Date(), Items: items, State: directory.Open})
	if err != nil || len(taken.Refused) > 0 {
		return fmt.Errorf("taken over: %w, %d refused", err, len(taken.Refused))
	}
	fmt.Fprintf(out, "%d services of %d organisations, %s, %s/%s, %d cores, %s, %d requests a second for %s each\n\n", services, services/4, d.Engine, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), p.rate, p.span)
	fmt.Fprintf(out, "taken over in %s, %s of our processor\n", time.Since(began).Round(time.Millisecond), (processor() - spent).Round(time.Millisecond))

	server := httptest.NewServer(house.Handler)
	defer server.Close()
	began, spent = time.Now(), processor()
	bytes, err := whole(server.URL + "/hsds/bench/services?format=ndjson")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "exported whole (HSDS, a service a line) in %s, the reading of the directory included, %s of our processor: %d MB\n", time.Since(began).Round(time.Millisecond), (processor() - spent).Round(time.Millisecond), bytes>>20)
	began, spent = time.Now(), processor()
	if _, err = whole(server.URL + "/hsds/bench/services?format=ndjson"); err != nil {
		return err
	}
	fmt.Fprintf(out, "and again, from what is kept in memory, in %s, %s of our processor\n", time.Since(began).Round(time.Millisecond), (processor() - spent).Round(time.Millisecond))
	view, err := firstView(server.URL, "/find?lang=nl")
	if err != nil {
		return err
	}
	list, err := firstView(server.URL, "/find?lang=nl&nis=24062&postal=3000")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "first view of \"find help\", everything that it fetches, compressed: %d bytes; of the first list: %d bytes\n\n", view, list)
	fmt.Fprintln(out, "| question | p50 | p95 | p99 | worst | answers that failed | processor |")
	fmt.Fprintln(out, "|---|---|---|---|---|---|---|")
	for _, q := range seeking(server.URL) {
		if !strings.Contains(q.name, p.only) {
			continue
		}
		t, err := measure(q.ours, p.rate, p.span)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %d | %s |\n", q.name, ms(t.at(50)), ms(t.at(95)), ms(t.at(99)), ms(t.at(100)), t.failed, ms(t.cpu))
	}
	return nil
}

// helpOf is a made-up directory of a size.
func helpOf(n int) (items []directory.Item) {
	random := rand.New(rand.NewPCG(1, 2))
	var nouns [][2]string
	for _, c := range find.Concepts() {
		nouns = append(nouns, [2]string{find.ConceptWord(c, kernel.NL), find.ConceptWord(c, kernel.FR)})
	}
	towns := kernel.AllMunicipalities()
	for i := range n {
		a, b, c := nouns[random.IntN(len(nouns))], nouns[random.IntN(len(nouns))], nouns[random.IntN(len(nouns))]
		m := towns[random.IntN(len(towns))]
		org := random.IntN(n/4 + 1)
		items = append(items, directory.Item{Line: i + 1, OrganisationID: fmt.Sprint(org), Organisation: directory.Organisation{Name: fmt.Sprintf("Vereniging %d", org)},
			Places:    []directory.ItemPlace{{SourceID: fmt.Sprint(i), Location: directory.Location{Name: "Huis " + fmt.Sprint(i), Street: fmt.Sprintf("Voorbeeldstraat %d", i), Postal: string(m.PostalCodes[0]), City: m.Name.NL, Municipality: m.NIS}}},
			ServiceID: fmt.Sprint(i), Service: directory.Service{Name: kernel.Text{NL: a[0] + " " + b[0], FR: a[1] + " " + b[1]}, About: kernel.Text{NL: "U krijgt er " + c[0] + ", elke week, met " + b[0] + ".", FR: "On y reçoit " + c[1] + "."},
				Levers: []directory.Lever{directory.Lever(1 + random.IntN(9))}, Phases: []directory.Phase{directory.Phases[random.IntN(len(directory.Phases))]}, Languages: []string{"nl", "fr"},
				Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE,FR", From: "09:00", To: "17:00"}}, Costs: []directory.Cost{{Free: i%2 == 0}}}})
	}
	return items
}

// seeking is what families and programs ask of the directory.
func seeking(base string) []question {
	get := func(path string) func(int) *http.Request {
		return func(int) *http.Request {
			r, err := http.NewRequest(http.MethodGet, base+path, nil)
			if err != nil {
				panic(err) // cannot happen: the addresses are written here
			}
			return r
		}
	}
	words := []string{"pampers", "lait en poudre", "حليب", "huiswrek hulp", "advocaat scheiding geweld", "підгузки", "kinderopvang leuven", "fiets"}
	search := func(n int) *http.Request {
		form := url.Values{"lang": {"nl"}, "nis": {"24062"}, "postal": {"3000"}, "q": {words[n%len(words)]}}
		r, err := http.NewRequest(http.MethodPost, base+"/find", strings.NewReader(form.Encode()))
		if err != nil {
			panic(err) // cannot happen, likewise
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
	return []question{
		{"a family searches by words", search, nil},
		{"a family looks at a list near its home", get("/find?lang=nl&nis=24062&postal=3000&phase=baby"), nil},
		{"a program searches (HSDS)", get("/hsds/bench/services?search=melk&per_page=20"), nil},
	}
}

// whole reads an answer to its end.
func whole(address string) (int64, error) {
	r, err := http.Get(address)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", address, r.Status)
	}
	return io.Copy(io.Discard, r.Body)
}

var fetched = regexp.MustCompile(`(?:src|href)="(/assets/[^"#]+)`)

// firstView is how many bytes come over the line for a page with all that it
// names, to who has been here never before.
func firstView(base, path string) (n int64, err error) {
	seen, todo := map[string]bool{}, []string{path}
	for len(todo) > 0 {
		at := todo[0]
		if todo = todo[1:]; seen[at] {
			continue
		}
		seen[at] = true
		r, err := http.NewRequest(http.MethodGet, base+at, nil)
		if err != nil {
			return n, err
		}
		r.Header.Set("Accept-Encoding", "gzip, br") // asked for by hand: what comes is counted as it comes
		a, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return n, err
		}
		size, err := io.Copy(io.Discard, a.Body)
		_ = a.Body.Close()
		if err != nil || a.StatusCode != http.StatusOK {
			return n, fmt.Errorf("%s: %s %w", at, a.Status, err)
		}
		n += size
		if at == path {
			body, err := plain(base + path)
			if err != nil {
				return n, err
			}
			for _, m := range fetched.FindAllStringSubmatch(body, -1) {
				if !slices.Contains(todo, m[1]) {
					todo = append(todo, m[1])
				}
			}
		}
	}
	return n, nil
}

// plain is a page as it reads.
func plain(address string) (string, error) {
	r, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return string(body), err
}
