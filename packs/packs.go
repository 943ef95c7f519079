// Package packs carries the dictionary of facts and the rights that come with
// Bondgenoot, as YAML files beside this one. docs/rules-language.md says how
// they are written.
package packs

import "embed"

// FS holds facts.yaml, facts/ and one directory of packs per region.
//
//go:embed all:*.yaml all:be all:vl
var FS embed.FS
