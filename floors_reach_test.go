package bondgenoot_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// mayNameWays are the files outside the module of families that may look at a
// family's own telephones and mail addresses, or ask what is safe, and why. All
// of them show them to a person who thinks first, or read what was typed: none
// makes a message. Whoever makes one asks [families.Service.Addressee] or
// [families.File.Reach].
var mayNameWays = map[string]string{
	"internal/domain/registers/reading.go":           "reads a telephone number from a list, into the file",
	"internal/platform/vault/terms.go":               "makes digests of what can be searched",
	"internal/domain/referrals/send.go":              "refuses a referral of a family that cannot be reached at all",
	"internal/domain/referrals/link.go":              "shows a partner who took a family on how to reach it, in person",
	"internal/app/demo/people.go":                    "makes up families",
	"internal/web/page/file_words.go":                "shows the file",
	"internal/web/page/file_contact.go":              "the form of the contact",
	"internal/web/page/intake.go":                    "the form of the intake",
	"internal/web/page/own_views.go":                 "shows an adult what is written of them",
	"internal/web/page/own_export.go":                "gives an adult what is written of them, on their own page",
	"internal/web/page/referral_words.go":            "shows a referral to who received it",
	"internal/web/page/referrals.go":                 "the form of a referral",
	"internal/web/page/reach_letter.go":              "tells a worker by which way a family is reached, and lays out a letter only where the family lets letters come",
	"internal/domain/referrals/knock.go":             "reads what was typed at a door",
	"internal/web/page/answer.go":                    "shows a partner what the link opens",
	"internal/web/api/families.go":                   "reads and writes the file",
	"internal/domain/directory/openreferral/read.go": "reads the telephones of services that others tell, which are no family's",
}

// mayMail are the files that may make a letter or a text message: each kind of work that does so
// is listed in internal/app/messages_test.go, where it is tried.
var mayMail = []string{"internal/app/app.go", "internal/app/letters.go"}

// mayCarry hands a text message to the provider as a mail.
const mayCarry = "internal/platform/sms/sms.go"

// Whatever leaves the house for a family goes by the one gate that knows what
// the family asked for. Telephones and mail addresses of a family are named
// nowhere else, save where somebody reads them; and letters are made in one
// place.
func TestNoMessagePassesBySafeContact(t *testing.T) {
	used, gates := map[string]bool{}, 0
	for _, f := range sources(t) {
		if f.test || f.generated || within(f.pkg, "internal/domain/families") {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.SelectorExpr:
				if slices.Contains([]string{"Reach", "Addressee", "AddresseeIn"}, x.Sel.Name) && strings.HasPrefix(f.path, "internal/domain/") {
					gates++
				}
				if !slices.Contains([]string{"Mails", "Phones", "TextTo", "Allows"}, x.Sel.Name) {
					break
				}
				if used[f.path] = true; mayNameWays[f.path] == "" {
					t.Errorf("%s names .%s of a family: a message asks Service.Addressee or File.Reach; who shows it to a person says so in mayNameWays", f.at(x), x.Sel.Name)
				}
			case *ast.CompositeLit:
				made, ok := x.Type.(*ast.SelectorExpr)
				if !ok || made.Sel.Name != "Message" {
					break
				}
				if from, ok := made.X.(*ast.Ident); ok && (from.Name == "mail" && f.path != mayCarry || from.Name == "sms") && !slices.Contains(mayMail, f.path) {
					t.Errorf("%s makes a letter or a text message; they are made in %s", f.at(x), strings.Join(mayMail, " and "))
				}
			}
			return true
		})
	}
	for path := range mayNameWays {
		if !used[path] {
			t.Errorf("%s names no way of contact any more: take it out of mayNameWays", path)
		}
	}
	if gates == 0 {
		t.Error("nothing asks Reach")
	}
}
