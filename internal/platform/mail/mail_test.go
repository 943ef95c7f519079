package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mime/quotedprintable"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// post is a real SMTP server that keeps what it is handed.
type post struct {
	user, password string // "" takes letters from anybody
	fullBox        string // a recipient that is refused for now
	unknown        string // a recipient that is refused for good
	stranger       string // a sender that is

	mu      sync.Mutex
	letters []letter
}

type letter struct {
	from, to string
	secure   bool
	body     []byte
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &session{post: p, secure: secure, in: p.user == ""}, nil
}

func (p *post) only(t *testing.T) letter {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.letters) != 1 {
		t.Fatalf("the server holds %d letters, want 1", len(p.letters))
	}
	return p.letters[0]
}

type session struct {
	*post
	secure, in bool
	now        letter
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.user || password != s.password {
			return smtp.ErrAuthFailed
		}
		s.in = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	if from == s.stranger {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: from + " may not send here"}
	}
	s.now = letter{from: from, secure: s.secure}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch to {
	case s.fullBox:
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox of " + to + " is full"}
	case s.unknown:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no " + to + " here"}
	}
	s.now.to = to
	return nil
}

func (s *session) Data(r io.Reader) (err error) {
	if s.now.body, err = io.ReadAll(r); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, s.now)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// open runs p on the loopback: with STARTTLS, with TLS from the first byte, or
// without either. It returns the port and the certificates to trust.
func open(t *testing.T, p *post, how string) (int, *tls.Config) {
	t.Helper()
	certificate, roots := selfSigned(t)
	server := smtp.NewServer(p)
	server.Domain = "localhost"
	server.ErrorLog = quiet{}
	if how != "without TLS" {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if how == "TLS" {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return port, &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func mailer(t *testing.T, address string, roots *tls.Config) *Mailer {
	t.Helper()
	server, err := Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	m := New(server)
	m.roots = roots
	return m
}

var code = Message{
	To:      "samira.voorbeeld@example.org",
	Subject: "Je code voor vandaag: één keer te gebruiken",
	Text:    "Dag Samira,\n\nje code is 482 913. Hij geldt tien minuten.\n.\nEen punt alleen op een regel eindigt de brief niet.\n",
}

func TestALetterArrivesWhole(t *testing.T) {
	for how, scheme := range map[string]string{"STARTTLS": "smtp", "TLS": "smtps", "without TLS": "smtp"} {
		t.Run(how, func(t *testing.T) {
			p := &post{}
			signIn := ""
			if how != "without TLS" {
				p.user, p.password, signIn = "sender@example.org", "s3cret/word", "sender%40example.org:s3cret%2Fword@"
			}
			port, roots := open(t, p, how)
			address := scheme + "://" + signIn + "localhost:" + strconv.Itoa(port) + "?from=hallo@example.org&name=Bondgenoot+Kortrijk"
			if err := mailer(t, address, roots).Send(t.Context(), code); err != nil {
				t.Fatal(err)
			}
			got := p.only(t)
			if got.from != "hallo@example.org" || got.to != string(code.To) {
				t.Errorf("from %q to %q", got.from, got.to)
			}
			if want := how != "without TLS"; got.secure != want {
				t.Errorf("sent over TLS: %v, want %v", got.secure, want)
			}
			sees(t, got.body, code)
		})
	}
}

// sees reads the letter as the reader's mail program would.
func sees(t *testing.T, body []byte, want Message) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject %q (%v)", subject, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != "Bondgenoot Kortrijk" {
		t.Errorf("from %v (%v)", from, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(string(text), "\r\n", "\n"); strings.TrimSpace(got) != strings.TrimSpace(want.Text) {
		t.Errorf("text %q", got)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Message-Id") == "" || m.Header.Get("Date") == "" {
		t.Errorf("the header lacks something: %v", m.Header)
	}
}

func TestAFailureTellsWhetherToTryAgainAndNamesNobody(t *testing.T) {
	p := &post{user: "u", password: "p", fullBox: "full@example.org", unknown: "gone@example.org", stranger: "vreemd@example.org"}
	port, roots := open(t, p, "STARTTLS")
	at := "localhost:" + strconv.Itoa(port) + "?from=hallo@example.org"
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	closed.Close()

	for name, tt := range map[string]struct {
		address   string
		roots     *tls.Config
		to        kernel.Email
		permanent bool
		code      int
	}{
		"a full mailbox":        {"smtp://u:p@" + at, roots, "full@example.org", false, 452},
		"an unknown recipient":  {"smtp://u:p@" + at, roots, "gone@example.org", true, 550},
		"a refused sender":      {"smtp://u:p@localhost:" + strconv.Itoa(port) + "?from=vreemd@example.org", roots, code.To, false, 553},
		"a wrong password":      {"smtp://u:wrong@" + at, roots, code.To, false, 535},
		"no server":             {"smtp://" + nobody + "?from=hallo@example.org", nil, code.To, false, 0},
		"an untrusted server":   {"smtp://u:p@" + at, nil, code.To, false, 0},
		"TLS where there is no": {"smtps://u:p@" + at, roots, code.To, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			err := mailer(t, tt.address, tt.roots).Send(t.Context(), Message{To: tt.to, Subject: "x", Text: "y"})
			f, ok := errors.AsType[*Failure](err)
			if !ok {
				t.Fatalf("Send = %v, want a Failure", err)
			}
			if f.Permanent != tt.permanent || Permanent(err) != tt.permanent || f.Code != tt.code {
				t.Errorf("permanent %v, code %d; want %v, %d (%v)", f.Permanent, f.Code, tt.permanent, tt.code, err)
			}
			for _, secret := range []string{string(tt.to), "wrong", "u:p"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error says %q: %v", secret, err)
				}
			}
		})
	}
}

// A letter that the server took is sent, though the server hangs up at once: else
// the job sends it again, each time anew.
func TestALetterThatWasTakenIsSent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := make(chan struct{})
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		talk := textproto.NewConn(conn)
		_ = talk.PrintfLine("220 localhost")
		for {
			line, err := talk.ReadLine()
			switch {
			case err != nil:
				return
			case line == "DATA":
				_ = talk.PrintfLine("354 go on")
				if _, err := talk.ReadDotBytes(); err == nil {
					close(taken)
					_ = talk.PrintfLine("250 taken")
				}
				return
			}
			_ = talk.PrintfLine("250 localhost")
		}
	}()
	address := "smtp://" + listener.Addr().String() + "?from=hallo@example.org"
	if err := mailer(t, address, nil).Send(t.Context(), code); err != nil {
		t.Errorf("Send = %v", err)
	}
	select {
	case <-taken:
	default:
		t.Error("it was not taken")
	}
}

func TestTLSIsNotGivenUpForAServerThatHasNone(t *testing.T) {
	p := &post{}
	port, _ := open(t, p, "without TLS")
	server, err := Parse("smtp://mail.example.org:" + strconv.Itoa(port) + "?from=hallo@example.org")
	if err != nil {
		t.Fatal(err)
	}
	server.Host = "localhost" // the same server, reached as though it were far away
	if err := New(server).Send(t.Context(), code); err == nil || len(p.letters) != 0 {
		t.Errorf("Send = %v with %d letters handed in, want a refusal", err, len(p.letters))
	}
}

func TestAMessageThatCannotBeSentIsRefused(t *testing.T) {
	m := New(Server{Kept: true})
	for name, msg := range map[string]Message{
		"no recipient":               {Subject: "x"},
		"two recipients":             {To: "a@example.org, b@example.org", Subject: "x"},
		"a header behind the sender": {To: "a@example.org", Subject: "x\r\nBcc: b@example.org"},
		"no subject":                 {To: "a@example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := m.Send(t.Context(), msg); err == nil {
				t.Error("it was sent")
			}
		})
	}
	if len(m.Kept()) != 0 {
		t.Error("a refused message was kept")
	}
}

func TestADemonstrationKeepsTheNewestLetters(t *testing.T) {
	m := mailer(t, "log:", nil)
	for i := range keptAtMost + 5 {
		if err := m.Send(t.Context(), Message{To: "a@example.org", Subject: strconv.Itoa(i), Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	kept := m.Kept()
	if len(kept) != keptAtMost || kept[0].Subject != strconv.Itoa(keptAtMost+4) || kept[keptAtMost-1].Subject != "5" {
		t.Errorf("kept %d, from %s to %s", len(kept), kept[0].Subject, kept[len(kept)-1].Subject)
	}
}

func TestSendingEndsWithItsContext(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes the call and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	err = mailer(t, "smtp://"+silent.Addr().String()+"?from=hallo@example.org", nil).Send(ctx, code)
	if err == nil || Permanent(err) || time.Since(began) > 5*time.Second {
		t.Errorf("Send = %v after %v, want a passing failure at once", err, time.Since(began))
	}
}
