// Package packs carries the dictionary of facts and the rights that come with
// Bondgenoot, as YAML files beside this one: facts.yaml and facts/ are the
// dictionary, every other file is one right, in a directory for who made the
// law (be, vl, wa, bru, dg, fwb) or loc for municipalities.
// docs/rules-language.md says how they are written.
package packs

import "embed"

// FS holds the files. A directory must not be empty.
//
//go:embed *
var FS embed.FS
