package rules

// Sums are what a right for each person gives to whom it is for, reckoned apart
// from its conditions: what a premium is at an age, where nobody knows yet
// whether the family is to have it. A sum that hangs on what is not known is
// left out, and so is a person of whom it is not certain that the right is for
// it. A right for a family, and one that the library does not have, has none.
func (lib *Library) Sums(c *Case, right string) (all []Amount) {
	r := lib.Right(right)
	if r == nil || !r.ForEach {
		return nil
	}
	f := newFrame(lib, c)
	defer f.done()
	saved := f.bound
	for i := range f.people {
		f.bound[0] = int8(i)
		if r.each.b(f) != isTrue {
			continue
		}
		for _, a := range r.amounts {
			if n := a.compute(f); n.certain() && n.lo.sign() != 0 {
				all = append(all, Amount{Value: n.lo.decimal(2, a.most), Currency: "EUR", Per: a.per, To: f.ids[i], Cents: n.lo.cents()})
			}
		}
	}
	f.bound = saved
	return all
}
