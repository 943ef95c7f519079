package sepa

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// space is the namespace of the message that is written.
const space = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

// Write is the order as a file in pain.001.001.09, for a bank of SEPA. What
// [Order.Check] finds is the error, and then there is no file. The same order
// gives the same bytes.
func (o Order) Write() ([]byte, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	w := &writer{}
	w.b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="` + space + `">` + "\n")
	w.in("CstmrCdtTrfInitn", func() {
		w.in("GrpHdr", func() { w.head(o) })
		w.in("PmtInf", func() {
			w.instruction(o)
			for _, p := range o.Payments {
				w.in("CdtTrfTxInf", func() { w.payment(p) })
			}
		})
	})
	w.b.WriteString("</Document>\n")
	return []byte(w.b.String()), nil
}

func (w *writer) head(o Order) {
	w.put("MsgId", o.ID)
	w.put("CreDtTm", o.At.UTC().Format("2006-01-02T15:04:05Z"))
	w.sums(o)
	w.in("InitgPty", func() {
		w.text("Nm", o.Payer.Name)
		if o.Number != "" {
			w.in("Id", func() {
				w.in("OrgId", func() {
					w.in("Othr", func() {
						w.put("Id", o.Number)
						w.put("Issr", "KBO-BCE")
					})
				})
			})
		}
	})
}

func (w *writer) sums(o Order) {
	sum := int64(0) // at most 10,000 payments of at most twelve digits
	for _, p := range o.Payments {
		sum += p.Cents
	}
	w.put("NbOfTxs", strconv.Itoa(len(o.Payments)))
	w.put("CtrlSum", euros(sum))
}

func (w *writer) instruction(o Order) {
	w.put("PmtInfId", o.ID)
	w.put("PmtMtd", "TRF")
	w.put("BtchBookg", "true")
	w.sums(o)
	w.in("PmtTpInf", func() { w.in("SvcLvl", func() { w.put("Cd", "SEPA") }) })
	w.in("ReqdExctnDt", func() { w.put("Dt", o.Day) })
	w.in("Dbtr", func() { w.party(o.Payer) })
	w.in("DbtrAcct", func() {
		w.in("Id", func() { w.put("IBAN", o.Payer.IBAN) })
		w.put("Ccy", "EUR")
	})
	w.in("DbtrAgt", func() {
		w.in("FinInstnId", func() {
			if o.Payer.BIC != "" {
				w.put("BICFI", o.Payer.BIC)
			} else {
				w.in("Othr", func() { w.put("Id", "NOTPROVIDED") })
			}
		})
	})
	w.put("ChrgBr", "SLEV")
}

func (w *writer) payment(p Payment) {
	w.in("PmtId", func() {
		w.put("InstrId", p.ID)
		w.put("EndToEndId", p.ID)
	})
	w.in("Amt", func() {
		w.line(`<InstdAmt Ccy="EUR">` + euros(p.Cents) + `</InstdAmt>`)
	})
	if p.To.BIC != "" {
		w.in("CdtrAgt", func() { w.in("FinInstnId", func() { w.put("BICFI", p.To.BIC) }) })
	}
	w.in("Cdtr", func() { w.party(p.To) })
	w.in("CdtrAcct", func() { w.in("Id", func() { w.put("IBAN", p.To.IBAN) }) })
	switch {
	case p.Structured != "":
		w.in("RmtInf", func() {
			w.in("Strd", func() {
				w.in("CdtrRefInf", func() {
					w.in("Tp", func() {
						w.in("CdOrPrtry", func() { w.put("Cd", "SCOR") })
						w.put("Issr", "BBA")
					})
					w.put("Ref", p.Structured)
				})
			})
		})
	case p.Text != "":
		w.in("RmtInf", func() { w.text("Ustrd", p.Text) })
	}
}

func (w *writer) party(p Party) {
	w.text("Nm", p.Name)
	if p.Address == nil {
		return
	}
	w.in("PstlAdr", func() {
		w.text("StrtNm", p.Address.Street)
		w.text("BldgNb", p.Address.Number)
		w.text("PstCd", p.Address.Postcode)
		w.text("TwnNm", p.Address.Town)
		w.put("Ctry", p.Address.Country)
	})
}

// writer writes elements, indented.
type writer struct {
	b    strings.Builder
	deep int
}

func (w *writer) line(s string) {
	w.b.WriteString(strings.Repeat("  ", w.deep+1))
	w.b.WriteString(s)
	w.b.WriteByte('\n')
}

func (w *writer) in(name string, fill func()) {
	w.line("<" + name + ">")
	w.deep++
	fill()
	w.deep--
	w.line("</" + name + ">")
}

func (w *writer) put(name, value string) {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(value)) // a builder takes everything
	w.line("<" + name + ">" + b.String() + "</" + name + ">")
}

// text writes words as banks take them; nothing when there are none.
func (w *writer) text(name, words string) {
	if s, _ := Text(words); s != "" {
		w.put(name, s)
	}
}

// euros is an amount as the messages write it: 12.50. It is never negative.
func euros(cents int64) string {
	part := strconv.FormatInt(cents%100, 10)
	if len(part) == 1 {
		part = "0" + part
	}
	return strconv.FormatInt(cents/100, 10) + "." + part
}
