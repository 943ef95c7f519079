package referrals_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// hl7 is HL7's table of the states of a task and who may set them.
type hl7 struct {
	Initial     string
	Transitions map[string][]string
	SetBy       map[string][]string `json:"set_by"`
	FromAny     []string            `json:"from_any"`
	Reasons     []string            `json:"reason_text_required_for"`
}

func readHL7(t *testing.T) (table hl7) {
	t.Helper()
	folder := os.Getenv("BONDGENOOT_FIXTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "fixtures")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "referral-task-transitions.json"))
	if err != nil {
		t.Skipf("HL7's table of transitions is not there: set BONDGENOOT_FIXTURES to the folder that holds it (%v)", err)
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	return table
}

// allows tells whether HL7 lets a party set a code after another.
func (h hl7) allows(from, to string, by referrals.Party) bool {
	drawn := slices.Contains(h.Transitions[from], to) || from != to && slices.Contains(h.FromAny, to)
	return drawn && slices.Contains(h.SetBy[to], string(by))
}

// shapes are referrals of every kind that a code can stand for.
func shapes() (all []referrals.Referral) {
	const then = kernel.Instant("2026-11-23T09:00:00.000000Z")
	all = append(all, referrals.Referral{})
	for _, state := range referrals.States {
		for _, released := range []int64{0, 1} {
			for _, how := range []referrals.Outcome{referrals.Helped, referrals.NotReached, referrals.Erased} {
				r := referrals.Referral{State: state, Released: released}
				switch {
				case state != referrals.Closed && how != referrals.Helped:
					continue
				case state == referrals.Closed:
					r.Outcome = how
				}
				if state == referrals.Arrived || r.Outcome.OfArrived() {
					r.ArrivedAt = then
				}
				all = append(all, r)
			}
		}
	}
	return all
}

// after is a referral as a move leaves it, as far as codes go.
func after(r referrals.Referral, m referrals.Move) referrals.Referral {
	if r.State == "" && m == referrals.Send {
		r.State = referrals.Sent
		return r
	}
	r.State, _ = r.State.Leads(m)
	switch m {
	case referrals.Arrive:
		r.ArrivedAt = "2026-11-23T09:00:00.000000Z"
	case referrals.Release:
		r.Released++
	case referrals.Forget:
		r.Outcome = referrals.Erased
	}
	return r
}

// For each code, each other and each party: the house lets a partner's system
// do exactly what HL7 draws, and the moves that it answers lead there. What is
// behind one code is several states here; the house is stricter about one of
// them, and only there: what has arrived is not held, failed or cancelled.
func TestAPartnersSystemMayDoWhatHL7Draws(t *testing.T) {
	table := readHL7(t)
	var codes []string
	for code := range table.SetBy {
		codes = append(codes, code)
	}
	if len(codes) != 10 {
		t.Fatalf("HL7 has %d codes", len(codes))
	}
	tried := 0
	for _, from := range codes {
		for _, to := range codes {
			for _, by := range []referrals.Party{referrals.Requester, referrals.Target} {
				tried++
				some := false
				for _, r := range shapes() {
					if r.TaskCode() != from {
						continue
					}
					moves, ok := r.TaskMoves(to, by)
					some = some || ok
					if want := table.allows(from, to, by); !ok && want && r.State != referrals.Arrived {
						t.Errorf("%s (%s) to %s by the %s: refused", from, r.State, to, by)
					} else if ok && !want {
						t.Errorf("%s (%s) to %s by the %s: allowed", from, r.State, to, by)
					}
					if !ok || from == "draft" && to == "entered-in-error" {
						continue
					}
					for _, m := range moves {
						if m != referrals.Send && !r.Can(m) {
							t.Errorf("%s to %s by the %s: cannot %s from %s", from, to, by, m, r.State)
						}
						r = after(r, m)
					}
					if r.TaskCode() != to {
						t.Errorf("%s to %s by the %s: %v leads to %s", from, to, by, moves, r.TaskCode())
					}
				}
				if some != table.allows(from, to, by) {
					t.Errorf("%s to %s by the %s: %v", from, to, by, some)
				}
			}
		}
	}
	if tried != 200 {
		t.Errorf("tried %d", tried)
	}
}

// The other way round: each of our moves is a step that HL7 draws, by the side
// that makes it, or leaves the code as it is.
func TestEveryMoveIsAStepOfHL7(t *testing.T) {
	table := readHL7(t)
	for _, before := range shapes() {
		for m := range expected()[before.State] {
			now := after(before, m)
			by := []referrals.Party{referrals.Target}
			switch m {
			case referrals.Withdraw, referrals.ReRefer, referrals.Mistake:
				by[0] = referrals.Requester
			case referrals.Stop: // either side may hear it from the family
				by = append(by, referrals.Requester)
			}
			a, b := before.TaskCode(), now.TaskCode()
			for _, party := range by {
				if a != b && !table.allows(a, b, party) {
					t.Errorf("%s, %s by the %s: from %q to %q is no step of HL7's", before.State, m, party, a, b)
				}
			}
		}
	}
}

// What HL7 wants a reason for has one, whatever led there.
func TestWhatIsRefusedHeldOrFailedHasItsReason(t *testing.T) {
	table := readHL7(t)
	inTown(t, func(t *testing.T, w *town) {
		var all []kernel.ID
		for _, s := range referrals.States {
			all = append(all, w.bring(s))
		}
		released := w.bring(referrals.Accepted)
		must(w.Release(w.aicha, released, referrals.Full))
		again := w.bring(referrals.Accepted)
		must(w.Release(w.aicha, again, referrals.NotOurs))
		must(w.Decline(w.bram, again, referrals.NotOurs, ""))
		failed := w.bring(referrals.Accepted)
		must(w.Close(w.aicha, failed, referrals.NotReached))
		for _, id := range append(all, released, again, failed) {
			r := w.stored(id)
			if needs := slices.Contains(table.Reasons, r.TaskCode()); needs != (r.TaskReason() != "") {
				t.Errorf("%s (%s): the reason is %q", r.State, r.TaskCode(), r.TaskReason())
			}
		}
	})
}
