package hsds

import (
	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// near tells whether a place lies within the distance that is asked for. One of
// which nobody told where it lies on the map is where its postal code is; one
// that has none is not near.
func (a ask) near(l directory.PublicLocation) bool {
	if a.within == 0 {
		return true
	}
	middle, ok := kernel.PointOf(a.postcode)
	if !ok {
		return false
	}
	here, err := kernel.ParsePoint(l.Lat, l.Lon)
	if err != nil {
		if here, ok = kernel.PointOf(kernel.PostalCode(l.Postal)); !ok {
			return false
		}
	}
	return middle.Metres(here) <= a.within
}
