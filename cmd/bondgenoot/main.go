// Command bondgenoot is the whole product in one program: the demonstration,
// the service, its upkeep, and the rights engine for the command line.
//
// Run `bondgenoot --help`, or `bondgenoot COMMAND --help`, which explain.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/bondgenoot/bondgenoot/internal/platform/config"
)

// commands is everything the program can do; each has a file of its own.
type commands struct {
	Demo       DemoCmd       `cmd:"" help:"Try it: alliances, programmes and families, all made up."`
	Serve      ServeCmd      `cmd:"" help:"Run it for real."`
	User       UserCmd       `cmd:"" help:"The first alliance, and who may sign in."`
	Backup     BackupCmd     `cmd:"" help:"Write everything to a file, and the keys of the families to another, while people work on."`
	Restore    RestoreCmd    `cmd:"" help:"Read such files into an empty database."`
	Key        KeyCmd        `cmd:"" help:"The installation's key: replace it, and spread a copy over people."`
	Audit      AuditCmd      `cmd:"" help:"Prove that the record of what was done and read is whole."`
	Ledger     LedgerCmd     `cmd:"" help:"Prove that the book of goods and euros adds up."`
	Rights     RightsCmd     `cmd:"" help:"What a family is entitled to, from a file of facts: no database, no service."`
	Register   RegisterCmd   `cmd:"" help:"Turn a list into codes that show nobody, on your own machine."`
	Directory  DirectoryCmd  `cmd:"" help:"Take over a file of somebody else's directory."`
	Population PopulationCmd `cmd:"" help:"Make up a population to try the rights on."`
	Version    VersionCmd    `cmd:"" help:"Which version this is."`
}

const description = `Bondgenoot helps an alliance of municipalities, schools, midwives and
volunteers to see to it that no child misses help that exists.

Try it first, with made-up families and nothing to set up:

  bondgenoot demo

Every flag is also an environment variable: --public-url is
BONDGENOOT_PUBLIC_URL. A flag wins. Keep passwords in variables, where no list
of running programs shows them. "bondgenoot COMMAND --help" explains a command
and gives an example.`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// The exit statuses, the same for every command.
const (
	done   = 0
	failed = 1 // it was tried, or looked at, and is not right
	misuse = 2 // the command itself cannot be understood
)

// run is the program: it returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	helped := false
	parser, err := kong.New(&commands{},
		kong.Name("bondgenoot"),
		kong.Description(description),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, NoAppDescFormat: true, WrapUpperBound: 100}),
		kong.Writers(out, errOut),
		kong.Exit(func(int) { helped = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(in, (*io.Reader)(nil)),
		kong.BindTo(out, (*io.Writer)(nil)),
		kong.Bind(logTo{errOut}),
	)
	if err != nil {
		panic(err) // the commands themselves are misdescribed; any test finds it
	}
	if flag := config.Exposed(args); flag != "" {
		variable := "BONDGENOOT_" + strings.ToUpper(flag)
		fmt.Fprintf(errOut, "bondgenoot: --%s holds a password, and everybody on this machine can list arguments. Change that password if others use this machine. Put the address in the variable %s, or on one line in a file with mode 0600 and write --%s file:PATH.\n", flag, variable, flag)
		return misuse
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return done
	case err != nil:
		complain(errOut, err)
		fmt.Fprintf(errOut, "%s --help explains.\n", spoken(err))
		return misuse
	}
	if err := command.Run(); err != nil {
		complain(errOut, err)
		return failed
	}
	return done
}

// spoken is the command as far as it was understood.
func spoken(err error) string {
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil {
		if selected := p.Context.Selected(); selected != nil {
			return selected.FullPath()
		}
	}
	return "bondgenoot"
}

// complain writes each line of an error as one of ours.
func complain(errOut io.Writer, err error) {
	for line := range strings.Lines(explained(err)) {
		fmt.Fprintf(errOut, "bondgenoot: %s\n", strings.TrimRight(line, "\n"))
	}
}
