package rules

import "sync"

// recent keeps what was found last, so many at least and twice as many at most.
// It may be used by many goroutines.
type recent[K comparable, V any] struct {
	mu    sync.Mutex
	newer map[K]*V
	older map[K]*V // given up when the newer are as many as may be
}

// find gives what was found under a key, and counts it among the newer; nil where
// nothing is kept.
func (r *recent[K, V]) find(at K, least int) *V {
	r.mu.Lock()
	defer r.mu.Unlock()
	if out := r.newer[at]; out != nil {
		return out
	}
	out := r.older[at]
	if out != nil {
		r.put(at, out, least)
	}
	return out
}

func (r *recent[K, V]) keep(at K, found *V, least int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(at, found, least)
}

func (r *recent[K, V]) put(at K, found *V, least int) {
	if r.newer == nil || len(r.newer) >= least {
		r.newer, r.older = make(map[K]*V), r.newer
	}
	r.newer[at] = found
}
