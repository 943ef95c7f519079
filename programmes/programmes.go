// Package programmes is the library of programme templates: what works
// somewhere in Belgium, written down so that an alliance elsewhere can take it
// over. One YAML file is one programme, with its names and texts in four
// languages, what the coordinator has to decide, who it is for in the language
// of the rights engine, and where each fact comes from.
//
// The package holds the files and nothing else; internal/domain/programmes
// reads them. README.md explains how to write one.
package programmes

import "embed"

// FS holds the templates, *.yaml at its root.
//
//go:embed *.yaml
var FS embed.FS
