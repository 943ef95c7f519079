package page

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// proven is a page for who showed a moment ago who they are: what opens a
// worker's door, or shuts one, is not for whoever sits down at a screen that
// was left open. Who came in longer ago signs in once more, stays at the post
// where they were, and is led back.
func (s *Site) proven(h handler) handler {
	return func(r *Request) (Answer, error) {
		if r.Session.Proven(kernel.InstantOf(s.Now())) {
			return h(r)
		}
		back := r.URL.Path
		if r.Method != http.MethodGet && strings.HasPrefix(back, "/account/") {
			back = "/account"
		}
		return goTo("/sign-in?back="+url.QueryEscape(back), "said.proof")
	}
}
