package sharing

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/job"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// SettleJob lets a decision begin that could not be seen coming when the one
// before it still ran.
const SettleJob = "sharing.settle"

type settling struct{ Family, Org kernel.ID }

// settleAll settles for one organisation, or for every one with which anything
// was ever shared.
func (s *Service) settleAll(ctx context.Context, a *act.Act, family, recipient kernel.ID) error {
	objections, err := objectionsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	if err := object(ctx, a, family, recipient, objections); err != nil {
		return err
	}
	if recipient != "" {
		return s.settle(ctx, a, family, recipient)
	}
	decisions, err := decisionsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	var orgs []kernel.ID
	for _, d := range decisions {
		orgs = append(orgs, d.Recipients...)
	}
	slices.Sort(orgs)
	return s.settle(ctx, a, family, slices.Compact(orgs)...)
}

// object tells the policy whether the family objects to what an accepted
// referral alone would show: an objection that names a part of it stops all.
func object(ctx context.Context, a *act.Act, family, recipient kernel.ID, objections []Objection) error {
	for _, o := range objections {
		if o.Recipient != recipient {
			continue
		}
		for _, g := range policy.AcceptedSees {
			if o.Covers(recipient, g) {
				return policy.Object(ctx, a, a.Alliance(), policy.Whom(recipient), family, a.Now)
			}
		}
	}
	return policy.Unrelated(ctx, a, a.Alliance(), policy.Whom(recipient), policy.Objected, family)
}

// settle brings what organisations may see in line with the decisions and
// objections that there are now.
func (s *Service) settle(ctx context.Context, a *act.Act, family kernel.ID, orgs ...kernel.ID) error {
	decisions, err := decisionsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	objections, err := objectionsOf(ctx, a, a.Alliance(), family)
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if err := unshare(ctx, a, family, org); err != nil {
			return err
		}
		next := kernel.Instant("")
		for relation, spans := range shown(decisions, objections, org) {
			now, later := current(spans, a.Today())
			if now == nil {
				continue
			}
			w := policy.Window{Begins: midnight(now.starts), Ends: midnight(now.ends.AddDays(1))}
			if err := policy.RelatedFor(ctx, a, a.Alliance(), org, relation, family, a.Now, w); err != nil {
				return err
			}
			if later && (next == "" || w.Ends < next) {
				next = w.Ends
			}
		}
		if next != "" {
			unique := fmt.Sprintf("%s %s %s", family, org, next)
			if err := a.Later(ctx, SettleJob, settling{family, org}, next, unique); err != nil {
				return err
			}
		}
	}
	return nil
}

func unshare(ctx context.Context, a *act.Act, family, org kernel.ID) error {
	for _, g := range policy.Groups {
		for _, r := range []policy.Relation{policy.Sees(g), policy.Consults(g)} {
			if err := policy.Unrelated(ctx, a, a.Alliance(), org, r, family); err != nil {
				return err
			}
		}
	}
	return nil
}

// span is from a first to a last day.
type span struct{ starts, ends kernel.Date }

// shown is when which relation holds for an organisation, by decisions that
// have not ended, without what the family objects to. A decision of which the
// objection took who they are, or something that rights need, shows none of
// what rests on it.
func shown(decisions []Decision, objections []Objection, org kernel.ID) map[policy.Relation][]span {
	all := map[policy.Relation][]span{}
	for _, d := range decisions {
		if d.EndedAt != "" || !slices.Contains(d.Recipients, org) {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(d.Groups), func(g policy.Group) bool {
			return !d.Basis.Firm() && slices.ContainsFunc(objections, func(o Objection) bool { return o.Covers(org, g) })
		})
		if !slices.Contains(left, policy.Identity) {
			continue
		}
		needs := slices.ContainsFunc(policy.RightsNeed[:], func(g policy.Group) bool { return !slices.Contains(left, g) })
		for _, g := range left {
			if g == policy.Rights && needs {
				continue
			}
			r := policy.Sees(g)
			if d.Basis == Consultation {
				r = policy.Consults(g)
			}
			all[r] = append(all[r], span{d.Starts, d.Ends})
		}
	}
	return all
}

// current is the span that holds on a day, with all that follows on it without
// a gap, or else the next one; nil when there is none. later tells that another
// comes after a gap.
func current(spans []span, today kernel.Date) (now *span, later bool) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.starts, b.starts), cmp.Compare(a.ends, b.ends)) })
	for _, x := range spans {
		switch {
		case x.ends < today:
		case now == nil:
			now = &span{x.starts, x.ends}
		case x.starts <= now.ends.AddDays(1):
			now.ends = max(now.ends, x.ends)
		default:
			later = true
		}
	}
	return now, later
}

// midnight is the moment at which a day begins in Belgium.
func midnight(day kernel.Date) kernel.Instant {
	t := day.Time()
	return kernel.InstantOf(dateIn(t.Year(), t.Month(), t.Day()))
}

// Settle is the work of [SettleJob].
func (s *Service) Settle(ctx context.Context, j job.Job) error {
	var about settling
	if err := json.Unmarshal(j.Payload, &about); err != nil {
		return fmt.Errorf("payload: %w", err)
	}
	ctx = act.As(ctx, policy.SystemActor(j.Alliance))
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "system.work", ""); err != nil {
			return err
		}
		if err := s.settle(ctx, a, about.Family, about.Org); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "family.share", Subject: about.Family, Detail: map[string]string{"settled": string(about.Org)}})
	})
}
