package stories

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Bounds of a photograph that is brought.
const (
	MaxPhotoBytes = 8 << 20
	mostPoints    = 25_000_000 // what it takes in memory while it is made small
	leastSide     = 200        // points: smaller ones are no photographs
	largeSide     = 1200       // points of the longer side
	smallSide     = 480
	largeQuality  = 78
	smallQuality  = 70
)

// Picture is a photograph made anew in two sizes, as JPEG without anything but
// its points.
type Picture struct {
	Large, Small  []byte
	Width, Height int // of the large one
}

// Develop makes a photograph anew from a JPEG or PNG: which of the two is told
// by its content, never by its name. It is turned as it was held, and made
// small. What is neither is Invalid ("story.photo"), what has too many points
// or bytes TooMany ("story.photo_large"), what is tiny Invalid
// ("story.photo_small"). Nothing is decoded before its size is known.
func Develop(file []byte) (p Picture, err error) {
	no := kernel.NewInvalid("story.photo")
	if len(file) > MaxPhotoBytes {
		return p, kernel.NewTooMany("story.photo_large").With("mb", strconv.Itoa(MaxPhotoBytes>>20))
	}
	var config func(*bytes.Reader) (image.Config, error)
	var decode func(*bytes.Reader) (image.Image, error)
	turn := 1
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		config = func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }
		decode = func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }
		turn = orientation(file)
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		config = func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }
		decode = func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }
	default:
		return p, no
	}
	c, err := config(bytes.NewReader(file))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return p, no
	case c.Width > mostPoints/c.Height:
		return p, kernel.NewTooMany("story.photo_large").With("mb", strconv.Itoa(MaxPhotoBytes>>20))
	case min(c.Width, c.Height) < leastSide:
		return p, kernel.NewInvalid("story.photo_small").With("points", strconv.Itoa(leastSide))
	}
	taken, err := decode(bytes.NewReader(file))
	if err != nil {
		return p, no
	}
	large := turned(shrunk(taken, largeSide), turn)
	p.Width, p.Height = large.Rect.Dx(), large.Rect.Dy()
	if p.Large, err = written(large, largeQuality); err != nil {
		return p, err
	}
	p.Small, err = written(shrunk(large, smallSide), smallQuality)
	return p, err
}

func written(m image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// shrunk is a picture whose longer side has at most so many points: each is
// the mean of those that it stands for, on white where one sees through. A long
// and thin one keeps a point in each direction.
func shrunk(m image.Image, longest int) *image.RGBA {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > longest {
		w, h = max(1, w*longest/long), max(1, h*longest/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	at := pointsOf(m)
	for y := range h {
		fromY, toY := b.Min.Y+y*b.Dy()/h, b.Min.Y+max(y*b.Dy()/h+1, (y+1)*b.Dy()/h)
		for x := range w {
			fromX, toX := b.Min.X+x*b.Dx()/w, b.Min.X+max(x*b.Dx()/w+1, (x+1)*b.Dx()/w)
			var red, green, blue, n uint64
			for v := fromY; v < toY; v++ {
				for u := fromX; u < toX; u++ {
					r, g, bl := at(u, v)
					red, green, blue, n = red+uint64(r), green+uint64(g), blue+uint64(bl), n+1
				}
			}
			out.SetRGBA(x, y, color.RGBA{uint8(red / n), uint8(green / n), uint8(blue / n), 255})
		}
	}
	return out
}

// pointsOf reads single points, on white: quickly for what cameras write.
func pointsOf(m image.Image) func(x, y int) (r, g, b uint8) {
	if m, ok := m.(*image.YCbCr); ok {
		return func(x, y int) (r, g, b uint8) {
			c := m.COffset(x, y)
			return color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
		}
	}
	return func(x, y int) (r, g, b uint8) {
		red, green, blue, alpha := m.At(x, y).RGBA() // already times alpha
		white := 0xffff - alpha
		return uint8((red + white) >> 8), uint8((green + white) >> 8), uint8((blue + white) >> 8)
	}
}

// turned is a picture as it was held, by the number that cameras write: 1 is
// upright, 6 is a quarter turn.
func turned(m *image.RGBA, how int) *image.RGBA {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if how <= 1 || how > 8 {
		return m
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if how >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var u, v int
			switch how {
			case 2:
				u, v = w-1-x, y
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				u, v = x, h-1-y
			case 5:
				u, v = y, x
			case 6:
				u, v = h-1-y, x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = y, w-1-x
			}
			out.SetRGBA(u, v, m.RGBAAt(x, y))
		}
	}
	return out
}
