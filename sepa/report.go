package sepa

import "strings"

// Verdict is what a status says of a payment.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted" // the bank took it, or paid
	Rejected Verdict = "rejected" // the bank will not pay
	Pending  Verdict = "pending"  // the bank looks at it still
)

// Report is what a bank says of an order: pain.002, of any edition.
type Report struct {
	ID       string // of the message
	Order    string // the ID of the order that it speaks of
	Verdict  Verdict
	Partly   bool // part of the order was accepted
	Reason   string
	Outcomes []Outcome
}

// Outcome is what a bank says of one payment.
type Outcome struct {
	ID      string // end to end
	Verdict Verdict
	Status  string // the bank's code, as "RJCT"
	Reason  string // the bank's code for why, as "AC04"; may be empty
	Line    int
}

// verdicts are the codes of ISO 20022 for groups and payments.
var verdicts = map[string]Verdict{
	"ACCP": Accepted, "ACCC": Accepted, "ACSC": Accepted, "ACSP": Accepted, "ACTC": Accepted, "ACWC": Accepted, "ACWP": Accepted,
	"ACFC": Accepted, "RJCT": Rejected, "CANC": Rejected, "PDNG": Pending, "RCVD": Pending, "PATC": Pending, "PRES": Pending, "PART": Pending,
	"RVCL": Pending, "RVNC": Pending, "RVMC": Pending, "RVNM": Pending, "RVNA": Pending,
}

// ReadReport reads a pain.002. What is wrong with it is [Problems], each with
// its line; then nothing of it may be believed.
func ReadReport(data []byte) (Report, error) {
	root, err := parse(data, "pain.002.001.")
	if err != nil {
		return Report{}, err
	}
	var ps Problems
	body := root.at("CstmrPmtStsRpt")
	if body.kids == nil {
		ps.told(body.line, "CstmrPmtStsRpt", "missing")
		return Report{}, ps.err()
	}
	r := Report{ID: bounded(body.at("GrpHdr/MsgId").text, maxID)}
	group := body.at("OrgnlGrpInfAndSts")
	if r.Order = group.at("OrgnlMsgId").text; r.Order == "" || len(r.Order) > maxID {
		ps.told(group.line, "OrgnlMsgId", "missing")
	}
	groupStatus := ""
	if s := group.at("GrpSts"); s.text != "" {
		groupStatus = s.text
		r.Verdict, r.Partly = ps.verdict(s), s.text == "PART"
	}
	r.Reason = reasonOf(group)
	for _, info := range body.each("OrgnlPmtInfAndSts") {
		status := info.at("PmtInfSts")
		if status.text != "" && groupStatus == "" {
			groupStatus, r.Reason = status.text, first(r.Reason, reasonOf(info))
			r.Verdict, r.Partly = ps.verdict(status), status.text == "PART"
		}
		for _, t := range info.each("TxInfAndSts") {
			ps.outcome(&r, t, status)
		}
	}
	if groupStatus == "" && len(r.Outcomes) == 0 && len(ps) == 0 {
		ps.told(group.line, "GrpSts", "missing")
	}
	return r, ps.err()
}

func (ps *Problems) outcome(r *Report, t, above *element) {
	o := Outcome{ID: t.at("OrgnlEndToEndId").text, Reason: reasonOf(t), Line: t.line}
	status := t.at("TxSts")
	if status.text == "" {
		status = above
	}
	switch {
	case o.ID == "" || len(o.ID) > maxID:
		ps.told(t.line, "OrgnlEndToEndId", "missing")
	case status.text == "":
		ps.told(t.line, "TxSts", "missing")
	default:
		o.Status, o.Verdict = bounded(status.text, 4), ps.verdict(status)
		r.Outcomes = append(r.Outcomes, o)
	}
}

func (ps *Problems) verdict(e *element) Verdict {
	v, known := verdicts[e.text]
	if !known {
		ps.told(e.line, e.name, "status")
	}
	return v
}

// reasonOf is the code of the first reason that is given, when it looks like one.
func reasonOf(e *element) string {
	for _, r := range e.each("StsRsnInf") {
		if code := first(r.at("Rsn/Cd").text, r.at("Rsn/Prtry").text); code != "" {
			return asCode(code)
		}
	}
	return ""
}

// asCode keeps what is a code of a few capitals and digits, and nothing else: a
// sentence of a bank may hold a name.
func asCode(s string) string {
	if len(s) <= 4 && all(s, func(c byte) bool { return isCapital(c) || c >= '0' && c <= '9' }) {
		return s
	}
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return "NARR"
}
