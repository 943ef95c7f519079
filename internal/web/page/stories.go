package page

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/members"
	"github.com/bondgenoot/bondgenoot/internal/domain/programmes"
	"github.com/bondgenoot/bondgenoot/internal/domain/stories"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/photo"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// storyPages are the pages of programmes that an alliance wants known: for
// everybody as they were published, and for partners as they are written.
func (s *Site) storyPages(page register, routes *kit.Routes) {
	public := func(pattern string, h handler) { routes.Handle(pattern, "directory.read", s.finding(h)) }
	public("GET /stories/{alliance}", s.storyList)
	public("GET /stories/{alliance}/{programme}", s.story)
	public("GET /photos/{alliance}/{photo}/{size}", s.publicPhoto)
	page("GET /story/{id}", "programme.read", s.storyDesk)
	page("POST /story/{id}", "programme.read", s.storyTell)
	page("POST /story/{id}/{step}", "programme.read", s.storyStep)
	page("POST /story/photos/{id}", "programme.read", s.bringPhoto)
	page("GET /story/photos/{photo}/{size}", "programme.read", s.writtenPhoto)
}

// storyLine is a page in the list of an alliance.
type storyLine struct {
	stories.Told
	Path string
}

// storyListView are the pages that an alliance published.
type storyListView struct {
	Alliance members.Alliance
	Lines    []storyLine
}

func storyPath(slug string, programme kernel.ID) string {
	return "/stories/" + slug + "/" + string(programme)
}

func (s *Site) storyList(r *Request) (Answer, error) {
	al, err := s.alliancePublic(r)
	if err != nil {
		return Answer{}, err
	}
	all, err := s.Stories.Published(r.Context(), al.ID)
	if err != nil {
		return Answer{}, err
	}
	w := storyListView{Alliance: al}
	for _, t := range all {
		w.Lines = append(w.Lines, storyLine{t, storyPath(al.Slug, t.Programme) + "?lang=" + string(r.View.Lang())})
	}
	r.View.Languages.Values = url.Values{"back": {r.URL.EscapedPath()}}
	return show(storyListPage(r.View, w))
}

// storyView is a page as everybody reads it.
type storyView struct {
	stories.Told
	Alliance members.Alliance
	Services []*directory.PublicRecord // what of it one can find
}

func (s *Site) story(r *Request) (Answer, error) {
	al, err := s.alliancePublic(r)
	if err != nil {
		return Answer{}, err
	}
	id, err := r.ID("programme")
	if err != nil {
		return Answer{}, err
	}
	w := storyView{Alliance: al}
	if w.Told, err = s.Stories.PublishedOne(r.Context(), al.ID, id); err != nil {
		return Answer{}, err
	}
	index, err := s.Finder.Index(r.Context(), al.ID)
	if err != nil {
		return Answer{}, err
	}
	for record := range index.All() {
		if record.Service.Programme == id {
			w.Services = append(w.Services, record)
		}
	}
	slices.SortFunc(w.Services, func(a, b *directory.PublicRecord) int { return cmp.Compare(a.Service.ID, b.Service.ID) })
	r.View.Languages.Values = url.Values{"back": {r.URL.EscapedPath()}}
	return show(storyPage(r.View, w))
}

// hasStory tells whether everybody can read the page of a programme.
func (s *Site) hasStory(r *Request, alliance, programme kernel.ID) (bool, error) {
	if programme == "" {
		return false, nil
	}
	_, err := s.Stories.PublishedOne(r.Context(), alliance, programme)
	if kernel.CodeOf(err) == kernel.NotFound {
		return false, nil
	}
	return err == nil, err
}

// photoSizes are the sizes in which a photograph is served, as its address
// names them, and whether it is the small one.
var photoSizes = map[string]bool{"small.jpg": true, "large.jpg": false}

func (s *Site) publicPhoto(r *Request) (Answer, error) {
	al, err := s.alliancePublic(r)
	if err != nil {
		return Answer{}, err
	}
	return s.sendPhoto(r, func(id kernel.ID, small bool) ([]byte, error) {
		return s.Stories.PublicPhoto(r.Context(), al.ID, id, small)
	})
}

func (s *Site) writtenPhoto(r *Request) (Answer, error) {
	return s.sendPhoto(r, func(id kernel.ID, small bool) ([]byte, error) { return s.Stories.Photo(r.Context(), id, small) })
}

// sendPhoto answers with a photograph. Whoever opens its address itself gets a
// file, not a page: nothing that somebody brought is ever shown as a page of
// ours.
func (s *Site) sendPhoto(r *Request, load func(id kernel.ID, small bool) ([]byte, error)) (Answer, error) {
	id, err := r.ID("photo")
	if err != nil {
		return Answer{}, err
	}
	small, known := photoSizes[r.PathValue("size")]
	if !known {
		return Answer{}, kernel.NewNotFound("page")
	}
	file, err := load(id, small)
	if err != nil {
		return Answer{}, err
	}
	h := r.writer.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", `attachment; filename="photo.jpg"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	h.Set("Cache-Control", "private, max-age=300") // one that was taken away is gone soon
	r.writer.WriteHeader(http.StatusOK)
	_, _ = r.writer.Write(file) // a reader who left is no fault of ours
	return Answer{Sent: true}, nil
}

// storyDeskView is a page as its writers see it.
type storyDeskView struct {
	programmes.Programme
	Story  stories.Story
	Path   string // for everybody
	Step   string // whose form is shown again
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) storyDesk(r *Request) (Answer, error) {
	w, err := s.storyOf(r)
	if err != nil {
		return Answer{}, err
	}
	return show(storyDeskPage(r.View, w))
}

func (s *Site) storyOf(r *Request) (w storyDeskView, err error) {
	id, err := r.ID("id")
	if err != nil {
		return w, err
	}
	if w.Story, err = s.Stories.Of(r.Context(), id); err != nil {
		return w, err
	}
	if w.Programme, err = s.Programmes.Programme(r.Context(), id); err != nil {
		return w, err
	}
	w.Path = storyPath(r.Session.Alliance.Slug, id)
	w.Form = url.Values{}
	setText(w.Form, "about", w.Story.Page.About)
	return w, nil
}

// storyAgain shows the page of writers with what was typed in one of its forms.
func (s *Site) storyAgain(r *Request, step string, typed url.Values, wrong error) (Answer, error) {
	w, err := s.storyOf(r)
	if err != nil {
		return Answer{}, err
	}
	for name, values := range typed {
		w.Form[name] = values
	}
	w.Step, w.Errors = step, r.View.Problems(wrong)
	for i, p := range w.Errors { // a text is asked in each language: the reader's own field says what is wrong
		if slices.Contains(storyTexts, p.Field) {
			w.Errors[i].Field = textName(p.Field, r.View.Lang())
		}
	}
	return again(storyDeskPage(r.View, w), wrong)
}

// storyTexts are the fields that are asked in each language.
var storyTexts = []string{"about", "title", "text", "what", "alt"}

func (s *Site) storyDone(r *Request, step string, err error) (Answer, error) {
	if faulty(err) {
		return s.storyAgain(r, step, r.PostForm, err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/story/"+r.PathValue("id"), "said.story."+step)
}

func (s *Site) storyTell(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	_, err = s.Stories.Tell(r.Context(), id, versionIn(r.PostForm), textIn(r.PostForm, "about"))
	return s.storyDone(r, "about", err)
}

// storyStep adds news or a figure, takes something off, publishes or takes the
// page away.
func (s *Site) storyStep(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	ctx, began, step := r.Context(), versionIn(r.PostForm), r.PathValue("step")
	switch step {
	case "news":
		var wrong kernel.Faults
		day, err := kit.DateOf(r.PostForm, "day")
		wrong.Check("day", err)
		if err := wrong.Err(); err != nil {
			return s.storyDone(r, step, err)
		}
		_, err = s.Stories.AddNews(ctx, id, began, day, textIn(r.PostForm, "title"), textIn(r.PostForm, "text"))
		return s.storyDone(r, step, err)
	case "reached":
		year, _ := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("year"))) // what is no number is no year: the service says so
		count, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("count")))
		if err != nil {
			count = -1
		}
		_, err = s.Stories.AddReached(ctx, id, began, year, count, textIn(r.PostForm, "what"))
		return s.storyDone(r, step, err)
	case "remove":
		item, err := kernel.ParseID(r.PostForm.Get("item"))
		if err != nil {
			return Answer{}, kernel.NewNotFound("page")
		}
		_, err = s.Stories.Remove(ctx, id, began, item)
		return s.storyDone(r, step, err)
	case "publish":
		_, err = s.Stories.Publish(ctx, id, began)
		return s.storyDone(r, step, err)
	case "withdraw":
		_, err = s.Stories.Withdraw(ctx, id, began)
		return s.storyDone(r, step, err)
	}
	return Answer{}, kernel.NewNotFound("page")
}

func (s *Site) bringPhoto(r *Request) (Answer, error) {
	id, err := r.ID("id")
	if err != nil {
		return Answer{}, err
	}
	form, file, err := kit.Upload(r.Request, "photo", photo.MaxBytes)
	if err == nil {
		rule := form["rule"]
		_, err = s.Stories.AddPhoto(r.Context(), id, versionIn(form), stories.Photographed{File: file, Alt: textIn(form, "alt"),
			Nobody: slices.Contains(rule, "nobody"), Allowed: slices.Contains(rule, "allowed")})
	}
	if faulty(err) {
		return s.storyAgain(r, "photo", form, err)
	}
	return s.storyDone(r, "photo", err)
}
