package vault

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/db"
)

// Sought is what somebody typed, made ready to be looked for in one alliance:
// a family is found when it carries, for every word, one of its tokens.
type Sought struct {
	alliance kernel.ID
	words    [][]string   // of each the tokens of which one must be there
	hints    [][][2]int64 // of each the bits of which those of one must be there
}

// Seek reads what was typed. Without a word that can be searched it finds
// nothing.
func (v *Vault) Seek(alliance kernel.ID, typed string) Sought {
	s := Sought{alliance: alliance}
	for _, alternatives := range queryTerms(typed) {
		s.words = append(s.words, v.sought(alliance, alternatives))
		s.hints = append(s.hints, v.hintsOf(alliance, alternatives))
	}
	return s
}

// Each is a condition for a WHERE clause, which the engine asks of each row:
// that the family whose ID is column is found. Its parameters are numbered from
// $from.
func (s Sought) Each(column string, from int) (condition string, args []any) {
	if len(s.words) == 0 {
		return "1 = 0", nil
	}
	args = []any{s.alliance}
	var conditions []string
	for _, tokens := range s.words {
		conditions = append(conditions, fmt.Sprintf(`EXISTS (SELECT 1 FROM vault_token t WHERE t.alliance = $%d AND t.token IN (%s) AND t.family = %s)`,
			from, db.Marks(from+len(args), len(tokens)), column))
		for _, token := range tokens {
			args = append(args, token)
		}
	}
	return strings.Join(conditions, " AND "), args
}

// Query is a query for the families that are found, with the column family, in
// no order; its parameters are numbered from $from. It reads all that carry the
// first word ([Sought.Fewest]) and asks them for the others.
func (s Sought) Query(from int) (query string, args []any) {
	if len(s.words) == 0 {
		return `SELECT v.family FROM vault_token v WHERE 1 = 0`, nil
	}
	args = []any{s.alliance}
	others, also := Sought{alliance: s.alliance, words: s.words[1:]}, ""
	if len(others.words) > 0 {
		var more []any
		also, more = others.Each("v.family", from+1)
		also, args = " AND "+also, append(args, more...)
	}
	// A query for each token, and no DISTINCT over them together: to have the
	// families in order, an engine would walk every one of the alliance.
	var ways []string
	for _, token := range s.words[0] {
		args = append(args, token)
		ways = append(ways, fmt.Sprintf(`SELECT v.family FROM vault_token v WHERE v.alliance = $%d AND v.token = $%d%s`, from, from+len(args)-1, also))
	}
	return strings.Join(ways, " UNION "), args
}

// Fewest puts the word first that leads to the fewest families, and counts
// what leads there, no further than the limit. It looks at no family, and at
// nobody's right to see one: what it counts is for the choice of a way alone.
func (s Sought) Fewest(ctx context.Context, q db.Querier, limit int) (sorted Sought, fewest int, err error) {
	fewest, at := limit, 0
	for i, tokens := range s.words {
		args := []any{s.alliance}
		for _, token := range tokens {
			args = append(args, token)
		}
		n := 0
		err := q.QueryRowContext(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 AS one FROM vault_token v
			WHERE v.alliance = $1 AND v.token IN (%s) LIMIT %d) counted`, db.Marks(2, len(tokens)), limit), args...).Scan(&n)
		if err != nil {
			return s, 0, err
		}
		if n < fewest {
			fewest, at = n, i
		}
	}
	if len(s.words) == 0 {
		return s, 0, nil
	}
	sorted = Sought{s.alliance, slices.Clone(s.words), slices.Clone(s.hints)}
	sorted.words[0], sorted.words[at] = s.words[at], s.words[0]
	sorted.hints[0], sorted.hints[at] = s.hints[at], s.hints[0]
	return sorted, fewest, nil
}
