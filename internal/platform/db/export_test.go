package db

import "time"

// WaitsFor sets how long a writer waits for the one before it.
func (d *DB) WaitsFor(longest time.Duration) { d.turnFor = longest }
