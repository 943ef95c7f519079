package policy

// Rules is the whole policy of the house, one line an action and a way to it.
// What no line allows is refused. An action with Through needs, besides the
// role, that relation to the object: held by the organisation for which the
// person acts, or by the person at that organisation.
var Rules = []Rule{
	// What everybody may do, signed in or not. Nothing of it is stored.
	{"public.read", []Role{Anyone}, nil, "help that exists is no secret"},
	{"session.begin", []Role{Anyone}, nil, "one must be able to come in"},

	// The alliance and its people.
	{"session.own", workers, nil, "one's own session and organisations"},
	{"draft.own", workers, nil, "what one was writing is kept for oneself, and for nobody else"},
	{"network.read", workers, nil, "partners must find each other"},
	{"administration.read", []Role{Administrator, PrivacyOfficer}, nil, "one door behind which each finds the pages of their own role"},
	{"member.manage", []Role{Administrator}, nil, "who works for whom"},
	{"token.own", workers, nil, "one's own programs act for oneself, and for no longer than one wants"},
	{"token.manage", []Role{Administrator}, nil, "what programs come in is seen, and can be stopped"},
	{"device.pair", []Role{Caseworker, Coordinator}, nil, "who leads the work lets a volunteer's telephone take part, for some hours and as a volunteer"},
	{"job.manage", []Role{Administrator}, nil, "work that failed must be seen and tried again"},
	{"audit.read", []Role{PrivacyOfficer}, nil, "the privacy officer watches the record, which holds no names"},
	{"alliance.found", []Role{System}, nil, "an installation is set up from its own machine"},

	// Families. The care team works with the file; a team that accepted a
	// referral reads what it needs until the referral closes.
	{"family.open", []Role{Caseworker}, nil, "a caseworker opens a file"},
	{"family.list", []Role{Caseworker, Coordinator}, []Relation{CareTeam, Accepted, Sees(Identity)}, "one's own families, nobody else's"},
	{"family.read", []Role{Caseworker}, []Relation{CareTeam, Accepted, Sees(Identity), Consults(Identity), Emergency}, "who works with the family; each sees the groups that are theirs"},
	{"family.change", []Role{Caseworker}, []Relation{CareTeam}, "the care team keeps the file"},
	{"family.note", []Role{Caseworker}, []Relation{CareTeam, Sees(Care)}, "with whom notes are shared writes them too"},
	{"quiet.arrange", []Role{Coordinator}, nil, "a coordinator says after how long a file that nobody touched is shown"},
	{"family.share", []Role{Caseworker}, []Relation{CareTeam}, "the care team shares, with the family, and stops when the family says so"},
	{"family.emergency", []Role{Caseworker}, nil, "when somebody is in danger, for some minutes; the officer hears of it at once and the family later"},
	{"emergency.judge", []Role{PrivacyOfficer}, nil, "what was opened without asking is judged by somebody else"},
	{"looks.delay", []Role{Caseworker}, []Relation{CareTeam}, "who looked is not shown yet to who would harm another by it"},
	{"family.looks", []Role{Caseworker}, []Relation{CareTeam}, "who looked is the family's to know, and the care team tells it"},
	{"family.merge", []Role{Caseworker}, []Relation{CareTeam, Sees(Care)}, "who works with both files of a family joins them, and may undo it"},
	{"family.homes", []Role{Caseworker}, []Relation{CareTeam}, "who works with a home says that a child has another, and what the two may know of each other"},
	{"family.erase", []Role{PrivacyOfficer}, nil, "the right to be forgotten; the officer sees a number, never the file"},
	{"retention.manage", []Role{PrivacyOfficer}, nil, "for how long files are kept, and what is due: numbers, never a file"},
	{"requests.watch", []Role{PrivacyOfficer}, nil, "what a family asked to correct and nobody decided in time: numbers and days, no words"},
	{"family.twins", []Role{PrivacyOfficer}, nil, "two files of the same people, which neither team may know of: two numbers, no names"},

	// The family at the table. Its people come in by a code that the care team
	// gives them, see what concerns them, and are no workers.
	{"family.codes", []Role{Caseworker}, []Relation{CareTeam}, "who works with the family gives each of its people a door of their own"},
	{"family.messages", []Role{Caseworker}, []Relation{CareTeam}, "what the family writes is for those who work with it"},
	{"family.plan", []Role{Caseworker}, []Relation{CareTeam}, "the plan is made together"},
	{"own.visit", []Role{FamilyMember, FamilyChild}, nil, "one's own visit: its language, and its end"},
	{"own.read", []Role{FamilyMember}, []Relation{OwnFamily}, "an adult sees what concerns them and the children they live with"},
	{"own.write", []Role{FamilyMember}, []Relation{OwnFamily}, "an adult writes to the care team, and asks to correct what is wrong"},
	{"own.child", []Role{FamilyChild}, []Relation{OwnFamily}, "a child sees who is there for them, and nothing else"},

	// Rights: found, claimed, followed.
	{"rights.read", []Role{Caseworker}, []Relation{CareTeam, Sees(Rights)}, "findings show income and status"},
	{"rights.change", []Role{Caseworker}, []Relation{CareTeam}, "the care team claims and follows"},

	// Reach: what is certain and was not asked for.
	{"reach.list", []Role{Caseworker, Coordinator}, []Relation{CareTeam}, "what the own families can still ask for, so that none misses it"},
	{"reach.figures", []Role{Coordinator}, nil, "a coordinator sees how many families a right reaches: the own ones whole, those of all as figures that show nobody"},

	// Registers: lists of who an organisation works with already, and lists that
	// are compared without being shown.
	{"register.ground", []Role{Caseworker, Coordinator}, nil, "on which legal ground a list may be read is decided by who holds it, and stands on record"},
	{"register.import", []Role{Caseworker, Coordinator}, nil, "a welfare office reads a list of its own clients"},
	{"register.enter", []Role{Caseworker, Coordinator}, []Relation{CareTeam}, "what an own list says of a family with which the organisation works"},
	{"register.compare", []Role{Coordinator}, nil, "two partners count whom they have in common, without showing each other a name"},

	// Hand-outs by appointment. At the desk stand a number, a first name and what
	// to hand out.
	{"handout.look", workers, nil, "where and when something is handed out, and how many places are free, is known to all partners"},
	{"handout.manage", []Role{Coordinator}, []Relation{OwnObject}, "a coordinator plans the hand-outs of the own organisation"},
	{"handout.list", []Role{Caseworker, Coordinator, Volunteer}, []Relation{OwnObject}, "who stands at the desk sees numbers, first names and what to hand out"},
	{"handout.desk", []Role{Caseworker, Coordinator, Volunteer}, []Relation{OwnObject}, "who stands at the desk says what was handed out"},
	{"handout.book", []Role{Caseworker}, []Relation{CareTeam}, "who works with a family makes its appointments"},
	{"handout.own", []Role{FamilyMember}, []Relation{OwnFamily}, "a family makes its own appointment, where the hand-out lets it"},
	{"handout.feed", []Role{Anyone}, nil, "who holds the address of a calendar reads its days, and nobody's name"},

	// Programmes.
	{"programme.read", workers, nil, "what exists is known to all partners"},
	{"programme.manage", []Role{Coordinator}, nil, "the coordinator switches programmes on and off"},
	{"story.write", []Role{Caseworker, Referrer, Provider}, []Relation{Partner}, "who carries a programme out writes and publishes the page on which everybody reads of it"},
	{"story.manage", []Role{Coordinator}, nil, "the coordinator writes, publishes and takes away the page of any programme"},

	// Vouchers. A shop sees what a voucher is good for, and nothing of the family.
	{"voucher.read", []Role{Caseworker}, []Relation{CareTeam}, "who works with the family sees what its children were given, and prints it"},
	{"voucher.grant", []Role{Caseworker}, []Relation{CareTeam}, "the care team grants, replaces what was lost and takes back"},
	{"voucher.redeem", []Role{Till, Caseworker, Coordinator, Volunteer, Provider}, nil, "a shop takes a voucher with an account or without, and sees nothing of the family"},
	{"voucher.till", []Role{Anyone}, nil, "who holds the link and the PIN of a till may open it; the link says of which shop"},
	{"voucher.figures", []Role{Caseworker, Coordinator}, nil, "what a programme gave and what is left of its budget, in numbers alone"},
	{"voucher.manage", []Role{Coordinator}, nil, "the coordinator says how it is given, sets budget aside, and lets shops in"},

	// The directory. What is open is told to everybody, through one gate.
	{"directory.read", []Role{Anyone}, nil, "what help there is, is told to everybody"},
	{"find.miss", []Role{Anyone}, nil, "what somebody looked for in vain is counted: what was meant, never the words or who it was"},
	{"directory.work", workers, nil, "who works here sees how fresh the directory is, and the numbers among partners"},
	{"directory.manage", []Role{Coordinator}, nil, "the coordinator keeps the directory of the alliance"},
	{"gap.signal", workers, nil, "whoever works with families may say that help is missing: what, and for which age; never for whom"},
	{"directory.keep", []Role{Caseworker, Referrer, Provider}, []Relation{OwnObject}, "a partner keeps what is told of its own organisation"},
	{"directory.link", []Role{Anyone}, nil, "who holds a link that was mailed may open it; the link says for which organisation"},
	{"directory.confirm", []Role{Invited}, []Relation{OwnObject}, "an organisation without an account says that what families read of it is right, or mends it"},
	{"directory.shelter", []Role{Caseworker, Coordinator, Provider}, []Relation{OwnObject}, "where a shelter is, only those know who work for it"},

	// Referrals. The sender sees how far it is and nothing of the file.
	{"referral.send", []Role{Caseworker, Referrer, Coordinator}, nil, "any partner may ask another to help"},
	{"referral.list", []Role{Caseworker, Referrer, Coordinator, Volunteer}, []Relation{Sender, Receiver}, "one's own referrals"},
	{"referral.follow", []Role{Caseworker, Referrer, Coordinator}, []Relation{Sender}, "received, accepted, arrived: no more"},
	{"referral.read", []Role{Caseworker, Coordinator}, []Relation{Receiver}, "who receives a referral reads it"},
	{"referral.answer", []Role{Caseworker, Coordinator}, []Relation{Receiver}, "who receives it answers, plans and closes it"},
	{"referral.withdraw", []Role{Caseworker, Referrer, Coordinator}, []Relation{Sender}, "who sent it may take it back"},
	{"referral.link", []Role{Anyone}, nil, "who holds a link that was mailed may open it; the link says for which referral"},
	{"referral.reply", []Role{Invited}, []Relation{Receiver}, "a partner without an account answers one referral, and sees what it needs for that"},
	{"door.find", []Role{Anyone}, nil, "who has the address of a form may ask there for help; what the form asks is no secret"},
	{"door.knock", []Role{Outside}, nil, "somebody without an account asks one organisation to help a family, and sees received, contacted, closed"},
	{"door.manage", []Role{Coordinator}, nil, "a coordinator decides whether the own organisation can be asked from outside, and renews the address"},
	{"referral.figures", []Role{Coordinator}, nil, "a coordinator sees how referrals fare: the own ones whole, those of all as figures that show nobody"},
	{"referral.away", []Role{Caseworker, Coordinator}, nil, "who is away says who stands in"},
	{"referral.arrange", []Role{Coordinator}, nil, "a coordinator arranges how soon the own organisation answers"},

	// Payments. Nobody pays alone: who made a batch does not approve it.
	{"payment.arrange", []Role{Administrator}, nil, "an administrator says which organisations pay out for the alliance"},
	{"payment.account", []Role{Coordinator, Administrator}, nil, "to which account an organisation is paid; a coordinator only of one that pays out"},
	{"payment.family", []Role{Caseworker}, []Relation{CareTeam}, "to which account a family is paid is for those who work with it"},
	{"payment.settle", []Role{Coordinator}, nil, "the coordinator of an organisation that pays out makes batches, and hands the file to the bank"},
	{"payment.approve", []Role{Coordinator}, nil, "a second person approves what the first one made"},
	{"payment.answer", []Role{Coordinator}, nil, "what the bank answers is read back by who pays"},
	{"payment.own", []Role{Provider, Coordinator}, []Relation{OwnObject}, "who is paid sees its own totals, and nobody else's"},

	// The depot. It sees the number of a request, an age, sizes and things.
	{"depot.read", []Role{Caseworker, Coordinator, Referrer, Volunteer}, nil, "what lies in a depot, and what is missing, all partners may know"},
	{"depot.ask", []Role{Caseworker, Coordinator, Referrer}, nil, "any partner may ask for a child what it needs; the depot is told no name"},
	{"depot.follow", []Role{Caseworker, Coordinator, Referrer}, []Relation{OwnObject}, "who asks sees how far it is, for the own organisation"},
	{"depot.family", []Role{Caseworker}, []Relation{CareTeam}, "for which family it is asked, its care team alone knows"},
	{"depot.work", []Role{Volunteer, Caseworker, Coordinator}, []Relation{OwnObject}, "who works in a depot of the own organisation takes in, picks, counts and hands out"},
	{"depot.manage", []Role{Coordinator}, []Relation{OwnObject}, "who leads a depot says what there is, how it is shared out, and books what was counted"},

	// Lending libraries. The desk sees numbers and first names.
	{"loan.read", []Role{Caseworker, Coordinator, Referrer, Volunteer}, nil, "what can be borrowed, and how many wait for it, all partners may know"},
	{"loan.work", []Role{Volunteer, Caseworker, Coordinator}, []Relation{OwnObject}, "who works in a lending library of the own organisation lends, takes back and mends; it sees numbers and first names"},
	{"loan.manage", []Role{Coordinator}, []Relation{OwnObject}, "who leads a lending library says what there is, what it costs and what is looked at"},
	{"loan.family", []Role{Caseworker}, []Relation{CareTeam}, "who works with a family sees what its children borrow, and reserves for them"},
	{"loan.own", []Role{FamilyMember}, []Relation{OwnFamily}, "a family asks on its own page to keep a thing for longer"},

	// The house at work after a commit.
	{"system.work", []Role{System}, nil, "mail, reminders and scans, written as jobs by an act that was allowed"},
}

var workers = []Role{Caseworker, Coordinator, Referrer, Volunteer, Provider, PrivacyOfficer, Administrator}
