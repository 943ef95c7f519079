// Package photo makes photographs anew from their points alone: where, when and
// with what they were taken does not come along. It knows nothing of what they
// show; whoever keeps one asks first whether it may be kept.
package photo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// MaxBytes is how large a file may be.
const MaxBytes = 8 << 20

// mostPoints is how many points a photograph may have: what it takes in memory
// while it is made small.
const mostPoints = 25_000_000

// What may be wrong with a file.
var (
	ErrNone  = errors.New("photo: neither a JPEG nor a PNG that can be read")
	ErrLarge = errors.New("photo: too many bytes or points")
	ErrSmall = errors.New("photo: too few points")
)

// Photo is a photograph that was read: upright, and on white where one could see
// through it.
type Photo struct{ points *image.RGBA }

// Read reads a JPEG or PNG: which of the two is told by its content, never by
// its name. It is turned as it was held, and made so small that its longer side
// has at most longest points. What is neither is [ErrNone], what has too many
// points or bytes [ErrLarge], and what has a side of fewer than least points
// [ErrSmall]. Nothing is decoded before its size is known.
func Read(file []byte, least, longest int) (Photo, error) {
	if len(file) > MaxBytes {
		return Photo{}, ErrLarge
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
		return Photo{}, ErrNone
	}
	c, err := config(bytes.NewReader(file))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return Photo{}, ErrNone
	case c.Width > mostPoints/c.Height:
		return Photo{}, ErrLarge
	case min(c.Width, c.Height) < least:
		return Photo{}, ErrSmall
	}
	taken, err := decode(bytes.NewReader(file))
	if err != nil {
		return Photo{}, ErrNone
	}
	return Photo{turned(shrunk(taken, longest), turn)}, nil
}

// Within is the photograph with at most so many points on its longer side.
func (p Photo) Within(longest int) Photo { return Photo{shrunk(p.points, longest)} }

// Size is how many points it has across and down.
func (p Photo) Size() (width, height int) { return p.points.Rect.Dx(), p.points.Rect.Dy() }

// JPEG writes its points and nothing else; quality is of a hundred.
func (p Photo) JPEG(quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, p.points, &jpeg.Options{Quality: quality})
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
