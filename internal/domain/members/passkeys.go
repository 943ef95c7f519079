package members

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// A passkey is a key that lies in somebody's telephone, computer or stick and
// opens with a finger, a face or a PIN; here lies only its public half. It
// answers a question that holds a quarter of an hour and is answered once. It
// asks nobody for a code, so nobody can keep it from working.
const (
	questionLife = 15 * time.Minute
	mostPasskeys = 10 // of one worker
	maxPassName  = 60
)

// Passkey is one of a worker's.
type Passkey struct {
	ID         kernel.ID
	Name       string         // in the worker's words: "my telephone"
	Made, Used kernel.Instant // Used is zero when it never was

	worker     kernel.ID
	credential webauthn.Credential
}

// Question is what a browser asks a passkey. Options is for the browser, as
// WebAuthn writes it; Sealed comes back with the answer, unchanged.
type Question struct {
	Options json.RawMessage
	Sealed  string
}

// relyingParty is this installation as passkeys know it: by its public address.
// An address that is a number has no passkeys: they belong to a name.
func (s *Service) relyingParty() (*webauthn.WebAuthn, error) {
	u, err := url.Parse(s.Base)
	none := kernel.NewNotFound("passkeys")
	if err != nil || u.Hostname() == "" {
		return nil, none
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, none
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Bondgenoot", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: questionLife, TimeoutUVD: questionLife},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: questionLife, TimeoutUVD: questionLife},
		},
	})
}

// HasPasskeys tells whether passkeys work at this installation's address.
func (s *Service) HasPasskeys() bool {
	_, err := s.relyingParty()
	return err == nil
}

// holder is a worker as the library knows them: by IDs alone.
type holder struct {
	alliance, worker kernel.ID
	name             string
	keys             []Passkey
}

func (h holder) WebAuthnID() []byte {
	a, w := uuid.MustParse(string(h.alliance)), uuid.MustParse(string(h.worker))
	return append(a[:], w[:]...)
}
func (h holder) WebAuthnName() string        { return h.name }
func (h holder) WebAuthnDisplayName() string { return h.name }
func (h holder) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, k := range h.keys {
		all = append(all, k.credential)
	}
	return all
}

// Passkeys are those of the signed-in worker.
func (s *Service) Passkeys(ctx context.Context) (keys []Passkey, err error) {
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		keys, err = listPasskeys(ctx, a, a.Alliance(), a.Actor.Person)
		return err
	})
	return keys, err
}

// AskNewPasskey is the question with which the signed-in worker makes one.
func (s *Service) AskNewPasskey(ctx context.Context) (q Question, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return q, err
	}
	err = s.Acts.Look(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		h, err := s.holderOf(ctx, a, a.Alliance(), a.Actor.Person)
		if err != nil {
			return err
		}
		var known []protocol.CredentialDescriptor
		for _, c := range h.WebAuthnCredentials() {
			known = append(known, c.Descriptor())
		}
		options, session, err := rp.BeginRegistration(h, webauthn.WithExclusions(known))
		if err != nil {
			return err
		}
		q, err = s.question("new", options, session)
		return err
	})
	return q, err
}

// AddPasskey keeps the passkey that answered. An answer that does not fit, or
// comes too late, is Invalid ("passkey").
func (s *Service) AddPasskey(ctx context.Context, sealed, name, answer string) (k Passkey, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return k, err
	}
	wrong := kernel.NewInvalid("passkey")
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len(name) > maxPassName {
		return k, kernel.NewInvalid("passkey.name").At("name")
	}
	session, ok := s.unsealed("new", sealed)
	parsed, bad := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if !ok || bad != nil {
		return k, wrong
	}
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		h, err := s.holderOf(ctx, a, a.Alliance(), a.Actor.Person)
		if err != nil {
			return err
		}
		if len(h.keys) >= mostPasskeys {
			return kernel.NewConflict("passkey.many")
		}
		if s.late(session) {
			return wrong
		}
		session.Expires = time.Time{} // the house's own clock was asked
		credential, err := rp.CreateCredential(h, session, parsed)
		if err != nil {
			return wrong
		}
		if err := answerOnce(ctx, a, a.Alliance(), session.Challenge, a.Now); err != nil {
			return err
		}
		k = Passkey{ID: kernel.NewID(), Name: name, Made: a.Now, worker: a.Actor.Person, credential: *credential}
		if err := insertPasskey(ctx, a, a.Alliance(), k); err != nil {
			return err
		}
		if err := tellWayIn(ctx, a, PasskeyAdded, ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "passkey.add", Subject: a.Actor.Person})
	})
	return k, err
}

// RemovePasskey takes one of the signed-in worker's away; NotFound when they
// have none such.
func (s *Service) RemovePasskey(ctx context.Context, id kernel.ID) error {
	return s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.own", ""); err != nil {
			return err
		}
		if err := deletePasskey(ctx, a, a.Alliance(), a.Actor.Person, id); err != nil {
			return err
		}
		if err := tellWayIn(ctx, a, PasskeyRemoved, ""); err != nil {
			return err
		}
		return a.Record(ctx, act.Entry{Action: "passkey.remove", Subject: a.Actor.Person})
	})
}

// AskPasskey is the question to whoever stands at the door: any passkey of
// this installation may answer.
func (s *Service) AskPasskey() (q Question, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return q, err
	}
	options, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return q, err
	}
	return s.question("door", options, session)
}

// SignInWithPasskey begins a session with the answer of a passkey, and answers
// with its cookie. What does not fit is Invalid ("passkey"), whatever it is.
func (s *Service) SignInWithPasskey(ctx context.Context, from Browser, sealed, answer string) (cookie string, err error) {
	rp, err := s.relyingParty()
	if err != nil {
		return "", err
	}
	wrong := kernel.NewInvalid("passkey")
	session, ok := s.unsealed("door", sealed)
	parsed, bad := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if !ok || bad != nil || len(parsed.Response.UserHandle) != 32 || s.late(session) {
		return "", wrong
	}
	session.Expires = time.Time{} // the house's own clock was asked
	alliance := kernel.ID(uuid.UUID(parsed.Response.UserHandle[:16]).String())
	worker := kernel.ID(uuid.UUID(parsed.Response.UserHandle[16:]).String())
	ctx = act.As(ctx, policy.Actor{Alliance: alliance})
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		if err := a.Allow(ctx, "session.begin", ""); err != nil {
			return err
		}
		h, err := s.holderOf(ctx, a, alliance, worker)
		if err != nil {
			return err
		}
		_, used, err := rp.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, session, parsed)
		if err != nil || used.Authenticator.CloneWarning {
			return wrong
		}
		if err := answerOnce(ctx, a, alliance, session.Challenge, a.Now); err != nil {
			return err
		}
		if err := usePasskey(ctx, a, alliance, worker, *used, a.Now); err != nil {
			return err
		}
		if from.Device != "" {
			if err := rememberDevice(ctx, a, alliance, worker, hashed(from.Device), a.Now); err != nil {
				return err
			}
		}
		cookie, err = s.begin(ctx, a, worker, "", opening{how: ByPasskey, browser: from.Kind})
		return err
	})
	if kernel.CodeOf(err) == kernel.NotFound {
		return "", wrong
	}
	return cookie, err
}

func (s *Service) holderOf(ctx context.Context, q db.Querier, alliance, worker kernel.ID) (h holder, err error) {
	w, err := loadWorker(ctx, q, alliance, worker)
	if err != nil {
		return h, err
	}
	if !w.Active {
		return h, kernel.NewNotFound("worker")
	}
	h = holder{alliance: alliance, worker: worker, name: w.Name}
	h.keys, err = listPasskeys(ctx, q, alliance, worker)
	return h, err
}

// question seals what must come back unchanged: the installation's key vouches
// for it, and for what it was asked.
func (s *Service) question(about string, options any, session *webauthn.SessionData) (q Question, err error) {
	session.Expires = s.Acts.Now().Add(questionLife)
	if q.Options, err = json.Marshal(options); err != nil {
		return q, err
	}
	kept, err := json.Marshal(session)
	if err != nil {
		return q, err
	}
	text := base64.RawURLEncoding.EncodeToString(kept)
	q.Sealed = text + "." + base64.RawURLEncoding.EncodeToString(s.Keeper.Token([]byte("passkey/"+about+"/"+text)))
	return q, nil
}

func (s *Service) unsealed(about, sealed string) (session webauthn.SessionData, ok bool) {
	text, seal, _ := strings.Cut(sealed, ".")
	want := base64.RawURLEncoding.EncodeToString(s.Keeper.Token([]byte("passkey/" + about + "/" + text)))
	if !sameText(seal, want) {
		return session, false
	}
	kept, err := base64.RawURLEncoding.DecodeString(text)
	return session, err == nil && json.Unmarshal(kept, &session) == nil
}

func (s *Service) late(session webauthn.SessionData) bool {
	return s.Acts.Now().After(session.Expires)
}
