package sepa

import (
	"strconv"
	"time"
)

// Statement is one account's statement of a day or more: camt.053.
type Statement struct {
	ID      string
	IBAN    string
	Opening int64 // cents, with sign; 0 when Told is false
	Closing int64
	Told    bool // both balances are told
	Entries []Entry
}

// Entry is one line of a statement.
type Entry struct {
	Ref     string // the bank's; may be empty
	Cents   int64  // never negative
	Credit  bool   // money came
	Return  bool   // money that was paid came back
	Booked  bool   // not only announced
	Day     string // on which it was booked; may be empty
	Order   string // the order that the entry speaks of as a whole; may be empty
	Count   int    // how many payments it holds as a whole; 0: not told
	Details []Detail
	Line    int
}

// Detail is one payment within an entry.
type Detail struct {
	ID         string // end to end; empty when there is none
	Order      string // the ID of the order; may be empty
	Cents      int64
	Structured string // twelve digits, when a structured communication was given
	Reason     string // why money came back, the bank's code
	Line       int
}

// ReadStatement reads a camt.053, with one statement or more. What is wrong with
// it is [Problems], each with its line; then nothing of it may be believed.
func ReadStatement(data []byte) ([]Statement, error) {
	root, err := parse(data, "camt.053.001.")
	if err != nil {
		return nil, err
	}
	var ps Problems
	body := root.at("BkToCstmrStmt")
	all := body.each("Stmt")
	if len(all) == 0 {
		ps.told(body.line, "Stmt", "missing")
	}
	statements := make([]Statement, 0, len(all))
	for _, e := range all {
		statements = append(statements, ps.statement(e))
	}
	if err := ps.err(); err != nil {
		return nil, err
	}
	return statements, nil
}

func (ps *Problems) statement(e *element) Statement {
	s := Statement{ID: bounded(e.at("Id").text, maxID), IBAN: e.at("Acct/Id/IBAN").text}
	if !IsIBAN(s.IBAN) {
		ps.told(e.at("Acct/Id/IBAN").line, "IBAN", "iban")
	}
	before := len(*ps)
	opens, closes := false, false
	for _, b := range e.each("Bal") {
		switch first(b.at("Tp/CdOrPrtry/Cd").text, b.at("Tp/CdOrPrtry/Prtry").text) {
		case "OPBD", "PRCD":
			if !opens {
				s.Opening, opens = ps.signed(b), true
			}
		case "CLBD":
			s.Closing, closes = ps.signed(b), true
		}
	}
	s.Told = opens && closes
	sum := s.Opening
	for _, n := range e.each("Ntry") {
		entry := ps.entry(n)
		s.Entries = append(s.Entries, entry)
		switch {
		case !entry.Booked:
		case entry.Credit:
			sum += entry.Cents
		default:
			sum -= entry.Cents
		}
	}
	if !s.Told {
		s.Opening, s.Closing = 0, 0
	} else if sum != s.Closing && len(*ps) == before {
		ps.told(e.line, "Bal", "sum")
	}
	return s
}

// signed is the amount of a balance: below zero when it is a debit.
func (ps *Problems) signed(e *element) int64 {
	cents := ps.amount(e.at("Amt"))
	if !ps.credit(e) {
		return -cents
	}
	return cents
}

func (ps *Problems) credit(e *element) bool {
	d := e.at("CdtDbtInd")
	if d.text != "CRDT" && d.text != "DBIT" {
		ps.told(d.line, "CdtDbtInd", "direction")
	}
	return d.text == "CRDT"
}

func (ps *Problems) entry(n *element) Entry {
	e := Entry{Ref: bounded(first(n.at("AcctSvcrRef").text, n.at("NtryRef").text), maxID), Cents: ps.amount(n.at("Amt")), Credit: ps.credit(n),
		Return: n.at("RvslInd").text == "true", Day: n.at("BookgDt/Dt").text, Line: n.line}
	if e.Day == "" {
		e.Day = bounded(n.at("BookgDt/DtTm").text, 10)
	}
	if _, err := time.Parse(time.DateOnly, e.Day); e.Day != "" && err != nil {
		ps.told(n.at("BookgDt").line, "BookgDt", "day")
	}
	switch status := n.at("Sts"); first(n.at("Sts/Cd").text, status.text) {
	case "BOOK":
		e.Booked = true
	case "PDNG", "INFO", "FUTR":
	default:
		ps.told(status.line, "Sts", "status")
	}
	sum, count := int64(0), 0
	for _, details := range n.each("NtryDtls") {
		batch := details.at("Btch")
		e.Order = first(e.Order, bounded(first(batch.at("PmtInfId").text, batch.at("MsgId").text), maxID))
		if n, err := strconv.ParseUint(batch.at("NbOfTxs").text, 10, 31); err == nil {
			e.Count = int(n)
		}
		txs := details.each("TxDtls")
		for _, t := range txs {
			d := ps.detail(t, e, len(txs) == 1)
			e.Details = append(e.Details, d)
			sum, count = sum+d.Cents, count+1
		}
	}
	if count > 1 && sum != e.Cents {
		ps.told(n.line, "TxDtls", "sum")
	}
	return e
}

func (ps *Problems) detail(t *element, e Entry, alone bool) Detail {
	d := Detail{Line: t.line}
	if id := t.at("Refs/EndToEndId").text; id != "NOTPROVIDED" {
		d.ID = bounded(id, maxID)
	}
	d.Order = bounded(first(t.at("Refs/PmtInfId").text, t.at("Refs/MsgId").text), maxID)
	amount := t.at("Amt")
	if amount.text == "" {
		amount = t.at("AmtDtls/TxAmt/Amt")
	}
	if amount.text == "" && alone {
		d.Cents = e.Cents
	} else {
		d.Cents = ps.amount(amount)
	}
	if ref := t.at("RmtInf/Strd/CdtrRefInf/Ref").text; isStructured(ref) {
		d.Structured = ref
	}
	if r := t.at("RtrInf/Rsn"); r.kids != nil {
		d.Reason = asCode(first(r.at("Cd").text, r.at("Prtry").text))
	}
	return d
}
