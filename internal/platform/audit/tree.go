package audit

import "golang.org/x/mod/sumdb/tlog"

// tree is the Merkle tree over the records as they are read now: of what was
// grown so far only the roots of its full parts, the smallest first.
type tree struct {
	size  int64
	roots [64]node
}

// node is one hash of the tree. It is explained when a hash at or below it was
// not as it was stored, so that those above cannot be either.
type node struct {
	hash      tlog.Hash
	explained bool
}

// add grows the tree by one leaf. Each hash that the tree gains, the leaf
// first, is shown to look, which tells whether it is as it was stored.
func (t *tree) add(leaf tlog.Hash, look func(level int, hash tlog.Hash, explained bool) (fits bool)) {
	n := node{hash: leaf}
	for level := 0; ; level++ {
		if !look(level, n.hash, n.explained) {
			n.explained = true
		}
		if t.size>>level&1 == 0 {
			t.roots[level] = n
			break
		}
		left := t.roots[level]
		n = node{tlog.NodeHash(left.hash, n.hash), n.explained || left.explained}
	}
	t.size++
}

// root is the hash over all leaves so far.
func (t *tree) root() (root tlog.Hash) {
	first := true
	for level := range t.roots {
		switch {
		case t.size>>level&1 == 0:
		case first:
			root, first = t.roots[level].hash, false
		default:
			root = tlog.NodeHash(t.roots[level].hash, root)
		}
	}
	return root
}
