package kernel_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestCodeOf(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want kernel.Code
	}{
		"nothing went wrong":       {nil, ""},
		"a fault":                  {kernel.NewInvalid("x"), kernel.Invalid},
		"a fault in other words":   {fmt.Errorf("saving: %w", kernel.NewConflict("x")), kernel.Conflict},
		"what is no fault is ours": {io.EOF, kernel.Internal},
		"not there":                {kernel.NewNotFound("x"), kernel.NotFound},
		"not allowed":              {kernel.NewForbidden("x"), kernel.Forbidden},
		"too often":                {kernel.NewTooMany("x"), kernel.TooMany},
	} {
		t.Run(name, func(t *testing.T) {
			if got := kernel.CodeOf(tt.err); got != tt.want {
				t.Errorf("CodeOf = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFaultIsComparedByCodeAndKey(t *testing.T) {
	f := kernel.NewInvalid("iban").At("account").With("bank", "x")
	if !errors.Is(fmt.Errorf("x: %w", f), kernel.NewInvalid("iban")) {
		t.Error("the field and the arguments should not matter")
	}
	if errors.Is(f, kernel.NewConflict("iban")) || errors.Is(f, kernel.NewInvalid("ogm")) || errors.Is(f, io.EOF) {
		t.Error("another code, key or error is another fault")
	}
}

func TestAtAndWithLeaveTheFaultAsItWas(t *testing.T) {
	f := kernel.NewInvalid("amount").With("max", "20")
	g := f.At("rent").With("max", "30").With("min", "1")
	if f.Field != "" || len(f.Args) != 1 || f.Args["max"] != "20" {
		t.Errorf("the first fault became %+v", f)
	}
	if g.Field != "rent" || g.Args["max"] != "30" || g.Args["min"] != "1" {
		t.Errorf("the copy is %+v", g)
	}
}

func TestFaultsTellsAllFieldsAtOnce(t *testing.T) {
	var fs kernel.Faults
	fs.Check("ok", nil)
	if err := fs.Err(); err != nil {
		t.Fatalf("nothing is wrong, yet %v", err)
	}
	fs.Check("iban", kernel.NewInvalid("iban"))
	fs.Check("phone", fmt.Errorf("reading: %w", kernel.NewInvalid("phone")))
	fs.Check("persons", kernel.Faults{kernel.NewInvalid("date").At("born"), kernel.NewInvalid("lang").At("speaks")}.Err())
	f, _ := errors.AsType[*kernel.Fault](fs.Err())
	var fields, keys []string
	for _, one := range f.All() {
		fields, keys = append(fields, one.Field), append(keys, one.Key)
	}
	if want := []string{"iban", "phone", "persons", "speaks"}; !slices.Equal(fields, want) {
		t.Errorf("fields %v, want %v", fields, want)
	}
	if want := []string{"iban", "phone", "date", "lang"}; !slices.Equal(keys, want) {
		t.Errorf("keys %v, want %v", keys, want)
	}
	if got := f.Error(); got != "invalid iban (iban); invalid phone (phone); invalid date (persons); invalid lang (speaks)" {
		t.Errorf("in the log: %s", got)
	}
}

func TestFaultsKeepsOurErrorsFromReaders(t *testing.T) {
	secret := errors.New("pq: duplicate key 85073003328")
	var fs kernel.Faults
	fs.Check("iban", kernel.NewInvalid("iban"))
	fs.Check("name", secret)
	err := fs.Err()
	if kernel.CodeOf(err) != kernel.Internal {
		t.Errorf("a form that we failed to judge is %q", kernel.CodeOf(err))
	}
	if !errors.Is(err, secret) {
		t.Error("the log should still find the error")
	}
	f, _ := errors.AsType[*kernel.Fault](err)
	for _, one := range f.All() {
		if strings.Contains(one.Key+one.Field+fmt.Sprint(one.Args), "duplicate") {
			t.Errorf("a reader sees %+v", one)
		}
	}
	if len(f.All()) != 2 {
		t.Errorf("%d faults, want both", len(f.All()))
	}
}
