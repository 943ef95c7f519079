package page

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// printVouchers are all papers of a family on one sheet, in its own language
// where that is one of the four.
func (s *Site) printVouchers(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	all, file, err := s.Vouchers.PrintAll(r.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	r.View.Reader = s.Texts.In(familyLang(r.View.Lang(), file))
	return show(printVouchersPage(r.View, id, all))
}

// familyLang is the first of a family's languages in which everything is
// written; where there is none, the reader's.
func familyLang(reader kernel.Lang, file families.File) kernel.Lang {
	for _, code := range file.Contact.Languages {
		if lang, err := kernel.ParseLang(code); err == nil {
			return lang
		}
	}
	return reader
}

// papers is how many vouchers there are to print.
func (w familyVouchersView) papers(today kernel.Date) (n int) {
	for _, h := range w.Held {
		if h.Open(today) && h.Paper.Serial != 0 {
			n++
		}
	}
	return n
}
