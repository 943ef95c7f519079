package sharing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// Reason is why there is no time to ask.
type Reason string

// The reasons.
const (
	ChildInDanger Reason = "child"   // a child is in danger now
	AdultInDanger Reason = "adult"   // an adult is
	Medical       Reason = "medical" // who treats somebody must know something now
)

// Reasons lists the reasons in the order in which they are offered.
var Reasons = [...]Reason{ChildInDanger, AdultInDanger, Medical}

// Lengths are the minutes for which a file can be opened without asking.
var Lengths = [...]int{15, 30, 60}

// Verdict is what the privacy officer finds of it.
type Verdict string

// The verdicts.
const (
	Justified Verdict = "confirmed"
	Refused   Verdict = "denied"
)

// judgeDays is within how many days the privacy officer judges.
const judgeDays = 5

// mostTries is how often in a day one worker can try: who guesses names is not
// in an emergency.
const mostTries = 5

// Emergency is a file that somebody opened, or tried to open, without asking.
type Emergency struct {
	ID       kernel.ID
	Family   kernel.ID // zero: nobody was found
	Reason   Reason
	Words    string // sealed; for the privacy officer
	Begins   kernel.Instant
	Ends     kernel.Instant
	Worker   kernel.ID
	Org      kernel.ID
	JudgeBy  kernel.Date
	Verdict  Verdict // zero: nobody judged it yet
	JudgedAt kernel.Instant
	JudgedBy kernel.ID
}

// Alarm is an emergency as typed: whom it is about is somebody's last name and
// day of birth.
type Alarm struct {
	Last    string
	Birth   kernel.Date
	Reason  Reason
	Words   string // what is the matter
	Minutes int
}

const maxWords = 1000

func (in Alarm) check(today kernel.Date) error {
	var faults kernel.Faults
	if strings.TrimSpace(in.Last) == "" || utf8.RuneCountInString(in.Last) > 80 || !utf8.ValidString(in.Last) {
		faults.Check("last", kernel.NewInvalid("emergency.last"))
	}
	if _, err := kernel.ParseDate(string(in.Birth)); err != nil {
		faults.Check("birth", err)
	} else if in.Birth > today {
		faults.Check("birth", kernel.NewInvalid("emergency.birth"))
	}
	if !slices.Contains(Reasons[:], in.Reason) {
		faults.Check("reason", kernel.NewInvalid("emergency.reason"))
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(in.Words)); n < 10 || n > maxWords || !utf8.ValidString(in.Words) {
		faults.Check("words", kernel.NewInvalid("emergency.words"))
	}
	if !slices.Contains(Lengths[:], in.Minutes) {
		faults.Check("minutes", kernel.NewInvalid("emergency.minutes"))
	}
	return faults.Err()
}

// Raise opens for some minutes the file of the family of somebody in danger. It
// ends by itself; the privacy officer is told at once, also of a try that found
// nobody (Family is zero then), and the family sees it later. After five in a
// day it is TooMany ("emergency.tries").
func (s *Service) Raise(ctx context.Context, in Alarm) (e Emergency, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "family.emergency", ""); err != nil {
			return err
		}
		if err := in.check(a.Today()); err != nil {
			return err
		}
		tries, err := triesOf(ctx, a, a.Alliance(), a.Actor.Person, a.Now.Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if tries >= mostTries {
			return kernel.NewTooMany("emergency.tries")
		}
		e = Emergency{ID: kernel.NewID(), Reason: in.Reason, Begins: a.Now, Ends: a.Now.Add(time.Duration(in.Minutes) * time.Minute),
			Worker: a.Actor.Person, Org: a.Actor.Org, JudgeBy: a.Today().AddDays(judgeDays)}
		if e.Family, err = s.Families.BornIn(ctx, a, in.Last, in.Birth); err != nil {
			return err
		}
		entry := act.Entry{Action: "family.emergency", Subject: e.Family,
			Detail: map[string]string{"reason": string(e.Reason), "minutes": strconv.Itoa(in.Minutes), "emergency": string(e.ID)}}
		if e.Family != "" {
			if err := s.opened(ctx, a, e, strings.TrimSpace(in.Words)); err != nil {
				return err
			}
		}
		if err := insertEmergency(ctx, a, a.Alliance(), e); err != nil {
			return err
		}
		return a.Record(ctx, entry)
	})
	if err != nil {
		return Emergency{}, err
	}
	return e, nil
}

func (s *Service) opened(ctx context.Context, a *act.Act, e Emergency, words string) error {
	key, err := s.Vault.Open(ctx, a, a.Alliance(), e.Family)
	if err != nil {
		return err
	}
	if err := key.Put(ctx, a, "emergency/"+string(e.ID), words); err != nil {
		return err
	}
	return policy.RelatedFor(ctx, a, a.Alliance(), policy.At(e.Worker, e.Org), policy.Emergency, e.Family, a.Now, policy.Window{Begins: e.Begins, Ends: e.Ends})
}

// Emergencies lists what was opened without asking, the newest first, at most a
// hundred: what nobody judged yet, or all. It is the privacy officer's, who
// sees who, when and why, and no name of the family but what was typed.
func (s *Service) Emergencies(ctx context.Context, all bool) (list []Emergency, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "emergency.judge", ""); err != nil {
			return err
		}
		if list, err = emergenciesOf(ctx, a, a.Alliance(), all); err != nil {
			return err
		}
		for i := range list {
			if list[i].Family == "" {
				continue
			}
			key, err := s.Vault.Open(ctx, a, a.Alliance(), list[i].Family)
			if err != nil {
				return err
			}
			if _, err := key.Get(ctx, a, "emergency/"+string(list[i].ID), &list[i].Words); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// Judge writes down what the privacy officer finds of an emergency. Denied, it
// ends now, if it did not yet. Nobody judges their own: Conflict
// ("emergency.own"); twice is Conflict ("emergency.judged").
func (s *Service) Judge(ctx context.Context, id kernel.ID, v Verdict) error {
	if v != Justified && v != Refused {
		return kernel.NewInvalid("emergency.verdict").At("verdict")
	}
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "emergency.judge", ""); err != nil {
			return err
		}
		e, err := loadEmergency(ctx, a, a.Alliance(), id)
		switch {
		case err != nil:
			return err
		case e.Worker == a.Actor.Person:
			return kernel.NewConflict("emergency.own")
		case e.Verdict != "":
			return kernel.NewConflict("emergency.judged")
		}
		e.Verdict, e.JudgedAt, e.JudgedBy = v, a.Now, a.Actor.Person
		if err := judgeEmergency(ctx, a, a.Alliance(), e); err != nil {
			return err
		}
		if v == Refused && e.Family != "" {
			if err := policy.Unrelated(ctx, a, a.Alliance(), policy.At(e.Worker, e.Org), policy.Emergency, e.Family); err != nil {
				return err
			}
		}
		return a.Record(ctx, act.Entry{Action: "emergency.judge", Subject: e.Family, Detail: map[string]string{"emergency": string(e.ID), "verdict": string(v)}})
	})
}

// EmergenciesOf are the emergencies of one family, for a module above that has
// asked whether the actor may know them.
func (s *Service) EmergenciesOf(ctx context.Context, a *act.Act, family kernel.ID) ([]Emergency, error) {
	return emergenciesAbout(ctx, a, a.Alliance(), family)
}
