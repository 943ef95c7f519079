package outlines

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Bounds of a file, and of what is kept of it.
const (
	MaxBytes    = 8 << 20
	mostAreas   = 300
	mostRings   = 600     // of all areas together
	mostRead    = 400_000 // points in the file
	mostKept    = 1_500   // points of all areas together
	longestName = 120     // characters
)

// named are the properties under which cities write the name of a
// neighbourhood, in the order in which they count.
var named = []string{"name", "naam", "nom", "wijk", "wijknaam", "buurt", "quartier", "label", "sectornaam", "tx_descr_nl", "tx_descr_fr", "title"}

// Read reads outlines from GeoJSON (RFC 7946): polygons in degrees north and
// east, in or just around Belgium. What is none is Invalid ("outlines.file");
// points elsewhere, or in another system of coordinates, Invalid
// ("outlines.where"); too much TooMany ("outlines.size"). Holes are filled: a
// map of help has no use for them.
func Read(data []byte) ([]Outline, error) {
	no := kernel.NewInvalid("outlines.file")
	large := kernel.NewTooMany("outlines.size").With("areas", strconv.Itoa(mostAreas)).With("mb", strconv.Itoa(MaxBytes>>20))
	if len(data) > MaxBytes {
		return nil, large
	}
	var doc struct {
		Type     string
		Features []struct {
			Properties map[string]any
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &doc); err != nil || doc.Type != "FeatureCollection" || len(doc.Features) == 0 {
		return nil, no
	}
	if len(doc.Features) > mostAreas {
		return nil, large
	}
	var all []Outline
	rings, points := 0, 0
	for i, f := range doc.Features {
		var polygons [][][][]json.Number
		switch f.Geometry.Type {
		case "Polygon":
			polygons = make([][][][]json.Number, 1)
			if json.Unmarshal(f.Geometry.Coordinates, &polygons[0]) != nil {
				return nil, no
			}
		case "MultiPolygon":
			if json.Unmarshal(f.Geometry.Coordinates, &polygons) != nil {
				return nil, no
			}
		default:
			continue // a point or a street is no neighbourhood
		}
		o := Outline{Name: nameOf(f.Properties, i)}
		for _, p := range polygons {
			if len(p) == 0 || len(p[0]) < 4 {
				return nil, no
			}
			if rings, points = rings+1, points+len(p[0]); rings > mostRings || points > mostRead {
				return nil, large
			}
			ring := make([]kernel.Point, 0, len(p[0]))
			for _, at := range p[0] {
				if len(at) < 2 {
					return nil, no
				}
				point, err := kernel.ParsePoint(at[1].String(), at[0].String())
				if err != nil {
					return nil, kernel.NewInvalid("outlines.where")
				}
				ring = append(ring, point)
			}
			o.Rings = append(o.Rings, ring[:len(ring)-1]) // the last is the first again
		}
		if len(o.Rings) > 0 {
			all = append(all, o)
		}
	}
	if len(all) == 0 {
		return nil, no
	}
	return simple(all), nil
}

func nameOf(properties map[string]any, i int) string {
	folded := map[string]string{}
	for key, value := range properties {
		if s, ok := value.(string); ok {
			folded[strings.ToLower(key)] = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
		}
	}
	for _, key := range named {
		if s := folded[key]; s != "" && utf8.RuneCountInString(s) <= longestName {
			return s
		}
	}
	return strconv.Itoa(i + 1)
}

// simple leaves out the points that one would not see on a map, and more of
// them until few enough are left. A corner that three neighbourhoods share may
// move a little; a ring keeps three points.
func simple(all []Outline) []Outline {
	for tolerance := 50; ; tolerance *= 2 { // millionths of a degree: some five metres
		n := 0
		out := make([]Outline, len(all))
		for i, o := range all {
			out[i].Name = o.Name
			for _, ring := range o.Rings {
				ring = thinned(ring, tolerance)
				out[i].Rings, n = append(out[i].Rings, ring), n+len(ring)
			}
		}
		if n <= mostKept || tolerance > 1_000_000 {
			return out
		}
	}
}

// thinned is a ring without the points that lie within a tolerance of a line
// between two others that stay.
func thinned(ring []kernel.Point, tolerance int) []kernel.Point {
	if len(ring) <= 4 {
		return ring
	}
	far := 0 // the point farthest from the first divides the ring in two lines
	for i := range ring {
		if apart(ring[0], ring[i]) > apart(ring[0], ring[far]) {
			far = i
		}
	}
	if far == 0 {
		return ring[:3]
	}
	keep := make([]bool, len(ring)+1)
	closed := append(append(make([]kernel.Point, 0, len(ring)+1), ring...), ring[0])
	keep[0], keep[far] = true, true
	type span struct{ from, to int }
	for todo := []span{{0, far}, {far, len(ring)}}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		worst, at := 0, -1
		for i := s.from + 1; i < s.to; i++ {
			if d := offLine(closed[s.from], closed[s.to], closed[i]); d > worst {
				worst, at = d, i
			}
		}
		if at >= 0 && worst > tolerance {
			keep[at] = true
			todo = append(todo, span{s.from, at}, span{at, s.to})
		}
	}
	var out []kernel.Point
	for i, p := range ring {
		if keep[i] {
			out = append(out, p)
		}
	}
	if len(out) < 3 {
		return []kernel.Point{ring[0], ring[(len(ring)+far)/2%len(ring)], ring[far]}
	}
	return out
}

// apart is the square of how far two points are, in millionths of a degree.
func apart(p, q kernel.Point) int { return (p.Lat-q.Lat)*(p.Lat-q.Lat) + (p.Lon-q.Lon)*(p.Lon-q.Lon) }

// offLine is how far a point is off the line between two others, in millionths
// of a degree.
func offLine(from, to, p kernel.Point) int {
	across := (to.Lon-from.Lon)*(p.Lat-from.Lat) - (to.Lat-from.Lat)*(p.Lon-from.Lon)
	if across < 0 {
		across = -across
	}
	long := max(abs(to.Lon-from.Lon), abs(to.Lat-from.Lat)) // the longer side: within a factor of 1.5 of the length
	if long == 0 {
		return max(abs(p.Lat-from.Lat), abs(p.Lon-from.Lon))
	}
	return across / long
}

func abs(n int) int { return max(n, -n) }
