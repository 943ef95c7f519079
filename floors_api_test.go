package bondgenoot_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// notForPrograms are the use cases that no operation of the API reaches, and
// why that is right. What a person can do on a page and is not here, a program
// can do too.
var notForPrograms = map[string]string{
	"sessions.BookOwn":          "the family's own page: somebody of a family is no worker with a program",
	"sessions.Everything":       "the family's own page: somebody of a family is no worker with a program",
	"sessions.Feed":             "the calendar of each series is a file that programs read",
	"sessions.LetterToMail":     "the house's own work",
	"sessions.Mine":             "the family's own page: somebody of a family is no worker with a program",
	"sessions.NewFeed":          "a coordinator plans it on a page, once for months",
	"sessions.Release":          "the house's own work",
	"sessions.Sweep":            "the house's own work",
	"vouchers.Sweep":            "the house does it by itself",
	"ownpage.Wallet":            "a family shows it in a shop; what it takes along tells the same",
	"ownpage.Holdings":          "the family's own page: somebody of a family is no worker with a program",
	"vouchers.Begin":            "the house does it by itself",
	"vouchers.LetterToMail":     "the house's own mail",
	"vouchers.Walk":             "the house does it by itself",
	"vouchers.Till":             "its link and its PIN go from hand to hand, and through no program",
	"vouchers.Enter":            "a telephone is let in by somebody who types a PIN; a program has a token",
	"vouchers.Session":          "a telephone is let in by somebody who types a PIN; a program has a token",
	"vouchers.Uses":             "GET /shops/{shop}/redemptions tells them too, the oldest first",
	"vouchers.Ready":            "only a telephone that was let in takes without net, within bounds of its own; a program asks when it has net",
	"vouchers.TakeOffline":      "only a telephone that was let in takes without net, within bounds of its own; a program asks when it has net",
	"payments.TakeBack":         "money leaves by two people who look at it on a page",
	"stories.AddNews":           "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.AddPhoto":          "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.AddReached":        "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Of":                "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Photo":             "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.PublicPhoto":       "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Publish":           "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Published":         "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.PublishedOne":      "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Remove":            "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Tell":              "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"stories.Withdraw":          "a page that people write by hand and read; photographs come with a rule that a person answers for",
	"loans.Photo":               "a photograph of a thing is looked at by people at the desk",
	"loans.AskLonger":           "the family's own page: somebody of a family is no worker with a program",
	"loans.Mine":                "the family's own page: somebody of a family is no worker with a program",
	"loans.Sweep":               "the house's own work",
	"loans.LetterToMail":        "the house's own work",
	"gaps.Children":             "the beginning of a form; the figures stand in the table of the matrix",
	"gaps.Keep":                 "a coordinator's note for a later meeting: the days and their files are on the page",
	"gaps.Sweep":                "the house's own work",
	"gaps.TellChildren":         "a form of seven figures, filled in once a year by a person who says where they come from",
	"referrals.Network":         "a picture for the alliance's meeting, small figures kept back; programs count their own referrals",
	"referrals.WithoutRoom":     "whole numbers for the matrix, which keeps small ones back before anybody sees them",
	"gaps.Signal":               "a person says on a page, between two families, that something is missing",
	"gaps.Look":                 "it lays out the open directory, which programs read at /hsds/; the table has a CSV of its own",
	"payments.Account":          "to which account money goes is written down by a person who saw it, and looked at by another",
	"payments.Approve":          "money leaves by two people who look at it on a page",
	"payments.Arrange":          "an administrator says once which organisations pay out",
	"payments.Export":           "the file holds accounts and names: somebody takes it to the bank, and no answer of a program is to remember it",
	"payments.FamilyAccounts":   "to which account money goes is written down by a person who saw it, and looked at by another",
	"payments.Known":            "to which account money goes is written down by a person who saw it, and looked at by another",
	"payments.StatementFile":    "a sheet for people to keep; a program reads the same from GET /payments/statements/{payment}",
	"payments.SetAccount":       "to which account money goes is written down by a person who saw it, and looked at by another",
	"payments.SetFamilyAccount": "to which account money goes is written down by a person who saw it, and looked at by another",
	"registers.Forget":          "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.ListsOf":         "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Map":             "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Mapping":         "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Take":            "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.MayImport":       "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Overview":        "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Preview":         "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Run":             "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Start":           "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Stop":            "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Try":             "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Upload":          "a list is read by a person who sees each step: a program that reads registers by itself is a decision of its own",
	"registers.Propose":         "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Agree":           "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.End":             "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Key":             "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Partners":        "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Comparisons":     "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Comparison":      "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Bring":           "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Worklist":        "two people agree on it, on two pages; the codes are made by the command register codes",
	"registers.Sweep":           "the house does it by itself",
	"registers.Walk":            "the house does it by itself",
	"reach.Among":               "the work list tells it; this is the part of it that a comparison found",
	"members.Found":             "an installation is set up from its own machine",
	"members.AllianceOf":        "GET /alliances tells the municipalities of each",
	"members.AskCode":           "a person signs in on a page; a program has a token",
	"members.CodeToMail":        "the house's own mail",
	"members.SignIn":            "a person signs in on a page; a program has a token",
	"members.SignInAs":          "a demonstration alone has it",
	"members.ActFor":            "a token acts for one organisation",
	"members.Choices":           "a token acts for one organisation",
	"members.GiveCode":          "the operator gives it by voice, from the machine itself",
	"members.SignOut":           "a session ends where it began; a token is revoked",
	"members.MakeToken":         "a person makes a token on a page: one that leaked must not make others",
	"members.Own":               "a person sees themself on their own page; GET /session tells a program",
	"members.SetLanguage":       "a person chooses it on their own page; a program asks by Accept-Language",
	"members.MailChangeOf":      "PUT /workers/{worker} tells when a new address takes the old one's place",
	"members.StopMailChange":    "who reads the mail of the old address stops it, on a page",
	"members.TakeMailChange":    "who reads the mail of the old address takes it, on a page",
	"members.TakeDueMail":       "the house's own work, when its day has come",
	"members.MailChangeToTell":  "the house's own mail",
	"members.Sweep":             "the house's own work, every hour",
	"oversight.LastChange":      "a page where two people typed at once says who was first; GET /audit tells a program",
	"members.Ended":             "a page keeps what a form held that was sent after its session",
	"referrals.Door":            "GET /doors tells of each",
	"referrals.Threshold":       "who has no account has no token either, and asks on a page",
	"referrals.Knock":           "who has no account has no token either, and asks on a page",
	"referrals.Follow":          "who has no account has no token either, and asks on a page",
	"drafts.Keep":               "a program has no form in which it was interrupted",
	"drafts.On":                 "a program has no form in which it was interrupted",
	"drafts.Open":               "a program has no form in which it was interrupted",
	"drafts.Drop":               "a program has no form in which it was interrupted",
	"drafts.Sent":               "a program has no form in which it was interrupted",
	"drafts.Sweep":              "the house's own work, every hour",
	"members.Names":             "answers carry IDs; GET /organisations tells who is behind them",
	"members.WelfareOffices":    "GET /organisations finds them by kind, and the public check names who decides",
	"families.LookAgain":        "that somebody thought of a family is a person's word, not a program's",
	"ownpage.Extend":            "a person writes to a family why it takes longer, beside what the family wrote",
	"ownpage.Late":              "the privacy officer calls the team, by the number on the page; GET /record tells a program what was decided",
	"oversight.Refusals":        "GET /record tells each of them",
	"families.ForgetKeyless":    "the house's own work after a restore",
	"families.Compare":          "two files are laid side by side for a person, who decides what is right",
	"families.Join":             "two files are joined by a person who sees both",
	"families.Merges":           "two files are parted by a person who sees what was joined",
	"families.Part":             "two files are parted by a person who sees what was joined",
	"families.Settle":           "the house's own work, thirty days after two files were joined",
	"families.Findable":         "the house's own work after a restore",
	"families.Hint":             "the house gives families from before there were hints theirs when it starts",
	"families.Reseal":           "the house's own work when its key is replaced",
	"families.Rows":             "GET /families lists them",
	"retention.List":            "the privacy officer decides on a page what goes for good",
	"retention.Of":              "a closed file's page says until when it is kept",
	"retention.SetRule":         "the privacy officer decides on a page for how long files are kept",
	"retention.Keep":            "the privacy officer decides on a page what goes for good",
	"retention.Erase":           "the privacy officer decides on a page what goes for good",
	"retention.EraseOne":        "the house's own work",
	"homes.Of":                  "what one home may know of another is asked and looked at by a person, who weighs what is safe",
	"homes.Ask":                 "a person asks, after the parent said that it is safe",
	"homes.Link":                "a person links, who works with both homes",
	"homes.Answer":              "a person answers, after the parent said that it is safe",
	"homes.Give":                "a person decides what the other home may know",
	"homes.Lives":               "POST /families/{family}/facts writes where a child is registered",
	"homes.End":                 "a person ends what a person linked",
	"homes.Waiting":             "a page tells a person what waits for their answer",
	"homes.Sweep":               "the house's own work, every hour",
	"ownpage.Sweep":             "the house's own work, every hour",
	"sharing.Curtain":           "GET /families/{family}/delays tells what is kept back; this draws it over paper",
	"sharing.Settle":            "the house's own work, when one decision follows on another",
	"rights.ClaimAll":           "POST /families/{family}/claims opens them one by one",
	"programmes.Search":         "GET /programmes lists them, and there are few",
	"programmes.Weigh":          "a person fills in a form and sees what comes of it; a program has the language of the rules itself",
	"programmes.Keep":           "a person writes a right on a page",
	"programmes.EndLocal":       "a person writes a right on a page",
	"programmes.LocalRights":    "GET /families/{family}/rights tells of each that fits; a person reads them on a page",
	"programmes.LocalRight":     "a person reads it on a page, with its versions",
	"rights.Try":                "a page counts while a person writes a right",
	"rights.Looks":              "what was found before is found again for a person who doubts it; `bondgenoot rights repeat` does it with files",
	"rights.Again":              "what was found before is found again for a person who doubts it; `bondgenoot rights repeat` does it with files",
	"rights.Editions":           "an administrator reads them on a page, and the page gives the files",
	"rights.EditionFiles":       "an administrator reads them on a page, and the page gives the files",
	"rights.BeginTrial":         "a person tries numbers on a page; `bondgenoot rights simulate` does it with files",
	"rights.BeginTally":         "a page counts while a person writes a right",
	"rights.OwnTrial":           "a person tries numbers on a page; `bondgenoot rights simulate` does it with files",
	"rights.TrialOf":            "a person tries numbers on a page; `bondgenoot rights simulate` does it with files",
	"rights.Count":              "the house does it by itself",
	"rights.WhatIf":             "a person tries numbers on a page; `bondgenoot rights simulate` does it with files",
	"rights.Numbers":            "a person tries numbers on a page",
	"rights.Triable":            "a person tries numbers on a page",
	"rights.Undecided":          "GET /families/{family}/findings tells them, family by family",
	"referrals.ReminderToMail":  "the house's own mail",
	"referrals.LateToMail":      "the house's own mail",
	"referrals.BackToMail":      "the house's own mail",
	"referrals.Expire":          "the house's own work, when nobody does anything",
	"referrals.SlipToMail":      "the house's own mail",
	"referrals.Paper":           "GET /referrals/{referral} tells all that stands on it; a page prints it",
	"referrals.Appointment":     "a referral and a receipt tell it",
	"referrals.LinkToMail":      "the house's own mail",
	"referrals.Invitation":      "a partner without an account answers on a page",
	"referrals.ReplyBy":         "a partner without an account answers on a page",
	"referrals.Forget":          "the house's own work, thirty days after the end",
	"referrals.Erase":           "it comes with erasing the family",
	"ownpage.About":             "its people come in by a code of their own, and for nobody else",
	"ownpage.ChildsPage":        "its people come in by a code of their own, and for nobody else",
	"ownpage.Everything":        "its people come in by a code of their own, and for nobody else",
	"ownpage.Find":              "its people come in by a code of their own, and for nobody else",
	"ownpage.Leave":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Looks":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Plan":              "its people come in by a code of their own, and for nobody else",
	"ownpage.Object":            "its people come in by a code of their own, and for nobody else",
	"ownpage.NoteCorrection":    "what the family and its care team say to one another is read and written by people",
	"ownpage.Decide":            "what the family and its care team say to one another is read and written by people",
	"ownpage.Scanned":           "its people come in by a code of their own, and for nobody else",
	"ownpage.Shared":            "its people come in by a code of their own, and for nobody else",
	"ownpage.StopSharing":       "its people come in by a code of their own, and for nobody else",
	"ownpage.Speak":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Talk":              "its people come in by a code of their own, and for nobody else",
	"ownpage.Tick":              "its people come in by a code of their own, and for nobody else",
	"ownpage.Typed":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Visit":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Write":             "its people come in by a code of their own, and for nobody else",
	"ownpage.Codes":             "a code goes from hand to hand, on paper, and is kept nowhere",
	"ownpage.EndCode":           "a code goes from hand to hand, on paper, and is kept nowhere",
	"ownpage.GiveCode":          "a code goes from hand to hand, on paper, and is kept nowhere",
	"ownpage.Answer":            "what people write to one another is written by people",
	"ownpage.Settle":            "what people write to one another is written by people",
	"ownpage.Talks":             "what people write to one another is written by people",
	"ownpage.Waiting":           "what people write to one another is written by people",
	"ownpage.AddStep":           "a plan is made at the table",
	"ownpage.PlanOf":            "a plan is made at the table",
	"ownpage.StepDone":          "a plan is made at the table",
	"depot.Bring":               "a list with columns of its own is read by a person who sees each row; a program sends its lines to POST /depot/places/{place}/deliveries",
	"depot.Preview":             "a list with columns of its own is read by a person who sees each row; a program sends its lines to POST /depot/places/{place}/deliveries",
	"depot.Call":                "what everybody is asked for is chosen by a person, each time, never by a program",
	"depot.Calls":               "what everybody is asked for is chosen by a person, each time, never by a program",
	"depot.StopCall":            "what everybody is asked for is chosen by a person, each time, never by a program",
	"depot.Wanted":              "a page for people who give; a program reads what runs short from GET /depot/places/{place}/shortages",
	"depot.ReadyToMail":         "the house's own mail",
	"depot.Sweep":               "the house does it by itself",

	"reach.Begin":      "the house's own work",
	"reach.BeginOne":   "the house's own work",
	"reach.Look":       "the house's own work",
	"reach.Sweep":      "the house's own work",
	"reach.Walk":       "the house's own work",
	"reach.Rounds":     "an administrator sees on a page how the house fares",
	"reach.Colleagues": "the colleagues are in the network",

	// How a person comes in, and goes.
	"members.Sessions":          "a person looks through their own sessions on a page",
	"members.EndSession":        "a person ends their own sessions on a page; a token is revoked",
	"members.SignOutEverywhere": "a person ends their own sessions on a page; a token is revoked",
	"members.SignOutWorker":     "an administrator does it on a page, when a device was lost",
	"members.Passkeys":          "a passkey is for a person in a browser",
	"members.AskNewPasskey":     "a passkey is for a person in a browser",
	"members.AddPasskey":        "a passkey is for a person in a browser",
	"members.RemovePasskey":     "a passkey is for a person in a browser",
	"members.SignInWithPasskey": "a passkey is for a person in a browser",

	"members.Identities":         "a person keeps on a page how they sign in",
	"members.LinkIdentity":       "a person shows who they are, in a browser",
	"members.RemoveIdentity":     "a person keeps on a page how they sign in",
	"members.SignInWithIdentity": "a person shows who they are, in a browser",
	"members.Pair":               "a telephone is let in by a person who sees it",
	"members.PairedNow":          "a telephone is let in by a person who sees it",
	"members.Paired":             "a telephone is let in by a person who sees it",
	"members.ConfirmPaired":      "a telephone is let in by a person who sees it",
	"members.EndPaired":          "a telephone is let in by a person who sees it",
	"members.Claim":              "a telephone scans what is on a screen",
	"members.Claimed":            "a telephone scans what is on a screen",
	"members.WorkerToTell":       "the house's own mail",
}

// What people can do on a page, programs can do through the API: every use
// case of a module is reached by an operation, or it is said why not.
func TestEveryUseCaseHasAnOperation(t *testing.T) {
	cases, reached := map[string]bool{}, map[string]bool{}
	for _, f := range sources(t) {
		switch {
		case f.test:
		case f.pkg == "internal/web/api":
			ast.Inspect(f.tree, func(n ast.Node) bool {
				if name := serviceCall(n); name != "" {
					reached[name] = true
				}
				return true
			})
		case strings.HasPrefix(f.pkg, "internal/domain/"):
			for _, decl := range f.tree.Decls {
				if name := useCase(decl); name != "" {
					cases[strings.TrimPrefix(f.pkg, "internal/domain/")+"."+name] = true
				}
			}
		}
	}
	if len(cases) < 60 {
		t.Fatalf("only %d use cases were found: the test reads the sources wrongly", len(cases))
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		why, excused := notForPrograms[name]
		switch {
		case !reached[name] && !excused:
			t.Errorf("no operation of internal/web/api reaches %s: add one (a few lines over the same service), "+
				"or say in notForPrograms why no program needs it", name)
		case reached[name] && excused:
			t.Errorf("%s has an operation; it needs no excuse in notForPrograms any more", name)
		case excused && len(why) < 10:
			t.Errorf("%s: an excuse says why", name)
		}
	}
	for name := range notForPrograms {
		if !cases[name] {
			t.Errorf("notForPrograms names %s, which is no use case", name)
		}
	}
}

// useCase is the name of an exported method of a Service that begins with a
// context and takes no act: one that is a whole act or look by itself.
func useCase(decl ast.Decl) string {
	fn, ok := decl.(*ast.FuncDecl)
	if !ok || fn.Recv == nil || !fn.Name.IsExported() || strings.TrimPrefix(written(fn.Recv.List[0].Type), "*") != "Service" {
		return ""
	}
	for i, p := range fn.Type.Params.List {
		if i == 0 && written(p.Type) != "context.Context" || written(p.Type) == "*act.Act" {
			return ""
		}
	}
	if len(fn.Type.Params.List) == 0 {
		return ""
	}
	return fn.Name.Name
}

// serviceCall is the use case that an expression names: s.Families.Open as
// families.Open.
func serviceCall(n ast.Node) string {
	method, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	service, ok := method.X.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	return strings.ToLower(service.Sel.Name) + "." + method.Sel.Name
}

// written is a type as it stands in the source, as far as these tests need it.
func written(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.StarExpr:
		return "*" + written(x.X)
	case *ast.SelectorExpr:
		return written(x.X) + "." + x.Sel.Name
	}
	return ""
}
