package demo

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/policy"
)

// plan is what one alliance of the demonstration looks like.
type plan struct {
	slug           string
	name           kernel.Text
	municipalities []kernel.NIS
	orgs           []org
	workers        []worker
}

// org is an organisation; its key is this package's name for it.
type org struct {
	key, name, partOf string
	kind              members.Kind
	in                kernel.NIS
	does              string
	receives          bool
}

// worker is somebody who does not exist, at an organisation that may.
type worker struct {
	key, name, org string
	lang           kernel.Lang
	roles          []policy.Role
}

func roles(rs ...policy.Role) []policy.Role { return rs }

const (
	leuven     kernel.NIS = "24062"
	kortenaken kernel.NIS = "24054"
	liege      kernel.NIS = "62063"
	mechelen   kernel.NIS = "12025"
	boom       kernel.NIS = "11005"
)

var plans = []plan{
	{
		slug: "leuven", municipalities: []kernel.NIS{leuven},
		name: kernel.Text{NL: "Alliantie Leuven", FR: "Alliance de Louvain", DE: "Allianz Löwen", EN: "Leuven alliance"},
		orgs: []org{
			{"house", "Huis van het Kind Leuven", "", members.HouseOfChild, leuven, "Brengt alles voor ouders en kinderen in de stad samen: één kanaal voor steun.", true},
			{"team", "Gezinsteam", "house", members.HouseOfChild, leuven, "Luistert naar gezinnen, zoekt samen uit wat er is, en blijft tot het er ook komt.", true},
			{"ocmw", "OCMW Leuven", "", members.OCMW, leuven, "Financiële hulp, rechten, en begeleiding.", true},
			{"lampeke", "’t Lampeke", "", members.NonProfit, leuven, "Buurtwerk met gezinnen: ontmoeting, opvang, spelen, steun bij school.", true},
			{"kirikou", "Kirikou", "", members.NonProfit, leuven, "Eén depot van kinderspullen, waaruit partners voor gezinnen aanvragen.", true},
			{"velokadee", "VELOKadee", "", members.NonProfit, leuven, "Kinderfietsen die meegroeien, te huur voor wie ook maar.", true},
			{"midwives", "Vroedvrouwen Leuven (fictief)", "", members.Midwives, leuven, "Vroedvrouwen aan huis.", false},
		},
		workers: []worker{
			{"aicha", "Aïcha El Amrani", "team", kernel.NL, roles(policy.Caseworker)},
			{"bram", "Bram Claes", "team", kernel.NL, roles(policy.Caseworker)},
			{"goele", "Goele Willems", "ocmw", kernel.NL, roles(policy.Caseworker)},
			{"katrien", "Katrien Mertens", "house", kernel.NL, roles(policy.Coordinator)},
			{"lies", "Lies Jacobs", "midwives", kernel.NL, roles(policy.Referrer)},
			{"omar", "Omar Yıldız", "lampeke", kernel.NL, roles(policy.Caseworker, policy.Coordinator)},
			{"rik", "Rik Peeters", "kirikou", kernel.NL, roles(policy.Volunteer)},
			{"saar", "Saar Maes", "kirikou", kernel.NL, roles(policy.Coordinator)},
			{"nele", "Nele Goossens", "house", kernel.NL, roles(policy.PrivacyOfficer)},
			{"wim", "Wim Hermans", "house", kernel.NL, roles(policy.Administrator)},
		},
	},
	{
		slug: "kortenaken", municipalities: []kernel.NIS{kortenaken},
		name: kernel.Text{NL: "Alliantie Kortenaken", FR: "Alliance de Kortenaken", DE: "Allianz Kortenaken", EN: "Kortenaken alliance"},
		orgs: []org{
			{"ocmw", "OCMW Kortenaken", "", members.OCMW, kortenaken, "Sociale dienst, en KiKaZ: elk kind kansen geven.", true},
			{"school", "Basisschool Kortenaken (fictief)", "", members.School, kortenaken, "", false},
			{"pharmacy", "Apotheek Kortenaken (fictief)", "", members.Shop, kortenaken, "Neemt de babykaart aan.", false},
		},
		workers: []worker{
			{"griet", "Griet Vandenberghe", "ocmw", kernel.NL, roles(policy.Caseworker)},
			{"stijn", "Stijn Wouters", "ocmw", kernel.NL, roles(policy.Caseworker, policy.Coordinator)},
			{"roos", "Roos Vermeersch", "ocmw", kernel.NL, roles(policy.Coordinator)},
			{"an", "An Michiels", "school", kernel.NL, roles(policy.Referrer)},
			{"koen", "Koen Schoolmans", "school", kernel.NL, roles(policy.Coordinator)},
			{"piet", "Piet De Smet", "pharmacy", kernel.NL, roles(policy.Provider)},
			{"hilde", "Hilde Martens", "ocmw", kernel.NL, roles(policy.PrivacyOfficer, policy.Administrator)},
		},
	},
	{
		slug: "liege", municipalities: []kernel.NIS{liege},
		name: kernel.Text{NL: "Alliantie Luik", FR: "Alliance de Liège", DE: "Allianz Lüttich", EN: "Liège alliance"},
		orgs: []org{
			{"cpas", "CPAS de Liège", "", members.OCMW, liege, "Aide sociale, droits et accompagnement.", true},
			{"team", "Équipe familles", "cpas", members.OCMW, liege, "Accueille les familles, cherche avec elles ce qui existe, et suit jusqu’à ce que l’aide arrive.", true},
			{"resto", "Resto du Cœur de Liège", "", members.NonProfit, liege, "Espace parents-enfants : lait infantile, langes et vêtements, deux fois par semaine.", true},
			{"midwives", "Sages-femmes de Liège (fictif)", "", members.Midwives, liege, "Sages-femmes à domicile.", false},
		},
		workers: []worker{
			{"nadia", "Nadia Lambert", "team", kernel.FR, roles(policy.Caseworker)},
			{"luc", "Luc Dubois", "team", kernel.FR, roles(policy.Caseworker)},
			{"chantal", "Chantal Simon", "resto", kernel.FR, roles(policy.Caseworker, policy.Coordinator)},
			{"jeanne", "Jeanne Martin", "resto", kernel.FR, roles(policy.Volunteer)},
			{"elise", "Élise Dupont", "midwives", kernel.FR, roles(policy.Referrer)},
			{"marc", "Marc Leroy", "cpas", kernel.FR, roles(policy.Coordinator)},
			{"sophie", "Sophie Laurent", "cpas", kernel.FR, roles(policy.PrivacyOfficer, policy.Administrator)},
		},
	},
	{
		slug: "rivierenland", municipalities: []kernel.NIS{mechelen, boom},
		name: kernel.Text{NL: "Alliantie Mechelen en Boom", FR: "Alliance de Malines et Boom", DE: "Allianz Mecheln und Boom", EN: "Mechelen and Boom alliance"},
		orgs: []org{
			{"house", "Sociaal Huis Mechelen", "", members.OCMW, mechelen, "", true},
			{"goteam", "Go-Team", "house", members.OCMW, mechelen, "Eén generalist voor het hele gezin, zo lang als nodig.", true},
			{"police", "Politie (fictieve wijkpost)", "", members.Police, mechelen, "", false},
			{"boom", "OCMW Boom", "", members.OCMW, boom, "", true},
			{"swap", "Boempetat!", "boom", members.Shop, boom, "Ruilwinkel, waar ook de boekentas wordt afgehaald.", true},
		},
		workers: []worker{
			{"tom", "Tom Vermeulen", "goteam", kernel.NL, roles(policy.Caseworker)},
			{"ines", "Ines Baert", "boom", kernel.NL, roles(policy.Caseworker, policy.Coordinator)},
			{"dirk", "Dirk Pauwels", "police", kernel.NL, roles(policy.Referrer)},
			{"mia", "Mia Aerts", "swap", kernel.NL, roles(policy.Volunteer)},
			{"els", "Els Lemmens", "house", kernel.NL, roles(policy.PrivacyOfficer, policy.Administrator)},
		},
	},
}
