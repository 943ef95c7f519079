package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progress is a bar with the time that is left, on a terminal; anywhere else
// it is quiet.
type progress struct {
	out   io.Writer
	what  string
	all   int
	began time.Time
	drawn time.Time
	quiet bool
}

func newProgress(out logTo, what string, all int) *progress {
	p := &progress{out: out, what: what, all: all, began: time.Now(), quiet: true}
	if f, ok := out.Writer.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.quiet = false
		}
	}
	return p
}

// at draws how far it is, a few times a second.
func (p *progress) at(n int) { p.part(float64(n)/float64(max(1, p.all)), int64(n)) }

// part draws that a part of all is done, n of them.
func (p *progress) part(part float64, n int64) {
	if part = min(1, part); p.quiet || part <= 0 || time.Since(p.drawn) < 200*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	left := time.Duration(float64(time.Since(p.began)) * (1 - part) / part).Round(time.Second)
	const width = 30
	full := int(part * width)
	fmt.Fprintf(p.out, "\r[%s%s] %3.0f %%  %d %s, %s left \x1b[K", strings.Repeat("=", full), strings.Repeat(" ", width-full), 100*part, n, p.what, left)
}

// done wipes the bar.
func (p *progress) done() {
	if !p.quiet {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.quiet = true
	}
}
