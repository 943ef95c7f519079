package referrals_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// shop is a partner at which nobody has an account.
func (w *town) shop() kernel.ID {
	return must(w.Members.AddOrganisation(w.admin, members.Organisation{Name: "De Weggeefwinkel", Kind: members.NonProfit,
		Mail: "info@weggeef.example", Receives: true})).ID
}

func (w *town) toShop(shop kernel.ID) kernel.ID {
	in := w.letter()
	in.To = shop
	return must(w.Send(w.mia, in)).ID
}

// link is the last link that was mailed, or waits to be.
func (w *town) link() (token string, at kernel.Instant) {
	w.t.Helper()
	for _, j := range w.jobs(referrals.LinkJob) {
		var about struct{ Link kernel.ID }
		w.ok(json.Unmarshal(j.Payload, &about))
		m := must(w.LinkToMail(context.Background(), w.alliance, about.Link))
		if m.To != "" && j.RunAt >= at {
			token, at = m.Token, j.RunAt
			if m.To != "info@weggeef.example" || m.Lang != kernel.NL {
				w.t.Errorf("the link goes to %s in %s", m.To, m.Lang)
			}
		}
	}
	if token == "" {
		w.t.Fatal("no link waits to be mailed")
	}
	return token, at
}

// From the first mail to the last: each answer uses its link up and brings the
// next, and the sender sees what they always see.
func TestAPartnerWithoutAnAccountAnswersByLinks(t *testing.T) {
	ctx := context.Background()
	inTown(t, func(t *testing.T, w *town) {
		id := w.toShop(w.shop())
		first, _ := w.link()
		if !must(w.Receipt(w.mia, id)).ByLink {
			t.Error("the receipt does not say that it answers by a link")
		}
		i := must(w.Invitation(ctx, first))
		i = must(w.Invitation(ctx, strings.ToLower(first))) // a mail program opened it before
		if i.Who != "" || i.Why != "" || i.Phones != nil || !strings.Contains(i.Asked, secretAsked) || i.Sender != "Vroedvrouwen" || !i.Expecting || len(i.Ages) != 1 || i.Ages[0] != 2 {
			t.Errorf("before it took the family on it sees %+v", i)
		}
		w.ok(w.ReplyBy(ctx, first, referrals.Reply{Move: referrals.Accept}))
		wants(t, "the first link again", w.ReplyBy(ctx, first, referrals.Reply{Move: referrals.Arrive}), "conflict referral.link_used")
		_, err := w.Invitation(ctx, first)
		wants(t, "the first link opened again", err, "conflict referral.link_used")

		second, _ := w.link()
		if i = must(w.Invitation(ctx, second)); !strings.Contains(i.Who, secretName) || !strings.Contains(i.Why, secretWhy) || len(i.Phones) != 1 {
			t.Errorf("once it took the family on it sees %+v", i)
		}
		wants(t, "an hour that is past", w.ReplyBy(ctx, second, referrals.Reply{Move: referrals.Schedule, At: w.in(-time.Hour)}), "invalid referral.scheduled_for")
		w.ok(w.ReplyBy(ctx, second, referrals.Reply{Move: referrals.Schedule, At: w.in(50 * time.Hour), Place: secretPlace})) // a refusal used nothing up
		third, at := w.link()
		if at != w.in(50*time.Hour) {
			t.Errorf("the link about arrival is mailed at %s", at)
		}
		w.later(51 * time.Hour)
		w.ok(w.ReplyBy(ctx, third, referrals.Reply{Move: referrals.Arrive}))
		if got := must(w.Receipt(w.mia, id)); got.Progress != referrals.HasArrived {
			t.Errorf("the sender sees %+v", got)
		}
		last, _ := w.link()
		wants(t, "an outcome of who did not come", w.ReplyBy(ctx, last, referrals.Reply{Move: referrals.Close, Outcome: referrals.NotReached}), "invalid referral.outcome_arrived")
		w.ok(w.ReplyBy(ctx, last, referrals.Reply{Move: referrals.Close, Outcome: referrals.Helped}))
		if r := w.stored(id); r.State != referrals.Closed || r.Outcome != referrals.Helped {
			t.Errorf("it is %+v", r)
		}
		all := strings.ToLower(w.everything())
		for _, token := range []string{first, second, third, last} {
			if strings.Contains(all, strings.ToLower(token)) {
				t.Error("a token stands in the database")
			}
		}
		w.verified()
	})
}

func TestAHundredAnswerByOneLinkAndOneIsHeard(t *testing.T) {
	inTown(t, func(t *testing.T, w *town) {
		id := w.toShop(w.shop())
		token, _ := w.link()
		const many = 100
		errs := make(chan error, many)
		begin := make(chan struct{})
		for n := range many {
			go func() {
				<-begin
				in := referrals.Reply{Move: referrals.Accept}
				if n%2 == 0 {
					in = referrals.Reply{Move: referrals.Decline, Reason: referrals.Full}
				}
				errs <- w.ReplyBy(context.Background(), token, in)
			}()
		}
		close(begin)
		won := 0
		for range many {
			if err := <-errs; err == nil {
				won++
			} else if fault(err) != "conflict referral.link_used" {
				t.Errorf("one hears %v", err)
			}
		}
		if r := w.stored(id); won != 1 || r.Version != 2 {
			t.Errorf("%d were heard, version %d", won, r.Version)
		}
		w.verified()
	})
}

func TestALinkThatOpensNothingSaysWhy(t *testing.T) {
	ctx := context.Background()
	inTown(t, func(t *testing.T, w *town) {
		shop := w.shop()
		id := w.toShop(shop)
		old, _ := w.link()
		w.ok(w.SendLink(w.mia, id))
		_, err := w.Invitation(ctx, old)
		wants(t, "one in whose place another came", err, "conflict referral.link_used")
		for range 4 {
			w.ok(w.SendLink(w.mia, id))
		}
		wants(t, "too many in a day", w.SendLink(w.mia, id), "too_many referral.links")
		token, _ := w.link()
		for name, typed := range map[string]string{"nothing": "", "half of it": token[:16], "another's": strings.Repeat("A", 32), "a quotation mark": "' OR '1'='1' -- aaaaaaaaaaaaaaaaa"} {
			_, err := w.Invitation(ctx, typed)
			wants(t, name, err, "not_found referral.link")
		}
		wants(t, "by a stranger", w.SendLink(w.sam, id), "not_found object")
		wants(t, "to whom has an account", w.SendLink(w.mia, w.send()), "conflict referral.no_link")
		wants(t, "an answer that is none", w.ReplyBy(ctx, token, referrals.Reply{Move: referrals.Withdraw}), "invalid referral.reply")
		w.ok(w.Withdraw(w.mia, id, referrals.NotNeeded))
		_, err = w.Invitation(ctx, token)
		wants(t, "one that was withdrawn", err, "conflict referral.link_used")

		w.toShop(shop)
		token, _ = w.link()
		w.later(31 * 24 * time.Hour)
		_, err = w.Invitation(ctx, token)
		wants(t, "one that is too old", err, "conflict referral.link_ended")
	})
}

func FuzzAnyTokenIsAnswered(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("A", 32))
	f.Add("\xff\x00")
	var s referrals.Service // no database is asked for what cannot be a token
	f.Fuzz(func(t *testing.T, token string) {
		if len(strings.TrimSpace(strings.ToUpper(token))) == 32 {
			return
		}
		if _, err := s.Invitation(context.Background(), token); fault(err) != "not_found referral.link" {
			t.Errorf("%q: %v", token, err)
		}
	})
}
