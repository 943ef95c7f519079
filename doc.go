// Package bondgenoot is the root of the source. It holds no code, only the
// tests that keep the rules of the house: which room may call which, what a
// file may hold, which words of SQL are shared, whose libraries we link.
//
// The program is in cmd/bondgenoot; ARCHITECTURE.md draws the house.
package bondgenoot
