package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// version is set when a release is built (make build).
var version = ""

// VersionCmd says which version this is.
type VersionCmd struct{}

// Run prints it.
func (VersionCmd) Run(out io.Writer) error {
	_, err := fmt.Fprintf(out, "bondgenoot %s (%s, %s/%s)\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// versionName is the release, or else what Go knows about the source.
func versionName() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
