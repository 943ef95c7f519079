package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
	"github.com/bondgenoot/bondgenoot/rules"
)

// findPages are the channel "find help": for anybody, without signing in,
// without a cookie, without scripts, in the languages that families read. What
// is chosen stands in the address, so that a list can be passed on; what is
// typed never does, and is kept nowhere.
func (s *Site) findPages(routes *kit.Routes) {
	page := func(pattern string, h handler) { routes.Handle(pattern, "directory.read", s.finding(h)) }
	page("GET /find", s.find)
	page("POST /find", s.find)
	page("POST /find/language", s.findLanguage)
	page("GET /find/{alliance}/{service}", s.findOne)
	page("GET /find/{alliance}/{service}/hours.ics", s.findHours)
	page("GET /find/{alliance}/{service}/poster", s.findPoster)
	page("GET /find/{alliance}/{service}/poster/{place}", s.findPoster)
}

// finding puts language and error pages around a page of the finder.
func (s *Site) finding(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		err := r.ParseForm()
		lang, unspoken := kernel.ParseFamilyLang(r.Form.Get("lang"))
		if unspoken != nil {
			lang = i18n.MatchFamily(r.Header.Get("Accept-Language"))
		}
		s.speak(r, lang, kernel.FamilyLangs[:])
		r.View.Languages.Action = "/find/language"
		switch {
		case err != nil:
			err = unreadable(err)
		case !kit.Legible(r.PostForm):
			err = kernel.NewInvalid("form")
		case size(r.PostForm) > maxCheckBytes:
			err = &http.MaxBytesError{Limit: maxCheckBytes}
		default:
			var answer Answer
			if answer, err = h(r); err == nil {
				err = s.send(r, answer)
			}
		}
		if err != nil {
			s.fail(r, err)
		}
	})
}

func (s *Site) findLanguage(r *Request) (Answer, error) {
	back := kit.LocalPath(r.PostForm.Get("back"))
	if back != "/find" && !strings.HasPrefix(back, "/find/") && !strings.HasPrefix(back, "/stories/") && !strings.HasPrefix(back, "/gifts/") {
		back = "/find"
	}
	return Answer{To: back + "?" + url.Values{"lang": {string(r.View.Lang())}}.Encode()}, nil
}

// findChoices are what somebody chose, and what they typed.
type findChoices struct {
	At      string // the place as typed
	Postal  kernel.PostalCode
	NIS     kernel.NIS
	Phase   directory.Phase
	Lever   directory.Lever
	When    find.When
	Free    bool
	Room    bool
	Steps   bool // without stairs
	Speaks  string
	Skip    int
	Words   string     // never in an address
	Checked checkState // answers of the self-check, where one came from there
	Check   bool       // one came from there
}

// mostSkipped is how far back a list goes; nobody reads that far.
const mostSkipped = 10_000

// parseFind reads choices. What is none of ours is as though it had not been
// chosen: somebody may have bookmarked it before it was taken away.
func parseFind(query, posted url.Values, today kernel.Date) (c findChoices) {
	form := query
	if posted != nil {
		form = posted
		c.Words = strings.TrimSpace(posted.Get("q"))
		if c.Check = posted.Get("from") == "check"; c.Check {
			c.Checked = parseCheck(posted, today)
		}
	}
	c.At = strings.TrimSpace(form.Get("at"))
	if code, err := kernel.ParsePostalCode(form.Get("postal")); err == nil {
		c.Postal = code
	}
	if m, known := kernel.MunicipalityByNIS(kernel.NIS(form.Get("nis"))); known {
		c.NIS = m.NIS
		if !slices.Contains(m.PostalCodes, c.Postal) {
			c.Postal = ""
		}
	}
	if p := directory.Phase(form.Get("phase")); slices.Contains(directory.Phases[:], p) {
		c.Phase = p
	}
	if n, err := strconv.Atoi(form.Get("lever")); err == nil && 1 <= n && n <= 9 {
		c.Lever = directory.Lever(n)
	}
	if w := find.When(form.Get("when")); slices.Contains(find.Whens[:], w) {
		c.When = w
	}
	only := form["only"]
	c.Free, c.Room, c.Steps = slices.Contains(only, "free"), slices.Contains(only, "room"), slices.Contains(only, "step_free")
	if l := form.Get("speaks"); slices.Contains(spokenThere, l) {
		c.Speaks = l
	}
	if n, err := strconv.Atoi(form.Get("skip")); err == nil && 0 < n && n <= mostSkipped {
		c.Skip = n
	}
	return c
}

// values are the choices as an address or a form holds them, without what was
// typed. lang goes along, so that a link is read in the language it was made in.
func (c findChoices) values(lang kernel.Lang) url.Values {
	form := url.Values{}
	set := func(name, value string) {
		if value != "" && value != "0" {
			form.Add(name, value)
		}
	}
	set("lang", string(lang))
	set("postal", string(c.Postal))
	set("nis", string(c.NIS))
	set("phase", string(c.Phase))
	set("lever", strconv.Itoa(int(c.Lever)))
	set("when", string(c.When))
	for name, chosen := range map[string]bool{"free": c.Free, "room": c.Room, "step_free": c.Steps} {
		if chosen {
			set("only", name)
		}
	}
	slices.Sort(form["only"])
	set("speaks", c.Speaks)
	set("skip", strconv.Itoa(c.Skip))
	return form
}

// posted are the choices with what was typed and answered, for a form.
func (c findChoices) posted(lang kernel.Lang) url.Values {
	form := c.values(lang)
	if c.Words != "" {
		form.Set("q", c.Words)
	}
	if c.Check {
		for name, values := range c.Checked.hidden() {
			form[name] = values
		}
		form.Set("from", "check")
	}
	return form
}

// path is the address of the list, which holds choices and nothing typed.
func (c findChoices) path(lang kernel.Lang) string { return "/find?" + c.values(lang).Encode() }

// narrowed tells whether anything besides a place was chosen.
func (c findChoices) narrowed() bool {
	return c.Phase != "" || c.Lever != 0 || c.When != "" || c.Free || c.Room || c.Steps || c.Speaks != ""
}

// first tells whether nothing was chosen yet but a place.
func (c findChoices) first() bool { return c.Words == "" && !c.narrowed() && !c.Check && c.Skip == 0 }

// query is what the index is asked.
func (c findChoices) query(lang kernel.Lang, now kernel.Instant) find.Query {
	q := find.Query{Words: c.Words, Lang: lang, Phase: c.Phase, Lever: c.Lever, NIS: c.NIS, Postal: c.Postal, When: c.When, Free: c.Free,
		Room: c.Room, Speaks: c.Speaks, Skip: c.Skip, Now: now}
	if c.Steps {
		q.Access = directory.StepFree
	}
	for _, born := range c.Checked.Children {
		q.Months = append(q.Months, born.MonthsUntil(now.Date()))
	}
	return q
}

// findView is the list, or the question where one lives.
type findView struct {
	findChoices
	Form     url.Values
	Errors   kit.Errors
	Choose   []kernel.Municipality // which of them is meant
	Place    string                // where one lives, or the alliance
	Several  bool                  // the installation has several alliances: the place decides
	Alliance members.Alliance
	Found    find.Found
	Shown    bool // a list was asked for
	Missed   bool
	Full     bool // all that fits is full
	Offices  []members.Organisation
	Link     string // to pass on
	Map      findMap
	Stories  string // the address of what programmes tell; "": none does
	Gifts    string // the address of what everybody is asked for; "": nothing is
}

// find shows where one can go, or asks where one lives.
func (s *Site) find(r *Request) (Answer, error) {
	posted := r.PostForm
	if r.Method != http.MethodPost {
		posted = nil
	}
	c := parseFind(r.URL.Query(), posted, r.View.Today)
	alliances, err := s.Members.Alliances(r.Context())
	if err != nil {
		return Answer{}, err
	}
	w := findView{findChoices: c, Form: r.Form, Several: len(alliances) > 1}
	if c.NIS == "" && c.At != "" {
		w.Postal, w.Choose, err = placeTyped(c.At)
		switch {
		case err != nil:
			w.Errors = r.View.Problems(err)
			return again(findPage(r.View, w), err)
		case len(w.Choose) == 1:
			w.NIS = w.Choose[0].NIS
		}
	}
	switch of := allianceOf(alliances, w.NIS); {
	case of != nil:
		w.Alliance = *of
	case w.NIS == "" && len(alliances) == 1:
		w.Alliance = alliances[0]
	}
	if m, known := kernel.MunicipalityByNIS(w.NIS); known {
		w.Place = m.Called(r.View.Lang())
	} else if w.Alliance.ID != "" {
		w.Place = w.Alliance.Called(r.View.Lang())
	}
	if w.Alliance.ID != "" {
		w.Shown = w.NIS != "" || w.Words != "" || w.narrowed()
		if err := s.findFill(r, &w); err != nil {
			return Answer{}, err
		}
		told, err := s.Stories.Published(r.Context(), w.Alliance.ID)
		if err != nil {
			return Answer{}, err
		}
		drawn, err := s.Atlas.Of(r.Context(), w.Alliance.ID)
		if err != nil {
			return Answer{}, err
		}
		w.Map = mapOf(w.Found.Hits, drawn)
		if len(told) > 0 {
			w.Stories = "/stories/" + w.Alliance.Slug + "?lang=" + string(r.View.Lang())
		}
		wanted, err := s.Depot.Wanted(r.Context(), w.Alliance.ID)
		if err != nil {
			return Answer{}, err
		}
		if len(wanted) > 0 {
			w.Gifts = giftsPath(w.Alliance, r.View)
		}
	}
	r.View.Languages = kit.LanguageSwitch{Action: "/find", Offered: kernel.FamilyLangs[:], Values: w.posted("")}
	return show(findPage(r.View, w))
}

// findFill looks for what there is, and counts what is not there.
func (s *Site) findFill(r *Request, w *findView) error {
	index, err := s.Finder.Index(r.Context(), w.Alliance.ID)
	if err != nil {
		return err
	}
	q := w.query(r.View.Lang(), kernel.InstantOf(s.Now()))
	if q.Schools, err = s.Calendar.Of(r.Context(), w.Alliance.ID); err != nil {
		return err
	}
	if w.Check {
		if q.Yours, err = s.certainProgrammes(r, w.Checked); err != nil {
			return err
		}
		if document, err := w.Checked.document(r.View.Today); err == nil { // answers that cannot be say nothing
			q.Certain = index.Certain(func(rule string) bool { return s.Directory.Rulings.Fits(rule, document) })
		}
	}
	w.Found = index.Search(q)
	w.Link = s.base(r) + w.path(r.View.Lang())
	why, missed := w.Found.WhyMissed()
	w.Missed, w.Full = missed && w.Shown, why == find.NoRoom
	if !w.Missed {
		return nil
	}
	if w.Words != "" || w.narrowed() {
		if s.Asks == nil || s.Asks.Allow(r.Request, s.Now()) { // whoever asks on and on is not counted on and on
			if err := s.Finder.Missed(r.Context(), w.Alliance.ID, q, w.Found); err != nil {
				return err
			}
		}
	}
	w.Offices, err = s.Members.WelfareOffices(r.Context(), w.Alliance.ID, w.NIS)
	return err
}

// certainProgrammes are those of which an offer is certainly for who answered.
func (s *Site) certainProgrammes(r *Request, state checkState) (certain []kernel.ID, err error) {
	seen, err := s.look(r, state)
	if err != nil {
		if faulty(err) {
			return nil, nil // answers that cannot be say nothing
		}
		return nil, err
	}
	for _, right := range seen.Result.Rights {
		if local, known := seen.Local[right.ID]; known && right.Status == rules.Entitled {
			certain = append(certain, local.Programme.ID)
		}
	}
	return certain, nil
}

// placeTyped reads a postal code or the name of a municipality: one that it
// must be, or those that it may be.
func placeTyped(typed string) (code kernel.PostalCode, may []kernel.Municipality, err error) {
	if code, err := kernel.ParsePostalCode(typed); err == nil {
		return code, kernel.MunicipalitiesByPostalCode(code), nil
	}
	may = kernel.SearchMunicipalities(typed)
	for _, m := range may[:min(len(may), 1)] {
		for _, lang := range kernel.Langs {
			if kernel.Fold(m.Name.In(lang)) == kernel.Fold(typed) {
				return "", may[:1], nil
			}
		}
	}
	if len(may) == 0 || len(typed) < 2 {
		return "", nil, kernel.NewInvalid("find.place").At("at")
	}
	return "", may[:min(len(may), 12)], nil
}

// allianceOf is the first alliance that a municipality belongs to.
func allianceOf(all []members.Alliance, nis kernel.NIS) *members.Alliance {
	for i := range all {
		if nis != "" && slices.Contains(all[i].Municipalities, nis) {
			return &all[i]
		}
	}
	return nil
}
