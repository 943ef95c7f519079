package kit

import "github.com/bondgenoot/bondgenoot/internal/kernel"

// languageNames are the languages as who reads them calls them.
var languageNames = map[kernel.Lang]string{
	kernel.NL: "Nederlands",
	kernel.FR: "Français",
	kernel.DE: "Deutsch",
	kernel.EN: "English",
	kernel.AR: "العربية",
	kernel.UK: "Українська",
	kernel.TR: "Türkçe",
}

// LanguageName is a language as who reads it calls it.
func LanguageName(l kernel.Lang) string { return languageNames[l] }

// Elsewhere is where the quick way out leads, an everyday public page:
// tomorrow's weather. Who looks over a shoulder sees nothing worth a question.
const Elsewhere = "https://www.meteo.be/"

// htmxConfig keeps htmx inside the content security policy and keeps pages
// out of the browser's storage. A form that was refused is shown again.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"scrollIntoViewOnBoost":false,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"4..","swap":true,"error":false},{"code":"5..","swap":true,"error":true}]}`

// icon is the picture that goes with a kind.
func (k Kind) icon() string {
	switch k {
	case New:
		return "sparkle"
	case Certain:
		return "check-circle"
	case Possible:
		return "question"
	case Not:
		return "minus-circle"
	case Danger:
		return "warning-octagon"
	}
	return "info"
}
