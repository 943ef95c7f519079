package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// whole is all that the care team reads of its family.
var whole = []kind{number, adults, sealed, ours, hers, door, theirs, visit, shared, secret, letter("team"),
	"identity", "contact", "home", "school", "income", "health", "stay", "rights", "care", "child"}

// sights say, apart from the program, what a caseworker and a coordinator of an
// organisation may learn of the family, by how it stands to it. In any other
// role nobody learns anything; the privacy officer sees numbers and what was
// said in an emergency.
var sights = map[string]struct{ work, coordinate []kind }{
	"team":       {whole, []kind{number, adults, "identity", "home", letter("team"), theirs}},
	"none":       {},
	"accepted":   {[]kind{number, adults, "identity", "contact", "home", visit, letter("accepted")}, []kind{number, adults, "identity", "home", visit, letter("accepted")}},
	"asked":      {[]kind{number, adults, letter("asked")}, []kind{number, adults, letter("asked")}},
	"objected":   {[]kind{number, adults, letter("objected")}, []kind{number, adults, letter("objected")}},
	"declined":   {[]kind{number}, []kind{number}},
	"ended":      {[]kind{number}, []kind{number}},
	"withdrawn":  {[]kind{number}, []kind{number}},
	"sender":     {[]kind{theirs}, []kind{theirs}},
	"stopped":    {},
	"refused":    {},
	"later":      {},
	"elsewhere":  {[]kind{number, adults, "identity", "contact", "home", "health", "care", "child"}, nil},
	"case":       {[]kind{number}, nil}, // and all that can be shared, for the consultation alone
	"everything": {[]kind{number, adults, "identity", "contact", "home", "school", "income", "health", "stay", "rights", "care", "child"}, []kind{number, adults, "identity", "home"}},
	"hidden":     {},

	"share identity": {[]kind{number, adults, "identity"}, []kind{number, adults, "identity"}},
	"share contact":  {[]kind{number, adults, "identity", "contact"}, []kind{number, adults, "identity"}},
	"share home":     {[]kind{number, adults, "identity", "home"}, []kind{number, adults, "identity", "home"}},
	"share school":   {[]kind{number, adults, "identity", "school"}, []kind{number, adults, "identity"}},
	"share income":   {[]kind{number, adults, "identity", "income"}, []kind{number, adults, "identity"}},
	"share health":   {[]kind{number, adults, "identity", "health"}, []kind{number, adults, "identity"}},
	"share stay":     {[]kind{number, adults, "identity", "stay"}, []kind{number, adults, "identity"}},
	"share rights":   {[]kind{number, adults, "identity", "home", "school", "income", "health", "stay", "rights"}, []kind{number, adults, "identity", "home"}},
	"share care":     {[]kind{number, adults, "identity", "care"}, []kind{number, adults, "identity"}},
	"share child":    {[]kind{number, adults, "identity", "child"}, []kind{number, adults, "identity"}},
	"school":         {[]kind{number, adults, "identity", "school"}, []kind{number, adults, "identity"}},
	"police":         {[]kind{number, adults, "identity", "home"}, []kind{number, adults, "identity", "home"}},
	"volunteers":     {[]kind{number, adults, "identity", "contact"}, []kind{number, adults, "identity"}},
}

// inRoles is what a role sees of it.
func inRoles(org string, roles ...policy.Role) (may []kind) {
	for _, r := range roles {
		switch r {
		case policy.Caseworker:
			may = append(may, sights[org].work...)
		case policy.Coordinator:
			may = append(may, sights[org].coordinate...)
		case policy.PrivacyOfficer:
			may = append(may, number, alarm)
		case policy.Referrer, policy.Volunteer:
			if slices.Contains(sights[org].work, letter(org)) { // who receives it, by number alone
				may = append(may, number)
			}
			if r == policy.Volunteer {
				break
			}
			if org == "sender" || org == "team" { // who sent it for this organisation
				may = append(may, theirs)
			}
		}
	}
	return may
}

// bird is somebody who walks every address, and what they may learn on the way.
type bird struct {
	outsider
	may   []kind
	words []string // and these words, of kinds that they may not see
}

// may tells whether a canary may be seen at an address.
func (b bird) mayHear(word string, k kind, at string) bool {
	if strings.Contains(at, "purpose=consultation") && strings.HasPrefix(b.name, "case ") && strings.Contains(b.name, "caseworker") {
		return slices.Contains(sights["everything"].work, k)
	}
	return slices.Contains(b.may, k) || slices.Contains(b.words, word)
}

// birds are all who walk.
func (v *aviary) birds() (all []bird) {
	v.Helper()
	at := func(org string, may []kind, roles ...policy.Role) bird {
		v.Helper()
		ctx := v.post(org, roles...)
		return bird{outsider: outsider{world: v.world, name: fmt.Sprint(org, " ", roles), cookie: v.signs(ctx)}, may: may}
	}
	writer := at("team", append(slices.Clone(whole), draft), policy.Caseworker)
	all = append(all, writer)
	for _, org := range slices.Sorted(maps.Keys(sights)) {
		if org != "team" {
			all = append(all, at(org, inRoles(org, policy.Caseworker), policy.Caseworker))
		}
		// In all roles at once one sees no more than in each; what is of a
		// person, an emergency, is nobody else's.
		may := inRoles(org, policy.Roles[:]...)
		if org == "elsewhere" {
			may = inRoles(org, policy.PrivacyOfficer)
		}
		all = append(all, at(org, may, policy.Roles[:]...))
	}
	for _, org := range []string{"team", "accepted", "asked", "everything", "sender", "none"} {
		for _, r := range policy.Roles {
			if r != policy.Caseworker {
				all = append(all, at(org, inRoles(org, r), r))
			}
		}
	}
	all = append(all, at("sister", whole[:0:0], policy.Coordinator)) // somebody of the house who is not in the team
	sister := at("sister", whole, policy.Caseworker)                 // and a worker who is, in person
	sister.may = slices.DeleteFunc(slices.Clone(whole), func(k kind) bool { return k == theirs || k == secret || k == letter("team") })
	all = append(all, sister)

	for _, who := range []struct {
		cookie, name string
		may          []kind
		words        []string
	}{
		{v.motherVisit, "the mother", []kind{"identity", "contact", "home", "school", "income", "health", "stay", "rights", ours, hers, visit, shared, number}, append([]string{"Zqmoeder", "Zqnaam"}, v.own...)},
		{v.outVisit, "the father, who lives elsewhere", nil, []string{"Zqvader", "Zqnaam", "Zqkind", "2016-05-07", "7 mei 2016"}},
		{v.childVisit, "the child", []kind{door}, []string{"Zqkind"}},
		{"", "a stranger", nil, nil},
	} {
		all = append(all, bird{outsider: outsider{world: v.world, name: who.name, visit: who.cookie}, may: who.may, words: who.words})
	}
	abroad := v.outsider("liege", "nadia")
	all = append(all, bird{outsider: abroad}, bird{outsider: v.outsider("liege", "sophie")})
	for _, org := range []string{"team", "accepted", "share income", "stopped", "case"} {
		ctx := v.caseworker(org)
		_, secret, err := v.app.Members.MakeToken(ctx, members.NewToken{Name: "Test", LastDay: kernel.InstantOf(v.clock()).Date().AddDays(30), ReadOnly: true})
		if err != nil {
			v.Fatal(err)
		}
		all = append(all, bird{outsider: outsider{world: v.world, name: fmt.Sprint(org, " [caseworker] by a program"), token: secret}, may: inRoles(org, policy.Caseworker)})
	}
	return all
}

// addresses are all that can be read, each with the route that answers it.
func (v *aviary) addresses() (all [][2]string) {
	v.Helper()
	for _, route := range v.app.Routes.Table() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet || pattern == "/assets/" || pattern == "/mine/leave" { // which ends a visit
			continue
		}
		filled := strings.ReplaceAll(pattern, "{$}", "")
		if pattern == "/answer/{token}" {
			filled = "/answer/" + v.link
		}
		paths, _ := v.objects.paths(filled)
		if len(paths) == 0 {
			v.Fatalf("nothing stands for the wildcards of %s: name an object in ring", route.Pattern)
		}
		for _, p := range paths {
			all = append(all, [2]string{"GET " + p, pattern})
		}
	}
	for _, at := range v.more {
		all = append(all, [2]string{"GET " + at, ""})
	}
	for _, q := range []string{"Zqmoeder", "Zqkind", "Wqanna", string(kernel.FictionalPhone(23))} {
		all = append(all, [2]string{"POST /search q=" + q, ""}, [2]string{`POST /api/v1/families/search {"q":"` + q + `"}`, ""})
	}
	return all
}

// flies asks for an address and lists the canaries in the answer that were not
// in the question.
func (v *aviary) flies(b bird, at string) (heard []string, code int) {
	method, rest, _ := strings.Cut(at, " ")
	path, body, _ := strings.Cut(rest, " ")
	kindOf := ""
	if method == http.MethodPost {
		kindOf = asForm
		if strings.HasPrefix(path, "/api/") {
			kindOf = asJSON
		}
	}
	b.lang = "nl"
	answer := b.tries(method, path, kindOf, body)
	all := strings.NewReplacer("\r\n ", "", "\u00a0", " ").Replace(fmt.Sprint(answer.Header()) + answer.Body.String()) // a calendar folds long lines
	for word := range v.canaries {
		if strings.Contains(all, word) && !strings.Contains(at, word) {
			heard = append(heard, word)
		}
	}
	return heard, answer.Code
}

// Every address that can be read, pages, API, exports, what is printed and what
// is searched, for whoever stands to a family in any way, in any role: of all
// that is kept of the family each learns what the table above says, and nothing
// else. On the second engine, and in a short run, every third of them walks.
func TestNobodyLearnsWhatIsNotTheirsAtAnyAddress(t *testing.T) {
	onEachEngine(t, func(w *world) {
		v, some := w.ring(), testing.Short() || strings.Contains(w.Name(), "/postgres")
		birds, addresses := v.birds(), v.addresses()
		began, asked, opened := time.Now(), 0, 0
		heardBy := map[string]int{}
		leaks := map[string]bool{}
		for i, b := range birds {
			if some && i%3 != 0 && b.visit == "" {
				continue
			}
			for _, at := range addresses {
				if b.token != "" && !strings.Contains(at[0], "/api/v1") {
					continue
				}
				heard, code := v.flies(b, at[0])
				if asked++; code == http.StatusOK {
					opened++
				}
				if code >= 500 {
					w.Errorf("%s answers %d to %s", at[0], code, b.name)
				}
				for _, word := range heard {
					heardBy[word]++
					k := v.canaries[word]
					if leak := fmt.Sprintf("%s tells %s %q, which is of the kind %s", at[0], b.name, word, k); !b.mayHear(word, k, at[0]) && !leaks[leak] {
						leaks[leak] = true
						w.Error(leak)
					}
				}
			}
		}
		for word, k := range v.canaries {
			may := slices.ContainsFunc(birds, func(b bird) bool { return b.mayHear(word, k, "") })
			if heardBy[word] == 0 && may && !some {
				w.Errorf("nobody ever saw %q, of the kind %s: it watches nothing", word, k)
			}
		}
		w.Logf("%d people at %d addresses: %d questions, %d pages, %d leaks, in %v", len(birds), len(addresses), asked, opened, len(leaks), time.Since(began).Round(time.Millisecond))
	})
}
