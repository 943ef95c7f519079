package lists

import (
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// What a column of people can be, as far as its name tells.
const (
	First  = "first"
	Last   = "last"
	Birth  = "birth"
	INSZ   = "insz"
	Postal = "postal"
	Phone  = "phone"
)

// called are names under which these columns go about, folded, in Dutch,
// French, German and English.
var called = map[string][]string{
	First:  {"voornaam", "vnaam", "roepnaam", "prenom", "vorname", "first name", "firstname", "given name", "first"},
	Last:   {"naam", "achternaam", "familienaam", "fnaam", "nom", "nom de famille", "name", "nachname", "familienname", "last name", "lastname", "surname", "last"},
	Birth:  {"geboortedatum", "geb datum", "gebdatum", "geboren", "geboren op", "date de naissance", "naissance", "ne le", "geburtsdatum", "birth date", "birthdate", "date of birth", "birth", "dob"},
	INSZ:   {"insz", "rijksregisternummer", "rijksregister", "rrn", "rr nr", "rrnr", "niss", "numero national", "registre national", "nationalregisternummer", "nationalnummer", "national number", "ssin"},
	Postal: {"postcode", "postnummer", "code postal", "cp", "postleitzahl", "plz", "postal code", "zip"},
	Phone:  {"telefoon", "gsm", "telefoonnummer", "tel", "mobiel", "telephone", "portable", "telefon", "telefonnummer", "handy", "phone", "mobile"},
}

// Known is what a column seems to be by its name; empty when it tells nothing.
func Known(head string) string {
	words := strings.Join(kernel.Words(head), " ")
	for what, names := range called {
		if slices.Contains(names, words) || slices.Contains(names, strings.ReplaceAll(words, " ", "")) {
			return what
		}
	}
	return ""
}
