package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/domain/ownpage"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/audit"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// administrationPages are for who keeps the house: administrators find
// organisations, people and work that failed; privacy officers the record,
// files that may be double, and erasure. Each sees the doors of their own role.
func (s *Site) administrationPages(page register) {
	page("GET /administration", "administration.read", s.administration)
	page("GET /administration/jobs", "job.manage", s.jobs)
	page("POST /administration/jobs/{id}/retry", "job.manage", s.retryJob)
	page("GET /administration/record", "audit.read", s.record)
	page("POST /administration/record/verify", "audit.read", s.verifyRecord)
	page("GET /administration/twins", "family.twins", s.twins)
	page("POST /administration/twins", "family.twins", s.settleTwins)
	page("GET /administration/requests", "requests.watch", s.lateRequests)
	page("GET /administration/erasure", "family.erase", s.erasure)
	page("POST /administration/erasure", "family.erase", s.erase)
	s.retentionPages(page)
	s.organisationPages(page)
}

// door is a page of the administration that the reader may open.
type door struct {
	Href, Key string
	Icon      string
	Count     int // what waits there; -1 when nothing is counted
}

func (s *Site) administration(r *Request) (Answer, error) {
	var doors []door
	if r.may("member.manage") {
		doors = append(doors, door{"/administration/organisations", "organisations", "users-three", -1})
	}
	if r.may("payment.arrange") {
		doors = append(doors, door{"/payments/accounts", "accounts", "hand-coins", -1})
	}
	if r.may("token.manage") {
		tokens, err := s.Members.AllTokens(r.Context())
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/tokens", "tokens", "gear", len(tokens)})
	}
	if r.may("job.manage") {
		failed, _, err := s.Oversight.Jobs(r.Context())
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/jobs", "jobs", "paper-plane-tilt", len(failed)},
			door{"/administration/versions", "versions", "list", -1})
	}
	if r.may("audit.read") {
		doors = append(doors, door{"/administration/record", "record", "eye", -1})
	}
	if r.may("emergency.judge") {
		open, err := s.Sharing.Emergencies(r.Context(), false)
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/emergencies", "emergencies", "shield-check", len(open)})
	}
	if r.may("family.twins") {
		twins, err := s.Families.Twins(r.Context())
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/twins", "twins", "users", len(twins)})
	}
	if r.may("requests.watch") {
		late, err := s.Own.Late(r.Context())
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/requests", "requests", "list", len(late)})
	}
	if r.may("retention.manage") {
		list, err := s.Retention.List(r.Context())
		if err != nil {
			return Answer{}, err
		}
		doors = append(doors, door{"/administration/retention", "retention", "clock", len(list.Over())})
	}
	if r.may("family.erase") {
		doors = append(doors, door{"/administration/erasure", "erasure", "trash", -1})
	}
	return show(administrationPage(r.View, doors))
}

func (s *Site) jobs(r *Request) (Answer, error) {
	failed, waiting, err := s.Oversight.Jobs(r.Context())
	if err != nil {
		return Answer{}, err
	}
	rounds, err := s.Reach.Rounds(r.Context(), 5)
	if err != nil {
		return Answer{}, err
	}
	return show(jobsPage(r.View, failed, waiting, rounds))
}

func (s *Site) retryJob(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	if err := s.Oversight.Retry(r.Context(), id); err != nil {
		return Answer{}, err
	}
	return goTo("/administration/jobs", "said.job.retry")
}

// jobWords says what a job does.
func jobWords(v kit.View, j job.Job) string {
	if key := "administration.job." + j.Kind; v.Has(key) {
		return v.T(key)
	}
	return j.Kind
}

// recordView is a page of the record.
type recordView struct {
	Lines  []recordLine
	Tries  []recordLine // who asked many times for what is not theirs; on the first page
	Before int64
	Next   int64
}

// recordLine is one record in words.
type recordLine struct {
	Seq       int64
	At        kernel.Instant
	Who, Org  string
	Did, More string
	About     *kit.Link // nil: it concerns nothing that has a page
	Number    string    // of a family or anything else without a page for this reader
}

func (s *Site) record(r *Request) (Answer, error) {
	var w recordView
	if typed := r.URL.Query().Get("before"); typed != "" {
		n, err := strconv.ParseInt(typed, 10, 64)
		if err != nil || n < 1 {
			return goTo("/administration/record", "")
		}
		w.Before = n
	}
	records, next, err := s.Oversight.Record(r.Context(), w.Before, 50)
	if err != nil {
		return Answer{}, err
	}
	w.Next = next
	if w.Before == 0 {
		refused, err := s.Oversight.Refusals(r.Context())
		if err != nil {
			return Answer{}, err
		}
		if w.Tries, err = s.recordLines(r, refused); err != nil {
			return Answer{}, err
		}
	}
	if w.Lines, err = s.recordLines(r, records); err != nil {
		return Answer{}, err
	}
	return show(recordPage(r.View, w))
}

// recordLines puts records into words.
func (s *Site) recordLines(r *Request, records []audit.Record) (lines []recordLine, err error) {
	var ids []kernel.ID
	for _, x := range records {
		ids = append(ids, x.Person, x.Org, x.Subject, kernel.ID(x.Detail["org"]))
	}
	names, err := s.Members.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	for _, x := range records {
		line := recordLine{Seq: x.Seq, At: x.At, Who: names[x.Person], Org: names[x.Org], Did: recordWords(r.View, x), More: recordDetail(r.View, x, names)}
		switch {
		case x.Person == "" && names[x.Subject] != "": // somebody on the way in
			line.Who = names[x.Subject]
		case x.Person == "":
			line.Who = r.View.T("looks.house")
		case line.Who == "":
			line.Who = r.View.T("record.unknown")
		}
		if line.Who != names[x.Subject] {
			line.About, line.Number = aboutOf(r.View, x, names)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// verifyRecord reads the whole record of the alliance again and shows whether
// it is as it was written. Nothing changes by it.
func (s *Site) verifyRecord(r *Request) (Answer, error) {
	report, err := s.Oversight.Verify(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(verifiedPage(r.View, report))
}

func (s *Site) twins(r *Request) (Answer, error) {
	twins, err := s.Families.Twins(r.Context())
	if err != nil {
		return Answer{}, err
	}
	return show(twinsPage(r.View, twins))
}

func (s *Site) settleTwins(r *Request) (Answer, error) {
	family, err1 := kernel.ParseID(r.PostFormValue("family"))
	other, err2 := kernel.ParseID(r.PostFormValue("other"))
	if err1 != nil || err2 != nil {
		return Answer{}, kernel.NewNotFound("family")
	}
	verdict := families.Verdict(r.PostFormValue("verdict"))
	if err := s.Families.SettleTwins(r.Context(), family, other, verdict); err != nil {
		return Answer{}, err
	}
	return goTo("/administration/twins", "said.twins.settled")
}

// lateView is what families asked to correct and nobody decided in time.
type lateView struct {
	Late  []ownpage.Late
	Names map[kernel.ID]string
}

func (s *Site) lateRequests(r *Request) (Answer, error) {
	var w lateView
	var err error
	if w.Late, err = s.Own.Late(r.Context()); err != nil {
		return Answer{}, err
	}
	var ids []kernel.ID
	for _, x := range w.Late {
		ids = append(ids, x.Houses...)
	}
	if w.Names, err = s.Members.Names(r.Context(), ids...); err != nil {
		return Answer{}, err
	}
	return show(lateRequestsPage(r.View, w))
}

// houses names the organisations that work with the family.
func (w lateView) houses(x ownpage.Late) string {
	var names []string
	for _, id := range x.Houses {
		names = append(names, w.Names[id])
	}
	return strings.Join(names, ", ")
}

func (s *Site) erasure(r *Request) (Answer, error) {
	return show(erasurePage(r.View, nil, nil))
}

// erase asks once more, and then erases a family by its number. Whether there
// is such a family is told only to who may erase it.
func (s *Site) erase(r *Request) (Answer, error) {
	if err := r.ParseForm(); err != nil {
		return Answer{}, err
	}
	var faults kernel.Faults
	id, err := kernel.ParseID(r.PostForm.Get("family"))
	if err != nil {
		faults.Check("family", kernel.NewInvalid("erasure.number"))
	}
	reason := r.PostForm.Get("reason")
	if !slices.Contains(families.EraseReasons[:], reason) {
		faults.Check("reason", kernel.NewInvalid("family.erase_reason"))
	}
	err = faults.Err()
	switch {
	case err == nil && r.PostForm.Get("sure") != "yes":
		return show(sureToErasePage(r.View, id, reason))
	case err == nil:
		err = s.Families.Forget(r.Context(), id, reason)
	}
	if kernel.CodeOf(err) == kernel.NotFound {
		err = kernel.NewInvalid("erasure.unknown").At("family")
	}
	if faulty(err) {
		return again(erasurePage(r.View, r.PostForm, r.View.Problems(err)), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/administration/erasure", "said.family.erased")
}
