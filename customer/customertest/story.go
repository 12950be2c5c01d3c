// Package customertest is for tests: it plays stories that a shop manager can read
// ([Stories], [Terms.Fill]), draws valid purchases and returns for property tests ([Purchases],
// [Returns]), and holds what is stored against what was stored once ([Golden], [Texts],
// [Codes]).
//
// # Stories
//
// A story is a text file. Lines that begin with # are remarks. A step is a line of
// plain words, optional indented lines that belong to it, a line of four hyphens, and
// the answer up to the next blank line:
//
//	# A card is shown at the till.
//
//	buy receipt=A1 on=2026-11-25 shop="North Gate"
//	    milk  quantity=2 paid=2.40
//	    bread quantity=1 paid=3.10
//	----
//	55 points
//
// An answer that contains a blank line stands between doubled lines of hyphens:
//
//	receipt A1
//	----
//	----
//	2 milk
//
//	total 2.40
//	----
//	----
//
// The answers are not written by hand: `go test -update` plays the stories and writes
// what they answer, and whoever reviews the change reads it as text.
package customertest

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the answers that the stories give into ./testdata")

const fence = "----"

// Stories plays every *.txt file at the root of dir, usually os.DirFS("testdata"), as a
// subtest of its own. Begin is called once for each file and returns what plays its
// steps, with a fresh state; the text it answers is held against the story. No story at
// all is a failure.
func Stories(t *testing.T, dir fs.FS, begin func(t *testing.T) func(step Step) string) {
	t.Helper()
	files, err := list(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".txt"), func(t *testing.T) {
			text, err := fs.ReadFile(dir, file)
			if err != nil {
				t.Fatal(err)
			}
			told, err := play("testdata/"+file, string(text), begin(t))
			if changed := answerErrors(nil); *update && errors.As(err, &changed) && !t.Failed() {
				err = rewrite("testdata/"+file, text, told)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// list names the stories of dir, of which there must be one at least: an empty set
// would pass every test.
func list(dir fs.FS) ([]string, error) {
	files, err := fs.Glob(dir, "*.txt")
	if err == nil && len(files) == 0 {
		err = errors.New("there are no stories: no file *.txt")
	}
	return files, err
}

// rewrite puts the told story in the place of the one that was read, and of no other:
// dir may be some other directory than ./testdata.
func rewrite(path string, read []byte, told string) error {
	there, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(there, read) {
		return fmt.Errorf("%s is not the file that was read, so it is not written", path)
	}
	return os.WriteFile(path, []byte(told), 0o644)
}

// answerErrors are the steps of a well-formed story that were answered otherwise than
// it says.
type answerErrors []string

func (d answerErrors) Error() string { return strings.Join(d, "\n") }

// play plays one story and returns it as it should be told: everything but the answers
// as it stands. The error is answerErrors where answers differ, all of them at once;
// any other error says why the story cannot be played to its end.
func play(file, text string, do func(Step) string) (told string, err error) {
	lines := split(text)
	var out []string
	var found answerErrors
	steps := 0
	for at := 0; at < len(lines); {
		line, where := lines[at], fmt.Sprintf("%s:%d", file, at+1)
		out = append(out, line)
		at++
		if line == "" || line[0] == '#' {
			continue
		}
		if line == fence || indented(line) {
			return "", fmt.Errorf("%s: a step begins with its name, at the start of the line: %q", where, line)
		}
		step, err := parse(line)
		if err != nil {
			return "", fmt.Errorf("%s: %w", where, err)
		}
		step.Where = where
		for ; at < len(lines) && indented(lines[at]); at++ {
			step.Input = append(step.Input, strings.TrimSpace(lines[at]))
			out = append(out, lines[at])
		}
		if at == len(lines) || lines[at] != fence {
			return "", fmt.Errorf("%s: the step is not followed by %s", where, fence)
		}
		want, next, err := answer(lines, at+1)
		if err != nil {
			return "", fmt.Errorf("%s: %w", where, err)
		}

		steps++
		got := split(do(step))
		if len(step.unread) > 0 {
			unread := slices.Sorted(maps.Keys(step.unread))
			return "", fmt.Errorf("%s: nobody asked for %s", where, strings.Join(unread, ", "))
		}
		if !slices.Equal(want, got) {
			found = append(found, fmt.Sprintf("%s: %s\n%s", where, line, diff(want, got)))
		}
		written := fenced(got)
		if again, _, err := answer(written, 1); err != nil || !slices.Equal(again, got) {
			return "", fmt.Errorf("%s: the answer cannot be written in a story:\n%s", where, diff(nil, got))
		}
		out, at = append(out, written...), next
	}
	if steps == 0 {
		return "", fmt.Errorf("%s:1: the story has no step", file)
	}
	told = strings.Join(out, "\n") + "\n"
	if len(found) > 0 {
		return told, found
	}
	return told, nil
}

// split cuts text into lines, without what no reader sees: white space and blank lines
// at the end. Empty text has no line.
func split(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.TrimRight(text, " \t\r\n")) {
		lines = append(lines, strings.TrimRight(line, " \t\r\n"))
	}
	return lines
}

func indented(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
}

// answer reads the answer that begins at lines[from], and returns the index of the line
// after it.
func answer(lines []string, from int) (want []string, next int, err error) {
	if from == len(lines) || lines[from] != fence {
		for next = from; next < len(lines) && lines[next] != ""; {
			next++
		}
		return lines[from:next], next, nil
	}
	for end := from + 1; end+1 < len(lines); end++ {
		if lines[end] != fence || lines[end+1] != fence {
			continue
		}
		if next = end + 2; next < len(lines) && lines[next] != "" {
			return nil, 0, fmt.Errorf("no blank line after the answer, but %q", lines[next])
		}
		return lines[from+1 : end], next, nil
	}
	return nil, 0, fmt.Errorf("the answer begins with a doubled %s and does not end with one", fence)
}

// fenced writes an answer as it stands in a story.
func fenced(got []string) []string {
	if slices.Contains(got, "") || len(got) > 0 && got[0] == fence {
		return slices.Concat([]string{fence, fence}, got, []string{fence, fence})
	}
	return append([]string{fence}, got...)
}

// diff shows what the story says with -, what was answered with +, and the lines on
// which both agree at the beginning and the end.
func diff(want, got []string) string {
	first := 0
	for first < len(want) && first < len(got) && want[first] == got[first] {
		first++
	}
	last := 0
	for last < len(want)-first && last < len(got)-first && want[len(want)-1-last] == got[len(got)-1-last] {
		last++
	}
	var text []string
	add := func(mark string, lines []string) {
		for _, line := range lines {
			text = append(text, "\t"+mark+" "+line)
		}
	}
	add(" ", want[:first])
	add("-", want[first:len(want)-last])
	add("+", got[first:len(got)-last])
	add(" ", want[len(want)-last:])
	return strings.Join(text, "\n")
}
