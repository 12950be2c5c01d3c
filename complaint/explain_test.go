package complaint_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/complaint"
	"github.com/rapport-crm/rapport/customer"
)

var (
	explainLatin = regexp.MustCompile(`[A-Za-z]{2,}`)
	explainHan   = regexp.MustCompile(`\p{Han}|[，。；：“”（）]`)
	explainTime  = regexp.MustCompile(`\b(CST|UTC|GMT|AM|PM|CNY|SHA)\b`)
)

var explainStored = func() map[string]bool {
	data, err := os.ReadFile("testdata/texts.golden")
	if err != nil {
		panic(err)
	}
	all := map[string]bool{}
	for _, word := range strings.FieldsFunc(string(data), func(r rune) bool { return r == ' ' || r == ',' || r == ':' || r == '\n' }) {
		all[word] = true
	}
	for _, name := range []string{"authority", "critical", "chat", "guarantee"} { // the names of clocks, actions and figures of the tests
		delete(all, name)
	}
	return all
}()

// explainFault says what is wrong with how a reason reads.
func explainFault(p *complaint.Policy, r customer.Reason) string {
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		text := p.Explain(r, language)
		switch {
		case strings.TrimSpace(text) == "":
			return "an empty sentence"
		case strings.Contains(text, "%!"):
			return text
		case r.Code != "" && strings.Contains(text, r.Code):
			return "a raw code: " + text
		case strings.Contains(text, "0001-01-01") || strings.Contains(text, "  "):
			return text
		}
		bare := text
		for _, name := range []string{r.Of, r.Rule, "Asia/Shanghai"} {
			if len(name) > 0 {
				bare = strings.ReplaceAll(bare, name, "")
			}
		}
		bare = explainTime.ReplaceAllString(bare, "")
		if language == customer.Chinese && r.Of != "" && explainStored[r.Of] && strings.Contains(text, r.Of) {
			return "a stored text in Chinese: " + text
		}
		if language == customer.Chinese && explainLatin.MatchString(bare) {
			return "Latin in Chinese: " + text
		}
		if language == customer.English && explainHan.MatchString(bare) {
			return "Chinese in English: " + text
		}
	}
	return ""
}

// Whatever is answered to whatever command reads as a sentence in both languages.
func TestEveryReasonReads(t *testing.T) {
	p, life := wholePolicy(t, wholeRules()), wholeLife(t)
	faults, codes := map[string]string{}, map[string]int{}
	see := func(reasons ...customer.Reason) {
		for _, r := range reasons {
			codes[r.Code]++
			if fault := explainFault(p, r); fault != "" {
				key := r.Code + " " + explainLatin.ReplaceAllString(fault, "")
				if r.Code != "" && len(key) > 60 {
					key = r.Code
				}
				if _, had := faults[key]; !had {
					text, _ := json.Marshal(r)
					faults[key] = fault + " " + string(text)
				}
			}
		}
	}
	rounds := 20
	for _, e := range life.history {
		if e.Because.Code != "" {
			see(e.Because)
		}
	}
	for round := range uint64(rounds) {
		d := &wholeDraw{p: p, now: clockAt("2026-11-25 09:00"), salt: round}
		d.Rand = rand.New(rand.NewPCG(round, 1))
		upTo := d.upTo(len(life.history))
		c, err := complaint.Replay(life.history[:upTo])
		if err != nil {
			t.Fatal(err)
		}
		if upTo > 0 {
			d.now = life.history[upTo-1].At
		}
		d.c = c
		for k := range uint64(60) {
			d.seed(round*1000 + k)
			x := d.command()
			if d.c.Phase == 0 && !d.seldom() {
				x = d.commandOf("Receive")
			}
			next, err := x.decide(d.c)
			var refusal *customer.Refusal
			if errors.As(err, &refusal) {
				see(refusal.Missing...)
			}
			if err != nil {
				continue
			}
			see(next.Reasons...)
			d.c = next.Next
			for _, e := range next.Entries {
				if e.Because.Code != "" {
					see(e.Because)
				}
				if e.At.After(d.now) {
					d.now = e.At
				}
			}
			for _, one := range p.Allowed(d.c, d.agent(), d.now) {
				see(one.Missing...)
			}
			for i := range d.c.Clocks {
				reading, err := p.Read(d.c.Clocks[i], d.now.Add(time.Duration(d.upTo(300))*time.Hour))
				if errors.As(err, &refusal) {
					see(refusal.Missing...)
				}
				if err == nil {
					see(reading.Reasons()...)
				}
			}
			for _, one := range p.Continue(complaint.Caller{Customer: d.c.Customer, At: d.now, Topic: d.of("", "sms", "y"), Service: d.of("", "sms", "y")}, []complaint.Known{{ID: "K", Case: d.c}}) {
				see(one.Reasons...)
				see(one.Open...)
			}
			see(p.Notices(d.c)...)
			reasons, _ := p.Admissible(d.c, d.of("regulator", "consumers"), d.now)
			see(reasons...)
			if at, found, _ := p.NextWake(d.c, d.now); found && at.Year() < 2029 && d.seldom() {
				w, err := p.Wake(d.c, complaint.Wake{Step: complaint.Step{Ref: fmt.Sprint("w-", k, "-", round), By: "timer", At: at}})
				if errors.As(err, &refusal) {
					see(refusal.Missing...)
				}
				if err == nil {
					see(w.Reasons...)
					d.c, d.now = w.Next, at
				}
			}
		}
	}
	for _, fault := range faults {
		t.Error(fault)
	}
	t.Logf("%d codes: %v", len(codes), func() (all []string) {
		for code := range codes {
			all = append(all, code)
		}
		slices.Sort(all)
		return all
	}())
}
