package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/rules"
)

// RightsSQLCmd prints rights as SQL.
type RightsSQLCmd struct {
	rightsSource
	Dialect string   `enum:"postgres,duckdb" default:"postgres" help:"postgres or duckdb. Default: ${default}."`
	Date    string   `placeholder:"DAY" help:"The day for which the rights are looked at. Default: today."`
	Rights  []string `placeholder:"ID" help:"Only these rights, separated by commas."`
	Tables  bool     `help:"The two tables that the views read, and nothing else."`
}

// Help teaches.
func (RightsSQLCmd) Help() string {
	return `Prints a view for each right, to run where a register lies: nothing leaves it.

    bondgenoot rights sql --tables | psql register
    bondgenoot rights sql --date 2026-03-01 --rights be.leefloon | psql register
    psql register -c "TABLE right_be_leefloon"

The views read two tables, families and persons, with the columns of "bondgenoot
rights scan" (--tables prints them); NULL is not known. The views of PostgreSQL want
an index on the families of persons, which the key of the table is. A view gives
a row for each family: family, status, and amount_month, amount_once … It says
entitled, not_entitled or refer only where "bondgenoot rights check" says so too.
Where only a search through all that the missing facts can be would tell, it says
unknown. The amounts of a day hold for that day: print the views again for another.`
}

// Run prints the views.
func (c RightsSQLCmd) Run(out io.Writer) error {
	day, err := dayOr(c.Date)
	if err != nil {
		return err
	}
	lib, err := c.load()
	if err != nil {
		return err
	}
	dialect := rules.Dialect(c.Dialect)
	w := bufio.NewWriter(out)
	if c.Tables {
		fmt.Fprint(w, lib.SQLTables(dialect))
		return w.Flush()
	}
	for _, id := range c.Rights {
		if lib.Right(id) == nil {
			return fmt.Errorf("there is no right %s; \"bondgenoot rights list\" names them", id)
		}
	}
	for _, r := range lib.Rights() {
		if c.Rights != nil && !slices.Contains(c.Rights, r.ID) {
			continue
		}
		query, err := lib.SQL(r.ID, rules.SQLOptions{Date: day, Dialect: dialect})
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "-- %s (%s), on %s\nCREATE OR REPLACE VIEW right_%s AS\n%s;\n\n", r.ID, r.Names.In(rules.EN), day,
			strings.NewReplacer(".", "_", "-", "_").Replace(r.ID), query)
	}
	return w.Flush()
}
