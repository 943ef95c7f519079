package kit

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Bounds of a form that brings a file.
const (
	maxUploadFields = 400
	maxUploadField  = 8 << 10 // bytes of one that is no file
)

// Upload reads a form that brings a file under a name. All of it stays in
// memory: nothing of somebody's list is written to a disk on the way. A form
// without a file gives none; one that cannot be read is Invalid ("form"). What
// is larger than most bytes is TooMany ("list.bytes").
func Upload(r *http.Request, name string, most int64) (form url.Values, file []byte, err error) {
	bad := kernel.NewInvalid("form")
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return r.PostForm, nil, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, bad
	}
	form = url.Values{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n >= maxUploadFields {
			return form, nil, tooLarge(err, bad)
		}
		limit := int64(maxUploadField)
		if part.FormName() == name {
			limit = most
		}
		b, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return form, nil, tooLarge(err, bad)
		case int64(len(b)) > limit && part.FormName() == name:
			return form, nil, kernel.NewTooMany("list.bytes").With("limit", strconv.FormatInt(most>>20, 10)).At(name)
		case int64(len(b)) > limit:
			return form, nil, bad
		case part.FormName() == name:
			file = b
		default:
			form.Add(part.FormName(), string(b))
		}
	}
	if !Legible(form) {
		return url.Values{}, nil, bad
	}
	return form, file, nil
}

// tooLarge keeps an error that says that the request is too large.
func tooLarge(err error, otherwise error) error {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	}
	return otherwise
}
