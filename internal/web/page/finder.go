package page

import (
	"cmp"
	"html"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// finderPages show a coordinator why families find what they find, and what
// they look for in vain.
func (s *Site) finderPages(page register) {
	page("GET /finder", "directory.manage", s.finder)
	page("POST /finder", "directory.manage", s.finder)
}

// lookedBack is how many days of what was looked for in vain are added up.
const lookedBack = 90

// finderView is why, and what is missing.
type finderView struct {
	Words  string
	Asked  bool
	Found  find.Found
	Slug   string
	Missed kit.Table
	None   bool // nothing was looked for in vain
	Since  kernel.Date
	Link   string
	Embed  string
}

func (s *Site) finder(r *Request) (Answer, error) {
	w := finderView{Words: strings.TrimSpace(r.PostForm.Get("q")), Slug: r.Session.Alliance.Slug, Since: r.View.Today.AddDays(-lookedBack)}
	w.Asked = w.Words != ""
	at := findChoices{}
	if all := r.Session.Alliance.Municipalities; len(all) > 0 {
		at.NIS = all[0]
	}
	w.Link = s.base(r) + at.path("")
	w.Embed = `<iframe src="` + s.base(r) + "/find/" + w.Slug + `/widget" width="100%" height="420" title="` + html.EscapeString(r.View.T("find.title")) + `"></iframe>`
	if w.Asked {
		index, err := s.Finder.Index(r.Context(), r.Session.Alliance.ID)
		if err != nil {
			return Answer{}, err
		}
		w.Found = index.Search(find.Query{Words: w.Words, Lang: r.View.Lang(), Now: kernel.InstantOf(s.Now())})
	}
	misses, err := s.Finder.Misses(r.Context(), w.Since, r.View.Today)
	if err != nil {
		return Answer{}, err
	}
	w.None = len(misses) == 0
	w.Missed = missedTable(r.View, misses)
	return show(finderPage(r.View, w))
}

// missedTable adds up what was looked for in vain, by what was meant and why;
// small figures are kept back, for they could tell of one family.
func missedTable(v kit.View, misses []find.Miss) kit.Table {
	type line struct {
		concept string
		lever   directory.Lever
		sum     [2]int64
	}
	var lines []line
	for _, m := range misses {
		i := slices.IndexFunc(lines, func(l line) bool { return l.concept == m.Concept && l.lever == m.Lever })
		if i < 0 {
			i = len(lines)
			lines = append(lines, line{concept: m.Concept, lever: m.Lever})
		}
		why := 0
		if m.Why == find.NoRoom {
			why = 1
		}
		lines[i].sum[why] += int64(m.Times)
	}
	slices.SortFunc(lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(b.sum[0]+b.sum[1], a.sum[0]+a.sum[1]), cmp.Compare(a.concept, b.concept), cmp.Compare(a.lever, b.lever))
	})
	t := kit.Table{Columns: []kit.Column{{Title: v.T("finder.missed.what")}, {Title: v.T("finder.missed.about")}, {Title: v.T("finder.missed.none"), Number: true}, {Title: v.T("finder.missed.full"), Number: true}}}
	var counts [][]int64
	for _, l := range lines {
		counts = append(counts, l.sum[:])
	}
	if len(counts) == 0 {
		return t
	}
	shown := few.Hide(counts)
	for i, l := range lines {
		about := v.T("find.any")
		if l.lever != 0 {
			about = v.T(leverKey(l.lever))
		}
		t.Rows = append(t.Rows, []templ.Component{kit.Text(conceptWords(v, l.concept)), kit.Text(about), kit.Text(fewWords(v, shown[i][0])), kit.Text(fewWords(v, shown[i][1]))})
	}
	return t
}

func leverKey(l directory.Lever) string { return "find.lever." + string(rune('0'+l)) }

func fewWords(v kit.View, f few.Figure) string {
	if f.Hidden {
		return v.T("finder.few")
	}
	return v.Number(int(f.N))
}

// conceptWords is what was meant, in the reader's language.
func conceptWords(v kit.View, concept string) string {
	return cmp.Or(find.ConceptWord(concept, v.Lang()), v.T("finder.missed.unknown"))
}

// reasonWords say why a hit stands where it stands.
func reasonWords(v kit.View, why find.Reason) string {
	word := why.Word
	if why.Kind == find.BySynonym {
		word = conceptWords(v, why.Word)
	}
	return v.T("finder.why."+string(why.Kind), "word", word, "points", why.Points)
}
