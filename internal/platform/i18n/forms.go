package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// space keeps a number and its sign on one line.
const space = "\u00a0"

var months = map[kernel.Lang][12]string{
	kernel.NL: {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	kernel.FR: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	kernel.DE: {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	kernel.EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	kernel.AR: {"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
	kernel.UK: {"січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"},
	kernel.TR: {"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"},
}

// alone are the months of Ukrainian where no day stands before them.
var alone = [12]string{"січень", "лютий", "березень", "квітень", "травень", "червень", "липень", "серпень", "вересень", "жовтень", "листопад", "грудень"}

var weekdays = map[kernel.Lang][7]string{
	kernel.NL: {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
	kernel.FR: {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	kernel.DE: {"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	kernel.EN: {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	kernel.AR: {"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
	kernel.UK: {"неділя", "понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота"},
	kernel.TR: {"Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi"},
}

// Date is a day in words: "3 maart 2026", "1er mars 2026", "3. März 2026". No
// day gives no text.
func (r Reader) Date(d kernel.Date) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	return r.dayOfMonth(t) + space + r.monthName(t.Month()) + " " + strconv.Itoa(t.Year())
}

// Day is a day in words with its weekday and without its year, for what is
// near: "dinsdag 3 maart".
func (r Reader) Day(d kernel.Date) string {
	if d == "" {
		return ""
	}
	t := d.Time()
	comma := ""
	switch r.lang {
	case kernel.DE, kernel.UK:
		comma = ","
	case kernel.AR:
		comma = "،"
	case kernel.TR: // 3 Mart Salı
		return r.dayOfMonth(t) + space + r.monthName(t.Month()) + " " + weekdays[r.lang][t.Weekday()]
	}
	return weekdays[r.spoken()][t.Weekday()] + comma + " " + r.dayOfMonth(t) + space + r.monthName(t.Month())
}

// Weekday is the name of a day of the week.
func (r Reader) Weekday(d time.Weekday) string { return weekdays[r.spoken()][d] }

// Month is the month of a day: "maart 2026".
func (r Reader) Month(d kernel.Date) string {
	if d == "" {
		return ""
	}
	name := r.monthName(d.Time().Month())
	if r.lang == kernel.UK {
		name = alone[d.Time().Month()-1]
	}
	return name + " " + strconv.Itoa(d.Time().Year())
}

// DateShort is a day in figures, for tables: "03/03/2026", in German
// "03.03.2026".
func (r Reader) DateShort(d kernel.Date) string {
	if d == "" {
		return ""
	}
	switch r.lang {
	case kernel.DE, kernel.UK, kernel.TR:
		return d.Time().Format("02.01.2006")
	}
	return d.Time().Format("02/01/2006")
}

// Time is the time of day in Belgium: "14.05 uur", "14 h 05", "14:05 Uhr".
func (r Reader) Time(i kernel.Instant) string {
	if i == "" {
		return ""
	}
	t := i.Time().In(kernel.Brussels)
	switch r.lang {
	case kernel.FR:
		return t.Format("15" + space + "h" + space + "04")
	case kernel.DE:
		return t.Format("15:04") + space + "Uhr"
	case kernel.EN, kernel.AR, kernel.UK:
		return t.Format("15:04")
	case kernel.TR:
		return t.Format("15.04")
	}
	return t.Format("15.04") + space + "uur"
}

// Moment is a day in words and the time of day, both in Belgium.
func (r Reader) Moment(i kernel.Instant) string {
	if i == "" {
		return ""
	}
	at := map[kernel.Lang]string{kernel.NL: " om ", kernel.FR: " à ", kernel.DE: ", ", kernel.EN: ", ",
		kernel.AR: "، الساعة ", kernel.UK: " о ", kernel.TR: ", saat "}[r.spoken()]
	return r.Date(i.Date()) + at + r.Time(i)
}

// Euro is an amount as Belgium writes it in the reader's language, always to
// the cent: "€ 1.234,56" in Dutch, "1.234,56 €" in French and German,
// "€1,234.56" in English.
func (r Reader) Euro(c kernel.Cents) string {
	sign, n := "", uint64(c)
	if c < 0 {
		sign, n = "-", -n
	}
	point := ","
	if r.lang == kernel.EN {
		point = "."
	}
	amount := r.grouped(n/100) + point + fmt.Sprintf("%02d", n%100)
	switch r.lang {
	case kernel.FR, kernel.DE, kernel.AR, kernel.UK, kernel.TR:
		return sign + amount + space + "€"
	case kernel.EN:
		return sign + "€" + amount
	}
	return "€" + space + sign + amount
}

// Number is a whole number with its thousands apart: "1.234", in English
// "1,234".
func (r Reader) Number(n int) string {
	if n < 0 {
		return "-" + r.grouped(-uint64(n))
	}
	return r.grouped(uint64(n))
}

func (r Reader) grouped(n uint64) string {
	group := byte('.')
	if r.lang == kernel.EN {
		group = ','
	}
	digits := strconv.FormatUint(n, 10)
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(group)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

func (r Reader) spoken() kernel.Lang {
	if _, ok := months[r.lang]; ok {
		return r.lang
	}
	return kernel.NL
}

func (r Reader) monthName(m time.Month) string { return months[r.spoken()][m-1] }

func (r Reader) dayOfMonth(t time.Time) string {
	day := strconv.Itoa(t.Day())
	switch {
	case r.lang == kernel.DE:
		return day + "."
	case r.lang == kernel.FR && t.Day() == 1:
		return "1er"
	}
	return day
}

// write puts a value into words for a text that mentions it.
func (r Reader) write(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return r.Number(v)
	case kernel.Cents:
		return r.Euro(v)
	case kernel.Date:
		return r.Date(v)
	case kernel.Instant:
		return r.Moment(v)
	case kernel.Text:
		return v.In(r.lang.Nearest())
	case []string:
		return r.List(v)
	}
	return fmt.Sprint(v)
}
