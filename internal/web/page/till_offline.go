package page

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/domain/vouchers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// mostTaken is how much a till tells at once.
const mostTaken = 100

// offerJSON is an offer as a till shows it without net.
type offerJSON struct {
	Mark    uint32   `json:"mark"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Worth   int64    `json:"worth"`
	Copay   int64    `json:"copay"`
	Covers  []string `json:"covers"`
	Homed   bool     `json:"homed"`
	Offline bool     `json:"offline"`
	Bears   string   `json:"bears"`
}

// readyJSON is what a till needs without net.
type readyJSON struct {
	Alliance kernel.ID         `json:"alliance"`
	Keys     map[uint16]string `json:"keys"`
	Offers   []offerJSON       `json:"offers"`
	Ended    []uint32          `json:"ended"`
	Home     []uint32          `json:"home"`
	Units    int64             `json:"units"`
	Cents    int64             `json:"cents"`
	Device   int64             `json:"device"`
	Hours    int64             `json:"hours"`
}

// tillReady tells a till what it needs without net, in the reader's language.
func (s *Site) tillReady(r *Request) (Answer, error) {
	told, err := s.Vouchers.Ready(r.Context())
	if err != nil {
		return Answer{}, err
	}
	most := vouchers.WithoutNet
	out := readyJSON{Alliance: told.Alliance, Keys: told.Keys, Offers: []offerJSON{}, Ended: append([]uint32{}, told.Ended...), Home: append([]uint32{}, told.Home...),
		Units: most.Units, Cents: int64(most.Cents), Device: int64(most.Device), Hours: int64(most.Since.Hours())}
	for _, o := range told.Offers {
		out.Offers = append(out.Offers, offerJSON{Mark: o.Mark, Name: o.For.In(r.View.Lang()), About: o.About.In(r.View.Lang()), Worth: int64(o.Worth), Copay: int64(o.Copay),
			Covers: append([]string{}, o.Covers...), Homed: o.Homed, Offline: o.Offline, Bears: string(o.Bears)})
	}
	return r.json(out)
}

// takenJSON is what a till took without net, as it tells it.
type takenJSON struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Units int64  `json:"units"`
	Cents int64  `json:"cents"`
	Item  string `json:"item"`
	At    string `json:"at"`
}

// cameJSON is what came of it: "taken", "conflict" or "refused", with why in the
// reader's words.
type cameJSON struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Again   bool   `json:"again"`
	Why     string `json:"why,omitempty"`
}

// tillSync takes what a till took without net, in its order: each by itself, so
// that one that is no good leaves the others. Told twice it is kept once.
func (s *Site) tillSync(r *Request) (Answer, error) {
	var in struct {
		Taken []takenJSON `json:"taken"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		if kit.Status(err) == http.StatusRequestEntityTooLarge {
			return Answer{}, err
		}
		return Answer{}, kernel.NewInvalid("form")
	}
	if len(in.Taken) > mostTaken {
		return Answer{}, kernel.NewTooMany("form")
	}
	answers := make([]cameJSON, 0, len(in.Taken))
	for _, one := range in.Taken {
		came, err := s.tookOffline(r, one)
		f, wrong := errors.AsType[*kernel.Fault](err)
		switch {
		case err == nil && came.Conflict != nil:
			answers = append(answers, cameJSON{ID: one.ID, Outcome: "conflict", Again: came.Again, Why: conflictSaid(r.View, *came.Conflict)})
		case err == nil:
			answers = append(answers, cameJSON{ID: one.ID, Outcome: "taken", Again: came.Again})
		case wrong && (f.Code == kernel.Invalid || f.Code == kernel.Conflict || f.Code == kernel.NotFound):
			answers = append(answers, cameJSON{ID: one.ID, Outcome: "refused", Why: r.View.Fault(f)})
		default:
			return Answer{}, err
		}
	}
	return r.json(map[string]any{"results": answers})
}

func (s *Site) tookOffline(r *Request, one takenJSON) (came vouchers.Came, err error) {
	in := vouchers.Taken{Sale: vouchers.Sale{Shown: one.Code, Units: one.Units, Cents: kernel.Cents(one.Cents), Item: one.Item}}
	if in.ID, err = kernel.ParseID(one.ID); err != nil {
		return came, err
	}
	if in.At, err = kernel.ParseInstant(one.At); err != nil {
		return came, err
	}
	return s.Vouchers.TakeOffline(r.Context(), in)
}

// json answers with data, which nobody keeps on the way.
func (r *Request) json(data any) (Answer, error) {
	r.writer.Header().Set("Content-Type", "application/json")
	r.writer.Header().Set("Cache-Control", "no-store")
	return Answer{Sent: true}, json.NewEncoder(r.writer).Encode(data)
}

// tillManifest lets the till be put on the first screen of a telephone.
func (s *Site) tillManifest(r *Request) (Answer, error) {
	name := r.View.T("till.title")
	r.writer.Header().Set("Content-Type", "application/manifest+json")
	r.writer.Header().Set("Cache-Control", "no-store")
	return Answer{Sent: true}, json.NewEncoder(r.writer).Encode(map[string]any{
		"name": name, "short_name": name, "lang": r.View.Lang(), "start_url": "/till", "scope": "/till", "display": "standalone",
		"theme_color": "#1d3461", "background_color": "#ffffff",
		"icons": []map[string]string{{"src": kit.Asset("logo.svg"), "sizes": "any", "type": "image/svg+xml"}},
	})
}

// bearerName is how a bearer is called in keys of texts.
func bearerName(b vouchers.Bearer) string {
	if b == vouchers.ShopBears {
		return "shop"
	}
	return "alliance"
}

// conflictWhy says why what was taken was no good any more.
func conflictWhy(v kit.View, c vouchers.Conflict) string {
	if key := "till.twice.why." + c.Why; v.Has(key) {
		return v.T(key)
	}
	return v.T("till.twice.why")
}

// conflictSaid says why, and who bears it.
func conflictSaid(v kit.View, c vouchers.Conflict) string {
	return conflictWhy(v, c) + " " + v.T("till.twice."+bearerName(c.Bears)) + "."
}

func conflictWorth(v kit.View, c vouchers.Conflict) string {
	return usedUp(v, vouchers.Use{Units: c.Units, Cents: c.Cents, Item: c.Item})
}

func conflictKind(c vouchers.Conflict) kit.Kind {
	if c.Bears == vouchers.ShopBears {
		return kit.Possible
	}
	return kit.Certain
}
