package programmes

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ruleText is one rule of a template, in the language of the rights engine:
// the part of its file under eligibility, on the lines on which it stands
// there, so that what the engine says about it names the right line.
type ruleText struct {
	offers []string
	first  int      // the index of its first line
	lines  []string // from that line on, indented as a file of its own
	tests  [2]int   // the lines of its tests, from and up to; equal when it has none
	said   ForWhom
	sums   bool // it says how much each person gets
}

var (
	opening  = regexp.MustCompile(`^  - offers: \[([a-z0-9_, ]+)\]$`)
	topLevel = regexp.MustCompile(`^[a-z_]+:`)
)

// cutEligibility takes the rules out of a template. What remains is the same
// file with those lines left empty.
func cutEligibility(file string) (rest string, rules []ruleText, err error) {
	lines := strings.Split(file, "\n")
	inside := false
	for i, line := range lines {
		switch {
		case line == "eligibility:":
			if i < headerLines {
				return "", nil, fmt.Errorf("line %d: eligibility stands too high; write names and summary above it", i+1)
			}
			inside = true
		case !inside:
			continue
		case topLevel.MatchString(line):
			inside = false
			continue
		case strings.HasPrefix(line, "  - "):
			m := opening.FindStringSubmatch(line)
			if m == nil {
				return "", nil, fmt.Errorf("line %d: a rule begins with the offers it opens: - offers: [one, two]", i+1)
			}
			rules = append(rules, ruleText{first: i + 1, offers: strings.Split(strings.ReplaceAll(m[1], " ", ""), ",")})
		case len(rules) == 0:
			if strings.TrimSpace(line) != "" && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				return "", nil, fmt.Errorf("line %d: a rule begins with the offers it opens: - offers: [one, two]", i+1)
			}
		default:
			if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "    ") && !strings.HasPrefix(strings.TrimSpace(line), "#") {
				return "", nil, fmt.Errorf("line %d: a rule is indented by four spaces", i+1)
			}
			r := &rules[len(rules)-1]
			r.lines = append(r.lines, strings.TrimPrefix(line, "    "))
		}
		lines[i] = ""
	}
	if len(rules) == 0 {
		return "", nil, errors.New("eligibility says for whom it is; it is missing")
	}
	for i := range rules {
		rules[i].markTests()
	}
	return strings.Join(lines, "\n"), rules, nil
}

// markTests finds the tests of a rule, which only hold for the template itself.
func (r *ruleText) markTests() {
	for i, line := range r.lines {
		switch {
		case line == "tests:":
			r.tests = [2]int{i, len(r.lines)}
		case topLevel.MatchString(line) && r.tests[1] == len(r.lines):
			r.tests[1] = i
		}
	}
}

// file is the rule as a file of its own under a header, with or without its
// tests. Every line of the rule keeps its number.
func (r *ruleText) file(header []string, tests bool) []byte {
	out := make([]string, r.first+len(r.lines))
	copy(out, header)
	for i, line := range r.lines {
		if tests || i < r.tests[0] || i >= r.tests[1] {
			out[r.first+i] = line
		}
	}
	return []byte(strings.Join(out, "\n"))
}
