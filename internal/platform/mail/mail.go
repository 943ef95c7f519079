// Package mail sends short letters in plain text: a sign-in code, a reminder,
// a word that somebody waits. It sends through one SMTP server, named by a
// URL, or keeps the letters in memory for a demonstration (log:).
//
// A letter holds nothing that its reader would not want on a screen in a
// waiting room; that is for its writer to see to. This package puts neither
// address nor text into logs or errors.
//
// Sending is outside work: do it in a job, never inside a transaction.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Message is one letter to one person.
type Message struct {
	To      kernel.Email
	Subject string // one line
	Text    string // plain text; lines end in \n
}

// Mailer sends messages by the server it was made with. It is safe for
// concurrent use.
type Mailer struct {
	server Server
	roots  *tls.Config // nil: the system's certificates

	mu   sync.Mutex
	kept []Message
}

// New is a mailer for a server; see [Parse].
func New(server Server) *Mailer { return &Mailer{server: server} }

// keptAtMost bounds what a demonstration remembers.
const keptAtMost = 200

// patience is how long one letter may take, and how long the server may be
// silent.
const patience = 30 * time.Second

// Send hands the message to the server, or keeps it when the server is
// [Server.Kept]. An error is a [Failure] when the server could not be reached
// or did not take the letter, and a fault of the kernel when the recipient's
// address is none. What it took is sent, whatever becomes of the connection.
func (m *Mailer) Send(ctx context.Context, msg Message) error {
	to, err := kernel.ParseEmail(string(msg.To))
	if err != nil {
		return err
	}
	if msg.Subject == "" || strings.ContainsFunc(msg.Subject, unicode.IsControl) {
		return errors.New("mail: a subject is one line of text")
	}
	msg.To = to
	if m.server.Kept {
		m.keep(msg)
		return nil
	}
	return m.deliver(ctx, msg)
}

// Kept are the messages that a demonstration's mailer holds, newest first; at
// most two hundred. A mailer with a real server keeps none.
func (m *Mailer) Kept() []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := make([]Message, 0, len(m.kept))
	for i := len(m.kept) - 1; i >= 0; i-- {
		newest = append(newest, m.kept[i])
	}
	return newest
}

func (m *Mailer) keep(msg Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = append(m.kept, msg)
	if over := len(m.kept) - keptAtMost; over > 0 {
		m.kept = append([]Message(nil), m.kept[over:]...)
	}
}

func (m *Mailer) deliver(ctx context.Context, msg Message) error {
	letter := gomail.NewMsg()
	if err := letter.FromFormat(m.server.Name, string(m.server.From)); err != nil {
		return errors.New("mail: the sender's address is not usable")
	}
	if err := letter.To(string(msg.To)); err != nil {
		return kernel.NewInvalid("email")
	}
	letter.Subject(msg.Subject)
	letter.SetDate()
	letter.SetMessageIDWithValue(string(kernel.NewID()) + "@" + m.server.From.Domain())
	// Keeps absence notices from being sent back to us.
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, msg.Text)

	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	options := m.options()
	if !m.server.Implicit {
		// With TLS from the first byte the library must dial by itself to know
		// that a password is safe; there only patience ends a silence.
		options = append(options, gomail.WithDialContextFunc(dial(ctx)))
	}
	client, err := gomail.NewClient(m.server.Host, options...)
	if err != nil {
		return fmt.Errorf("mail: %w", err) // of the options alone: no message is known yet
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if letter.IsDelivered() {
		return nil // that the server was not taken leave of well is no reason to send it twice
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return failure(err)
}

// dial calls the server by a connection that ends when sending ends, in
// whatever word the server is then. The library's own context ends with the
// call already.
func dial(sending context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			context.AfterFunc(sending, func() { _ = conn.Close() })
		}
		return conn, err
	}
}

func (m *Mailer) options() []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(m.server.Port),
		gomail.WithTimeout(patience),
		gomail.WithoutNoop(),
	}
	switch {
	case m.server.Implicit:
		options = append(options, gomail.WithSSL())
	case m.server.Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.roots != nil {
		options = append(options, gomail.WithTLSConfig(m.roots))
	}
	if m.server.User != "" {
		options = append(options,
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(m.server.User),
			gomail.WithPassword(m.server.Password))
	}
	return options
}

// Failure says that a letter did not go out. It names no person: the server's
// own words are dropped, because servers repeat the address in them.
type Failure struct {
	Permanent bool // trying the same again cannot help
	Code      int  // the server's reply code, 0 when it gave none
	what      string
}

// Error is for logs.
func (f *Failure) Error() string {
	s := "mail: " + f.what
	if f.Code != 0 {
		s += fmt.Sprintf(" (reply %d)", f.Code)
	}
	return s
}

// Permanent tells whether err is a failure that trying again cannot mend: the
// recipient or the text was refused for good. Whoever refuses the sender, or a
// password, says it of every letter: that is for the operator to mend, and then
// the letter should still go.
func Permanent(err error) bool {
	f, ok := errors.AsType[*Failure](err)
	return ok && f.Permanent
}

// failure turns the library's error into one that is safe to log.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &Failure{what: "sending took too long or was called off"}
	}
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		code := sent.ErrorCode()
		if code == 0 && sent.Reason == gomail.ErrConnCheck {
			return &Failure{what: "the connection to the server was lost"}
		}
		return &Failure{Permanent: code >= 500 && !sent.IsTemp() && sent.Reason != gomail.ErrSMTPMailFrom, Code: code, what: stage(sent.Reason)}
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		// Before any letter is offered: a wrong password or a closed door. It is
		// the operator who mends that, and then the letter should still go.
		return &Failure{Code: reply.Code, what: "the server refused the connection or the sign-in"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return &Failure{what: "the server cannot be reached: " + op.Error()}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &Failure{what: "the server's certificate cannot be trusted"}
	}
	return &Failure{what: "the server and this program could not agree on TLS or on how to sign in"}
}

func stage(reason gomail.SendErrReason) string {
	switch reason {
	case gomail.ErrSMTPMailFrom:
		return "the server refused the sender"
	case gomail.ErrSMTPRcptTo:
		return "the server refused the recipient"
	case gomail.ErrSMTPData, gomail.ErrSMTPDataClose, gomail.ErrWriteContent:
		return "the server refused the text"
	}
	return "the server did not take the letter"
}
