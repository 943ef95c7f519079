// Package sms sends a short text message to one mobile telephone: that an
// appointment is tomorrow, that a day is called off. It hands it to a provider's
// gateway that takes mail (NUMBER@sms.provider.example), so that no number
// stands in an address of a page or in a log of one; or it keeps the messages
// in memory for a demonstration.
//
// A message lights up on a screen that lies on a table. It holds a day and an
// hour, and nothing that tells who, where, why or by whom; that is for its
// writer to see to. This package puts neither number nor text into logs or
// errors, writes to mobile numbers alone, and hands the number of a fictional
// person to nobody.
//
// Sending is outside work: do it in a job, never inside a transaction.
package sms

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
)

// Message is one text to one telephone.
type Message struct {
	To   kernel.Phone
	Text string
}

// Sender sends messages through a gateway. It is safe for concurrent use; nil
// sends nothing.
type Sender struct {
	gateway Gateway
	post    *mail.Mailer

	mu   sync.Mutex
	kept []Message
}

// New is a sender through a gateway; see [Parse]. The zero gateway is none.
func New(g Gateway) *Sender { return &Sender{gateway: g, post: mail.New(g.post)} }

// On tells whether messages go anywhere.
func (s *Sender) On() bool { return s != nil && s.gateway.named() }

const (
	keptAtMost = 200 // what a demonstration remembers
	mostParts  = 2   // what one message may cost
)

// Send hands a message to the gateway, or keeps it when the gateway is
// [Gateway.Kept]. It is written as [Plain] writes it. A number that is no mobile
// one is Invalid ("phone.mobile"); an error of the gateway is a [mail.Failure].
func (s *Sender) Send(ctx context.Context, m Message) error {
	if !s.On() {
		return errors.New("sms: no gateway is named")
	}
	if !m.To.Mobile() || m.To[0] != '+' { // without its country the gateway would guess one
		return kernel.NewInvalid("phone.mobile")
	}
	m.Text = Plain(m.Text)
	if n := Parts(m.Text); n < 1 || n > mostParts || strings.ContainsFunc(m.Text, unicode.IsControl) {
		return fmt.Errorf("sms: a message is one line of at most %d parts, and this is %d", mostParts, n)
	}
	switch {
	case s.gateway.Kept:
		s.keep(m)
		return nil
	case m.To.Fictional():
		return nil // the gateway would charge for it, and ask whose it is
	}
	to, err := s.gateway.address(m.To)
	if err != nil {
		return err
	}
	if err := s.post.Send(ctx, mail.Message{To: to, Subject: s.gateway.subject, Text: m.Text + "\n"}); err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	return nil
}

// Kept are the messages that a demonstration holds, newest first; at most two
// hundred. A sender with a real gateway keeps none.
func (s *Sender) Kept() []Message {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := make([]Message, 0, len(s.kept))
	for i := len(s.kept) - 1; i >= 0; i-- {
		newest = append(newest, s.kept[i])
	}
	return newest
}

func (s *Sender) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, m)
	if over := len(s.kept) - keptAtMost; over > 0 {
		s.kept = append([]Message(nil), s.kept[over:]...)
	}
}
