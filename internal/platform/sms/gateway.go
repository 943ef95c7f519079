package sms

import (
	"errors"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/mail"
)

// Gateway is where messages are handed in. Make one with [Parse]; the zero
// gateway is none.
type Gateway struct {
	Kept bool // messages stay in memory, for a demonstration; the rest is empty

	post          mail.Server
	before, after string // what stands around the digits in the address of a number
	subject       string
}

func (g Gateway) named() bool { return g.Kept || g.post.Host != "" }

// String names the gateway without user and password.
func (g Gateway) String() string {
	if !g.named() {
		return ""
	}
	if g.Kept {
		return "log:"
	}
	return g.post.String()
}

// address is where the gateway takes a message to a number.
func (g Gateway) address(p kernel.Phone) (kernel.Email, error) {
	return kernel.ParseEmail(g.before + strings.TrimPrefix(string(p), "+") + g.after)
}

const (
	number  = "NUMBER" // stands for the digits, the country's first
	example = "smtp://USER:PASSWORD@mail.example.org:587?from=sms@example.org&to=NUMBER@sms.example.com"
	// The subject and the sender's name, which a gateway may show above the text,
	// say nothing of us. The sender's address is the operator's to choose: one that
	// says as little.
	neutral = "SMS"
)

// Parse reads where text messages go:
//
//	smtp://USER:PASSWORD@HOST:587?from=ADDRESS&to=NUMBER@DOMAIN
//
// A demonstration makes a gateway of its own that keeps them; nothing else can ask
// for that. It is the address of a mail server as [mail.Parse] reads it, with to, the
// address at which the provider takes a message: NUMBER stands for the number's
// digits with its country (32470…), so +NUMBER and 00NUMBER can be said too.
// Beside it there is subject, which some providers take a word from; left out it
// is SMS, and so is the sender's name. An error is a [mail.AddressError].
func Parse(address string) (Gateway, error) {
	wrong := func(reason string) (Gateway, error) {
		return Gateway{}, &mail.AddressError{Reason: reason, Remedy: "Write " + example + ", with NUMBER where the provider wants the number: the digits, with the country and no 00 or +."}
	}
	if address == "log:" || address == "log" {
		return wrong("It would keep messages in memory and no family would get one; only the demonstration does so.")
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return wrong("It is not the address of a mail server that takes text messages.")
	}
	options, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("Its options cannot be read.")
	}
	to, subject := options["to"], options["subject"]
	options.Del("to")
	options.Del("subject")
	if !options.Has("name") {
		options.Set("name", neutral)
	}
	u.RawQuery = options.Encode()
	g := Gateway{subject: neutral}
	if g.post, err = mail.Parse(u.String()); err != nil {
		if theirs, ok := errors.AsType[*mail.AddressError](err); ok {
			return wrong(theirs.Reason)
		}
		return wrong("It cannot be used.")
	}
	if len(subject) == 1 && subject[0] != "" {
		g.subject = subject[0]
	}
	if len(subject) > 1 || strings.ContainsFunc(g.subject, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return wrong("The subject is not one line.")
	}
	if len(to) != 1 {
		return wrong("It does not say at which address the provider takes a message (to).")
	}
	// In the options of an address a + is a space.
	where := strings.Replace(to[0], " "+number, "+"+number, 1)
	var found bool
	if g.before, g.after, found = strings.Cut(where, number); !found || strings.Contains(g.after, number) || strings.Contains(g.before, "@") {
		return wrong("The address of a message (to) does not hold NUMBER once, before its @.")
	}
	if tried, err := g.address("+32470123456"); err != nil || !strings.HasPrefix(string(tried), g.before+"32470123456") {
		return wrong("The address of a message (to) is no mail address.")
	}
	return g, nil
}
