// Package find answers who looks for help: an index in memory of what the
// directory tells to everybody. It is made anew when that changes and never
// altered, so that any number of readers share it.
//
// It knows words as people write them: without accents, in any form, with
// typing errors, in any language that families read, and by other names
// (synonyms.yaml: who types "pampers" means nappies). What it finds it can
// explain: every point that puts one service before another has its reason
// ([Reason]), and a coordinator reads them.
//
// It reads the directory through its gate to the public alone
// ([directory.PublicRecord]), which cannot hold a shelter or a private number.
//
// Owns the tables find_change and find_missed. Acts: directory.read (to look),
// find.miss (to count what was looked for in vain), directory.manage (to read
// that). Tells nothing; hears [directory.Changed].
package find

import (
	"slices"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/holidays"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

// Query is what somebody looks for. Whatever is zero does not matter to them.
type Query struct {
	Words   string      // as typed, in whatever language
	Lang    kernel.Lang // of the reader
	Phase   directory.Phase
	Months  []int // ages of children, in months; what is for none of them is left out
	Lever   directory.Lever
	NIS     kernel.NIS
	Postal  kernel.PostalCode // nearer than its municipality, if both are known
	When    When
	Free    bool   // costs nothing
	Speaks  string // a language spoken there, as a tag
	Access  directory.Access
	Room    bool        // leave out what is full or has a waiting list
	Yours   []kernel.ID // programmes that are certainly for who asks: what they offer comes first
	Certain []kernel.ID // services that say in a condition of their own that they are for who asks
	Now     kernel.Instant
	Schools holidays.Year // when there is no school; none: nobody told
	Skip    int           // hits before this page
	Limit   int           // hits on it; 0: twenty
}

// When is when somebody can come.
type When string

// The times that can be asked for.
const (
	Now       When = "now"
	Tomorrow  When = "tomorrow"
	Wednesday When = "wednesday" // on Wednesday afternoon
	Evening   When = "evening"   // on a weekday after five
	Weekend   When = "weekend"
	InHoliday When = "holidays" // in the school holidays too
)

// Whens are the times in the order in which they are offered.
var Whens = [...]When{Now, Tomorrow, Wednesday, Evening, Weekend, InHoliday}

// Found is what there is.
type Found struct {
	Hits      []Hit
	Total     int          // with those on other pages
	Read      []Correction // words that were taken for others, in order
	Unknown   []string     // words of the query, folded, that stand nowhere
	Concepts  []string     // what was meant, by the names of synonyms.yaml
	Elsewhere int          // services that fit but are for people who live elsewhere
}

// Correction is a word that is known nowhere, and the words for which it was
// taken.
type Correction struct {
	Typed string
	As    []string
}

// Hit is one service that fits.
type Hit struct {
	Record *directory.PublicRecord // shared: not to be changed
	Place  int                     // the nearest of its places; -1: it has none, or tells none
	Metres int                     // to that place, as the crow flies; -1: not known
	Room   directory.Room          // as it still counts
	Open   Hour                    // whether it is open now
	Points int
	Why    []Reason
}

// Yours tells whether it is certainly for who asks.
func (h Hit) Yours() bool {
	return slices.ContainsFunc(h.Why, func(r Reason) bool { return r.Kind == Yours })
}

// Reason is one cause for which a hit stands where it stands.
type Reason struct {
	Kind   Kind
	Word   string // of the query, for what is about words; a concept for [BySynonym]
	Points int
}

// Kind is a kind of reason.
type Kind string

// The kinds of reasons.
const (
	InName         Kind = "name"         // a word stands in its name
	InWords        Kind = "words"        // among the words by which people look for it
	InOrganisation Kind = "organisation" // in the name of who gives it
	InText         Kind = "text"         // in what is told of it
	BySynonym      Kind = "synonym"      // it stands there by another name
	Near           Kind = "near"
	SameTown       Kind = "town"
	OpenNow        Kind = "open"
	HasRoom        Kind = "room"
	Full           Kind = "full"
	Yours          Kind = "yours" // certainly for who asks: of a programme, or by a condition of its own
)

// What each reason is worth. A word that was found counts most; where, when
// and room decide between services that fit the words alike.
const (
	nameWorth         = 24
	wordsWorth        = 20
	organisationWorth = 14
	synonymNameWorth  = 18
	synonymWorth      = 12
	textWorth         = 8
	townWorth         = 6
	openWorth         = 3
	roomWorth         = 5
	fullWorth         = -5
	waitingWorth      = -2
	yoursWorth        = 30
)

// nearWorth is what being near is worth, by metres.
var nearWorth = [...]struct{ within, worth int }{{1_500, 8}, {4_000, 6}, {10_000, 4}, {25_000, 2}}
