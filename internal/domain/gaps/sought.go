package gaps

import (
	"slices"
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/kernel"
	"github.com/bondgenoot/bondgenoot/internal/platform/few"
)

// soughtMonths is for how many months back searches in vain are counted.
const soughtMonths = 12

// sought are the places on an axis of a search in vain. False where nobody who
// searches says it: of a part of the week and of a price.
func sought(axis Axis, m find.Miss) (key string, told bool) {
	switch axis {
	case ByPhase:
		key = string(m.Phase)
	case ByLever:
		if m.Lever > 0 {
			key = strconv.Itoa(int(m.Lever))
		}
	case ByPlace:
		key = string(m.Municipality)
	case ByLanguage:
		key = string(m.Lang)
	default:
		return "", false
	}
	if key == "" {
		key = NotTold
	}
	return key, true
}

// Seek lays beside the cells how often somebody searched in vain for what
// belongs there, with small figures kept back. It does nothing where an axis is
// one of which no search says anything.
func (m *Matrix) Seek(misses []find.Miss) {
	for axis := range m.Only {
		if _, told := sought(axis, find.Miss{}); !told {
			return
		}
	}
	if _, told := sought(m.Rows, find.Miss{}); !told {
		return
	}
	if _, told := sought(m.Columns, find.Miss{}); !told {
		return
	}
	counts := make([][]int64, len(m.RowKeys))
	for i := range counts {
		counts[i] = make([]int64, len(m.ColKeys))
	}
	for _, miss := range misses {
		row, _ := sought(m.Rows, miss)
		col, _ := sought(m.Columns, miss)
		i, j := slices.Index(m.RowKeys, row), slices.Index(m.ColKeys, col)
		if i >= 0 && j >= 0 && m.wants(miss) {
			counts[i][j] += int64(miss.Times)
		}
	}
	figures := few.Hide(counts)
	for i := range m.Cells {
		for j := range m.Cells[i] {
			m.Cells[i][j].Sought = figures[i][j]
		}
	}
	m.Asked = true
}

// wants tells whether a search is for what the other axes ask.
func (m *Matrix) wants(miss find.Miss) bool {
	for axis, key := range m.Only {
		if got, _ := sought(axis, miss); got != key {
			return false
		}
	}
	return true
}

// Since is the first day of the searches that are counted.
func Since(today kernel.Date) kernel.Date { return today.AddMonths(-soughtMonths) }
