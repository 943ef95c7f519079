package gaps

import (
	"strconv"

	"github.com/bondgenoot/bondgenoot/internal/domain/directory"
	"github.com/bondgenoot/bondgenoot/internal/domain/directory/find"
	"github.com/bondgenoot/bondgenoot/internal/domain/referrals"
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
	counts, told := tally(m, misses, soughtOn, func(x find.Miss) int64 { return int64(x.Times) })
	if !told {
		return
	}
	figures := few.Hide(counts)
	for i := range m.Cells {
		for j := range m.Cells[i] {
			m.Cells[i][j].Sought = figures[i][j]
		}
	}
	m.Asked = true
}

// Refuse lays beside the cells how often a partner refused a referral for lack
// of room: a referral for a programme counts where the services of that
// programme stand, any other where all services of the partner do. Partners are
// the records of the directory by their place in the network.
//
// A service stands in many cells, so what is few is kept back where it comes
// from: refusals of one partner for one programme that are few count in no
// cell, and no difference between two cells tells them.
func (m *Matrix) Refuse(refused []referrals.Refusals, records []directory.PublicRecord, partners map[kernel.ID][]kernel.ID) {
	times := map[kernel.ID]few.Figure{} // by service
	for _, n := range refused {
		for _, r := range records {
			if !concerns(n, r, partners) {
				continue
			}
			f := times[r.Service.ID]
			if n.Times < few.Smallest {
				f.Hidden = true
			} else {
				f.N += n.Times
			}
			times[r.Service.ID] = f
		}
	}
	for i := range m.Cells {
		for j := range m.Cells[i] {
			sum := few.Figure{}
			for _, id := range m.Cells[i][j].Services {
				sum.N += times[id].N
				sum.Hidden = sum.Hidden || times[id].Hidden
			}
			sum.Hidden = sum.Hidden && sum.N == 0
			m.Cells[i][j].NoRoom = sum
		}
	}
	m.Refused = true
}

// Since is the first day of what is asked in vain that is counted.
func Since(today kernel.Date) kernel.Date { return today.AddMonths(-soughtMonths) }
