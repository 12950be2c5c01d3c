package customertest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// Step is one step of a story. The line `pay card 17 amount=5.00 note="in full"` has
// the Name pay, the Words card and 17, and two values.
type Step struct {
	Where string   // file and line, for messages
	Name  string   // the first word
	Words []string // the other words, in order
	Input []string // the indented lines below, without their indentation

	values map[string]string
	// unread are the keys that Value was not asked for, those of the rows behind their
	// place. Copies of the step and its rows share it.
	unread map[string]bool
	place  string // of a row in its step: "line 2: "
}

// Value returns what follows key= in the step, or "" where the step has no such key.
// A key that nobody asks for fails the story: misspelt, it would be a fact that the
// story tells and the test ignores.
func (s Step) Value(key string) string {
	delete(s.unread, s.place+key)
	return s.values[key]
}

// Rows reads the step's Input as lines of the same form as its first. Input that is
// free text needs no Rows.
func (s Step) Rows(t testing.TB) []Step {
	t.Helper()
	rows, err := s.rows()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func (s Step) rows() ([]Step, error) {
	rows := make([]Step, len(s.Input))
	for i, line := range s.Input {
		place := fmt.Sprintf("line %d: ", i+1)
		row, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %s%w", s.Where, place, err)
		}
		for key := range row.unread {
			s.unread[place+key] = true
		}
		row.Where, row.place, row.unread = s.Where, place, s.unread
		rows[i] = row
	}
	return rows, nil
}

// parse reads a line of plain words and values. Double quotes, with the escapes of Go,
// hold a word or a value together.
func parse(line string) (Step, error) {
	step := Step{values: map[string]string{}, unread: map[string]bool{}}
	for rest := strings.TrimSpace(line); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		end := strings.IndexAny(rest, " \t\"")
		if end < 0 {
			end = len(rest)
		}
		key, word, isValue := strings.Cut(rest[:end], "=")
		if !isValue {
			key, word = "", key
		}
		rest = rest[end:]
		if word == "" && strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return Step{}, fmt.Errorf("a quoted text does not end: %s", rest)
			}
			word, _ = strconv.Unquote(quoted) // QuotedPrefix has seen that it can be
			rest = rest[len(quoted):]
		}
		_, repeated := step.values[key]
		switch {
		case rest != "" && rest[0] != ' ' && rest[0] != '\t':
			return Step{}, fmt.Errorf("a quoted text touches a word: %s", rest)
		case isValue && (key == "" || step.Name == ""):
			return Step{}, fmt.Errorf("%s=%s stands where a name is expected", key, word)
		case repeated:
			return Step{}, fmt.Errorf("%s= stands twice", key)
		case isValue:
			step.values[key], step.unread[key] = word, true
		case step.Name == "":
			step.Name = word
		default:
			step.Words = append(step.Words, word)
		}
	}
	if step.Name == "" {
		return Step{}, errors.New("a step begins with its name")
	}
	return step, nil
}
