package app_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/app/demo"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// schemathesis is the program that makes requests of an OpenAPI document.
func schemathesis(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("fuzzing the API from its description takes a minute or two; make test does it")
	}
	path := os.Getenv("BONDGENOOT_TEST_SCHEMATHESIS")
	if path == "" {
		path = "../../.cache/schemathesis/bin/schemathesis"
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("schemathesis is not there (%v): run `make test`, which fetches it", err)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Whatever the description allows and does not allow is sent to every
// operation, by a program with every role: no answer is a fault of ours, none
// disagrees with the description, and what the description forbids is refused.
func TestTheAPIKeepsWhatItsDescriptionSays(t *testing.T) {
	program := schemathesis(t)
	w := onSQLite(t)
	w.furnish()
	if _, err := demo.Families(w.Context(), w.app, townsOf(w), w.clock()); err != nil {
		t.Fatal(err)
	}
	leuven := w.towns["leuven"]
	aicha := leuven.Workers["aicha"]
	if err := w.app.Members.SetRoles(leuven.As(w.Context(), "wim"), aicha.ID, aicha.Org.ID, policy.Roles[:]...); err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimPrefix(w.token("leuven", "aicha", false).headers.Get("Authorization"), "Bearer ")
	settings, err := filepath.Abs("../../scripts/schemathesis/schemathesis.toml")
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, more ...string) {
		ctx, cancel := context.WithTimeout(w.Context(), 5*time.Minute)
		defer cancel()
		seed := os.Getenv("BONDGENOOT_TEST_SEED")
		if seed == "" {
			seed = "1"
		}
		cmd := exec.CommandContext(ctx, program, append([]string{"--config-file", settings, "run", w.url + "/api/v1/openapi.json", "--seed", seed, "--no-shrink", "--no-color"}, more...)...)
		cmd.Dir = t.TempDir() // it keeps notes where it runs
		cmd.Env = append(os.Environ(), "BONDGENOOT_TEST_TOKEN="+secret)
		said, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, said)
			return
		}
		t.Logf("%s: %s", name, lastOf(string(said)))
	}
	// These could take from the program what it asks with: they come last.
	last := []string{"revoke-token", "revoke-any-token", "set-roles", "change-worker", "change-organisation"}
	var without, only []string
	for _, id := range last {
		without, only = append(without, "--exclude-operation-id", id), append(only, "--include-operation-id", id)
	}
	run("every operation", append(without, "--phases", "examples,coverage,fuzzing", "--max-examples", "10")...)
	if status := w.stranger().program().with("Authorization", "Bearer "+secret).sends("GET /session", nil).status; status != http.StatusOK {
		t.Errorf("on the way the program lost what it asks with: %d", status)
	}
	run("what could stop the program", append(only, "--phases", "examples,coverage,fuzzing", "--max-examples", "10")...)
}

// lastOf is what a run tells in sum.
func lastOf(said string) string {
	if i := strings.Index(said, "SUMMARY"); i >= 0 {
		return strings.Join(strings.Fields(strings.Trim(said[i:], "=")), " ")
	}
	return said
}
