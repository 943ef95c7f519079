package kit

import (
	"context"
	"net/http"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/i18n"
)

type readerKey struct{}

// Reading is the reader of the request: the language that [Languages] chose.
func Reading(ctx context.Context) i18n.Reader {
	r, _ := ctx.Value(readerKey{}).(i18n.Reader)
	return r
}

// WithReader puts a reader into a context, for who knows better than a cookie:
// somebody who signed in and chose a language.
func WithReader(ctx context.Context, r i18n.Reader) context.Context {
	return context.WithValue(ctx, readerKey{}, r)
}

// langCookie remembers a choice of language and nothing else; over TLS it is
// this site's alone, by its name.
const (
	langCookie  = "lang"
	langOverTLS = "__Host-" + langCookie
)

// Languages gives every request its reader: the language that was chosen, or
// else the one that the browser asks for.
func Languages(texts *i18n.Texts, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lang := i18n.Match(r.Header.Get("Accept-Language"))
		for _, name := range []string{langCookie, langOverTLS} {
			if c, err := r.Cookie(name); err == nil {
				if chosen, err := kernel.ParseLang(c.Value); err == nil {
					lang = chosen
				}
			}
		}
		w.Header().Add("Vary", "Accept-Language, Cookie")
		next.ServeHTTP(w, r.WithContext(WithReader(r.Context(), texts.In(lang))))
	})
}

// LanguageCookie remembers a choice of language for a year.
func LanguageCookie(lang kernel.Lang, secure bool) *http.Cookie {
	name := langCookie
	if secure {
		name = langOverTLS
	}
	return &http.Cookie{
		Name: name, Value: string(lang), Path: "/", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

// SwitchLanguage answers POST /language: it remembers the choice for a year
// and leads back to the page. Secure tells that the site is served over TLS.
func SwitchLanguage(secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lang, err := kernel.ParseLang(r.PostFormValue("lang")); err == nil {
			http.SetCookie(w, LanguageCookie(lang, secure))
		}
		http.Redirect(w, r, LocalPath(r.PostFormValue("back")), http.StatusSeeOther)
	})
}
