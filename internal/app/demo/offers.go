package demo

import (
	"context"
	"fmt"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// offer is a service that does not exist, of an organisation that does not
// exist, so that there is something to find: of real ones the demonstration
// tells no more than is publicly known.
type offer struct {
	org       kernel.Text
	name, say kernel.Text
	lever     directory.Lever
	phases    []directory.Phase
	from, to  int // months of age; to 0: no upper end
	cents     kernel.Cents
	languages []string
	days      string // of RFC 5545; "": by appointment
	open      [2]string
	term      directory.Holidays
	room      directory.RoomStatus
	waiting   int
}

var (
	small   = []directory.Phase{directory.Baby, directory.Toddler}
	houseOf = kernel.Text{NL: "Huis Zonnebloem (fictief)", FR: "Maison Tournesol (fictive)"}
	shelfOf = kernel.Text{NL: "Geefkast De Linde (fictief)", FR: "Donnerie Le Tilleul (fictive)"}
	clubOf  = kernel.Text{NL: "Buurtclub De Speelvogel (fictief)", FR: "Club de quartier L’Alouette (fictif)"}
	careOf  = kernel.Text{NL: "Wijkpraktijk De Brug (fictief)", FR: "Maison médicale Le Pont (fictive)"}
)

var offers = []offer{
	{houseOf, kernel.Text{NL: "Ontmoeting voor ouders en baby’s", FR: "Rencontre parents et bébés"}, kernel.Text{NL: "Samen spelen en praten, met koffie. Iemand luistert.", FR: "Jouer et parler ensemble, avec un café. Quelqu’un écoute."}, 4, small, 0, 30, 0, []string{"nl", "fr", "ar"}, "TU,TH", [2]string{"09:30", "11:30"}, "", directory.RoomFree, -1},
	{houseOf, kernel.Text{NL: "Zwanger? Een coach naast u", FR: "Enceinte ? Une coach à vos côtés"}, kernel.Text{NL: "Een coach komt bij u thuis, tot uw kind twee is.", FR: "Une coach vient chez vous, jusqu’aux deux ans de l’enfant."}, 4, []directory.Phase{directory.Pregnancy, directory.Baby}, 0, 24, 0, []string{"nl", "fr", "en", "tr"}, "", [2]string{}, "", directory.RoomWaiting, 6},
	{houseOf, kernel.Text{NL: "Praatgroep voor ouders van tieners", FR: "Groupe de parole pour parents d’ados"}, kernel.Text{NL: "Zes avonden over grenzen, school en schermen.", FR: "Six soirées sur les limites, l’école et les écrans."}, 4, []directory.Phase{directory.Teen, directory.Parents}, 144, 216, 0, []string{"nl"}, "MO", [2]string{"19:30", "21:30"}, directory.TermOnly, directory.RoomFree, -1},
	{shelfOf, kernel.Text{NL: "Luiers en melkpoeder", FR: "Langes et lait en poudre"}, kernel.Text{NL: "U krijgt een pak mee. Breng niets mee, ook geen papieren.", FR: "Vous recevez un paquet. N’apportez rien, pas de papiers."}, 8, small, 0, 30, 0, []string{"nl", "fr", "en"}, "WE", [2]string{"13:00", "16:00"}, "", directory.RoomFree, -1},
	{shelfOf, kernel.Text{NL: "Kinderkleren ruilen", FR: "Échange de vêtements d’enfants"}, kernel.Text{NL: "Breng te kleine kleren mee, neem grotere.", FR: "Apportez les vêtements trop petits, prenez-en de plus grands."}, 8, []directory.Phase{directory.Baby, directory.Toddler, directory.Preschool, directory.Primary}, 0, 144, 0, []string{"nl"}, "1SA", [2]string{"10:00", "12:00"}, "", "", -1},
	{shelfOf, kernel.Text{NL: "Bed, kinderwagen of autostoel lenen", FR: "Prêt de lit, poussette ou siège auto"}, kernel.Text{NL: "U leent het zolang uw kind het past.", FR: "Vous l’empruntez tant que l’enfant en a besoin."}, 8, small, 0, 48, 10_00, []string{"nl", "fr"}, "WE", [2]string{"13:00", "16:00"}, "", directory.RoomFull, -1},
	{shelfOf, kernel.Text{NL: "Warme maaltijd voor gezinnen", FR: "Repas chaud pour les familles"}, kernel.Text{NL: "Eten aan tafel of om mee te nemen. Kinderen gratis.", FR: "Manger à table ou à emporter. Gratuit pour les enfants."}, 8, []directory.Phase{directory.Parents}, 0, 0, 2_00, []string{"nl", "fr"}, "MO,TU,WE,TH,FR", [2]string{"11:30", "13:30"}, "", directory.RoomFree, -1},
	{clubOf, kernel.Text{NL: "Huiswerkklas", FR: "École de devoirs"}, kernel.Text{NL: "Hulp bij huiswerk, daarna spelen.", FR: "Aide aux devoirs, puis jeux."}, 2, []directory.Phase{directory.Primary}, 72, 144, 1_00, []string{"nl", "fr"}, "MO,TU,TH", [2]string{"15:30", "17:30"}, directory.TermOnly, directory.RoomWaiting, 11},
	{clubOf, kernel.Text{NL: "Woensdagclub", FR: "Club du mercredi"}, kernel.Text{NL: "Sport, knutselen en een gezonde snack.", FR: "Sport, bricolage et goûter sain."}, 3, []directory.Phase{directory.Preschool, directory.Primary}, 36, 144, 1_50, []string{"nl", "fr", "uk"}, "WE", [2]string{"13:30", "17:00"}, directory.TermOnly, directory.RoomFree, -1},
	{clubOf, kernel.Text{NL: "Speelweek in de vakantie", FR: "Semaine de jeux pendant les vacances"}, kernel.Text{NL: "Een week buiten spelen, met middageten.", FR: "Une semaine de jeux dehors, avec le repas de midi."}, 3, []directory.Phase{directory.Preschool, directory.Primary, directory.Teen}, 36, 180, 5_00, []string{"nl", "fr"}, "MO,TU,WE,TH,FR", [2]string{"09:00", "16:00"}, directory.HolidayOnly, directory.RoomFull, 4},
	{clubOf, kernel.Text{NL: "Kinderfiets lenen", FR: "Prêt de vélo d’enfant"}, kernel.Text{NL: "Wordt de fiets te klein? U krijgt een grotere.", FR: "Le vélo devient trop petit ? Vous en recevez un plus grand."}, 3, []directory.Phase{directory.Preschool, directory.Primary}, 30, 156, 20_00, []string{"nl"}, "SA", [2]string{"10:00", "12:30"}, "", directory.RoomFree, -1},
	{careOf, kernel.Text{NL: "Dokter en verpleegkundige in de wijk", FR: "Médecin et infirmière du quartier"}, kernel.Text{NL: "U betaalt niets als u ingeschreven bent.", FR: "Vous ne payez rien si vous êtes inscrit."}, 5, []directory.Phase{directory.Pregnancy, directory.Baby, directory.Toddler, directory.Preschool, directory.Primary, directory.Teen, directory.Parents}, 0, 0, 0, []string{"nl", "fr", "en", "ar"}, "MO,TU,WE,TH,FR", [2]string{"08:30", "18:30"}, "", directory.RoomFull, 23},
	{careOf, kernel.Text{NL: "Tandarts voor kinderen", FR: "Dentiste pour enfants"}, kernel.Text{NL: "Voor kinderen tot 18 jaar, met derdebetaler.", FR: "Pour les enfants jusqu’à 18 ans, en tiers payant."}, 5, []directory.Phase{directory.Preschool, directory.Primary, directory.Teen}, 24, 216, 0, []string{"nl", "fr"}, "FR", [2]string{"09:00", "16:00"}, "", directory.RoomWaiting, 9},
	{careOf, kernel.Text{NL: "Hulp bij energie en huur", FR: "Aide pour l’énergie et le loyer"}, kernel.Text{NL: "We kijken samen naar uw factuur en uw contract.", FR: "Nous regardons ensemble votre facture et votre contrat."}, 6, []directory.Phase{directory.Parents}, 0, 0, 0, []string{"nl", "fr", "tr"}, "TH", [2]string{"13:00", "17:00"}, "", directory.RoomFree, -1},
}

// offer writes a town's made-up offers down, as its coordinator would.
func (t Town) offer(ctx context.Context, desk *directory.Desk) error {
	nis := t.Municipalities[0]
	town, ok := kernel.MunicipalityByNIS(nis)
	if !ok {
		return fmt.Errorf("%s is no municipality", nis)
	}
	lang := town.Languages[0]
	places := map[string]directory.Location{}
	for i, o := range offers {
		name := o.org.In(lang)
		place, known := places[name]
		if !known {
			org, err := desk.AddOrganisation(ctx, directory.Organisation{Name: name, Numbers: []directory.Phone{{Number: kernel.FictionalPhone(100 + i)}}})
			if err != nil {
				return err
			}
			place = directory.Location{Organisation: org.ID, Name: name, Street: kernel.Text{NL: "Voorbeeldstraat ", FR: "Rue de l’Exemple "}.In(lang) + strconv.Itoa(1+i),
				Postal: string(town.PostalCodes[0]), City: town.Name.In(lang), Municipality: nis, Access: []directory.Access{directory.StepFree, directory.Pram}}
			if middle, known := kernel.PointOf(town.PostalCodes[0]); known { // somewhere near: the house does not exist
				place.Lat, place.Lon = degrees(middle.Lat+(i*5)%13*900-5_000), degrees(middle.Lon+(i*3)%11*1_700-8_000)
			}
			if place, err = desk.AddLocation(ctx, place); err != nil {
				return err
			}
			places[name] = place
		}
		v := directory.Service{Organisation: place.Organisation, State: directory.Open, Name: o.name, About: o.say, Levers: []directory.Lever{o.lever}, Phases: o.phases,
			For: directory.Audience{From: o.from, To: o.to}, Languages: o.languages, Areas: t.Municipalities, Costs: []directory.Cost{{Free: true}}}
		if o.cents > 0 {
			v.Costs = []directory.Cost{{Amount: o.cents, Per: "visit"}}
		}
		at := directory.Place{Location: place.ID}
		switch {
		case o.days == "":
			v.How = kernel.Text{NL: "Bel voor een afspraak.", FR: "Téléphonez pour un rendez-vous."}
		case o.days[0] == '1':
			at.Hours = []directory.Hours{{Rule: "FREQ=MONTHLY;BYDAY=" + o.days, From: o.open[0], To: o.open[1], Holidays: o.term}}
		default:
			at.Hours = []directory.Hours{{Rule: "FREQ=WEEKLY;BYDAY=" + o.days, From: o.open[0], To: o.open[1], Holidays: o.term}}
		}
		v.At = []directory.Place{at}
		made, err := desk.AddService(ctx, v)
		if err != nil {
			return fmt.Errorf("%s: %w", o.name.NL, err)
		}
		if o.room == directory.RoomUnknown {
			continue
		}
		if _, err := desk.SayRoom(ctx, directory.Saying{Service: made.ID, Status: o.room, Free: -1, Waiting: o.waiting}); err != nil {
			return fmt.Errorf("%s: %w", o.name.NL, err)
		}
	}
	return nil
}

// degrees writes millionths of a degree.
func degrees(n int) string { return fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000) }
