package sms

import (
	"bytes"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
)

// provider is a real mail server that takes text messages, and refuses one
// number.
type provider struct {
	mu    sync.Mutex
	taken []taken
}

type taken struct {
	to   string
	body []byte
}

const refused = "32470999999@sms.example.com"

func (p *provider) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{provider: p}, nil }

type session struct {
	*provider
	to string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == refused {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no telephone " + to}
	}
	s.to = to
	return nil
}
func (s *session) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, taken{s.to, body})
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// open runs a provider on the loopback, and a sender to it; to is the address of
// a message.
func open(t *testing.T, to string) (*provider, *Sender) {
	t.Helper()
	p := &provider{}
	server := smtp.NewServer(p)
	server.Domain, server.ErrorLog = "localhost", quiet{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	g, err := Parse("smtp://" + listener.Addr().String() + "?from=hallo@example.org&to=" + to)
	if err != nil {
		t.Fatal(err)
	}
	return p, New(g)
}

func TestAMessageReachesTheProviderWholeAndSaysNoMore(t *testing.T) {
	for to, want := range map[string]string{
		"NUMBER@sms.example.com":        "32470123456@sms.example.com",
		"+NUMBER@sms.example.com":       "+32470123456@sms.example.com",
		"%2BNUMBER@sms.example.com":     "+32470123456@sms.example.com",
		"00NUMBER.town@sms.example.com": "0032470123456.town@sms.example.com",
	} {
		for text, sent := range map[string]string{
			"U wordt verwacht op dinsdag 3\u00a0augustus.": "U wordt verwacht op dinsdag 3 augustus.",
			"Le 3 août, à 13 h 30 : c’est annulé.":         "Le 3 aout, à 13 h 30 : c'est annulé.",
			"Salı günü saat 13.30’da bekleniyorsunuz.":     "Salı günü saat 13.30'da bekleniyorsunuz.",
			"موعدكم يوم الثلاثاء، الساعة 13:30":            "موعدكم يوم الثلاثاء، الساعة 13:30",
		} {
			p, sender := open(t, to)
			if err := sender.Send(t.Context(), Message{"+32470123456", text}); err != nil {
				t.Fatal(err)
			}
			if len(p.taken) != 1 || p.taken[0].to != want {
				t.Fatalf("the provider has %+v, want one for %s", p.taken, want)
			}
			m, err := netmail.ReadMessage(bytes.NewReader(p.taken[0].body))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(quotedprintable.NewReader(m.Body))
			if err != nil || strings.TrimSpace(string(got)) != sent {
				t.Errorf("%q (%v), want %q", got, err, sent)
			}
			if m.Header.Get("Subject") != "SMS" || strings.Contains(strings.ToLower(m.Header.Get("From")), "bondgenoot") || m.Header.Get("From") != `"SMS" <hallo@example.org>` {
				t.Errorf("the provider may show %v", m.Header)
			}
		}
	}
}

// Landlines, short numbers and what is none get no message; a fictional number
// is handed to nobody.
func TestOnlyMobileNumbersAreWrittenTo(t *testing.T) {
	p, sender := open(t, "NUMBER@sms.example.com")
	for _, to := range []kernel.Phone{"", "+3216123456", kernel.FictionalPhone(3), "1712", "+12015550123", "0470", "0470123456", "32470123456"} {
		if err := sender.Send(t.Context(), Message{to, "Morgen."}); kernel.CodeOf(err) != kernel.Invalid {
			t.Errorf("to %q: %v", string(to), err)
		}
	}
	if err := sender.Send(t.Context(), Message{kernel.FictionalMobile(3), "Morgen."}); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{"nothing": "", "a letter": strings.Repeat("a", 307), "no text": "\xff", "two lines": "a\nb", "a long one in Arabic": strings.Repeat("م", 135)} {
		if err := sender.Send(t.Context(), Message{"+32470123456", text}); err == nil {
			t.Errorf("%s was sent", name)
		}
	}
	if len(p.taken) != 0 {
		t.Errorf("the provider has %+v", p.taken)
	}
}

func TestAFailureNamesNobody(t *testing.T) {
	_, sender := open(t, "NUMBER@sms.example.com")
	err := sender.Send(t.Context(), Message{"+32470999999", "Morgen wordt u verwacht."})
	if !mail.Permanent(err) {
		t.Fatalf("Send = %v, want a failure for good", err)
	}
	for _, secret := range []string{"470999999", "verwacht"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error says %q: %v", secret, err)
		}
	}
}

func TestWithoutAGatewayNothingIsSentAndADemonstrationKeeps(t *testing.T) {
	var none *Sender
	for _, s := range []*Sender{none, New(Gateway{})} {
		if s.On() || len(s.Kept()) != 0 || s.Send(t.Context(), Message{"+32470123456", "Morgen."}) == nil {
			t.Errorf("%+v sends", s)
		}
	}
	if _, err := Parse("log:"); err == nil {
		t.Error("who serves can keep the messages of families")
	}
	g := Gateway{Kept: true}
	s := New(g)
	for i := range keptAtMost + 5 {
		if err := s.Send(t.Context(), Message{kernel.FictionalMobile(i), strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if kept := s.Kept(); !s.On() || len(kept) != keptAtMost || kept[0].Text != strconv.Itoa(keptAtMost+4) || kept[keptAtMost-1].Text != "5" {
		t.Errorf("kept %d", len(kept))
	}
}

func TestAGatewayThatCannotBeUsedIsRefused(t *testing.T) {
	for name, address := range map[string]string{
		"nothing":                 "",
		"a page":                  "https://u:hunter2@sms.example.com/send?to=NUMBER@sms.example.com",
		"no address of a message": "smtp://u:hunter2@mail.example.org?from=a@example.org",
		"two of them":             "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER@a.example&to=NUMBER@b.example",
		"no number in it":         "smtp://u:hunter2@mail.example.org?from=a@example.org&to=sms@sms.example.com",
		"the number twice":        "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER.NUMBER@sms.example.com",
		"the number as domain":    "smtp://u:hunter2@mail.example.org?from=a@example.org&to=sms@NUMBER.example.com",
		"no mail address":         "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER",
		"two recipients":          "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER@a.example,b@b.example",
		"no sender":               "smtp://u:hunter2@mail.example.org?to=NUMBER@sms.example.com",
		"a subject on two lines":  "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER@sms.example.com&subject=a%0ABcc:b@b.example",
		"an option of nobody":     "smtp://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER@sms.example.com&via=x",
		"options that are none":   "smtp://u:hunter2@mail.example.org?from=a@example.org;to=NUMBER@sms.example.com",
	} {
		g, err := Parse(address)
		wrong, ok := errors.AsType[*mail.AddressError](err)
		if !ok || wrong.Reason == "" || !strings.Contains(wrong.Remedy, "NUMBER") || New(g).On() {
			t.Errorf("%s: %v, %v", name, g, err)
		}
		if ok && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the password is repeated: %v", name, err)
		}
	}
	g, err := Parse("smtps://u:hunter2@mail.example.org?from=a@example.org&to=NUMBER@sms.example.com&subject=key")
	if err != nil || g.String() != "smtps://mail.example.org:465" || g.subject != "key" {
		t.Errorf("%v, %v", g, err)
	}
}

func TestHowManyPartsAMessageTakes(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want int
	}{
		"nothing":                    {"", 0},
		"no text":                    {"a\xff", 0},
		"one letter":                 {"a", 1},
		"one message":                {strings.Repeat("à", 160), 1},
		"a letter more":              {strings.Repeat("a", 161), 2},
		"two messages":               {strings.Repeat("a", 306), 2},
		"a letter more than two":     {strings.Repeat("a", 307), 3},
		"a euro counts for two":      {strings.Repeat("€", 80), 1},
		"a euro too many":            {strings.Repeat("€", 81), 2},
		"a euro is not cut in two":   {strings.Repeat("€", 153), 3},
		"Arabic":                     {strings.Repeat("م", 70), 1},
		"Arabic and a letter":        {strings.Repeat("م", 71), 2},
		"Arabic in two":              {strings.Repeat("م", 134), 2},
		"what counts for two in it":  {strings.Repeat("😀", 35), 1},
		"one letter of another kind": {strings.Repeat("a", 70) + "ş", 2},
	} {
		if got := Parts(tt.text); got != tt.want {
			t.Errorf("%s: %d parts, want %d", name, got, tt.want)
		}
	}
}

// telling are words that say on a screen that others see what a family gets, owes
// or is helped with, or by whom.
var telling = map[kernel.Lang][]string{
	kernel.NL: {"leen", "lenen", "boete", "maat", "ruil", "veilig", "fiets", "tegoed", "voucher", "melk", "luier", "voedsel", "kleren", "geld", "betaal", "gezin", "kind", "hulp", "ocmw", "armoede", "school", "uitdel"},
	kernel.FR: {"emprunt", "prêt", "amende", "taille", "échang", "vélo", "chèque", " lait", "couche", "colis", "vêtement", "argent", "pay", "famille", "enfant", "aide", "cpas", "pauvre", "école", "distribution"},
	kernel.DE: {"leih", "lieh", "strafe", "größe", "tausch", "sicher", "fahrrad", "gutschein", "milch", "windel", "lebensmittel", "kleid", "geld", "zahl", "famil", "kind", "hilfe", "öshz", "armut", "schule", "ausgabe"},
	kernel.EN: {"loan", "lent", "borrow", " fine", "size", "exchange", "safe", "bicycle", "voucher", "milk", "nappies", "food", "clothes", "money", "pay", "famil", "child", "help", "welfare", "poverty", "school", "hand-out"},
	kernel.AR: {"استعر", "إعارة", "غرامة", "مقاس", "تبديل", "آمن", "دراجة", "قسيمة", "حليب", "حفاض", "طعام", "ملابس", " مال", "دفع", "عائلة", "طفل", "مساعدة", "فقر", "مدرسة"},
	kernel.UK: {"позич", "штраф", "розмір", "обмін", "безпечн", "велосипед", "ваучер", "молок", "підгуз", "їж", "одяг", "грош", "плат", "сім", "дитин", "дит", "допомог", "бідн", "школ"},
	kernel.TR: {"ödünç", "ceza", "beden", "değişim", "değiştir", "güvenli", "bisiklet", "kupon", "süt", "bez", "gıda", "giysi", "para", "öde", "aile", "çocuk", "yardım", "yoksul", "okul"},
}

// Each text that goes to a telephone, on every day of a year, in every language:
// one SMS where the language has its letters, two at most elsewhere, without a
// link, and without a word that says what it is about.
func TestEveryTextForATelephoneFits(t *testing.T) {
	texts, found := i18n.MustLoad(), 0
	for _, key := range texts.Keys() {
		if !strings.HasSuffix(key, ".sms") {
			continue
		}
		found++
		for _, lang := range kernel.FamilyLangs {
			r := texts.In(lang)
			if r.LangOf(key) != lang {
				t.Errorf("%s is not there in %s", key, lang)
			}
			most := 1
			if lang == kernel.AR || lang == kernel.UK || lang == kernel.TR {
				most = 2
			}
			at := kernel.InstantOf(time.Date(2026, 1, 1, 12, 30, 0, 0, time.UTC))
			for range 365 {
				at = at.Add(24 * time.Hour)
				day := any(r.Day(at.Date()))
				if !strings.HasPrefix(key, "handout.") && !strings.HasPrefix(key, "referral.") {
					day = at.Date()
				}
				said := Plain(r.T(key, "day", day, "hour", r.Time(at), "number", 9999))
				if n := Parts(said); n < 1 || n > most || strings.Contains(said, "://") || strings.Contains(said, "…") || most == 1 && !fits(said) {
					t.Fatalf("%s in %s takes %d parts: %s", key, lang, n, said)
				}
				for _, word := range telling[lang] {
					if strings.Contains(strings.ToLower(said), word) {
						t.Fatalf("%s in %s says %q: %s", key, lang, word, said)
					}
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("%d texts for telephones", found)
	}
}

// Whatever an operator writes: no panic, no password repeated, and an address
// that is taken leads a number to one mailbox.
func FuzzParse(f *testing.F) {
	f.Add("smtp://u:hunter2@mail.example.org:587?from=a@example.org&to=NUMBER@sms.example.com")
	f.Add("smtps://mail.example.org?from=a@example.org&to=+NUMBER@sms.example.com&subject=x&name=y")
	f.Add("smtp://localhost?from=a@example.org&to=%22NUMBER%22@sms.example.com")
	f.Fuzz(func(t *testing.T, address string) {
		g, err := Parse(address)
		if err != nil {
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is repeated: %v", err)
			}
			return
		}
		if g.Kept {
			return
		}
		to, err := g.address("+32470123456")
		if err != nil || strings.Count(string(to), "@") != 1 || !strings.Contains(string(to), "32470123456") {
			t.Errorf("%q leads to %q, %v", address, string(to), err)
		}
	})
}

// Whatever is written: what was made plain stays as it is, and so does what
// needs no change.
func FuzzPlain(f *testing.F) {
	f.Add("Le 3 août à 13 h 30, c’est « gratuit »…")
	f.Add("Salı 13.30’da € 5")
	f.Fuzz(func(t *testing.T, text string) {
		plain := Plain(text)
		if Plain(plain) != plain {
			t.Errorf("%q becomes %q, and that another", text, plain)
		}
		if fits(text) && plain != text {
			t.Errorf("%q needs no change and becomes %q", text, plain)
		}
		if n := Parts(plain); n < 0 || n > len(plain) {
			t.Errorf("%q takes %d parts", plain, n)
		}
	})
}
