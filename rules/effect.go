package rules

import "cmp"

// Effect is what a change does to families, or to those of one area.
type Effect struct {
	Families      int64 // how many were looked at
	Before, After Standing

	// Families by what becomes of them, each counted once at most.
	Gain, Lose       int64 // are certain of it now and were not; or no longer, for certain
	More, Less       int64 // are certain of it before and after, and of more or less of it
	MayGain, MayLose int64 // could have it now who could not; or can no longer be certain of it, or hope for it

	GainCents, LoseCents int64 // what they together get more in a year, and less
	MostCents            int64 // what the one family gets more, or less, for whom it is most
}

// Standing is how families stand with a right, or with all rights that a change
// touches.
type Standing struct {
	Entitled int64
	Open     int64            // of whom it is not known yet
	Cents    int64            // in a year, what is paid once counted once
	Units    map[string]int64 // cents for each day, meal or session: nobody says how many of them a year has
}

// TimesAYear is how often a year brings what is paid in a period, what is paid
// once counted once; 0 for what is paid for each day, meal or session: nobody
// says how many of them a year has.
func TimesAYear(per string) int64 {
	switch per {
	case "once", "year":
		return 1
	case "quarter":
		return 4
	case "month":
		return 12
	case "week":
		return 52
	}
	return 0
}

// count adds a family.
func (e *Effect) count(before, after share) {
	e.Families++
	e.Before.count(before)
	e.After.count(after)
	switch was, is := before.status == AnswerEntitled, after.status == AnswerEntitled; {
	case was && is:
		switch cmp.Compare(after.cents, before.cents) {
		case 1:
			e.More++
		case -1:
			e.Less++
		}
	case was && after.status == AnswerUnknown:
		e.MayLose++
	case was:
		e.Lose++
	case is:
		e.Gain++
	case after.status == AnswerUnknown && before.status != AnswerUnknown:
		e.MayGain++
	case before.status == AnswerUnknown && after.status != AnswerUnknown:
		e.MayLose++
	}
	more := after.cents - before.cents
	e.GainCents += max(0, more)
	e.LoseCents += max(0, -more)
	e.MostCents = max(e.MostCents, more, -more)
}

func (s *Standing) count(x share) {
	switch x.status {
	case AnswerEntitled:
		s.Entitled++
	case AnswerUnknown:
		s.Open++
	}
	s.Cents += x.cents
	for per, cents := range x.units {
		if s.Units == nil {
			s.Units = map[string]int64{}
		}
		s.Units[per] += cents
	}
}

// add adds the families of another count.
func (e *Effect) add(other *Effect) {
	e.Families += other.Families
	e.Before.add(other.Before)
	e.After.add(other.After)
	e.MostCents = max(e.MostCents, other.MostCents)
	for _, x := range []struct{ to, from *int64 }{
		{&e.Gain, &other.Gain}, {&e.Lose, &other.Lose}, {&e.More, &other.More}, {&e.Less, &other.Less},
		{&e.MayGain, &other.MayGain}, {&e.MayLose, &other.MayLose}, {&e.GainCents, &other.GainCents}, {&e.LoseCents, &other.LoseCents},
	} {
		*x.to += *x.from
	}
}

func (s *Standing) add(other Standing) {
	s.Entitled += other.Entitled
	s.Open += other.Open
	s.Cents += other.Cents
	for per, cents := range other.Units {
		if s.Units == nil {
			s.Units = map[string]int64{}
		}
		s.Units[per] += cents
	}
}

// share is what one family has of a right.
type share struct {
	status Answer
	cents  int64            // a year
	units  map[string]int64 // for each day, meal …; nil when the right pays nothing so
}

// share is what a family has of a right: nothing, of a right that is not there.
func (r *RightAnswers) share(family int) share {
	if r == nil {
		return share{status: AnswerNotEntitled}
	}
	x := share{status: r.Status[family]}
	for k, per := range r.Pays {
		x.pay(r.Cents[k][family], per)
	}
	return x
}

// share is what a finding gives.
func (f *Finding) share() share {
	x := share{status: answerOf(f.Status)}
	for _, a := range f.Amounts {
		if f.Status == Entitled {
			x.pay(a.Cents, a.Per)
		}
	}
	return x
}

func (s *share) pay(cents int64, per string) {
	if times := TimesAYear(per); times > 0 {
		s.cents += times * cents
	} else if cents != 0 {
		if s.units == nil {
			s.units = map[string]int64{}
		}
		s.units[per] += cents
	}
}
