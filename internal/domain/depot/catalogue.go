package depot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Category is a shelf in people's heads: trousers, nappies, prams.
type Category string

// Categories lists the categories in the order in which they are offered.
var Categories = [...]Category{"bodysuits", "tops", "trousers", "dresses", "coats", "nightwear", "underwear", "shoes", "football_boots",
	"nappies", "milk", "care", "menstrual", "bed", "bedding", "pram", "car_seat", "bike", "high_chair", "bath", "changing_table",
	"school", "toys", "books", "mothers", "other"}

func (c Category) known() bool { return slices.Contains(Categories[:], c) }

// The sizes that follow one another, as a child grows.
var (
	clothes = []string{"44", "50", "56", "62", "68", "74", "80", "86", "92", "98", "104", "110", "116", "122", "128", "134", "140", "146", "152", "158", "164", "170", "176"}
	nappies = []string{"1", "2", "3", "4", "5", "6", "7"}
	shoes   = func() (all []string) {
		for n := 16; n <= 46; n++ {
			all = append(all, strconv.Itoa(n))
		}
		return all
	}()
)

// Sizes are the sizes of a category, in the order in which a child grows
// through them; none where sizes do not follow one another.
func (c Category) Sizes() []string {
	switch c {
	case "bodysuits", "tops", "trousers", "dresses", "coats", "nightwear", "underwear":
		return clothes
	case "shoes", "football_boots":
		return shoes
	case "nappies":
		return nappies
	}
	return nil
}

// NextSize is the size after one; "" when there is none.
func (c Category) NextSize(size string) string {
	all := c.Sizes()
	i := slices.Index(all, size)
	if i < 0 || i+1 >= len(all) {
		return ""
	}
	return all[i+1]
}

// fits ranks how well one item stands in for another: 1 the same in another
// condition or season, 2 the next size. 0 is not at all. What is asked new is
// not replaced by what is used.
func fits(asked, other Item) int {
	if asked.ID == other.ID || asked.Category != other.Category || other.Off || asked.Grade == New && other.Grade != New {
		return 0
	}
	same := asked.Season == other.Season || asked.Season == AllYear || other.Season == AllYear
	switch {
	case asked.Size == other.Size:
		return 1
	case same && other.Size != "" && asked.Category.NextSize(asked.Size) == other.Size:
		return 2
	}
	return 0
}

// digitsOf takes the spaces and dashes out of a number that somebody typed.
func digitsOf(s string) string {
	return strings.NewReplacer(" ", "", "-", "", ".", "", "\u00a0", "").Replace(strings.TrimSpace(s))
}

// checkEAN refuses what cannot be the number under a bar code: 8, 12, 13 or 14
// figures of which the last follows from the others.
func checkEAN(s string) error {
	switch len(s) {
	case 0:
		return nil
	case 8, 12, 13, 14:
	default:
		return kernel.NewInvalid("depot.ean")
	}
	sum := 0
	for i := range len(s) {
		c := s[len(s)-1-i]
		if c < '0' || c > '9' {
			return kernel.NewInvalid("depot.ean")
		}
		if d := int(c - '0'); i%2 == 1 {
			sum += 3 * d
		} else {
			sum += d
		}
	}
	if sum%10 != 0 {
		return kernel.NewInvalid("depot.ean_digit")
	}
	return nil
}
