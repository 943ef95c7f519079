package loans

import (
	"context"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/act"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
)

// How a photograph is kept.
const (
	photoSide    = 1280 // points of the longer side
	photoQuality = 80   // of 100
)

// Clean makes of a photograph what is kept of it. What is neither JPEG nor PNG,
// or is too large, is Invalid ("loan.photo"). Nothing stays nothing.
func Clean(data []byte) ([]byte, error) {
	if len(data) == 0 {
		return nil, nil
	}
	p, err := photo.Read(data, 1, photoSide)
	if err != nil {
		return nil, kernel.NewInvalid("loan.photo").At("photo")
	}
	return p.JPEG(photoQuality)
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
