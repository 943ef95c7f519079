package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// value is a JSON or YAML value as it was written: numbers keep their digits,
// objects the order of their keys.
type value struct {
	kind   valueKind
	text   string
	items  []value
	keys   []string
	fields map[string]value
}

type valueKind uint8

const (
	valueMissing valueKind = iota
	valueNull
	valueBool
	valueNumber
	valueText
	valueList
	valueObject
)

const maxJSONDepth = 8

// readJSON reads exactly one JSON value; a key that stands twice in an object
// is an error, as JSON readers differ about which one counts.
func readJSON(b []byte) (value, error) {
	if len(b) > maxCaseBytes {
		return value{}, &InputError{"$", "", "this is larger than 256 KiB", "send one family"}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff")) // some editors begin a file with it
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := jsonValue(d, "$", 0)
	if err == errNotJSON {
		return value{}, notJSON(b)
	}
	if err != nil {
		return value{}, err
	}
	if _, err := d.Token(); err != io.EOF {
		return value{}, &InputError{"$", "", "something follows the object", "send one JSON object"}
	}
	return v, nil
}

// errNotJSON ends the reading; what is wrong, and where, [notJSON] finds.
var errNotJSON = errors.New("not JSON")

// notJSON says on which line and column the text stops being JSON.
func notJSON(b []byte) *InputError {
	if len(bytes.TrimSpace(b)) == 0 {
		return &InputError{"$", "", "this is empty, and not JSON", `write {"date": …, "family": {…}, "persons": […]}`}
	}
	var whole any
	wrong, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(b, &whole))
	if !ok {
		return &InputError{"$", "", "this is not JSON", "check quotes, commas and brackets"}
	}
	before := b[:min(max(wrong.Offset-1, 0), int64(len(b)))]
	line, column := 1+bytes.Count(before, []byte("\n")), 1+utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &InputError{"$", "", fmt.Sprintf("this is not JSON from line %d, column %d on", line, column), "check quotes, commas and brackets there and just before"}
}

func jsonValue(d *json.Decoder, at string, depth int) (value, error) {
	if depth > maxJSONDepth {
		return value{}, &InputError{at, "", "this is nested too deeply", "write it flatter"}
	}
	t, err := d.Token()
	if err != nil {
		return value{}, errNotJSON
	}
	switch t := t.(type) {
	case nil:
		return value{kind: valueNull}, nil
	case bool:
		if t {
			return value{kind: valueBool, text: "true"}, nil
		}
		return value{kind: valueBool, text: "false"}, nil
	case json.Number:
		return value{kind: valueNumber, text: t.String()}, nil
	case string:
		return value{kind: valueText, text: t}, nil
	}
	v := value{kind: valueList}
	if t == json.Delim('{') {
		v.kind, v.fields = valueObject, map[string]value{}
	}
	for d.More() {
		key := ""
		if v.kind == valueObject {
			t, err := d.Token()
			if err != nil {
				return value{}, errNotJSON
			}
			key = t.(string)
			if _, twice := v.fields[key]; twice {
				return value{}, &InputError{inside(at, key, 0), key, "this key stands twice", "keep one of the two"}
			}
			v.keys = append(v.keys, key)
		}
		item, err := jsonValue(d, inside(at, key, len(v.items)), depth+1)
		if err != nil {
			return value{}, err
		}
		if v.kind == valueObject {
			v.fields[key] = item
		} else {
			v.items = append(v.items, item)
		}
	}
	if _, err := d.Token(); err != nil {
		return value{}, errNotJSON
	}
	return v, nil
}

// inside is the path of a part: "persons[1]", "family.tenure".
func inside(at, key string, index int) string {
	switch {
	case key == "":
		return fmt.Sprintf("%s[%d]", at, index)
	case at == "$":
		return key
	}
	return at + "." + key
}

// value reads what a test in a pack writes, which has the shape of JSON.
func (d document) value(n ast.Node) value {
	switch n := n.(type) {
	case nil, *ast.NullNode:
		return value{kind: valueNull}
	case *ast.BoolNode:
		return value{kind: valueBool, text: map[bool]string{true: "true", false: "false"}[n.Value]}
	case *ast.IntegerNode, *ast.FloatNode:
		return value{kind: valueNumber, text: n.GetToken().Value}
	case *ast.StringNode:
		return value{kind: valueText, text: n.Value}
	case *ast.SequenceNode:
		v := value{kind: valueList}
		for _, item := range n.Values {
			v.items = append(v.items, d.value(item))
		}
		return v
	case *ast.MappingNode, *ast.MappingValueNode:
		v := value{kind: valueObject, fields: map[string]value{}}
		o, _ := d.entries(n, "this")
		for _, k := range o.keys {
			v.keys = append(v.keys, k)
			v.fields[k] = d.value(o.nodes[k])
		}
		return v
	}
	d.report(d.at(n), "write a plain value", "this has no place in a test")
	return value{kind: valueNull}
}
