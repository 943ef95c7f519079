package stories

import (
	"errors"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
)

// How photographs are kept.
const (
	leastSide    = 200  // points: smaller ones are no photographs
	largeSide    = 1200 // points of the longer side
	smallSide    = 480
	largeQuality = 78
	smallQuality = 70
)

// Picture is a photograph made anew in two sizes, as JPEG without anything but
// its points.
type Picture struct {
	Large, Small  []byte
	Width, Height int // of the large one
}

// Develop makes a photograph anew from a JPEG or PNG. What is neither is Invalid
// ("story.photo"), what has too many points or bytes TooMany
// ("story.photo_large"), what is tiny Invalid ("story.photo_small").
func Develop(file []byte) (p Picture, err error) {
	large, err := photo.Read(file, leastSide, largeSide)
	switch {
	case errors.Is(err, photo.ErrLarge):
		return p, kernel.NewTooMany("story.photo_large").With("mb", strconv.Itoa(photo.MaxBytes>>20))
	case errors.Is(err, photo.ErrSmall):
		return p, kernel.NewInvalid("story.photo_small").With("points", strconv.Itoa(leastSide))
	case err != nil:
		return p, kernel.NewInvalid("story.photo")
	}
	p.Width, p.Height = large.Size()
	if p.Large, err = large.JPEG(largeQuality); err != nil {
		return p, err
	}
	p.Small, err = large.Within(smallSide).JPEG(smallQuality)
	return p, err
}
