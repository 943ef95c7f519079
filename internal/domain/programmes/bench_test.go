package programmes

import (
	"testing"

	templates "github.com/bondgenoot/bondgenoot/programmes"
)

// BenchmarkCompile is what the first evaluation after a change costs: the law
// and every template, as one alliance that takes them all over.
func BenchmarkCompile(b *testing.B) {
	l, base := library(b), law(b)
	for b.Loop() {
		files, err := l.TestPacks()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := base.With(files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadLibrary is what the templates add to the start of the program.
func BenchmarkReadLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := ReadLibrary(templates.FS); err != nil {
			b.Fatal(err)
		}
	}
}
