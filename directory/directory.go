// Package directory is what an alliance can take over into its directory of
// help without typing it: the local authorities, as an official register tells
// them. What a register does not tell, an address, a telephone, an hour, is not
// here either.
//
// The package holds the files and nothing else; internal/domain/directory
// reads them. README.md says where they come from.
package directory

import _ "embed"

// Authorities are the municipalities and welfare offices of Flanders, a line
// each: nis,kind,name,kbo,ovo,street,number,box,postal_code,city.
//
//go:embed authorities.csv
var Authorities string
