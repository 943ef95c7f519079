package depot_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/depot"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

var listWords = depot.Words{
	depot.HeadWords:      {"aantal": "amount", "pakken": "packs", "soort": "category", "maat": "size", "ean": "ean", "laatste dag": "until", "nummer": "mark", "gemaakt op": "made", "merk": "name"},
	depot.CategoryColumn: {"broeken": "trousers", "melk": "milk", "autostoel": "car_seat", "jassen": "coats"},
	depot.GradeColumn:    {"nieuw": "new"},
}

// list is a list as somebody made it elsewhere.
func (w *town) list(lines ...string) depot.Bringing {
	w.t.Helper()
	l, err := lists.Read([]byte(strings.Join(lines, "\n")))
	if err != nil {
		w.t.Fatal(err)
	}
	return depot.Bringing{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, List: l, Words: listWords}
}

// there is how much lies free in the depot.
func (w *town) there() (n int64) {
	w.t.Helper()
	for _, of := range must(w.At(w.rik, w.place.ID)).Stock {
		n += of.Free
	}
	return n
}

// A list comes in whole or not at all: each line that is wrong says why, to look
// moves nothing, and the same list sent twice comes in once.
func TestAListComesInWholeOrNotAtAll(t *testing.T) {
	inTown(t, func(w *town) {
		in := w.list("Soort;Maat;Aantal;Merk;Laatste dag;Nummer", "Broeken;104;3;;;", "Broekjes;104;3;;;", "Broeken;104;drie;;;", "Broeken;104;;;;", "Jassen;92;2;;;",
			"Broeken;104;1;;31/2/2027;", "Broeken;104;1;;1/5/2027;")
		if _, err := w.Bring(w.rik, in); err == nil {
			t.Error("it came in")
		} else {
			refused(t, err, "depot.list.wrong")
		}
		seen := must(w.Preview(w.rik, in))
		got := map[int64]string{}
		for _, r := range seen.Rows {
			for _, f := range r.Wrong {
				got[r.Line] += f.Field + " " + f.Key + " "
			}
		}
		for line, want := range map[int64]string{2: "", 3: "category depot.list.word ", 4: "amount depot.list.number ", 5: "amount depot.list.no_number ",
			6: "category depot.list.new ", 7: "until depot.list.day ", 8: "until depot.until_not "} {
			if got[line] != want {
				t.Errorf("line %d: %q, want %q", line, got[line], want)
			}
		}
		if n := w.there(); n != 0 {
			t.Errorf("%d pieces came in", n)
		}
		seen = must(w.Preview(w.saar, in)) // who leads may add a sort of thing
		if seen.Fresh != 1 || seen.Right != 2 || seen.Pieces != 5 {
			t.Errorf("%d new sorts, %d right, %d pieces", seen.Fresh, seen.Right, seen.Pieces)
		}
		if all := must(w.Items(w.rik)); len(all) != 5 {
			t.Errorf("to look made %d sorts of things", len(all)-5)
		}
		good := w.list("Soort;Maat;Aantal", "Broeken;104;3", "Jassen;92;2")
		must(w.Bring(w.saar, good))
		must(w.Bring(w.saar, good))
		if n := w.there(); n != 5 {
			t.Errorf("%d pieces lie there, want 5", n)
		}
	})
}

// What the columns say is told once: the place remembers it.
func TestAPlaceRemembersWhatColumnsSay(t *testing.T) {
	inTown(t, func(w *town) {
		first := w.list("Wat;Hoeveel", "Broeken;1")
		if _, err := w.Preview(w.rik, first); err == nil {
			t.Error("a list that says nothing was read")
		} else {
			refused(t, err, "depot.list.what")
		}
		first.Columns = map[string]depot.Column{"Wat": depot.CategoryColumn, "Hoeveel": depot.AmountColumn}
		first.List.Rows[0].Cells[0] = "Jassen"
		must(w.Bring(w.saar, first))
		again := must(w.Preview(w.rik, w.list("Wat;Hoeveel", "Jassen;4")))
		if again.Right != 1 || again.Pieces != 4 {
			t.Errorf("%+v", again)
		}
		twice := w.list("Aantal;Pakken;Soort", "1;1;Jassen")
		twice.Columns = map[string]depot.Column{"Aantal": depot.AmountColumn, "Pakken": depot.AmountColumn, "Soort": depot.CategoryColumn}
		_, err := w.Preview(w.rik, twice)
		refused(t, err, "depot.list.twice")
	})
}

// Ten times what comes in otherwise is asked about once more, and then believed.
func TestAnUnusualAmountIsAskedAboutOnce(t *testing.T) {
	inTown(t, func(w *town) {
		for range 3 {
			w.gives(w.trousers, 4)
		}
		in := depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{{Item: w.trousers.ID, Amount: 40}}}
		err := w.Receive(w.rik, in)
		refused(t, err, "depot.unusual")
		in.Lines[0].Amount = 39
		if err := w.Receive(w.rik, in); err != nil {
			t.Errorf("less than ten times as much: %v", err)
		}
		in.ID, in.Lines[0].Amount, in.Lines[0].Sure = kernel.NewID(), 400, true
		for range 2 {
			if err := w.Receive(w.rik, in); err != nil {
				t.Errorf("who is sure is believed: %v", err)
			}
		}
		if n := w.there(); n != 12+39+400 {
			t.Errorf("%d lie there", n)
		}
	})
}

// A gift is thanked for by what it was; nobody is named, and a purchase is no
// gift.
func TestAGiftIsThankedFor(t *testing.T) {
	inTown(t, func(w *town) {
		in := depot.Receiving{ID: kernel.NewID(), Place: w.place.ID, From: depot.Given, Lines: []depot.Incoming{
			{Item: w.trousers.ID, Amount: 2}, {Item: w.milk.ID, Amount: 1, Until: "2027-01-01"}, {Item: w.milk.ID, Amount: 2, Until: "2027-02-01"}}}
		if err := w.Receive(w.rik, in); err != nil {
			t.Fatal(err)
		}
		g := must(w.Gift(w.rik, w.place.ID, in.ID))
		if len(g.Lines) != 2 || g.Lines[0].Pieces+g.Lines[1].Pieces != 5 || g.Day != "2026-11-23" {
			t.Errorf("%+v", g)
		}
		_, err := w.Gift(w.rik, w.other.ID, in.ID)
		refused(t, err, "ledger.transfer")
		in.ID, in.From = kernel.NewID(), depot.Bought
		if err := w.Receive(w.rik, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.Gift(w.rik, w.place.ID, in.ID)
		refused(t, err, "ledger.transfer")
	})
}

// A code says what it leads to, and why something may not go out.
func TestACodeSaysWhereItLeads(t *testing.T) {
	inTown(t, func(w *town) {
		milk := w.milk
		milk.EAN = "5412345000013"
		milk = must(w.SaveItem(w.saar, milk))
		w.receives(depot.Incoming{Item: w.pram.ID, Amount: 1, Mark: "SEAT-7", Made: "2024-01-01"})
		seat := must(w.Scan(w.rik, w.place.ID, "seat-7"))
		if seat.Item.ID != w.pram.ID || seat.Warn != "" {
			t.Errorf("%+v", seat)
		}
		if err := w.Recall(w.saar, seat.Thing.ID, true); err != nil {
			t.Fatal(err)
		}
		here := "https://house.example/depot/places/" + string(w.place.ID) + "/c/"
		for code, want := range map[string]string{
			"5412345000013":                  "",
			"(01)05412345000013(17)261122":   "expired",
			"]d201054123450000131727010010A": "",
			here + "I-" + string(milk.ID):    "",
			"SEAT-7":                         "recalled",
		} {
			if found, err := w.Scan(w.rik, w.place.ID, code); err != nil || found.Warn != want {
				t.Errorf("%s: %q %v, want %q", code, found.Warn, err, want)
			}
		}
		for code, want := range map[string]string{
			"5412345000020": "depot.scan.unknown", "5412345000012": "depot.ean_digit", "https://elsewhere.example/menu": "depot.scan.theirs",
			"https://house.example/depot/places/" + string(w.other.ID) + "/c/I-" + string(milk.ID): "depot.scan.elsewhere", "nonsense": "depot.code",
		} {
			_, err := w.Scan(w.rik, w.place.ID, code)
			refused(t, err, want)
		}
	})
}

// What is reserved says which lots and which numbers are taken from the shelf.
func TestAPickSlipSaysWhichOnes(t *testing.T) {
	inTown(t, func(w *town) {
		w.receives(depot.Incoming{Item: w.milk.ID, Amount: 2, Until: "2027-05-01"}, depot.Incoming{Item: w.milk.ID, Amount: 2, Until: "2027-01-01"},
			depot.Incoming{Item: w.pram.ID, Amount: 1, Mark: "SEAT-7", Made: "2024-01-01"})
		r := w.asks(depot.Wish{Item: w.milk.ID, Pieces: 3}, depot.Wish{Item: w.pram.ID, Pieces: 1})
		if err := w.Reserve(w.rik, kernel.NewID(), r.ID, false); err != nil {
			t.Fatal(err)
		}
		full, _, err := w.Read(w.rik, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]int64{}
		for _, l := range full.Lines {
			for _, lot := range l.Lots {
				said[string(lot.Until)+lot.Thing.Mark] += lot.Free
			}
		}
		if said["2027-01-01"] != 2 || said["2027-05-01"] != 1 || said["SEAT-7"] != 1 || len(said) != 3 {
			t.Errorf("the slip says %v", said)
		}
	})
}

func FuzzReadGS1(f *testing.F) {
	for _, seed := range []string{"(01)05412345000013(17)270100(10)A1(21)9", "]d201054123450000131727010010A\x1d219", "01", "(", "(01", "\x1d\x1d", "10", "1700000000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, code string) {
		p, ok := depot.ReadGS1(code)
		if !ok {
			return
		}
		if len(p.EAN) != 14 || strings.Trim(p.EAN, "0123456789") != "" {
			t.Errorf("%q: article %q", code, p.EAN)
		}
		if p.Until != "" {
			if _, err := kernel.ParseDate(string(p.Until)); err != nil {
				t.Errorf("%q: day %q", code, p.Until)
			}
		}
		if strings.Contains(p.Lot+p.Serial, "\x1d") || len(p.Lot) > 20 || len(p.Serial) > 20 {
			t.Errorf("%q: lot %q serial %q", code, p.Lot, p.Serial)
		}
	})
}

// refused holds that an error is a fault with a key.
func refused(t testing.TB, err error, key string) {
	t.Helper()
	if f, ok := errors.AsType[*kernel.Fault](err); !ok || f.Key != key {
		t.Errorf("refused with %v, want %s", err, key)
	}
}
