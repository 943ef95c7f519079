package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// UserCmd is for the operator, who stands outside every alliance; everything
// else about people is done on the pages, by an alliance's administrator.
type UserCmd struct {
	First UserFirstCmd `cmd:"" help:"Make an alliance, its first organisation and its first administrator."`
	Add   UserAddCmd   `cmd:"" help:"Let one more person sign in."`
	List  UserListCmd  `cmd:"" help:"Who may sign in, for which organisation, in which roles."`
}

// UserFirstCmd founds an alliance.
type UserFirstCmd struct {
	Alliance       string   `required:"" placeholder:"WORD" help:"A short name for addresses, such as leuven."`
	Name           string   `required:"" placeholder:"TEXT" help:"The name that people read."`
	Municipalities []string `name:"municipality" required:"" placeholder:"CODE" help:"NIS code of a municipality, such as 24062; once for each."`
	Organisation   string   `required:"" placeholder:"TEXT" help:"The organisation that the administrator works for."`
	Kind           string   `default:"house_of_the_child" placeholder:"WORD" help:"What it is: ocmw, municipality, house_of_the_child, school, non_profit… Default: ${default}."`
	config.Database
	config.Keys
}

// Help teaches.
func (UserFirstCmd) Help() string {
	return `Who that is, is asked, and not given as a flag, so that no name stays in the
history of a shell. When the answers come from a file, they are two lines: the
name and the mail address. Example:

    bondgenoot user first --alliance voorbeeldstad --name "Huis van het Kind Voorbeeldstad" \
        --municipality 24062 --organisation "OCMW Voorbeeldstad" --kind ocmw

The administrator then signs in on the pages, with a code that comes by mail,
and lets the others in.`
}

// Run makes all three, or none.
func (c UserFirstCmd) Run(_ context.Context, in io.Reader, out io.Writer) error {
	if err := checkStore(c.Database, c.Keys); err != nil {
		return err
	}
	if _, err := askPerson(in, out); err != nil {
		return err
	}
	return errUnfinished
}

// UserAddCmd lets a person in.
type UserAddCmd struct {
	Alliance     string   `required:"" placeholder:"WORD" help:"The alliance's short name."`
	Organisation string   `required:"" placeholder:"TEXT" help:"The organisation's name or ID."`
	Roles        []string `name:"role" required:"" placeholder:"WORD" help:"What the person does there: caseworker, coordinator, referrer, volunteer, provider, privacy_officer, administrator; once for each."`
	config.Database
	config.Keys
}

// Help teaches.
func (UserAddCmd) Help() string {
	return `For when no administrator can sign in any more. Name and mail address are
asked, as with "user first". The alliance sees in its record that the operator
did this.

    bondgenoot user add --alliance voorbeeldstad --organisation "OCMW Voorbeeldstad" --role administrator`
}

// Run adds the person and the roles.
func (c UserAddCmd) Run(_ context.Context, in io.Reader, out io.Writer) error {
	if err := checkStore(c.Database, c.Keys); err != nil {
		return err
	}
	if _, err := askPerson(in, out); err != nil {
		return err
	}
	return errUnfinished
}

// UserListCmd lists the people of an alliance.
type UserListCmd struct {
	Alliance string `placeholder:"WORD" help:"Of this alliance only."`
	config.Database
	config.Keys
}

// Help teaches.
func (UserListCmd) Help() string {
	return `One line a person and organisation: alliance, organisation, roles, name. Mail
addresses are not shown.

    bondgenoot user list --alliance voorbeeldstad`
}

// Run prints them.
func (c UserListCmd) Run(_ context.Context, _ io.Writer) error {
	if err := checkStore(c.Database, c.Keys); err != nil {
		return err
	}
	return errUnfinished
}

// person is who is to be let in.
type person struct {
	Name string
	Mail kernel.Email
}

// askPerson reads a name and a mail address, a line each.
func askPerson(in io.Reader, out io.Writer) (person, error) {
	lines := bufio.NewScanner(io.LimitReader(in, 4096))
	ask := func(what string) string {
		fmt.Fprintf(out, "%s: ", what)
		lines.Scan()
		return strings.TrimSpace(lines.Text())
	}
	p := person{Name: ask("Name")}
	if p.Name == "" {
		return person{}, errors.New("no name was given: type it, or give two lines, the name and the mail address")
	}
	mail, err := kernel.ParseEmail(ask("Mail address"))
	if err != nil {
		return person{}, errors.New("that is not a mail address: write it as name@example.org")
	}
	fmt.Fprintln(out)
	p.Mail = mail
	return p, nil
}

// checkStore checks the settings of a command that works on the data.
func checkStore(d config.Database, k config.Keys) error {
	var ps config.Problems
	d.Check(&ps)
	k.Check(&ps)
	return ps.Err()
}
