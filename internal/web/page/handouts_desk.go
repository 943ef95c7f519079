package page

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// deskPages are the list of a day and what is done at the desk. With scripts
// the list works without net too: what is ticked waits on the telephone.
func (s *Site) deskPages(page register) {
	page("GET /desk/{session}", "handout.list", s.desk)
	page("POST /desk/{session}", "handout.desk", s.deskTell)
	page("POST /desk/{session}/sync", "handout.desk", s.deskSync)
	page("POST /desk/{session}/count", "handout.desk", s.deskCount)
	page("POST /desk/{session}/seen", "handout.desk", s.deskSeen)
	page("POST /desk/{session}/call-off", "handout.manage", s.deskCallOff)
	page("GET /desk/{session}/manifest.webmanifest", "handout.list", s.deskManifest)
}

// deskView is the list of a day.
type deskView struct {
	sessions.Day
	MayManage bool
	Today     bool           // what is handed out may be ticked
	From      kernel.Instant // from when the list may stand on a telephone
	Until     kernel.Instant // when it goes
	Form      url.Values
	Errors    kit.Errors
	At        string    // the booking whose form was sent
	Device    kernel.ID // on which this page counts: where its reader signed in
}

func (s *Site) readDesk(r *Request) (w deskView, err error) {
	id, err := r.ID("session")
	if err != nil {
		return w, err
	}
	if w.Day, err = s.Sessions.Day(r.Context(), id); err != nil {
		return w, err
	}
	w.Device = r.Session.ID
	w.MayManage = policy.May(r.Session.Actor(), "handout.manage")
	w.From, w.Until = w.Day.Session.Starts.Add(-24*time.Hour), w.Day.Session.Ends.Add(12*time.Hour)
	w.Today = !kernel.InstantOf(s.Now()).Before(w.From) && !w.Day.Session.Cancelled
	return w, nil
}

func (s *Site) desk(r *Request) (Answer, error) {
	w, err := s.readDesk(r)
	if err != nil {
		return Answer{}, err
	}
	r.writer.Header().Set("Cache-Control", "no-store")
	r.writer.Header().Set("X-Desk-Until", w.Until.Time().UTC().Format(time.RFC3339))
	return show(deskPage(r.View, w))
}

// deskAgain shows the desk with what is wrong.
func (s *Site) deskAgain(r *Request, wrong error) (Answer, error) {
	if !faulty(wrong) {
		return Answer{}, wrong
	}
	w, err := s.readDesk(r)
	if err != nil {
		return Answer{}, err
	}
	w.Form, w.Errors, w.At = r.PostForm, r.View.Problems(wrong), r.PostForm.Get("booking")
	return again(deskPage(r.View, w), wrong)
}

func (s *Site) deskTell(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	e := sessions.Event{Kind: sessions.Kind(r.PostForm.Get("kind")), At: kernel.InstantOf(s.Now())}
	if e.ID, err = kernel.ParseID(r.PostForm.Get("event")); err == nil {
		e.Booking, err = kernel.ParseID(r.PostForm.Get("booking"))
	}
	if err == nil {
		e.Lines, err = linesTyped(r.PostForm)
	}
	var told sessions.Told
	if err == nil {
		told, err = s.Sessions.Tell(r.Context(), id, e)
	}
	if err != nil {
		return s.deskAgain(r, err)
	}
	said := "said.desk.handed"
	switch {
	case told.Outcome == sessions.Already:
		said = "said.desk.already"
	case e.Kind == sessions.Undo:
		said = "said.desk.undone"
	case e.Kind == sessions.Lack:
		return goTo("/desk/"+string(id), "said.desk.lacked")
	}
	return goTo("/desk/"+string(id)+"#number-"+strconv.FormatInt(told.Number, 10), said)
}

// linesTyped reads quantities from fields "quantity.KEY".
func linesTyped(form url.Values) (lines []sessions.Line, err error) {
	for name, values := range form {
		key, ok := strings.CutPrefix(name, "quantity.")
		typed := strings.TrimSpace(strings.Join(values, ""))
		if !ok || typed == "" {
			continue
		}
		n, err := strconv.ParseInt(typed, 10, 64)
		if err != nil {
			return nil, kernel.NewInvalid("handout.within").At("lines").With("least", "0").With("most", strconv.Itoa(sessions.MaxQuantity))
		}
		lines = append(lines, sessions.Line{Item: key, Quantity: n})
	}
	return lines, nil
}

// toldJSON is an event as a desk's telephone sends it.
type toldJSON struct {
	ID      string          `json:"id"`
	Booking string          `json:"booking"`
	Kind    sessions.Kind   `json:"kind"`
	Lines   []sessions.Line `json:"lines"`
	Seq     int64           `json:"seq"`
	At      string          `json:"at"`

	Counts map[string]int64 `json:"counts"` // of kind "count": how many came to an open day
	Device kernel.ID        `json:"device"` // on which they were counted
}

// answerJSON is what came of it.
type answerJSON struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"` // of [sessions.Outcome], or "refused"
	Again   bool   `json:"again"`
	Number  int64  `json:"number"`
	Why     string `json:"why,omitempty"` // in the reader's words, when it was refused
}

// deskSync takes what was ticked while there was no net, in its order: each by
// itself, so that one that cannot be leaves the others. Sent twice it is done
// once.
func (s *Site) deskSync(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	var in struct {
		Events []toldJSON `json:"events"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		if kit.Status(err) == http.StatusRequestEntityTooLarge {
			return Answer{}, err
		}
		return Answer{}, kernel.NewInvalid("form")
	}
	if len(in.Events) > sessions.MostAtOnce {
		return Answer{}, kernel.NewTooMany("form")
	}
	answers := make([]answerJSON, 0, len(in.Events))
	for _, one := range in.Events {
		var told sessions.Told
		var err error
		if one.Kind == "count" {
			told.Outcome, err = sessions.Done, s.Sessions.Count(r.Context(), id, one.Device, one.Counts)
		} else {
			told, err = s.deskOne(r, id, one)
		}
		f, wrong := errors.AsType[*kernel.Fault](err)
		switch {
		case err == nil:
			answers = append(answers, answerJSON{ID: one.ID, Outcome: string(told.Outcome), Again: told.Again, Number: told.Number})
		case wrong && f.Code != kernel.Internal && f.Code != kernel.Unauthenticated:
			answers = append(answers, answerJSON{ID: one.ID, Outcome: "refused", Why: r.View.Fault(f)})
		default:
			return Answer{}, err
		}
	}
	r.writer.Header().Set("Content-Type", "application/json")
	r.writer.Header().Set("Cache-Control", "no-store")
	return Answer{Sent: true}, json.NewEncoder(r.writer).Encode(map[string]any{"results": answers})
}

func (s *Site) deskOne(r *Request, session kernel.ID, one toldJSON) (t sessions.Told, err error) {
	e := sessions.Event{Kind: one.Kind, Lines: one.Lines, Seq: one.Seq}
	if e.ID, err = kernel.ParseID(one.ID); err != nil {
		return t, err
	}
	if e.Booking, err = kernel.ParseID(one.Booking); err != nil {
		return t, err
	}
	if e.At, err = kernel.ParseInstant(one.At); err != nil {
		return t, err
	}
	return s.Sessions.Tell(r.Context(), session, e)
}

func (s *Site) deskCount(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	counts := map[string]int64{}
	for _, what := range sessions.Counted {
		typed := strings.TrimSpace(r.PostForm.Get(what))
		if typed == "" {
			continue
		}
		if counts[what], err = strconv.ParseInt(typed, 10, 64); err != nil {
			counts[what] = -1 // told with its bounds
		}
	}
	if err := s.Sessions.Count(r.Context(), id, kernel.ID(r.PostForm.Get("device")), counts); err != nil {
		return s.deskAgain(r, err)
	}
	return goTo("/desk/"+string(id), "said.desk.counted")
}

func (s *Site) deskSeen(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	event, err := kernel.ParseID(r.PostForm.Get("event"))
	if err != nil {
		return Answer{}, kernel.NewNotFound("page")
	}
	if err := s.Sessions.Seen(r.Context(), id, event); err != nil {
		return Answer{}, err
	}
	return goTo("/desk/"+string(id), "said.desk.seen")
}

func (s *Site) deskCallOff(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sessions.CallOff(r.Context(), id); err != nil {
		return s.deskAgain(r, err)
	}
	return goTo("/desk/"+string(id), "said.handout.called_off")
}

// deskManifest lets the list be put on the first screen of a telephone. It
// names the series, and nobody.
func (s *Site) deskManifest(r *Request) (Answer, error) {
	id, err := r.ID("session")
	if err != nil {
		return Answer{}, err
	}
	c, err := s.Sessions.Session(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	if c.Org != r.Session.Actor().Org {
		return Answer{}, kernel.NewNotFound("page")
	}
	here := "/desk/" + string(id)
	r.writer.Header().Set("Content-Type", "application/manifest+json")
	r.writer.Header().Set("Cache-Control", "no-store")
	return Answer{Sent: true}, json.NewEncoder(r.writer).Encode(map[string]any{
		"name": c.Name, "short_name": c.Name, "lang": r.View.Lang(), "start_url": here, "scope": here, "display": "standalone",
		"theme_color": "#1d3461", "background_color": "#ffffff",
		"icons": []map[string]string{{"src": kit.Asset("logo.svg"), "sizes": "any", "type": "image/svg+xml"}},
	})
}
