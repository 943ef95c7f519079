package app_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// A caseworker makes a passkey on her telephone and comes in with it, without a
// mail; once it is taken away it opens nothing. The device is the browser's
// virtual authenticator.
func TestACaseworkerSignsInWithAPasskey(t *testing.T) {
	chromium(t)
	onEachEngine(t, func(w *world) {
		w.url = w.name
		b := w.browse("leuven", "aicha")
		b.must(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			}).Do(ctx)
			return err
		}))
		b.goes("/account")
		b.sees("Passkeys", "Waar u aangemeld bent", "Hier bent u nu")
		b.clicks("Een passkey toevoegen")
		b.types("Hoe noemt u dit toestel?", "mijn telefoon")
		b.clicks("De passkey maken")
		b.sees("De passkey werkt", "mijn telefoon")

		b.must(network.ClearBrowserCookies())
		b.goes("/today")
		b.sees("Aanmelden met een passkey")
		b.clicks("Aanmelden met een passkey")
		b.sees("Aïcha El Amrani", "Gezinsteam")
		b.goes("/account")
		b.sees("Laatst gebruikt op", "Met een passkey.")

		b.clicks("“mijn telefoon” wegnemen")
		b.sees("Deze passkey opent niets meer")
		b.clicks("Overal afmelden")
		b.sees("U bent overal afgemeld")
		b.clicks("Aanmelden met een passkey")
		b.sees("Deze passkey past niet")
		if b.path() != "/sign-in/passkey" {
			t.Errorf("she is at %s", b.path())
		}
	})
}
