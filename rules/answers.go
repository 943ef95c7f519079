package rules

import "slices"

// Answers are what a scan says about the families of a batch.
type Answers struct {
	Rights  []RightAnswers
	Refused []Refused // families that cannot be; nothing is said about them

	Searched int // answers that were searched for; where something is open, all others were found for a family that is alike
}

// Answer is a [Status] in one byte.
type Answer uint8

// The answers. None is for a family that was refused, and for a person whom a
// right cannot be for at all.
const (
	AnswerNone Answer = iota
	AnswerEntitled
	AnswerNotEntitled
	AnswerUnknown
	AnswerRefer
)

var answerStatus = [...]Status{"", Entitled, NotEntitled, Unknown, Refer}

// Status is the answer in words; "" for [AnswerNone].
func (a Answer) Status() Status { return answerStatus[a] }

func answerOf(s Status) Answer { return Answer(max(0, slices.Index(answerStatus[:], s))) }

// RightAnswers are the answers for one right. They are the ones that
// [Library.Evaluate] gives.
type RightAnswers struct {
	Right   *Right
	Status  []Answer  // of each family
	Persons []Answer  // of each person, of a right for each person; else nil
	Pays    []string  // the periods in which the right pays: month, year, once …
	Cents   [][]int64 // for each of Pays, what each family gets, in cents: the sum over all its amounts
	Open    []Open    // families of whom facts are missing, in order
}

// Open says what is missing of one family for one right.
type Open struct {
	Family       int
	Missing      []MissingFact // not to be changed: families share it
	Undetermined bool          // the status is unknown because the search ended, not because it was seen to hang on them
}

// MissingFact is a fact that can still change the answer: of the family
// (Person -1), or of its first person (0), second …
type MissingFact struct {
	Fact   *Fact
	Person int
}

// Missing is what is missing of a family.
func (r *RightAnswers) Missing(family int) []MissingFact { return r.open(family).Missing }

// Undetermined tells of a family whose status is unknown that the search ended
// before it knew whether what is missing can change it: see
// [Finding.Undetermined].
func (r *RightAnswers) Undetermined(family int) bool { return r.open(family).Undetermined }

func (r *RightAnswers) open(family int) Open {
	i, ok := slices.BinarySearchFunc(r.Open, family, func(o Open, family int) int { return o.Family - family })
	if !ok {
		return Open{}
	}
	return r.Open[i]
}

// Refused is a family that cannot be: a value outside its domain, or facts that
// contradict each other.
type Refused struct {
	Family int
	Why    *InputError
}

// pays are the periods in which a right pays, in the order of its amounts.
func (r *Right) pays() (out []string) {
	for _, a := range r.amounts {
		if !slices.Contains(out, a.per) {
			out = append(out, a.per)
		}
	}
	return out
}
