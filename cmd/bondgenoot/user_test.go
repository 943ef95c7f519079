package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestWhatIsWrongWithTheFlagsIsGathered(t *testing.T) {
	flags := map[string]string{"slug": "--alliance"}
	var faults kernel.Faults
	atFlag(&faults, nil, flags)
	if err := faults.Err(); err != nil {
		t.Fatalf("nothing was wrong: %v", err)
	}
	atFlag(&faults, kernel.NewInvalid("slug").At("slug"), flags)
	if err := faults.Err(); err == nil || !strings.Contains(err.Error(), "--alliance") {
		t.Errorf("a word that cannot be one: %v", err)
	}
	broken := errors.New("the list of municipalities cannot be read")
	atFlag(&faults, broken, flags)
	if err := faults.Err(); !errors.Is(err, broken) {
		t.Errorf("flags that could not be judged: %v", err)
	} else if said := explained(err); !strings.Contains(said, broken.Error()) || !strings.Contains(said, "--alliance: ") {
		t.Errorf("what the operator reads: %s", said)
	}
}
