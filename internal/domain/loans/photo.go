package loans

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // a photograph may come as PNG

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
)

// Bounds of a photograph.
const (
	MaxPhoto   = 8 << 20 // bytes, as it comes
	maxPixels  = 50_000_000
	photoSide  = 1280 // pixels of the longer side, as it is kept
	photoClear = 80   // of 100
)

// Clean makes of a photograph what is kept of it: its pixels alone, made smaller
// and written anew, so that where and with what it was taken is gone. It reads
// JPEG and PNG; what is neither, or is too large, is Invalid ("loan.photo").
// Nothing stays nothing.
func Clean(data []byte) ([]byte, error) {
	if len(data) == 0 {
		return nil, nil
	}
	bad := kernel.NewInvalid("loan.photo").At("photo")
	if len(data) > MaxPhoto {
		return nil, bad
	}
	config, kind, err := image.DecodeConfig(bytes.NewReader(data)) // by its content, whatever it is called
	if err != nil || kind != "jpeg" && kind != "png" || config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, bad
	}
	whole, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, bad
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, smaller(whole, turned(data)), &jpeg.Options{Quality: photoClear}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// smaller is a picture of which no side is longer than [photoSide], upright. A
// pixel is the mean of those that it stands for.
func smaller(from image.Image, turn int) image.Image {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	long := max(w, h, photoSide)
	nw, nh := max(1, w*photoSide/long), max(1, h*photoSide/long)
	upright := image.Rect(0, 0, nw, nh)
	if turn == 6 || turn == 8 {
		upright = image.Rect(0, 0, nh, nw)
	}
	to := image.NewRGBA(upright)
	for y := range nh {
		for x := range nw {
			c := mean(from, image.Rect(b.Min.X+x*w/nw, b.Min.Y+y*h/nh, b.Min.X+(x+1)*w/nw, b.Min.Y+(y+1)*h/nh))
			switch turn {
			case 3:
				to.SetRGBA(nw-1-x, nh-1-y, c)
			case 6:
				to.SetRGBA(nh-1-y, x, c)
			case 8:
				to.SetRGBA(y, nw-1-x, c)
			default:
				to.SetRGBA(x, y, c)
			}
		}
	}
	return to
}

func mean(from image.Image, of image.Rectangle) color.RGBA {
	var r, g, b, n uint64
	step := max(1, of.Dx()/4, of.Dy()/4)
	for y := of.Min.Y; y < max(of.Max.Y, of.Min.Y+1); y += step {
		for x := of.Min.X; x < max(of.Max.X, of.Min.X+1); x += step {
			cr, cg, cb, _ := from.At(x, y).RGBA()
			r, g, b, n = r+uint64(cr>>8), g+uint64(cg>>8), b+uint64(cb>>8), n+1
		}
	}
	return color.RGBA{R: uint8(r / n), G: uint8(g / n), B: uint8(b / n), A: 255}
}

// turned is how a camera says that it was held (the EXIF orientation): 3, 6 or 8
// for a picture that lies on its head, to the left or to the right; else 1.
func turned(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		size := int(data[at+2])<<8 | int(data[at+3])
		if size < 2 || at+2+size > len(data) || data[at+1] == 0xDA {
			break
		}
		if part := data[at+4 : at+2+size]; data[at+1] == 0xE1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return orientation(part[6:])
		}
		at += 2 + size
	}
	return 1
}

func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	two := func(at int) int { return int(tiff[at])<<8 | int(tiff[at+1]) }
	four := func(at int) int { return two(at)<<16 | two(at+2) }
	if tiff[0] == 'I' {
		two = func(at int) int { return int(tiff[at+1])<<8 | int(tiff[at]) }
		four = func(at int) int { return two(at+2)<<16 | two(at) }
	}
	list := four(4)
	if list < 8 || list+2 > len(tiff) {
		return 1
	}
	for n := range two(list) {
		at := list + 2 + 12*n
		if at+12 > len(tiff) {
			break
		}
		if two(at) == 0x0112 {
			return two(at + 8)
		}
	}
	return 1
}

func photoName(loan kernel.ID) string { return "photo/" + string(loan) }

func (s *Service) keepPhoto(ctx context.Context, a *act.Act, b Borrower, loan kernel.ID, photo []byte) error {
	if len(photo) == 0 {
		return nil
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), b.sealed)
	if err != nil {
		return err
	}
	return key.Put(ctx, a, photoName(loan), photo)
}

// dropPhoto takes the photograph of a loan away that ended: it served to compare.
func (s *Service) dropPhoto(ctx context.Context, a *act.Act, l Loan) error {
	if !l.Photo {
		return nil
	}
	b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
	if err != nil {
		return err
	}
	key, err := s.Vault.Open(ctx, a, a.Alliance(), b.sealed)
	if kernel.CodeOf(err) == kernel.NotFound {
		return nil // of a family that was forgotten
	}
	if err != nil {
		return err
	}
	return key.Drop(ctx, a, photoName(l.ID))
}

// Photo is the photograph that was made when a thing was handed over, as JPEG,
// for who works in the library. It is there until the thing was looked at.
func (s *Service) Photo(ctx context.Context, loan kernel.ID) (photo []byte, err error) {
	err = s.Acts.Do(ctx, func(a *act.Act) error {
		l, err := loadLoan(ctx, a, a.Alliance(), loan)
		if err != nil {
			return err
		}
		lib, err := works(ctx, a, l.Library)
		if err != nil {
			return err
		}
		b, err := loadBorrower(ctx, a, a.Alliance(), l.Borrower)
		if err != nil {
			return err
		}
		key, err := s.Vault.Open(ctx, a, a.Alliance(), b.sealed)
		if err != nil {
			return err
		}
		found, err := key.Get(ctx, a, photoName(l.ID), &photo)
		if err == nil && !found {
			err = kernel.NewNotFound("loan.no_photo")
		}
		if err != nil {
			return err
		}
		return done(ctx, a, "loan.work", lib.ID, "photo", string(l.ID))
	})
	return photo, err
}
