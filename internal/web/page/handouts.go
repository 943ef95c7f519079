package page

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// handoutPages are what is handed out on which days, and the desk of a day.
func (s *Site) handoutPages(page register) {
	page("GET /handouts", "handout.look", s.handouts)
	page("GET /handouts/new", "handout.manage", s.handoutForm)
	page("POST /handouts/new", "handout.manage", s.handoutPlan)
	page("GET /handouts/{id}", "handout.look", s.handoutSeries)
	page("GET /handouts/{id}/change", "handout.manage", s.handoutForm)
	page("POST /handouts/{id}/change", "handout.manage", s.handoutChange)
	page("POST /handouts/{id}/end", "handout.manage", s.handoutEnd)
	page("POST /handouts/{id}/calendar", "handout.manage", s.handoutNewFeed)
	s.deskPages(page)
	s.familyHandoutPages(page)
}

// handoutsShown is how many days are listed.
const handoutsShown = 40

// handoutsView is what is handed out soon.
type handoutsView struct {
	Next      []sessions.Coming
	Ours      []sessions.Series
	Org       kernel.ID
	MayManage bool
	MayList   bool
}

func (s *Site) handouts(r *Request) (Answer, error) {
	actor := r.Session.Actor()
	w := handoutsView{Org: actor.Org, MayManage: policy.May(actor, "handout.manage"), MayList: policy.May(actor, "handout.list")}
	var err error
	if w.Next, err = s.Sessions.Next(r.Context(), false, handoutsShown); err != nil {
		return Answer{}, err
	}
	if w.Ours, err = s.Sessions.Ours(r.Context()); err != nil {
		return Answer{}, err
	}
	return show(handoutsPage(r.View, w))
}

// seriesView is a series with its days.
type seriesView struct {
	sessions.Series
	Days      []sessions.Session
	Months    []sessions.Month // for its own organisation
	MayManage bool
	MayList   bool
	Feed      string // the whole address of its calendar
	Now       kernel.Instant
}

func (s *Site) handoutSeries(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	var w seriesView
	if w.Series, w.Days, err = s.Sessions.Series(r.Context(), id, r.View.Today.AddDays(-7)); err != nil {
		return Answer{}, err
	}
	actor := r.Session.Actor()
	w.Now = kernel.InstantOf(s.Now())
	w.MayManage = policy.May(actor, "handout.manage") && actor.Org == w.Org
	w.MayList = policy.May(actor, "handout.list") && actor.Org == w.Org
	if w.MayList {
		if _, w.Months, err = s.Sessions.Figures(r.Context(), id); err != nil {
			return Answer{}, err
		}
	}
	if w.MayManage {
		w.Feed = s.base(r) + "/calendar/" + w.Series.Feed + "/days.ics"
	}
	return show(handoutSeriesPage(r.View, w))
}

// seriesForm is the form of a series.
type seriesForm struct {
	sessions.Series
	Depots []depot.Place // from which the organisation may hand out
	Goods  []depot.Item  // that can be handed out by the piece

	Promises []sessions.Named // from which the organisation may hand out
	Form     url.Values
	Errors   kit.Errors
}

func (s *Site) handoutForm(r *Request) (Answer, error) { return s.showHandoutForm(r, nil) }

func (s *Site) showHandoutForm(r *Request, wrong error) (Answer, error) {
	w := seriesForm{Errors: r.View.Problems(wrong)}
	w.Series = sessions.Series{Way: sessions.ByAppointment, Slot: 30, Places: 4, Release: 30, Own: true, Recurs: sessions.Recurrence{Weeks: 1, First: r.View.Today}}
	if r.PathValue("id") != "" {
		id, err := r.ID("id")
		if err != nil {
			return Answer{}, err
		}
		if w.Series, _, err = s.Sessions.Series(r.Context(), id, r.View.Today); err != nil {
			return Answer{}, err
		}
		if w.Org != r.Session.Actor().Org {
			return Answer{}, kernel.NewNotFound("page")
		}
		if err := s.stockFor(r, &w); err != nil {
			return Answer{}, err
		}
		if w.Promises, err = s.Sessions.Promises(r.Context()); err != nil {
			return Answer{}, err
		}
	}
	if wrong != nil {
		w.Form = r.PostForm
		return again(handoutFormPage(r.View, w), wrong)
	}
	return show(handoutFormPage(r.View, w))
}

// stockFor finds from which depots a series may hand out, and what.
func (s *Site) stockFor(r *Request, w *seriesForm) error {
	actor := r.Session.Actor()
	if !policy.May(actor, "depot.read") {
		return nil
	}
	places, err := s.Depot.Places(r.Context())
	if err != nil {
		return err
	}
	for _, p := range places {
		if p.Org == actor.Org && p.Kind == depot.Store && !p.Closed {
			w.Depots = append(w.Depots, p)
		}
	}
	if len(w.Depots) == 0 {
		return nil
	}
	items, err := s.Depot.Items(r.Context())
	if err != nil {
		return err
	}
	for _, i := range items {
		if !i.Numbered && !i.Off {
			w.Goods = append(w.Goods, i)
		}
	}
	return nil
}

func (s *Site) handoutPlan(r *Request) (Answer, error) {
	in, err := seriesTyped(r, sessions.Series{})
	if err == nil {
		in.ID = kernel.ID(r.PostForm.Get("id"))
		in, err = s.Sessions.Plan(r.Context(), in)
	}
	if faulty(err) {
		return s.showHandoutForm(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/handouts/"+string(in.ID), "said.handout.planned")
}

func (s *Site) handoutChange(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	before, _, err := s.Sessions.Series(r.Context(), id, r.View.Today)
	if err != nil {
		return Answer{}, err
	}
	in, err := seriesTyped(r, before)
	if err == nil {
		_, err = s.Sessions.Change(r.Context(), in)
	}
	if faulty(err) {
		return s.showHandoutForm(r, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/handouts/"+string(id), "said.handout.changed")
}

// seriesTyped reads the form of a series over what it was before.
func seriesTyped(r *Request, in sessions.Series) (sessions.Series, error) {
	form := r.PostForm
	var wrong kernel.Faults
	day := func(name string) kernel.Date {
		d, err := kit.DateOf(form, name)
		wrong.Check(name, err)
		return d
	}
	number := func(name string) int64 {
		typed := strings.TrimSpace(form.Get(name))
		n, err := strconv.ParseInt(typed, 10, 64)
		if typed != "" && err != nil {
			return -1 // told with its bounds
		}
		return n
	}
	in.Name, in.Place = form.Get("name"), form.Get("place")
	if in.ID == "" {
		in.Way = sessions.Way(form.Get("way"))
	}
	in.Version, _ = strconv.ParseInt(form.Get("version"), 10, 64)
	in.Recurs.Days = form["days"]
	in.Recurs.Weeks, in.Recurs.Nth = recursTyped(form.Get("weeks"))
	in.Recurs.From, in.Recurs.To = clockTyped(form.Get("from")), clockTyped(form.Get("to"))
	in.Recurs.First, in.Recurs.Last = day("first"), day("last")
	in.Recurs.Holidays = form.Get("holidays") != ""
	if form.Has("not") {
		days, err := daysTyped(form.Get("not"))
		wrong.Check("not", err)
		in.Recurs.Not = days
	}
	if in.Way == sessions.ByAppointment {
		in.Slot, in.Places, in.Release, in.Own = number("slot"), number("places"), number("release"), form.Get("own") != ""
		in.Items = itemsTyped(form.Get("items"), in.Items)
		if form.Has("depot") {
			in.Depot = kernel.ID(form.Get("depot"))
		}
		for i, item := range in.Items {
			if name := assetField(item); form.Has(name) {
				in.Items[i].Asset = kernel.ID(form.Get(name))
			}
			if in.Depot == "" {
				in.Items[i].Asset = ""
			}
			if name := paidField(item); form.Has(name) {
				in.Items[i].Paid = promiseTyped(form.Get(name))
			}
		}
	}
	return in, wrong.Err()
}

// recursTyped reads how often: "2" is every other week, "m-1" the last of the
// month.
func recursTyped(typed string) (weeks, nth int64) {
	month, ok := strings.CutPrefix(typed, "m")
	n, err := strconv.ParseInt(month, 10, 64)
	switch {
	case err != nil:
		return -1, 0
	case ok:
		return 0, n
	}
	return n, 0
}

// clockTyped reads a time of day as people write it: "9:00", "9.00", "9h".
func clockTyped(typed string) string {
	typed = strings.NewReplacer("h", ":", "H", ":", "u", ":", "U", ":", ".", ":", " ", "").Replace(typed)
	hour, minute, _ := strings.Cut(typed, ":")
	if minute == "" {
		minute = "00"
	}
	if len(hour) == 1 {
		hour = "0" + hour
	}
	return hour + ":" + minute
}

// assetField is the field that says what a depot calls an item.
func assetField(i sessions.Item) string { return "asset-" + i.Key }

// itemsTyped reads what is handed out, a line each with the usual quantity
// before it. What had the same name before stays the same thing.
func itemsTyped(typed string, before []sessions.Item) (items []sessions.Item) {
	for line := range strings.Lines(typed) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		i := sessions.Item{Name: line}
		if first, rest, ok := strings.Cut(line, " "); ok {
			if n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSuffix(first, "x"), "×"), 10, 64); err == nil {
				i.Usual, i.Name = n, rest
			}
		}
		for _, b := range before {
			if b.Name == i.Name {
				i.Key, i.Asset, i.Paid = b.Key, b.Asset, b.Paid
			}
		}
		items = append(items, i)
	}
	return items
}

// itemsWritten is what is handed out as the form shows it.
func itemsWritten(items []sessions.Item) string {
	var lines []string
	for _, i := range items {
		if i.Usual > 0 {
			lines = append(lines, strconv.FormatInt(i.Usual, 10)+" "+i.Name)
		} else {
			lines = append(lines, i.Name)
		}
	}
	return strings.Join(lines, "\n")
}

func (s *Site) handoutEnd(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sessions.End(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/handouts", "said.handout.ended")
}

func (s *Site) handoutNewFeed(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Sessions.NewFeed(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/handouts/"+string(id), "said.handout.feed")
}

// handoutFeed is the calendar of a series, for who holds its address: days and
// how many places are taken, nobody's name.
func (s *Site) handoutFeed() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		r := &Request{Request: hr, writer: w}
		s.openOutside(r)
		series, days, err := s.Sessions.Feed(r.Context(), r.PathValue("feed"))
		if err != nil {
			s.fail(r, err)
			return
		}
		const stamp = "20060102T150405Z"
		lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Bondgenoot//handouts//EN", "METHOD:PUBLISH"}
		for _, d := range days {
			title := series.Name
			if taken, places := takenOf(d); places > 0 {
				title = r.View.T("handouts.calendar.event", "name", series.Name, "taken", r.View.Number(taken), "places", r.View.Number(places))
			}
			lines = append(lines, "BEGIN:VEVENT", "UID:"+string(d.ID)+"@bondgenoot", "DTSTAMP:"+s.Now().UTC().Format(stamp),
				"DTSTART:"+d.Starts.Time().UTC().Format(stamp), "DTEND:"+d.Ends.Time().UTC().Format(stamp),
				"SUMMARY:"+calendarText.Replace(title), "LOCATION:"+calendarText.Replace(series.Place))
			if d.Cancelled {
				lines = append(lines, "STATUS:CANCELLED")
			}
			lines = append(lines, "END:VEVENT")
		}
		h := w.Header()
		h.Set("Content-Type", "text/calendar; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(calendarLines(append(lines, "END:VCALENDAR")...))) // a reader who left is no fault of ours
	})
}

// takenOf counts the places of a day that are taken, and all.
func takenOf(d sessions.Session) (taken, places int) {
	for _, t := range d.Slots {
		taken, places = taken+int(t.Taken), places+int(t.Places)
	}
	return taken, places
}
