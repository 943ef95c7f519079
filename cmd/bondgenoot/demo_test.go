package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// The first thing that a visitor reads is where to go and who one may be; and
// what the demonstration wrote outside a folder of the visitor's own is gone at
// its end.
func TestTheDemonstrationSaysWhereItIsAndWhoOneMayBe(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	var said bytes.Buffer
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := DemoCmd{Addr: "127.0.0.1:0", Log: config.Log{Level: "info"}}.Run(ctx, write, logTo{io.Discard})
		ended <- err
		write.Close()
	}()
	for b := make([]byte, 4096); !strings.Contains(said.String(), "Ctrl-C"); {
		n, err := read.Read(b)
		said.Write(b[:n])
		if err != nil {
			t.Fatalf("%v after %q", err, said.String())
		}
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"http://127.0.0.1:", "/sign-in", "leuven", "caseworker", "Vroedvrouwen", "Lies Jacobs", "Gezinsteam"} {
		if !strings.Contains(said.String(), word) {
			t.Errorf("the greeting does not say %q:\n%s", word, said.String())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
