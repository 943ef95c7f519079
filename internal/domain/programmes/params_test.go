package programmes

import (
	"strings"
	"testing"

	"github.com/bondgenoot/bondgenoot/internal/kernel"
)

func TestAParameterIsReadAsPeopleWriteIt(t *testing.T) {
	money := Parameter{Type: Money, Min: "1.00", Max: "50.00"}
	count := Parameter{Type: Count, Max: "36"}
	choice := Parameter{Type: ChoiceOf, Choices: []Choice{{Key: "app"}, {Key: "paper"}}}
	for name, tt := range map[string]struct {
		p     Parameter
		typed string
		want  string
		fault string
	}{
		"euros with a comma":                 {money, " 12,5 ", "12.50", ""},
		"euros with their sign":              {money, "€ 1", "1.00", ""},
		"the highest amount":                 {money, "50", "50.00", ""},
		"a cent more":                        {money, "50,01", "", "programme.param.range"},
		"less than the lowest":               {money, "0,99", "", "programme.param.range"},
		"less than nothing, without a bound": {Parameter{Type: Money}, "-1", "", "programme.param.range"},
		"an amount that is none":             {money, "much", "", "amount"},
		"a whole number":                     {count, "12", "12", ""},
		"a number with a comma":              {count, "1,5", "", "programme.param.count"},
		"a number past its bound":            {count, "37", "", "programme.param.range"},
		"a number past every bound":          {count, "99999999999999999999", "", "programme.param.count"},
		"a day":                              {Parameter{Type: Day}, "2026-03-01", "2026-03-01", ""},
		"a day that does not exist":          {Parameter{Type: Day}, "2026-02-30", "", "date"},
		"yes":                                {Parameter{Type: YesOrNo}, "true", "true", ""},
		"perhaps":                            {Parameter{Type: YesOrNo}, "perhaps", "", "programme.param.choice"},
		"one of the choices":                 {choice, "app", "app", ""},
		"another choice":                     {choice, "smoke", "", "programme.param.choice"},
		"a text":                             {Parameter{Type: Words}, " op woensdag ", "op woensdag", ""},
		"a text that is too long":            {Parameter{Type: Words}, strings.Repeat("é", 501), "", "programme.param.long"},
		"the longest text":                   {Parameter{Type: Words}, strings.Repeat("é", 500), strings.Repeat("é", 500), ""},
		"nothing, which stands for not set":  {money, "  ", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := tt.p.parse(tt.typed)
			key := ""
			if err != nil {
				key = faults(err)[0].Key
			}
			if key != tt.fault || tt.fault == "" && got != tt.want {
				t.Errorf("parse(%q) = %q, %v; want %q, %q", tt.typed, got, err, tt.want, tt.fault)
			}
		})
	}
}

func TestAllThatIsWrongWithParametersIsToldAtOnce(t *testing.T) {
	template, err := library(t).Template("leuven-velokadee")
	if err != nil {
		t.Fatal(err)
	}
	_, err = template.Read(map[string]string{"price": "much", "age_to": "99", "colour": "red", "bikes": ""})
	got := map[string]string{}
	for _, f := range faults(err) {
		got[f.Field] = f.Key
	}
	want := map[string]string{"params.price": "amount", "params.age_to": "programme.param.range", "params.colour": "programme.param.unknown"}
	if len(got) != len(want) {
		t.Errorf("faults %v, want %v", got, want)
	}
	for field, key := range want {
		if got[field] != key {
			t.Errorf("%s is %q, want %q", field, got[field], key)
		}
	}
}

func TestWhatHasNoDefaultMustBeDecided(t *testing.T) {
	template, err := library(t).Template("leuven-velokadee")
	if err != nil {
		t.Fatal(err)
	}
	err = template.Complete(Params{"price": "12.00"})
	if fs := faults(err); len(fs) != 1 || fs[0].Field != "params.age_to" || fs[0].Key != "programme.param.required" {
		t.Errorf("Complete = %v, want the age alone", err)
	}
	if err := template.Complete(Params{"price": "12.00", "age_to": "12"}); err != nil {
		t.Errorf("Complete = %v, although the number of bicycles may stay open", err)
	}
}

func FuzzParameter(f *testing.F) {
	for _, seed := range []string{"", "12", "12,50", "€ 1.234,56", "-3", "true", "2026-02-29", "\xff", strings.Repeat("9", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, kind := range paramTypes {
			p := Parameter{Type: kind, Choices: []Choice{{Key: "a"}}}
			once, err := p.parse(typed)
			if err != nil {
				if kernel.CodeOf(err) != kernel.Invalid {
					t.Fatalf("%s %q: %v is no fault of the sender's", kind, typed, err)
				}
				continue
			}
			if twice, err := p.parse(once); err != nil || twice != once {
				t.Fatalf("%s %q: %q reads back as %q, %v", kind, typed, once, twice, err)
			}
		}
	})
}
