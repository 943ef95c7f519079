package hsds

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/hsds"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

// crowd is a shelf of many services.
func crowd(n int) *shelf {
	s := &shelf{lang: kernel.NL, byID: map[string]int{}, placeAt: map[string]int{}, orgAt: map[string]int{}, siteAt: map[string]int{}}
	for i := range n {
		org := directory.PublicOrganisation{ID: kernel.ID(fmt.Sprintf("018f0000-0000-7000-8000-%012x", i/4)), Name: "OCMW Noord", About: kernel.Text{NL: "Hulp in de buurt."}}
		r := directory.PublicRecord{Organisation: org, Service: directory.PublicService{ID: kernel.ID(fmt.Sprintf("018f0000-0000-7000-9000-%012x", i)), Organisation: org.ID,
			Name: kernel.Text{NL: "Melk voor baby’s", FR: "Lait pour bébés"}, About: kernel.Text{NL: strings.Repeat("Gratis melkpoeder. ", 10)}, Levers: []directory.Lever{8, 5},
			Phases: []directory.Phase{directory.Baby}, Costs: []directory.Cost{{Free: true}}, Languages: []string{"nl", "ar"}, Areas: []kernel.NIS{"24062"},
			Hours: []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=MO,WE", From: "09:00", To: "12:00"}}, Numbers: []directory.PublicPhone{{Number: kernel.FictionalPhone(i % 9000)}}, ChangedAt: "2026-03-01T09:00:00.000000Z"}}
		r.Places = []directory.PublicPlace{{PublicLocation: directory.PublicLocation{ID: kernel.ID(fmt.Sprintf("018f0000-0000-7000-a000-%012x", i)), Street: "Kerkstraat 1", Postal: "3000", City: "Leuven", Municipality: "24062",
			Hours: []directory.Hours{{Rule: "FREQ=DAILY", From: "09:00", To: "12:00"}}}}}
		s.services = append(s.services, entry{PublicRecord: r, words: wordsOf(r)})
	}
	s.index()
	return s
}

func (f *Feed) filled(s *shelf) *Feed {
	f.Texts, f.Now = i18n.MustLoad(), time.Now
	s.alliance, s.read = members.Alliance{ID: "leuven", Slug: "leuven"}, time.Now()
	f.shelves.kept = map[kernel.ID]*shelf{"leuven": s}
	return f
}

func TestAReaderWhoLeavesStopsTheStream(t *testing.T) {
	f := (&Feed{}).filled(crowd(400))
	w := &leaving{after: 1}
	in := request{Request: httptest.NewRequest(http.MethodGet, "/", nil), shelf: f.shelves.kept["leuven"], version: hsds.V31, list: "services"}
	s, lang := in.source(f)
	if err := f.stream(w, in, s, lang); err != nil || w.wrote > 2 {
		t.Errorf("%d writes, %v", w.wrote, err)
	}
}

// leaving is a reader who leaves after some writes.
type leaving struct{ wrote, after int }

func (*leaving) Header() http.Header { return http.Header{} }
func (*leaving) WriteHeader(int)     {}
func (l *leaving) Write(b []byte) (int, error) {
	if l.wrote++; l.wrote > l.after {
		return 0, io.ErrClosedPipe
	}
	return len(b), nil
}

// nowhere is a reader who takes everything.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) WriteHeader(int)             {}
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }

// The bound is five seconds for everything of twenty thousand services.
func BenchmarkExport20000(b *testing.B) {
	f := (&Feed{}).filled(crowd(20_000))
	in := request{Request: httptest.NewRequest(http.MethodGet, "/", nil), shelf: f.shelves.kept["leuven"], version: hsds.V31, list: "services"}
	for b.Loop() {
		s, lang := in.source(f)
		if err := f.stream(nowhere{}, in, s, lang); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch20000(b *testing.B) {
	f := (&Feed{}).filled(crowd(20_000))
	in := request{Request: httptest.NewRequest(http.MethodGet, "/", nil), shelf: f.shelves.kept["leuven"], version: hsds.V31, list: "services"}
	in.ask, _ = parse("services", map[string][]string{"search": {"melk pampers"}})
	for b.Loop() {
		s, _ := in.source(f)
		s.page(nil, in)
	}
}
