package page

import (
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/reach"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/domain/rights"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// todayPages are what asks a worker's attention, and nothing else.
func (s *Site) todayPages(page register) {
	page("GET /today", "session.own", s.today)
}

// How much of each list stands on the page, and how far ahead claims are
// looked at.
const (
	todayRows  = 5
	todayDays  = 30
	todayMost  = 100 // rows that are counted
	todayAhead = 4
)

// todayView is what a worker sees first. What the roles do not have stays
// empty.
type todayView struct {
	Name    string // first name
	Figures []figure
	In      []referrals.Row     // received, by the day on which something must be done
	Out     []referrals.Receipt // sent, that ask something of the sender
	Sent    []referrals.Receipt // sent, for who does nothing else here
	Claims  []rights.Row        // by deadline
	Recent  []families.Row      // on which the worker went on last
	Waiting map[kernel.ID]int   // rights that wait for an answer, by family
	Ahead   []families.Ahead
	Drafts  []programmes.Programme
	Twins   int
	Wrote   []wroteRow // families that wrote, the longest waiting first
	Names   map[kernel.ID]string

	mayOpen, mayRefer, mayRead, mayFile, mayAdminister bool
}

// figure is a number with the rows it counts.
type figure struct {
	N    int
	Key  string // of its words
	Href string
}

func (s *Site) today(r *Request) (Answer, error) {
	actor := r.Session.Actor()
	first, _, _ := strings.Cut(r.Session.Worker.Name, " ")
	if r.Session.How == members.ByPairing {
		first = "" // nobody says who holds it
	}
	w := todayView{Name: first, Names: map[kernel.ID]string{},
		mayOpen: policy.May(actor, "family.open"), mayRefer: policy.May(actor, "referral.send"), mayRead: policy.May(actor, "referral.read"),
		mayFile: policy.May(actor, "family.read"), mayAdminister: policy.May(actor, "administration.read")}
	for _, part := range []struct {
		action string
		read   func(*Request, *todayView) error
	}{
		{"referral.list", s.todayReceived},
		{"referral.follow", s.todaySent},
		{"rights.read", s.todayClaims},
		{"reach.list", s.todayReach},
		{"family.list", s.todayFamilies},
		{"family.list", s.todayQuiet},
		{"programme.manage", s.todayDrafts},
		{"family.messages", s.todayWrote},
		{"family.homes", s.todayHomes},
		{"family.twins", s.todayTwins},
		{"requests.watch", s.todayLate},
		{"audit.read", s.todayRefused},
	} {
		if !policy.May(actor, part.action) {
			continue
		}
		if err := part.read(r, &w); err != nil {
			return Answer{}, err
		}
	}
	if err := s.todayNames(r, &w); err != nil {
		return Answer{}, err
	}
	return show(todayPage(r.View, w))
}

func (s *Site) todayReceived(r *Request, w *todayView) error {
	counts, err := s.Referrals.Counts(r.Context())
	if err != nil {
		return err
	}
	w.count(int(counts.Unclaimed), "unclaimed", "/referrals")
	w.count(int(counts.Overdue), "overdue", "/referrals")
	if !w.mayRead {
		w.count(int(counts.Open), "expected", "/referrals")
		return nil
	}
	in, err := s.Referrals.Inbox(r.Context(), referrals.Query{Limit: todayRows})
	w.In = in.Rows
	return err
}

func (s *Site) todaySent(r *Request, w *todayView) error {
	out, err := s.Referrals.Outbox(r.Context(), referrals.Query{Limit: 4 * todayRows})
	if err != nil {
		return err
	}
	for _, x := range out.Rows {
		if x.Late || x.Progress == referrals.NotTakenOn || x.Progress == referrals.Unanswered {
			w.Out = append(w.Out, x)
		} else if !w.mayOpen && len(w.Sent) < todayRows {
			w.Sent = append(w.Sent, x)
		}
	}
	if w.mayOpen {
		return nil
	}
	over, err := s.Referrals.Outbox(r.Context(), referrals.Query{Over: true, Limit: todayRows})
	for _, x := range over.Rows {
		if x.Progress == referrals.HasArrived && len(w.Sent) < 2*todayRows {
			w.Sent = append(w.Sent, x)
		}
	}
	return err
}

func (s *Site) todayClaims(r *Request, w *todayView) error {
	due, err := s.Rights.Claims(r.Context(), rights.Query{Due: r.View.Today.AddDays(todayDays), Limit: todayMost})
	if err != nil {
		return err
	}
	w.count(len(due.Rows), "claims", "/claims")
	w.Claims = due.Rows[:min(todayRows, len(due.Rows))]
	return nil
}

// todayReach counts what is certain for the own families and was not asked for.
func (s *Site) todayReach(r *Request, w *todayView) error {
	page, err := s.Reach.List(r.Context(), reach.Query{Limit: 1})
	w.count(int(page.N), "reach", "/reach")
	return err
}

func (s *Site) todayFamilies(r *Request, w *todayView) error {
	ahead, err := s.Families.Ahead(r.Context(), r.View.Today.AddMonths(aheadMonths), todayMost)
	if err != nil {
		return err
	}
	w.count(len(ahead), "ahead", "/families/ahead")
	w.Ahead = ahead[:min(todayAhead, len(ahead))]
	if !w.mayFile {
		return nil
	}
	recent, err := s.Families.List(r.Context(), families.Query{Mine: true, Limit: todayRows})
	if err != nil {
		return err
	}
	w.Recent = recent.Rows
	var ids []kernel.ID
	for _, row := range w.Recent {
		ids = append(ids, row.ID)
	}
	w.Waiting, err = s.Rights.Undecided(r.Context(), ids)
	return err
}

func (s *Site) todayDrafts(r *Request, w *todayView) error {
	drafts, err := s.Programmes.List(r.Context(), programmes.Query{States: []programmes.State{programmes.Draft, programmes.Paused}, Limit: todayRows})
	w.Drafts = drafts.Rows
	return err
}

// wroteRow is a family whose message waits.
type wroteRow struct {
	families.Row
	Since kernel.Instant
	Due   kernel.Date // by when a request of theirs to correct is decided; zero: none
}

// todayWrote are the families of whom something waits that they wrote.
func (s *Site) todayWrote(r *Request, w *todayView) error {
	waiting, err := s.Own.Waiting(r.Context())
	if err != nil || len(waiting) == 0 {
		return err
	}
	n, ids := 0, []kernel.ID{}
	for _, x := range waiting {
		n += x.N
		ids = append(ids, x.Family)
	}
	rows, err := s.Families.Rows(r.Context(), ids[:min(todayRows, len(ids))])
	for _, row := range rows {
		for _, x := range waiting {
			if x.Family == row.ID {
				w.Wrote = append(w.Wrote, wroteRow{row, x.Since, x.Due})
			}
		}
	}
	w.count(n, "wrote", "/families/"+string(waiting[0].Family)+"/messages")
	return err
}

// todayHomes counts the families in whose file a question about a child's other
// home waits.
func (s *Site) todayHomes(r *Request, w *todayView) error {
	waiting, err := s.Homes.Waiting(r.Context())
	if err != nil || len(waiting) == 0 {
		return err
	}
	w.count(len(waiting), "homes", "/families/"+string(waiting[0].Family)+"/homes")
	return nil
}

func (s *Site) todayTwins(r *Request, w *todayView) error {
	twins, err := s.Families.Twins(r.Context())
	w.Twins = len(twins)
	w.count(w.Twins, "twins", "/administration/twins")
	return err
}

// todayLate counts what families asked to correct and nobody decided in time.
func (s *Site) todayLate(r *Request, w *todayView) error {
	late, err := s.Own.Late(r.Context())
	w.count(len(late), "late", "/administration/requests")
	return err
}

// todayRefused counts how often somebody asked many times for what is not theirs.
func (s *Site) todayRefused(r *Request, w *todayView) error {
	refused, err := s.Oversight.Refusals(r.Context())
	w.count(len(refused), "refused", "/administration/record")
	return err
}

func (s *Site) todayNames(r *Request, w *todayView) (err error) {
	var ids []kernel.ID
	for _, x := range w.In {
		ids = append(ids, x.SenderOrg, x.ReceiverOrg, x.Owner)
	}
	for _, list := range [][]referrals.Receipt{w.Out, w.Sent} {
		for _, x := range list {
			ids = append(ids, x.To, x.Instead)
		}
	}
	if len(ids) > 0 {
		w.Names, err = s.Members.Names(r.Context(), ids...)
	}
	return err
}

// count adds a number, unless there is nothing to count.
func (w *todayView) count(n int, key, href string) {
	if n > 0 {
		w.Figures = append(w.Figures, figure{n, key, href})
	}
}

// nothing tells whether the day asks nothing.
func (w todayView) nothing() bool {
	return len(w.Figures)+len(w.In)+len(w.Out)+len(w.Sent)+len(w.Recent)+len(w.Drafts)+len(w.Wrote) == 0
}

// lead says in a line what the day is like.
func (w todayView) lead(v kit.View) string {
	if w.Name == "" {
		return v.T("today.hello.helping")
	}
	if len(w.Figures) > 0 || len(w.Out) > 0 {
		return v.T("today.hello.busy", "name", w.Name)
	}
	return v.T("today.hello.calm", "name", w.Name)
}

// blank teaches, by role, what will stand here and what to do first.
func (w todayView) blank(v kit.View) kit.Blank {
	switch {
	case w.mayOpen:
		return kit.Blank{Picture: "hello", Title: v.T("today.none.caseworker"), Text: v.T("today.none.caseworker.text"),
			Action: &kit.Link{Href: "/families/new", Label: v.T("families.new")}}
	case w.mayRefer:
		return kit.Blank{Picture: "path", Title: v.T("today.none.referrer"), Text: v.T("today.none.referrer.text"),
			Action: &kit.Link{Href: "/referrals/new", Label: v.T("today.refer")}}
	case w.mayAdminister:
		return kit.Blank{Picture: "list", Title: v.T("today.none.administrator"), Text: v.T("today.none.administrator.text"),
			Action: &kit.Link{Href: "/administration", Label: v.T("nav.administration")}}
	}
	return kit.Blank{Picture: "pause", Title: v.T("today.none.other"), Text: v.T("today.none.other.text"),
		Action: &kit.Link{Href: "/programmes", Label: v.T("nav.programmes")}}
}

// inTitle is how a received referral is called.
func inTitle(v kit.View, x referrals.Row) string {
	if x.Who != "" {
		return x.Who
	}
	return v.T("today.family")
}

// outWords says what a referral that was sent asks of its sender.
func outWords(v kit.View, x referrals.Receipt, names map[kernel.ID]string) string {
	switch {
	case x.Progress == referrals.NotTakenOn && x.Instead != "":
		return v.T("today.out.declined.instead", "reason", v.T("referral.reason."+string(x.Reason)), "org", names[x.Instead])
	case x.Progress == referrals.NotTakenOn:
		return v.T("today.out.declined", "reason", v.T("referral.reason."+string(x.Reason)))
	case x.Progress == referrals.Unanswered:
		return v.T("today.out.unanswered")
	case x.Late:
		return v.T("today.out.late", "day", x.AnswerBy)
	case x.Progress == referrals.HasArrived:
		return v.T("today.out.arrived", "day", x.ArrivedOn)
	}
	return v.T("today.out.sent", "day", x.SentAt.Date())
}

// claimWhen says by when a claim asks for something.
func claimWhen(v kit.View, c rights.Claim) string {
	if c.Deadline < v.Today {
		return v.T("today.claim.late", "day", c.Deadline)
	}
	return v.T("today.claim.by", "day", c.Deadline)
}

// programmeTitle is how a programme is called.
func programmeTitle(v kit.View, p programmes.Programme) string { return p.Name().In(v.Lang()) }
