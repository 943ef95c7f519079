package sepa

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAReportSaysWhatBecameOfEachPayment(t *testing.T) {
	got, err := ReadReport([]byte(file(t, "report.xml")))
	want := Report{ID: "BANK-778", Order: "BG-0192f3a1c4d77c20", Verdict: Pending, Partly: true, Outcomes: []Outcome{
		{ID: "BG-0192f3a1c4d77c20-1", Verdict: Accepted, Status: "ACSC", Line: 15},
		{ID: "BG-0192f3a1c4d77c20-2", Verdict: Rejected, Status: "RJCT", Reason: "AC04", Line: 19},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestAReportMaySpeakOfTheWholeOrder(t *testing.T) {
	whole := strings.NewReplacer("<GrpSts>PART</GrpSts>", "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>a sentence of the bank</Prtry></Rsn></StsRsnInf>",
		"pain.002.001.12", "pain.002.001.03").Replace(file(t, "report.xml"))
	whole = whole[:strings.Index(whole, "    <OrgnlPmtInfAndSts>")] + "</CstmrPmtStsRpt></Document>"
	got, err := ReadReport([]byte(whole))
	if err != nil || got.Verdict != Rejected || got.Partly || len(got.Outcomes) != 0 || got.Reason != "NARR" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAStatementIsReadToTheCent(t *testing.T) {
	got, err := ReadStatement([]byte(file(t, "statement.xml")))
	const order = "BG-0192f3a1c4d77c20"
	want := []Statement{{ID: "2026-231", IBAN: "BE71096123456769", Opening: 5000_00, Closing: 3765_44, Told: true, Entries: []Entry{
		{Ref: "REF-1", Cents: 1234_61, Booked: true, Day: "2026-11-25", Order: order, Count: 2, Line: 10, Details: []Detail{
			{ID: order + "-1", Cents: 1234_56, Line: 15}, {ID: order + "-2", Cents: 5, Line: 16}}},
		{Cents: 5, Credit: true, Return: true, Booked: true, Day: "2026-11-25", Line: 19, Details: []Detail{
			{ID: order + "-2", Cents: 5, Structured: "010806817183", Reason: "AC04", Line: 23}}},
		{Cents: 9_00, Line: 30},
	}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want\n%+v", got, err, want)
	}
}

func TestWhatIsWrongWithAFileIsToldByLine(t *testing.T) {
	report, statement := file(t, "report.xml"), file(t, "statement.xml")
	for name, tt := range map[string]struct {
		file string
		want []Problem
	}{
		"nothing at all":              {"", []Problem{{-1, 1, "file", "xml"}}},
		"a photograph":                {"\x89PNG\r\n\x1a\n", []Problem{{-1, 3, "file", "xml"}}},
		"a file that is broken off":   {statement[:900], []Problem{{-1, 15, "file", "xml"}}},
		"a report for a statement":    {report, []Problem{{-1, 2, "Document", "message"}}},
		"an entity of its own":        {`<!DOCTYPE x [<!ENTITY a "b">]><Document/>`, []Problem{{-1, 1, "file", "forbidden"}}},
		"an entity that nobody knows": {strings.Replace(statement, "REF-1", "&a;", 1), []Problem{{-1, 12, "file", "xml"}}},
		"a thousand elements deep":    {strings.Replace(statement, "<Stmt>", strings.Repeat("<a>", 1000), 1), []Problem{{-1, 5, "a", "deep"}}},
		"dollars":                     {strings.Replace(statement, `Ccy="EUR">9.00`, `Ccy="USD">9.00`, 1), []Problem{{-1, 31, "Amt", "currency"}}},
		"half a cent, and no direction": {strings.NewReplacer(`>9.00<`, `>9.005<`, "<Amt Ccy=\"EUR\">1234.61</Amt><CdtDbtInd>DBIT", "<Amt Ccy=\"EUR\">1234.61</Amt><CdtDbtInd>X").Replace(statement),
			[]Problem{{-1, 11, "CdtDbtInd", "direction"}, {-1, 31, "Amt", "amount"}}},
		"less than nothing":           {strings.Replace(statement, `>9.00<`, `>-9.00<`, 1), []Problem{{-1, 31, "Amt", "amount"}}},
		"balances that do not add up": {strings.Replace(statement, "3765.44", "3765.45", 1), []Problem{{-1, 5, "Bal", "sum"}}},
		"payments that do not add up": {strings.Replace(statement, ">1234.56<", ">1234.57<", 1), []Problem{{-1, 10, "TxDtls", "sum"}}},
		"an account that is none":     {strings.Replace(statement, "BE71", "BE72", 1), []Problem{{-1, 7, "IBAN", "iban"}}},
		"a state that nobody knows":   {strings.Replace(statement, "<Sts>PDNG</Sts>", "<Sts>X</Sts>", 1), []Problem{{-1, 31, "Sts", "status"}}},
		"another encoding":            {strings.Replace(statement, "UTF-8", "UTF-16", 1), []Problem{{-1, 1, "file", "xml"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadStatement([]byte(tt.file))
			ps, _ := errors.AsType[Problems](err)
			if got != nil || !reflect.DeepEqual([]Problem(ps), tt.want) {
				t.Errorf("%+v, want %+v", []Problem(ps), tt.want)
			}
		})
	}
	for name, tt := range map[string]struct {
		file string
		want []Problem
	}{
		"a status that nobody knows": {strings.Replace(report, "RJCT", "WHAT", 1), []Problem{{-1, 21, "TxSts", "status"}}},
		"a payment without a number": {strings.Replace(report, "<OrgnlEndToEndId>BG-0192f3a1c4d77c20-1</OrgnlEndToEndId>", "", 1), []Problem{{-1, 15, "OrgnlEndToEndId", "missing"}}},
		"an order that is not named": {strings.Replace(report, "<OrgnlMsgId>BG-0192f3a1c4d77c20</OrgnlMsgId>", "", 1), []Problem{{-1, 8, "OrgnlMsgId", "missing"}}},
		"a statement for a report":   {statement, []Problem{{-1, 2, "Document", "message"}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadReport([]byte(tt.file))
			if ps, _ := errors.AsType[Problems](err); !reflect.DeepEqual([]Problem(ps), tt.want) {
				t.Errorf("%+v, want %+v", []Problem(ps), tt.want)
			}
		})
	}
	if _, err := ReadStatement(make([]byte, MaxBytes+1)); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a file that is too large: %v", err)
	}
}

func FuzzReadReport(f *testing.F) {
	f.Add([]byte(file(f, "report.xml")))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadReport(data)
		if err == nil && r.Order == "" {
			t.Errorf("a report of no order: %+v", r)
		}
		for _, o := range r.Outcomes {
			if err == nil && (o.ID == "" || o.Verdict == "") {
				t.Errorf("%+v", o)
			}
		}
	})
}

func FuzzReadStatement(f *testing.F) {
	f.Add([]byte(file(f, "statement.xml")))
	f.Fuzz(func(t *testing.T, data []byte) {
		statements, err := ReadStatement(data)
		for _, s := range statements {
			sum := s.Opening
			for _, e := range s.Entries {
				if e.Cents < 0 {
					t.Errorf("less than nothing: %+v", e)
				}
				if e.Booked && e.Credit {
					sum += e.Cents
				} else if e.Booked {
					sum -= e.Cents
				}
			}
			if err != nil || s.Told && sum != s.Closing {
				t.Errorf("%v: %d, and the bank says %d", err, sum, s.Closing)
			}
		}
	})
}
