package families_test

import (
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/domain/families"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Every way in which a family can ask to be left alone, with every channel and
// every address: the house reaches nobody who asked it not to.
func TestTheHouseReachesNobodyWhoAskedItNotTo(t *testing.T) {
	asked, reached := 0, 0
	for bits := range 1 << 7 {
		on := func(i int) bool { return bits&(1<<i) != 0 }
		file := families.File{Family: families.Family{Confidential: on(6)}, Contact: families.Contact{
			Phones: []kernel.Phone{kernel.FictionalPhone(4)}, Mails: []kernel.Email{"amina@example.be"}, Address: families.Address{Street: "Dorpsstraat", Number: "3"},
			Safe: families.Safe{NoMail: on(0), NoLetter: on(1), NoText: on(2), NoVoicemail: on(3)}}}
		if on(4) {
			file.Contact.Safe.OnlyVia = "de vroedvrouw"
		}
		if on(5) {
			file.Contact.Safe.Hours = "voor de middag"
		}
		refused := map[families.Channel]bool{
			families.ByMail:   on(0) || on(4),
			families.ByLetter: on(1) || on(4) || on(6),
			families.ByText:   on(2) || on(4),
			families.ByPhone:  on(3) || on(4) || on(5),
			"pigeon":          true,
		}
		for channel, no := range refused {
			to, ok := file.Reach(channel)
			if asked++; ok {
				reached++
			}
			if ok == no || (to == "") == ok {
				t.Errorf("%+v, secret %v, by %s: %q, %v", file.Contact.Safe, file.Confidential, channel, to, ok)
			}
		}
		none := families.File{Contact: families.Contact{Safe: file.Contact.Safe}}
		for channel := range refused {
			if to, ok := none.Reach(channel); ok || to != "" {
				t.Errorf("a family without a way is reached by %s at %q", channel, to)
			}
		}
	}
	if reached == 0 || reached == asked {
		t.Errorf("%d of %d were reached", reached, asked)
	}
}
