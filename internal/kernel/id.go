package kernel

import (
	"regexp"

	"github.com/google/uuid"
)

// ID names one thing for ever: a UUIDv7 in its canonical lower-case form, so
// that IDs sort by the moment they were made. Its zero value names nothing.
type ID string

// NewID makes an ID. It carries the moment it was made and random bits,
// nothing of the thing it names.
func NewID() ID {
	return ID(uuid.Must(uuid.NewV7()).String())
}

var canonicalID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// ParseID reads an ID that came from outside. Anything but the canonical form
// is Invalid ("id").
func ParseID(s string) (ID, error) {
	if !canonicalID.MatchString(s) {
		return "", NewInvalid("id")
	}
	return ID(s), nil
}
