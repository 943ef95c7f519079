package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/bondgenoot/bondgenoot/internal/app"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/config"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// UserCmd is for the operator, who stands outside every alliance; everything
// else about people is done on the pages, by an alliance's administrator.
type UserCmd struct {
	First UserFirstCmd `cmd:"" help:"Make an alliance, its first organisation and its first administrator."`
	Add   UserAddCmd   `cmd:"" help:"Let one more person sign in."`
	Code  UserCodeCmd  `cmd:"" help:"Give somebody a code to sign in, who has no other way."`
	List  UserListCmd  `cmd:"" help:"Who may sign in, for which organisation, in which roles."`
}

// UserFirstCmd founds an alliance.
type UserFirstCmd struct {
	Alliance       string   `required:"" placeholder:"WORD" help:"A short name for addresses, such as leuven."`
	Name           string   `required:"" placeholder:"TEXT" help:"The name that people read."`
	Municipalities []string `name:"municipality" required:"" placeholder:"CODE" help:"NIS code of a municipality, such as 24062; once for each."`
	Organisation   string   `required:"" placeholder:"TEXT" help:"The organisation that the administrator works for."`
	Kind           string   `default:"house_of_the_child" enum:"ocmw,municipality,house_of_the_child,school,childcare,midwives,non_profit,shop,police,other" placeholder:"WORD" help:"What it is: ${enum}. Default: ${default}."`
	Lang           string   `default:"nl" enum:"nl,fr,de,en" placeholder:"WORD" help:"The person's language: ${enum}. Default: ${default}."`
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

// Run makes what is not there yet, so that it can be run again after a slip.
func (c UserFirstCmd) Run(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	organisation := members.Organisation{Name: c.Organisation, Kind: members.Kind(c.Kind), Receives: true}
	founded := members.Alliance{Slug: c.Alliance, Name: kernel.Text{NL: c.Name, FR: c.Name, DE: c.Name, EN: c.Name}}
	for _, nis := range c.Municipalities {
		founded.Municipalities = append(founded.Municipalities, kernel.NIS(nis))
	}
	var faults kernel.Faults
	atFlag(&faults, founded.Check(), map[string]string{"slug": "--alliance", "name": "--name", "municipalities": "--municipality"})
	atFlag(&faults, organisation.Check(), map[string]string{"name": "--organisation", "kind": "--kind"})
	if err := faults.Err(); err != nil {
		return err
	}
	who, err := askPerson(in, out, c.Lang)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c.Database, c.Keys, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()

	alliance, err := h.alliance(ctx, c.Alliance)
	if errors.Is(err, errNoAlliance) {
		alliance, err = h.Members.Found(ctx, founded)
	}
	if err != nil {
		return err
	}
	ctx = asOperator(ctx, alliance)
	if posts, err := h.Members.Workers(ctx); err != nil {
		return err
	} else if len(posts) > 0 {
		return fmt.Errorf("people work in %s already; \"bondgenoot user add\" lets one more in", c.Alliance)
	}
	at, err := h.organisation(ctx, c.Organisation)
	if errors.Is(err, errNoOrganisation) {
		at, err = h.Members.AddOrganisation(ctx, organisation)
	}
	if err != nil {
		return err
	}
	if _, err := h.Members.AddWorker(ctx, who, at.ID, policy.Administrator); err != nil {
		return err
	}
	fmt.Fprintf(out, "The alliance %s has its first administrator, at %s.\n", c.Alliance, at.Name)
	if h.newKey != "" {
		fmt.Fprintf(out, "%s is the installation's key. Copy it now to a safe place, away from the backups.\n", h.newKey)
	}
	fmt.Fprintln(out, "Next: bondgenoot serve --help")
	return nil
}

// atFlag gathers what is wrong with what the flags said, each at its flag. An
// error that is no fault of a flag is gathered as it is: what could not be
// judged is not right.
func atFlag(faults *kernel.Faults, err error, flags map[string]string) {
	f, ok := errors.AsType[*kernel.Fault](err)
	if !ok {
		faults.Check("", err)
		return
	}
	for _, one := range f.All() {
		alone := *one
		alone.More = nil
		faults.Check(flags[one.Field], &alone)
	}
}

// UserAddCmd lets a person in.
type UserAddCmd struct {
	Alliance     string   `required:"" placeholder:"WORD" help:"The alliance's short name."`
	Organisation string   `required:"" placeholder:"TEXT" help:"The organisation's name or ID."`
	Roles        []string `name:"role" required:"" placeholder:"WORD" help:"What the person does there: caseworker, coordinator, referrer, volunteer, provider, privacy_officer, administrator; once for each."`
	Lang         string   `default:"nl" enum:"nl,fr,de,en" placeholder:"WORD" help:"The person's language: ${enum}. Default: ${default}."`
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
func (c UserAddCmd) Run(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	who, err := askPerson(in, out, c.Lang)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	alliance, err := h.alliance(ctx, c.Alliance)
	if err != nil {
		return err
	}
	ctx = asOperator(ctx, alliance)
	at, err := h.organisation(ctx, c.Organisation)
	if err != nil {
		return err
	}
	roles := make([]policy.Role, len(c.Roles))
	for i, r := range c.Roles {
		roles[i] = policy.Role(r)
	}
	if _, err := h.Members.AddWorker(ctx, who, at.ID, roles...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "One more may sign in for %s.\n", at.Name)
	return err
}

// UserCodeCmd gives a code that no mail carried.
type UserCodeCmd struct {
	Alliance string `required:"" placeholder:"WORD" help:"The alliance's short name."`
	config.Database
	config.Keys
}

// Help teaches.
func (UserCodeCmd) Help() string {
	return `For who comes in for the first time, or lost a passkey, where codes do not go
by mail (serve --codes). Be sure first who it is: call them on a number that you
know, or see them. They ask a code on the sign-in page; then give them, by
voice, the one that this command prints. It is good for ten minutes, in their
browser alone. The mail address is asked, and not given as a flag. The alliance
sees in its record that the operator did this, and the person gets a letter.

    bondgenoot user code --alliance voorbeeldstad`
}

// Run prints the code.
func (c UserCodeCmd) Run(ctx context.Context, in io.Reader, out io.Writer) (err error) {
	mail, err := askMail(in, out)
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	alliance, err := h.alliance(ctx, c.Alliance)
	if err != nil {
		return err
	}
	digits, err := h.Members.GiveCode(asOperator(ctx, alliance), mail)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, digits)
	return err
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
func (c UserListCmd) Run(ctx context.Context, out io.Writer) (err error) {
	h, err := openHouse(ctx, c.Database, c.Keys, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	alliances, err := h.Members.Alliances(ctx)
	if err != nil {
		return err
	}
	if c.Alliance != "" {
		one, err := h.alliance(ctx, c.Alliance)
		if err != nil {
			return err
		}
		alliances = []members.Alliance{one}
	}
	return listWorkers(ctx, h.App, alliances, out, "")
}

// listWorkers writes a line for each person and organisation of these alliances.
func listWorkers(ctx context.Context, a *app.App, alliances []members.Alliance, out io.Writer, indent string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, alliance := range alliances {
		posts, err := a.Members.Workers(asOperator(ctx, alliance))
		if err != nil {
			return err
		}
		for _, p := range posts {
			roles := make([]string, len(p.Roles))
			for i, r := range p.Roles {
				roles[i] = string(r)
			}
			fmt.Fprintf(table, "%s%s\t%s\t%s\t%s\n", indent, alliance.Slug, p.Organisation.Name, strings.Join(roles, ","), p.Worker.Name)
		}
	}
	return table.Flush()
}

var (
	errNoAlliance     = errors.New("no alliance has that short name; \"bondgenoot user list\" shows those that have people")
	errNoOrganisation = errors.New("no organisation of the alliance has that name or ID")
)

func (h *house) alliance(ctx context.Context, slug string) (members.Alliance, error) {
	all, err := h.Members.Alliances(ctx)
	if err != nil {
		return members.Alliance{}, err
	}
	for _, a := range all {
		if a.Slug == slug {
			return a, nil
		}
	}
	return members.Alliance{}, errNoAlliance
}

// organisation finds a partner of the actor's alliance by its ID or its whole name.
func (h *house) organisation(ctx context.Context, called string) (members.Organisation, error) {
	for q := (members.Query{Limit: 100}); ; {
		page, err := h.Members.Organisations(ctx, q)
		if err != nil {
			return members.Organisation{}, err
		}
		for _, o := range page.Rows {
			if string(o.ID) == called || kernel.Fold(o.Name) == kernel.Fold(called) {
				return o, nil
			}
		}
		if page.Next == "" {
			return members.Organisation{}, errNoOrganisation
		}
		q.After = page.Next
	}
}

// asOperator acts as the alliance's administrator who is nobody: the record
// shows that it was done from outside.
func asOperator(ctx context.Context, alliance members.Alliance) context.Context {
	return act.As(ctx, policy.Actor{Alliance: alliance.ID, Roles: []policy.Role{policy.Administrator}})
}

var errNoMail = errors.New("that is not a mail address: write it as name@example.org")

// askMail reads a mail address, on a line.
func askMail(in io.Reader, out io.Writer) (kernel.Email, error) {
	fmt.Fprint(out, "Mail address: ")
	lines := bufio.NewScanner(io.LimitReader(in, 4096))
	lines.Scan()
	mail, err := kernel.ParseEmail(strings.TrimSpace(lines.Text()))
	if err != nil {
		return "", errNoMail
	}
	fmt.Fprintln(out)
	return mail, nil
}

// askPerson reads a name and a mail address, a line each.
func askPerson(in io.Reader, out io.Writer, lang string) (members.Worker, error) {
	lines := bufio.NewScanner(io.LimitReader(in, 4096))
	ask := func(what string) string {
		fmt.Fprintf(out, "%s: ", what)
		lines.Scan()
		return strings.TrimSpace(lines.Text())
	}
	p := members.Worker{Name: ask("Name"), Lang: kernel.Lang(lang)}
	if p.Name == "" {
		return members.Worker{}, errors.New("no name was given: type it, or give two lines, the name and the mail address")
	}
	mail, err := kernel.ParseEmail(ask("Mail address"))
	if err != nil {
		return members.Worker{}, errNoMail
	}
	fmt.Fprintln(out)
	p.Mail = mail
	return p, p.Check()
}

// checkStore checks the settings of a command that works on the data.
func checkStore(d config.Database, k config.Keys) error {
	var ps config.Problems
	d.Check(&ps)
	k.Check(&ps)
	return ps.Err()
}

// checkThere does so for a command that works on data that is there already.
func checkThere(d config.Database, k config.Keys) error {
	var ps config.Problems
	d.Check(&ps)
	if len(ps) == 0 {
		d.CheckThere(&ps)
	}
	k.Check(&ps)
	return ps.Err()
}
