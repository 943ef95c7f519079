package rules

// warn adds a warning for each parameter that was read and whose value is of
// low confidence, has ended, or is older than the law's next indexation.
func (e *explainer) warn(l *look) {
	for _, slot := range l.order {
		v := l.params[slot]
		if v == nil {
			continue
		}
		p := e.lib.params[slot].parameter
		for _, code := range p.doubts(v, e.today) {
			key := code + p.Name
			if e.warned[key] {
				continue
			}
			e.warned[key] = true
			if !e.matters(p) {
				continue
			}
			e.out.Warnings = append(e.out.Warnings, Warning{Code: code, Parameter: p.Name, From: v.From.String(),
				Text: p.Text.In(e.lang) + ": " + warningTexts[code].In(e.lang) + " " + v.From.String() + "."})
		}
	}
}

// matters tells whether the answer hangs on a doubtful parameter: whether it
// would be open if nobody knew its value. While the answer is open anyway,
// every parameter that was read matters.
func (e *explainer) matters(p *Parameter) bool {
	if !e.decided {
		return true
	}
	saved := map[int]param{}
	for slot, ref := range e.lib.params {
		if ref.parameter == p {
			saved[slot] = e.params[slot]
			e.params[slot].n, e.params[slot].done = between(number{}, integer(1e9)), true
		}
	}
	e.fresh()
	var o outcome
	e.doubting = true
	e.right.decide(e.frame, &o)
	e.doubting = false
	for slot, was := range saved {
		e.params[slot] = was
	}
	e.fresh()
	return !o.certain()
}

// The warnings.
const (
	LowConfidence = "low_confidence"
	Outdated      = "outdated"
	Ended         = "ended"
)

var warningTexts = map[string]Text{
	LowConfidence: {"dit bedrag is niet zeker. Het is van", "ce montant n'est pas certain. Il date du", "dieser Betrag ist nicht sicher. Er ist vom", "this amount is not certain. It dates from"},
	Outdated: {"dit bedrag is intussen waarschijnlijk aangepast. Het is van", "ce montant a probablement été adapté entre-temps. Il date du",
		"dieser Betrag wurde inzwischen wahrscheinlich angepasst. Er ist vom", "this amount has probably been adapted since. It dates from"},
	Ended: {"dit bedrag gold tot een dag die voorbij is. Het is van", "ce montant n'est plus valable à cette date. Il date du",
		"dieser Betrag galt bis zu einem Tag, der vorbei ist. Er ist vom", "this amount was valid until a day that has passed. It dates from"},
}

// doubts says why a value may not be the one that holds today.
func (p *Parameter) doubts(v *DatedValue, today Date) (codes []string) {
	if v.Confidence == "low" {
		codes = append(codes, LowConfidence)
	}
	switch {
	case v.To != nil && *v.To < today:
		codes = append(codes, Ended)
	case p.nextIndexation(v.From) <= today:
		codes = append(codes, Outdated)
	}
	return codes
}

// nextIndexation is the first day on which a value from a day is expected to
// have been replaced. An amount that follows the pivot index is adapted when
// prices have risen far enough, so it is doubted after a year; one of which
// nobody says how it is adapted, after two.
func (p *Parameter) nextIndexation(from Date) Date {
	month := 0
	switch p.Indexed {
	case "january":
		month = 1
	case "july":
		month = 7
	case "september":
		month = 9
	case "pivot":
		return from.AddMonths(12)
	case "unknown":
		return from.AddMonths(24)
	default:
		return 1 << 30
	}
	y, _, _ := from.Civil()
	for _, d := range []Date{DateOf(y, month, 1), DateOf(y+1, month, 1)} {
		if d > from {
			return d
		}
	}
	return 1 << 30
}
