package api

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/domain/sessions"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// handoutEndpoints are where and when something is handed out, and the
// appointments of families.
func (s *API) handoutEndpoints(d *desk) {
	add(d, endpoint{Method: "GET", Path: "/handouts", Action: "handout.look", ID: "list-handouts", Tag: "handouts",
		Says: "The next days on which something is handed out, the nearest first, and how many places are free."}, s.handouts)
	add(d, endpoint{Method: "GET", Path: "/handouts/{session}", Action: "handout.look", ID: "read-handout", Tag: "handouts",
		Says: "One such day."}, s.handout)
	add(d, endpoint{Method: "GET", Path: "/handout-series", Action: "handout.look", ID: "list-series", Tag: "handouts",
		Says: "The series of your organisation."}, s.series)
	add(d, endpoint{Method: "GET", Path: "/handout-series/{series}", Action: "handout.look", ID: "read-series", Tag: "handouts",
		Says: "One series, with its days from today on."}, s.oneSeries)
	add(d, endpoint{Method: "GET", Path: "/handout-series/{series}/figures", Action: "handout.list", ID: "read-series-figures", Tag: "handouts",
		Says: "What came of a series of your organisation, by month, the newest first."}, s.seriesFigures)
	add(d, endpoint{Method: "POST", Path: "/handout-series/{series}/end", Action: "handout.manage", ID: "end-series", Tag: "handouts", Status: noContent,
		Says: "End a series after today.", More: "Days to come are called off, and families who would have come are told."}, s.endSeries)
	add(d, endpoint{Method: "POST", Path: "/handouts/{session}/call-off", Action: "handout.manage", ID: "call-handout-off", Tag: "handouts", Status: noContent,
		Says: "Call one day off.", More: "Families who would have come are told."}, s.callHandoutOff)
	add(d, endpoint{Method: "GET", Path: "/families/{family}/appointments", Action: "handout.book", ID: "list-appointments", Tag: "handouts",
		Says: "The appointments of a family, the newest first."}, s.appointments)
	add(d, endpoint{Method: "POST", Path: "/families/{family}/appointments", Action: "handout.book", ID: "book-appointment", Tag: "handouts", Status: created, Names: true,
		Says: "Make an appointment for a family.", More: "A time that is full is 409; without a time it waits until a place is free."}, s.bookAppointment)
	add(d, endpoint{Method: "POST", Path: "/appointments/{booking}/move", Action: "handout.desk", ID: "move-appointment", Tag: "handouts", Names: true,
		Says: "Give an appointment another time, of the same day or of another of the series.", More: "For who works with the family, or stands at the desk."}, s.moveAppointment)
	add(d, endpoint{Method: "DELETE", Path: "/appointments/{booking}", Action: "handout.desk", ID: "cancel-appointment", Tag: "handouts", Status: noContent,
		Says: "Take an appointment back; its place goes to who waits longest.", More: "For who works with the family, or stands at the desk."}, s.cancelAppointment)
	add(d, endpoint{Method: "GET", Path: "/handouts/{session}/list", Action: "handout.list", ID: "read-desk-list", Tag: "handouts",
		Says: "The list of a day for those who stand at the desk: numbers, first names, what to hand out.", More: "It leaves a record."}, s.deskList)
	add(d, endpoint{Method: "POST", Path: "/handouts/{session}/events", Action: "handout.desk", ID: "tell-desk-event", Tag: "handouts", Names: true,
		Says: "Say what happened at the desk: somebody got what is in the lines, walked in, or it was a mistake.",
		More: "Stock and grants move with it. The same event sent twice moves once; who had it already is told apart, and nothing moves."}, s.deskEvent)
	add(d, endpoint{Method: "POST", Path: "/handouts/{session}/counts", Action: "handout.desk", ID: "count-handout", Tag: "handouts", Status: noContent,
		Says: "Say how many you counted at an open day, in place of what you counted before.", More: "What others counted stays: the day counts the sum."}, s.countHandout)
	add(d, endpoint{Method: "POST", Path: "/handouts/{session}/events/{event}/seen", Action: "handout.desk", ID: "see-desk-event", Tag: "handouts", Status: noContent,
		Says: "Say that somebody looked at what did not fit."}, s.deskSeen)
}

// deskItem is something that a series hands out.
type deskItem struct {
	Key   string    `json:"key,omitempty" maxLength:"20" doc:"Stable within the series; left out: it is new."`
	Name  string    `json:"name"`
	Usual int64     `json:"usual,omitempty" minimum:"0" maximum:"99" doc:"How many one family usually gets; 0: as it is asked."`
	Item  kernel.ID `json:"item,omitempty" doc:"What the depot calls it."`

	Programme kernel.ID `json:"programme,omitempty" doc:"Whose grants pay it; left out: anybody gets it."`
	Offer     string    `json:"offer,omitempty" maxLength:"100" doc:"Of that programme."`
}

// SeriesTold is a hand-out that recurs.
type SeriesTold struct {
	ID           kernel.ID    `json:"id"`
	Version      int64        `json:"version"`
	Organisation kernel.ID    `json:"organisation"`
	Name         string       `json:"name"`
	Place        string       `json:"place"`
	Way          sessions.Way `json:"way"`
	Own          bool         `json:"own" doc:"Families may make their own appointment."`
	Depot        kernel.ID    `json:"depot,omitempty" doc:"From which it gives."`
	Items        []deskItem   `json:"items" nullable:"false"`
	Recurs       Recurring    `json:"recurs"`
	Slot         int64        `json:"slot,omitempty" doc:"Minutes of one time, by appointment."`
	Places       int64        `json:"places,omitempty" doc:"Families in one time."`
	Release      int64        `json:"release,omitempty" doc:"Minutes after its time for which a family who did not come is waited for."`
	Ended        bool         `json:"ended,omitempty"`
}

func seriesJSON(x sessions.Series) SeriesTold {
	out := SeriesTold{x.ID, x.Version, x.Org, x.Name, x.Place, x.Way, x.Own, x.Depot, []deskItem{}, Recurring(x.Recurs), x.Slot, x.Places, x.Release, x.Ended}
	for _, i := range x.Items {
		out.Items = append(out.Items, deskItem{i.Key, i.Name, i.Usual, i.Asset, i.Paid.Programme, i.Paid.Offer})
	}
	return out
}

type slotTold struct {
	Slot   int64          `json:"slot"`
	Starts kernel.Instant `json:"starts"`
	Ends   kernel.Instant `json:"ends"`
	Places int64          `json:"places"`
	Taken  int64          `json:"taken"`
}

// DayTold is one day of a series.
type DayTold struct {
	ID        kernel.ID      `json:"id"`
	Series    kernel.ID      `json:"series"`
	Day       kernel.Date    `json:"day"`
	Starts    kernel.Instant `json:"starts"`
	Ends      kernel.Instant `json:"ends"`
	Cancelled bool           `json:"cancelled"`
	Waiting   int64          `json:"waiting" doc:"Families that wait for a place."`
	Slots     []slotTold     `json:"slots" nullable:"false"`
}

func dayJSON(x sessions.Session) DayTold {
	out := DayTold{x.ID, x.Series, x.Day, x.Starts, x.Ends, x.Cancelled, x.Waiting, []slotTold{}}
	for _, t := range x.Slots {
		out.Slots = append(out.Slots, slotTold{t.N, t.Starts, t.Ends, t.Places, t.Taken})
	}
	return out
}

// Handout is a day with its series.
type Handout struct {
	DayTold
	Of SeriesTold `json:"of"`
}

func handoutJSON(c sessions.Coming) Handout { return Handout{dayJSON(c.Session), seriesJSON(c.Series)} }

type handoutsAsked struct {
	Limit int  `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"At most so many."`
	Ours  bool `query:"ours" doc:"Only those of your organisation."`
}

func (s *API) handouts(ctx context.Context, in *handoutsAsked) (*listed[Handout], error) {
	all, err := s.Sessions.Next(ctx, in.Ours, in.Limit)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", handoutJSON), nil
}

type sessionAsked struct {
	Session kernel.ID `path:"session"`
}

func (s *API) handout(ctx context.Context, in *sessionAsked) (*one[Handout], error) {
	c, err := s.Sessions.Session(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	return answer(handoutJSON(c))
}

func (s *API) series(ctx context.Context, _ *nothingAsked) (*listed[SeriesTold], error) {
	all, err := s.Sessions.Ours(ctx)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", seriesJSON), nil
}

type seriesAsked struct {
	Series kernel.ID `path:"series"`
}

type seriesDays struct {
	SeriesTold
	Days []DayTold `json:"days" nullable:"false"`
}

func (s *API) oneSeries(ctx context.Context, in *seriesAsked) (*one[seriesDays], error) {
	series, all, err := s.Sessions.Series(ctx, in.Series, s.today())
	if err != nil {
		return nil, err
	}
	out := seriesDays{seriesJSON(series), []DayTold{}}
	for _, x := range all {
		out.Days = append(out.Days, dayJSON(x))
	}
	return answer(out)
}

type handoutMonth struct {
	Month    string           `json:"month" doc:"2026-11"`
	Sessions int64            `json:"sessions" doc:"That were held."`
	Families int64            `json:"families" doc:"That got something, with those who walked in."`
	WalkIns  int64            `json:"walk_ins"`
	NoShows  int64            `json:"no_shows"`
	Given    map[string]int64 `json:"given" doc:"Pieces, by the key of the item."`
	Counts   map[string]int64 `json:"counts" doc:"What an open day counts: families, children, brought, taken."`
}

func (s *API) seriesFigures(ctx context.Context, in *seriesAsked) (*listed[handoutMonth], error) {
	_, all, err := s.Sessions.Figures(ctx, in.Series)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(m sessions.Month) handoutMonth { return handoutMonth(m) }), nil
}

func (s *API) endSeries(ctx context.Context, in *seriesAsked) (*nothing, error) {
	return &nothing{}, s.Sessions.End(ctx, in.Series)
}

func (s *API) callHandoutOff(ctx context.Context, in *sessionAsked) (*nothing, error) {
	return &nothing{}, s.Sessions.CallOff(ctx, in.Session)
}

// deskLine is a quantity of an item.
type deskLine struct {
	Item     string `json:"item" maxLength:"9" doc:"Its key in the series."`
	Quantity int64  `json:"quantity" minimum:"0" maximum:"99"`
}

func deskLines(all []sessions.Line) []deskLine {
	out := make([]deskLine, 0, len(all))
	for _, l := range all {
		out = append(out, deskLine(l))
	}
	return out
}

func linesOf(all []deskLine) (out []sessions.Line) {
	for _, l := range all {
		out = append(out, sessions.Line(l))
	}
	return out
}

// Appointment is that a family comes.
type Appointment struct {
	ID       kernel.ID      `json:"id"`
	Session  kernel.ID      `json:"session"`
	Slot     *int64         `json:"slot,omitempty" doc:"Left out: it waits for a place, or somebody walked in."`
	Number   int64          `json:"number" doc:"By which they are called."`
	State    sessions.State `json:"state"`
	WalkIn   bool           `json:"walk_in"`
	Lines    []deskLine     `json:"lines" nullable:"false" doc:"What to hand out."`
	Given    []deskLine     `json:"given" nullable:"false" doc:"What was handed out."`
	HandedAt kernel.Instant `json:"handed_at,omitempty"`
}

func appointmentJSON(b sessions.Booking) Appointment {
	out := Appointment{ID: b.ID, Session: b.Session, Number: b.Number, State: b.State, WalkIn: b.WalkIn, Lines: deskLines(b.Lines), Given: deskLines(b.Given), HandedAt: b.HandedAt}
	if b.Slot != sessions.NoSlot {
		out.Slot = &b.Slot
	}
	return out
}

func (s *API) appointments(ctx context.Context, in *familyAsked) (*listed[Appointment], error) {
	all, err := s.Sessions.Of(ctx, in.Family)
	if err != nil {
		return nil, err
	}
	return listOf(askedOf(ctx).URL, all, "", func(m sessions.Mine) Appointment { return appointmentJSON(m.Booking) }), nil
}

type bookingAppointment struct {
	Family kernel.ID `path:"family"`
	Body   struct {
		Session kernel.ID  `json:"session"`
		Slot    *int64     `json:"slot,omitempty" minimum:"0" maximum:"999" doc:"Left out: wait until a place is free."`
		Person  kernel.ID  `json:"person,omitempty" doc:"Who comes; left out: the first of the file."`
		Lines   []deskLine `json:"lines,omitempty" maxItems:"30" nullable:"false" doc:"Left out: what a family usually gets."`
	}
}

func slotOf(slot *int64) int64 {
	if slot == nil {
		return sessions.NoSlot
	}
	return *slot
}

func (s *API) bookAppointment(ctx context.Context, in *bookingAppointment) (*made[Appointment], error) {
	b, err := s.Sessions.Book(ctx, sessions.Asking{Session: in.Body.Session, Slot: slotOf(in.Body.Slot), Family: in.Family, Person: in.Body.Person, Lines: linesOf(in.Body.Lines)})
	if err != nil {
		return nil, err
	}
	return &made[Appointment]{Root + "/families/" + string(in.Family) + "/appointments", appointmentJSON(b)}, nil
}

type movingAppointment struct {
	Booking kernel.ID `path:"booking"`
	Body    struct {
		Session kernel.ID `json:"session"`
		Slot    *int64    `json:"slot,omitempty" minimum:"0" maximum:"999" doc:"Left out: wait until a place is free."`
	}
}

func (s *API) moveAppointment(ctx context.Context, in *movingAppointment) (*one[Appointment], error) {
	b, err := s.Sessions.Move(ctx, in.Booking, in.Body.Session, slotOf(in.Body.Slot))
	if err != nil {
		return nil, err
	}
	return answer(appointmentJSON(b))
}

type bookingAsked struct {
	Booking kernel.ID `path:"booking"`
}

func (s *API) cancelAppointment(ctx context.Context, in *bookingAsked) (*nothing, error) {
	return &nothing{}, s.Sessions.Cancel(ctx, in.Booking)
}

type deskEntry struct {
	Appointment
	First string           `json:"first,omitempty" doc:"Where it may be shown."`
	Left  map[string]int64 `json:"left,omitempty" doc:"How much the family may still get of items that are granted, by key."`
	Copay map[string]euros `json:"copay,omitempty" doc:"What the family pays itself for one piece, by key."`
	Paid  euros            `json:"paid,omitempty" doc:"What it paid for what it got."`
}

type deskDay struct {
	Handout
	Entries   []deskEntry      `json:"entries" nullable:"false" doc:"In the order of their times and numbers."`
	Conflicts []deskTold       `json:"conflicts" nullable:"false" doc:"What did not fit and nobody has looked at."`
	Counts    map[string]int64 `json:"counts" doc:"What an open day counts: all that was counted, by whomever."`
}

func (s *API) deskList(ctx context.Context, in *sessionAsked) (*one[deskDay], error) {
	day, err := s.Sessions.Day(ctx, in.Session)
	if err != nil {
		return nil, err
	}
	out := deskDay{handoutJSON(day.Coming), []deskEntry{}, []deskTold{}, day.Counts}
	for _, b := range day.Entries {
		e := deskEntry{Appointment: appointmentJSON(b), First: b.First, Left: b.Left, Paid: amount(b.Paid)}
		for key, cents := range b.Copay {
			if e.Copay == nil {
				e.Copay = map[string]euros{}
			}
			e.Copay[key] = euros(cents.String())
		}
		out.Entries = append(out.Entries, e)
	}
	for _, t := range day.Conflicts {
		out.Conflicts = append(out.Conflicts, toldJSON(t))
	}
	return answer(out)
}

type happening struct {
	Session kernel.ID `path:"session"`
	Body    struct {
		ID      kernel.ID     `json:"id" doc:"Made by you: sent twice, it moves once."`
		Booking kernel.ID     `json:"booking" doc:"Made by you too when somebody walked in."`
		Kind    sessions.Kind `json:"kind"`
		Lines   []deskLine    `json:"lines,omitempty" maxItems:"30" nullable:"false"`
		At      string        `json:"at" format:"date-time" doc:"By the clock of the desk."`
	}
}

// deskTold is an event with what came of it.
type deskTold struct {
	ID      kernel.ID        `json:"id"`
	Booking kernel.ID        `json:"booking"`
	Kind    sessions.Kind    `json:"kind"`
	Lines   []deskLine       `json:"lines" nullable:"false"`
	Number  int64            `json:"number"`
	Outcome sessions.Outcome `json:"outcome"`
	Again   bool             `json:"again" doc:"It was told before: nothing moved now."`
	Copay   euros            `json:"copay,omitempty" doc:"What the family paid itself."`
}

func toldJSON(t sessions.Told) deskTold {
	return deskTold{t.ID, t.Booking, t.Kind, deskLines(t.Lines), t.Number, t.Outcome, t.Again, amount(t.Copay)}
}

func (s *API) deskEvent(ctx context.Context, in *happening) (*one[deskTold], error) {
	at, err := kernel.ParseInstant(in.Body.At)
	if err != nil {
		return nil, kernel.NewInvalid("instant").At("at")
	}
	b := in.Body
	t, err := s.Sessions.Tell(ctx, in.Session, sessions.Event{ID: b.ID, Booking: b.Booking, Kind: b.Kind, Lines: linesOf(b.Lines), At: at})
	if err != nil {
		return nil, err
	}
	return answer(toldJSON(t))
}

type eventAsked struct {
	Session kernel.ID `path:"session"`
	Event   kernel.ID `path:"event"`
}

func (s *API) deskSeen(ctx context.Context, in *eventAsked) (*nothing, error) {
	return &nothing{}, s.Sessions.Seen(ctx, in.Session, in.Event)
}

type countingHandout struct {
	Session kernel.ID `path:"session"`
	Body    struct {
		Device   kernel.ID `json:"device,omitempty" doc:"Made by you, of each telephone that counts: what one counts is added to what another does, also of the same account."`
		Families int64     `json:"families,omitempty" minimum:"0" maximum:"5000"`
		Children int64     `json:"children,omitempty" minimum:"0" maximum:"5000"`
		Brought  int64     `json:"brought,omitempty" minimum:"0" maximum:"5000" doc:"Things that people brought."`
		Taken    int64     `json:"taken,omitempty" minimum:"0" maximum:"5000" doc:"Things that people took."`
	}
}

func (s *API) countHandout(ctx context.Context, in *countingHandout) (*nothing, error) {
	b := in.Body
	return &nothing{}, s.Sessions.Count(ctx, in.Session, b.Device, map[string]int64{"families": b.Families, "children": b.Children, "brought": b.Brought, "taken": b.Taken})
}
