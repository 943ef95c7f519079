package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/codes"
	"github.com/bondgenoot/bondgenoot/internal/domain/registers"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/lists"
)

// RegisterCmd is what a partner does with its own list, on its own machine.
type RegisterCmd struct {
	Codes RegisterCodesCmd `cmd:"" help:"Turn a list into codes that show nobody, to compare it with an alliance."`
}

// RegisterCodesCmd makes codes of a list.
type RegisterCodesCmd struct {
	Key       string `name:"run" required:"" type:"existingfile" placeholder:"FILE" help:"The key of the comparison, as the page of the alliance gave it."`
	List      string `arg:"" type:"existingfile" help:"The list: CSV, Excel (.xlsx) or Parquet."`
	Out       string `placeholder:"FILE" help:"Where the codes go. Default: they are printed."`
	Fictional bool   `help:"The list is of made-up people, for a demonstration."`
}

// Help teaches.
func (RegisterCodesCmd) Help() string {
	return `Your list stays on this machine. What is written are codes: nobody reads a name
from them who does not have the key, and they fit this one comparison alone.

    bondgenoot register codes --run bondgenoot-run.json --out codes.txt pupils.csv

The list needs a column with the national number, or columns with last name,
first name and date of birth; they are known by their names, as "Naam",
"Prénom", "Geburtsdatum". Bring the codes on the page of the comparison, and
delete the key and the codes when it is done.`
}

// Run makes the codes. Rows that tell too little are named by their line.
func (c RegisterCodesCmd) Run(out io.Writer, errOut logTo) (err error) {
	b, err := os.ReadFile(c.Key)
	if err != nil {
		return err
	}
	var key codes.Key
	if err := json.Unmarshal(b, &key); err != nil {
		return fmt.Errorf("--run %s: this is no key of a comparison; fetch it again on its page", c.Key)
	}
	today := kernel.InstantOf(time.Now()).Date()
	if key.Until() < today {
		return fmt.Errorf("--run %s: this comparison ended on %s; agree on a new one", c.Key, key.Until())
	}
	if b, err = os.ReadFile(c.List); err != nil {
		return err
	}
	l, err := lists.Read(b)
	if err != nil {
		return errors.New(c.List + ": " + listRemedy(err))
	}
	made, err := registers.Codes(key, l, today, c.Fictional)
	if err != nil {
		return errors.New(c.List + ": " + listRemedy(err))
	}
	for _, f := range made.LeftOut {
		fmt.Fprintf(errOut, "line %d: left out: give the national number, or last name, first name and date of birth\n", f.Line)
	}
	to := out
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		to = f
	}
	if err := made.Write(to); err != nil {
		return err
	}
	fmt.Fprintf(errOut, "%d people became codes, %d rows were left out; delete %s when the comparison is done\n", len(made.People), len(made.LeftOut), c.Key)
	return nil
}

// listRemedy says what is wrong with a list, and what to do.
func listRemedy(err error) string {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		return err.Error()
	}
	switch f.Key {
	case "list.empty":
		return "there is no row below a line with the names of the columns"
	case "list.head_data":
		return "the first line holds people, not names of columns; put a line above it"
	case "list.locked":
		return "this is an old workbook, or it has a password; save it as .xlsx without one"
	case "list.bytes", "list.rows", "list.columns":
		return "it is too large (5 MB, 20,000 rows, 60 columns); bring it in parts"
	case "compare.columns":
		return `no columns are called "Naam", "Voornaam" and "Geboortedatum", nor "Rijksregisternummer" (or the same in French, German or English)`
	}
	return "it cannot be read; save it again as CSV or .xlsx"
}
