// Package kernel holds the words that every room of the house speaks: an
// [ID], an [Instant], a [Date], an amount in [Cents], a [Text] in four
// languages, and a [Fault] that an outsider may read. Beside them stand the
// numbers by which Belgium knows people, organisations and places.
//
// It imports nothing of the house, owns no table and does no I/O.
package kernel
