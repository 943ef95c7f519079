//go:build race

package app_test

// racing tells that the race detector runs along: what takes a millisecond
// takes eight then, and a clock says nothing.
const racing = true
