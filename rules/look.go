package rules

import "strings"

// look notes what an expression saw, to explain it: the facts, parameters and
// other rights that it read. depth is above 0 while something else is found
// out that is not shown by itself.
type look struct {
	f      *frame
	lang   Lang
	depth  int
	saw    map[string]any
	met    bitset // the cells of which saw has the value already
	params map[int]*DatedValue
	order  []int // of params
}

func newLook(f *frame, lang Lang) *look {
	if f.met == nil {
		f.met = make(bitset, (len(f.cells)+63)/64)
	}
	clear(f.met)
	return &look{f: f, lang: lang, met: f.met}
}

func (l *look) fact(person int, x *Fact, c *cell) {
	at := l.f.cellIndex(person, x)
	if l.met.has(int32(at)) {
		return
	}
	l.met.add(at)
	v := x.show1(c)
	if x.Key == "role" || v == absentValue { // who somebody is, and what makes no sense for them, explains nothing
		return
	}
	name := OfFamily
	if person >= 0 {
		name = l.f.ids[person]
	}
	l.see(name+"."+x.Key, v)
}

func (l *look) see(name string, v any) {
	if l.saw == nil {
		l.saw = map[string]any{}
	}
	l.saw[name] = v
}

func (l *look) param(slot int, v *DatedValue) {
	if _, there := l.params[slot]; !there {
		l.order = append(l.order, slot)
	}
	if l.params == nil {
		l.params = map[int]*DatedValue{}
	}
	l.params[slot] = v
	if l.depth > 0 {
		return
	}
	ref := l.f.lib.params[slot]
	if v == nil {
		l.see("param."+ref.name(), nil)
	} else {
		l.see("param."+ref.name(), ref.value(v))
	}
}

func (r paramRef) value(v *DatedValue) string { return v.field(r.field).unitText(r.parameter.Unit) }

// unitText writes money with two decimals at least and other numbers as short
// as they are.
func (a number) unitText(unit string) string {
	if strings.HasPrefix(unit, "EUR") {
		return a.decimal(2, 6)
	}
	return a.plain()
}

func (l *look) right(id string, o *outcome) {
	var v any
	switch o.status {
	case canEntitle:
		v = string(Entitled)
	case canRefuse:
		v = string(NotEntitled)
	case canRefer:
		v = string(Refer)
	}
	l.see("right."+id, v)
}

const absentValue = "-"

// show1 is the value of a fact for a reader of JSON; nil when it is not known,
// absentValue when it makes no sense for this person.
func (x *Fact) show1(c *cell) any {
	switch x.kind {
	case kindBool:
		if c.b.certain() {
			return c.b == isTrue
		}
	case kindText:
		if c.s.certain() {
			return c.s.set[0]
		}
		if c.s.absent && len(c.s.set) == 0 && !c.s.others {
			return absentValue
		}
	default:
		switch {
		case c.n.absent && !c.n.has:
			return absentValue
		case !c.n.certain():
		case x.kind == kindDate:
			return c.n.lo.day().String()
		case x.Type == TypeMoney:
			return c.n.lo.decimal(2, 2)
		case c.n.lo.isWhole():
			return c.n.lo.n / c.n.lo.den()
		default:
			return c.n.lo.plain()
		}
	}
	return nil
}

// seen lists the parameters that were read.
func (l *look) seen() (out []SeenParameter) {
	for _, slot := range l.order {
		ref := l.f.lib.params[slot]
		p := SeenParameter{Name: ref.name(), Text: ref.parameter.Text.In(l.lang), Unit: ref.parameter.Unit}
		if v := l.params[slot]; v != nil {
			p.Value, p.From, p.Confidence, p.Source = ref.value(v), v.From.String(), v.Confidence, ref.parameter.sourceOf(v)
		}
		out = append(out, p)
	}
	return out
}

// sourceOf is the address of a value's source.
func (p *Parameter) sourceOf(v *DatedValue) string {
	if p.right != nil {
		for _, s := range p.right.Sources {
			if s.ID == v.Source {
				return s.URL
			}
		}
	}
	return v.Source
}
