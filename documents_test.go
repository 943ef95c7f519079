package bondgenoot_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// spokenRole is how the handbook calls a role.
var spokenRole = map[policy.Role]string{
	policy.Anyone: "anybody", policy.Caseworker: "caseworker", policy.Coordinator: "coordinator", policy.Referrer: "referrer",
	policy.Volunteer: "volunteer", policy.Provider: "provider", policy.PrivacyOfficer: "privacy officer",
	policy.Administrator: "administrator", policy.System: "the house itself",
	policy.FamilyMember: "adult of a family", policy.FamilyChild: "child of a family", policy.Invited: "who holds a link", policy.Outside: "who uses a form", policy.Till: "a shop’s till",
}

// spokenRelation is how the handbook calls a relation.
var spokenRelation = map[policy.Relation]string{
	policy.CareTeam: "care team", policy.Accepted: "accepted", policy.Receiver: "receiver", policy.Sender: "sender", policy.OwnFamily: "one’s own family",
	policy.Partner: "partner", policy.OwnObject: "one’s own organisation", policy.Emergency: "emergency",
	policy.Sees(policy.Identity): "sees who they are", policy.Consults(policy.Identity): "consults who they are",
	policy.Sees(policy.Care): "sees notes", policy.Sees(policy.Rights): "sees rights",
}

// policyTable is the policy as the handbook shows it, a line a rule.
func policyTable() string {
	var b strings.Builder
	for _, r := range policy.Rules {
		var roles, through []string
		for _, role := range r.Roles {
			roles = append(roles, spokenRole[role])
		}
		for _, relation := range r.Through {
			through = append(through, spokenRelation[relation])
		}
		who := strings.Join(roles, ", ")
		if len(r.Roles) == len(policy.Roles) {
			who = "everybody who works here"
		}
		b.WriteString("| `" + r.Action + "` | " + who + " | " + strings.Join(through, " or ") + " | " + r.Why + " |\n")
	}
	return b.String()
}

func TestTheHandbookTellsThePolicyAsItIs(t *testing.T) {
	handbook, err := os.ReadFile("docs/handbook.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := policyTable(); !strings.Contains(string(handbook), want) {
		t.Errorf("the table under \"Who sees what\" in docs/handbook.md is not the policy; put this there:\n%s", want)
	}
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	fenced  = regexp.MustCompile("(?s)```.*?```")
)

func TestLinksBetweenDocumentsLeadSomewhere(t *testing.T) {
	for name, text := range texts(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, ":") {
				continue // elsewhere
			}
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			content, err := os.ReadFile(file)
			if info, failed := os.Stat(file); failed == nil && info.IsDir() {
				err = nil
			}
			if err != nil {
				t.Errorf("%s leads to %s, which is not there", name, m[1])
				continue
			}
			if anchor != "" && !anchors(string(content))[anchor] {
				t.Errorf("%s leads to %s, and %s has no such heading", name, m[1], file)
			}
		}
	}
}

// anchors are the places in a document that a link can name, after the manner
// of the forges: small letters, a dash for a space, nothing for a sign.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return found
}
