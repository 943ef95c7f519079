package app_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/platform/db/dbtest"
)

func TestBothEnginesHoldTheSameTables(t *testing.T) {
	dbtest.CompareSchemas(t, app.Modules()...)
}
