package referrals

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Stored is a referral as it is, whoever may know: for tests.
func (s *Service) Stored(alliance, id kernel.ID) (r Referral, err error) {
	ctx := context.Background()
	err = s.Acts.DB.Read(ctx, func(q db.Querier) error {
		r, err = load(ctx, q, alliance, id)
		return err
	})
	return r, err
}

// Ends is the job that ends the referral by the clock, and its day.
func (r Referral) Ends() (Reminding, kernel.Date) { return Reminding{r.ID, r.clock}, r.expiresOn() }

// KnocksAnHour is how many can ask at one door within an hour.
const KnocksAnHour = knocksAnHour
