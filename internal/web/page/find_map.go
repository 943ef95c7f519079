package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/outlines"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/web/kit"
)

// outlinePages let a coordinator bring where the neighbourhoods lie.
func (s *Site) outlinePages(page register) {
	page("GET /directory/outlines", "directory.manage", s.outlines)
	page("POST /directory/outlines", "directory.manage", s.bringOutlines)
	page("POST /directory/outlines/drop", "directory.manage", s.dropOutlines)
}

// outlineView is the form with which outlines are brought, and what is there.
type outlineView struct {
	outlines.Drawn
	Map    findMap
	Form   url.Values
	Errors kit.Errors
}

func (s *Site) outlinesOf(r *Request) (w outlineView, err error) {
	w.Drawn, err = s.Atlas.Of(r.Context(), r.Session.Alliance.ID)
	w.Map = mapOf(nil, w.Drawn)
	return w, err
}

func (s *Site) outlines(r *Request) (Answer, error) {
	w, err := s.outlinesOf(r)
	if err != nil {
		return Answer{}, err
	}
	return show(outlinesPage(r.View, w))
}

func (s *Site) bringOutlines(r *Request) (Answer, error) {
	form, file, err := kit.Upload(r.Request, "file", outlines.MaxBytes)
	if err == nil {
		_, err = s.Atlas.Bring(r.Context(), form.Get("source"), file)
	}
	if faulty(err) {
		w, loading := s.outlinesOf(r)
		if loading != nil {
			return Answer{}, loading
		}
		w.Form, w.Errors = form, r.View.Problems(err)
		return again(outlinesPage(r.View, w), err)
	}
	if err != nil {
		return Answer{}, err
	}
	return goTo("/directory/outlines", "said.outlines.brought")
}

func (s *Site) dropOutlines(r *Request) (Answer, error) {
	if err := s.Atlas.Drop(r.Context()); err != nil {
		return Answer{}, err
	}
	return goTo("/directory/outlines", "said.outlines.dropped")
}

// findMap is a picture of where things are: points whose numbers stand in a list,
// over the outlines of neighbourhoods where there are any. It is drawn in the
// page itself and asks nobody else for anything.
type findMap struct {
	Width, Height int
	Dots          []mapDot
	Areas         []mapArea
	Source        string
	on            map[kernel.ID]string // at which number each service is
}

type mapDot struct {
	X, Y  int
	Label string // its number
}

type mapArea struct {
	Lines  []string // points of each ring, as SVG writes them
	Name   string
	X, Y   int // where the name stands
	Titled bool
}

// How large a map is drawn, in its own points, and how much of the world it
// shows at least, in millionths of a degree north.
const (
	mapWide     = 800
	mapLow      = 320
	mapHigh     = 640
	mapMargin   = 48
	mapLeast    = 8_000 // some 900 metres
	mapDotApart = 34    // dots nearer than this become one
)

// mapOf draws the places of hits. What has no place that is told, a shelter
// above all, has none here either: a hit knows only what everybody may know.
func mapOf(hits []find.Hit, d outlines.Drawn) findMap {
	m := findMap{Width: mapWide, on: map[kernel.ID]string{}}
	var points []kernel.Point
	at := map[int]kernel.Point{}
	for i, h := range hits {
		if h.Place < 0 {
			continue
		}
		p := h.Record.Places[h.Place]
		if point, err := kernel.ParsePoint(p.Lat, p.Lon); err == nil {
			at[i], points = point, append(points, point)
		}
	}
	if len(points) == 0 {
		for _, o := range d.Areas { // the outlines alone, for who brings them
			for _, ring := range o.Rings {
				points = append(points, ring...)
			}
		}
		if len(hits) > 0 || len(points) == 0 {
			return m
		}
	}
	box := boxOf(points)
	m.Height = box.height
	for i := range hits {
		p, known := at[i]
		if !known {
			continue
		}
		x, y := box.at(p)
		dot := slices.IndexFunc(m.Dots, func(q mapDot) bool { return (q.X-x)*(q.X-x)+(q.Y-y)*(q.Y-y) < mapDotApart*mapDotApart })
		if dot < 0 {
			dot = len(m.Dots)
			m.Dots = append(m.Dots, mapDot{X: x, Y: y, Label: strconv.Itoa(dot + 1)})
		}
		m.on[hits[i].Record.Service.ID] = m.Dots[dot].Label // what is at one place has one number
	}
	for _, o := range d.Areas {
		if a, seen := box.area(o); seen {
			m.Areas, m.Source = append(m.Areas, a), d.Source
		}
	}
	return m
}

// mapBox is the part of the world that a map shows.
type mapBox struct {
	west, north   int // of its corner, in millionths of a degree
	wide, high    int // in millionths of a degree north: a degree east counts for less
	width, height int
}

// eastward is how much of a degree north a degree east is, of a hundred, in the
// middle of Belgium.
const eastward = 63

func boxOf(points []kernel.Point) mapBox {
	low, high := points[0], points[0]
	for _, p := range points {
		low = kernel.Point{Lat: min(low.Lat, p.Lat), Lon: min(low.Lon, p.Lon)}
		high = kernel.Point{Lat: max(high.Lat, p.Lat), Lon: max(high.Lon, p.Lon)}
	}
	b := mapBox{width: mapWide, wide: max((high.Lon-low.Lon)*eastward/100, mapLeast), high: max(high.Lat-low.Lat, mapLeast/2)}
	inner := mapWide - 2*mapMargin
	b.height = min(max(b.high*inner/b.wide+2*mapMargin, mapLow), mapHigh)
	if tall := b.high * inner / (b.height - 2*mapMargin); tall > b.wide { // too tall: more of the world beside it
		b.wide = tall
	}
	b.high = b.wide * (b.height - 2*mapMargin) / inner
	b.west = (low.Lon+high.Lon)/2 - b.wide*100/eastward/2
	b.north = (low.Lat+high.Lat)/2 + b.high/2
	return b
}

// at is where a point lies on the map.
func (b mapBox) at(p kernel.Point) (x, y int) {
	inner := b.width - 2*mapMargin
	return mapMargin + (p.Lon-b.west)*eastward/100*inner/b.wide, mapMargin + (b.north-p.Lat)*inner/b.wide
}

// area is an outline on the map, if any of it is seen there. What lies far
// outside is drawn at the edge of what is seen, so that no number grows long.
func (b mapBox) area(o outlines.Outline) (a mapArea, seen bool) {
	a.Name = o.Name
	left, top, right, bottom := b.width, b.height, 0, 0
	for _, ring := range o.Rings {
		var line strings.Builder
		for i, p := range ring {
			x, y := b.at(p)
			left, top, right, bottom = min(left, x), min(top, y), max(right, x), max(bottom, y)
			if i > 0 {
				line.WriteByte(' ')
			}
			line.WriteString(strconv.Itoa(min(max(x, -4*mapWide), 5*mapWide)) + "," + strconv.Itoa(min(max(y, -4*mapWide), 5*mapWide)))
		}
		a.Lines = append(a.Lines, line.String())
	}
	seen = left < b.width && right > 0 && top < b.height && bottom > 0
	a.X, a.Y = (max(left, 0)+min(right, b.width))/2, (max(top, 0)+min(bottom, b.height))/2
	a.Titled = min(right, b.width)-max(left, 0) > 9*len([]rune(a.Name)) && a.Name != "" // where its name has room
	return a, seen
}
