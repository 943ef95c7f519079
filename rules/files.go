package rules

import (
	"maps"
	"path"
)

// Files are the dictionary and the packs in the words in which they were read,
// by the name of the file, for who keeps with what something was found. What
// [Library.Override] set is in none of them.
func (lib *Library) Files() map[string][]byte {
	all := maps.Clone(lib.files)
	maps.Copy(all, lib.dictionary)
	return all
}

// Again is the library of files that [Library.Files] gave. The error holds all
// [Problems].
func Again(files map[string][]byte) (*Library, error) {
	lib := &Library{files: map[string][]byte{}, dictionary: map[string][]byte{}}
	for name, b := range files {
		if name == "facts.yaml" || path.Dir(name) == "facts" {
			lib.dictionary[name] = b
		} else {
			lib.files[name] = b
		}
	}
	return lib.build()
}
