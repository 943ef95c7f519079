package kernel

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed points.csv
var pointsCSV []byte

// Point is a place on the map, in millionths of a degree. Its zero value is
// nowhere, for nothing of ours lies in the sea before Africa.
type Point struct{ Lat, Lon int }

// degrees between which a point of ours lies; outside them it was written the
// wrong way round, or is no place that a family here goes to.
const (
	south, north = 49_000000, 52_000000
	west, east   = 2_000000, 7_000000
)

// ParsePoint reads decimal degrees, "50.8798" and "4.7005". What is no place in
// or just around Belgium is Invalid ("point").
func ParsePoint(lat, lon string) (Point, error) {
	p := Point{millionths(lat), millionths(lon)}
	if p.Lat < south || p.Lat > north || p.Lon < west || p.Lon > east {
		return Point{}, NewInvalid("point")
	}
	return p, nil
}

// millionths is a number of degrees, -1 for what is none.
func millionths(degrees string) int {
	whole, part, _ := strings.Cut(strings.TrimSpace(degrees), ".")
	if len(whole) > 2 || !digits(whole) || whole == "" || part != "" && !digits(part) || len(part) > 30 {
		return -1
	}
	n, err := strconv.Atoi(whole + (part + "000000")[:6])
	if err != nil {
		return -1
	}
	return n
}

// Metres is how far q lies, as the crow flies; good to a hundredth within
// Belgium and just around it.
func (p Point) Metres(q Point) int {
	// A degree north is 111.2 km everywhere; a degree east is that times the
	// cosine, which falls in a straight line over so small a country.
	y := (q.Lat - p.Lat) * 1112 / 10000
	cosine := 649448 - (((p.Lat+q.Lat)/2 - 49_500000) * 13390 / 1_000000)
	x := (q.Lon - p.Lon) * 1112 / 10000 * cosine / 1_000000
	return root(x*x + y*y)
}

// root is the whole square root of n.
func root(n int) int {
	if n < 2 {
		return max(n, 0)
	}
	x := n
	for next := (x + 1) / 2; next < x; next = (x + n/x) / 2 {
		x = next
	}
	return x
}

// points are the points of postal codes and municipalities, read once.
var points = sync.OnceValue(func() map[string]Point {
	all := map[string]Point{}
	for _, r := range tableRows(pointsCSV) {
		lat, errLat := strconv.Atoi(r[1])
		lon, errLon := strconv.Atoi(r[2])
		if errLat != nil || errLon != nil {
			panic("points.csv: " + r[0]) // cannot happen: the table is part of the program
		}
		all[r[0]] = Point{lat, lon}
	}
	return all
})

// PointOf is where a postal code lies: its main place. False where the open
// data do not say.
func PointOf(code PostalCode) (Point, bool) {
	p, ok := points()[string(code)]
	return p, ok
}

// MiddleOf is the middle of a municipality of today.
func MiddleOf(n NIS) (Point, bool) {
	p, ok := points()[string(n)]
	return p, ok
}
