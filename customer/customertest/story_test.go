package customertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// till is what the story in testdata speaks of.
func till(t *testing.T) func(Step) string {
	var receipts []string
	var total decimal.Decimal
	return func(step Step) string {
		switch step.Name {
		case "receipt":
			items := []string{}
			for _, item := range step.Rows(t) {
				total = total.Add(decimal.RequireFromString(item.Value("paid")))
				items = append(items, item.Name)
			}
			receipts = append(receipts, strings.Join(step.Words, ", ")+"\n\t"+strings.Join(items, "\n\t"))
			return strings.TrimSpace(fmt.Sprintf("%d items at %s %s", len(items), step.Value("shop"), step.Value("note")))
		case "total":
			return total.StringFixed(2)
		case "show":
			return strings.Join(receipts, "\n\n")
		}
		t.Fatalf("%s: unknown step %s", step.Where, step.Name)
		return ""
	}
}

func TestStories(t *testing.T) {
	Stories(t, os.DirFS("testdata"), till)
}

// Each story begins anew: the second would count 2 if they shared their state.
func TestStoriesBeginAnew(t *testing.T) {
	one := &fstest.MapFile{Data: []byte("count\n----\n1\n")}
	var begun int
	Stories(t, fstest.MapFS{"a.txt": one, "b.txt": one, "notes.md": {}}, func(*testing.T) func(Step) string {
		begun++
		count := 0
		return func(Step) string { count++; return fmt.Sprint(count) }
	})
	assert.Equal(t, 2, begun)
}

func TestStoriesMustExist(t *testing.T) {
	_, err := list(fstest.MapFS{"story.md": {}, "deeper/story.txt": {}})
	require.ErrorContains(t, err, "no stories")
}

// answers plays a story whose steps answer with their own words, each on a line.
func answers(step Step) string {
	return strings.Join(step.Words, "\n")
}

func TestPlay(t *testing.T) {
	for _, tc := range []struct{ name, story, told string }{
		{"no answer", "quiet\n----\n", "quiet\n----\n"},
		{"no answer between steps", "quiet\n----\n\nsay a\n----\na\n", "quiet\n----\n\nsay a\n----\na\n"},
		{"remarks stay", "# one\n\nsay a\n----\na\n\n# a remark\n", "# one\n\nsay a\n----\na\n\n# a remark\n"},
		{"a remark sign within an answer", "say #a\n----\n#a\n", "say #a\n----\n#a\n"},
		{"Windows line ends and trailing spaces", "say a \r\n----\r\na\t\r\n\r\n\r\n", "say a\n----\na\n"},
		{"no newline at the end", "say a\n----\na", "say a\n----\na\n"},
		{
			"an answer with a blank line",
			"say a \"\" b\n----\n----\na\n\nb\n----\n----\n\nsay c\n----\nc\n",
			"say a \"\" b\n----\n----\na\n\nb\n----\n----\n\nsay c\n----\nc\n",
		},
		{"an answer that begins with hyphens", "say ---- a\n----\n----\n----\na\n----\n----\n", "say ---- a\n----\n----\n----\na\n----\n----\n"},
		{"hyphens within an answer", "say a ---- b\n----\na\n----\nb\n", "say a ---- b\n----\na\n----\nb\n"},
		{"a doubled fence where one would do", "say a\n----\n----\na\n----\n----\n", "say a\n----\na\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			told, err := play("a.txt", tc.story, answers)
			require.NoError(t, err)
			assert.Equal(t, tc.told, told)
			again, err := play("a.txt", told, answers)
			require.NoError(t, err)
			assert.Equal(t, told, again, "a story once told is told the same way again")
		})
	}
}

func TestPlayFindsDifferences(t *testing.T) {
	const story = `# the whole list
say one "two halves" three
----
one
zwei
three

quiet
----
loud

say a b
----
a
b

say "" a
----
a
`
	told, err := play("list.txt", story, answers)
	var found answerErrors
	require.ErrorAs(t, err, &found)
	assert.Equal(t, `list.txt:2: say one "two halves" three
	  one
	- zwei
	+ two halves
	  three
list.txt:8: quiet
	- loud
list.txt:17: say "" a
	+ 
	  a`, err.Error())
	assert.Equal(t, `# the whole list
say one "two halves" three
----
one
two halves
three

quiet
----

say a b
----
a
b

say "" a
----
----

a
----
----
`, told)
	_, err = play("list.txt", told, answers)
	require.NoError(t, err, "the story as it was told is the story that passes")
}

func TestPlayRefusesMalformedStories(t *testing.T) {
	for _, tc := range []struct{ name, story, want string }{
		{"nothing", "", "a.txt:1: the story has no step"},
		{"remarks only", "# say a\n\n# ----\n", "a.txt:1: the story has no step"},
		{"an answer without a step", "# one\n----\na\n", `a.txt:2: a step begins with its name, at the start of the line: "----"`},
		{"input without a step", "\n  milk\n", `a.txt:2: a step begins with its name, at the start of the line: "  milk"`},
		{"no hyphens at the end", "say a\n----\na\n\nsay b\n", "a.txt:5: the step is not followed by ----"},
		{"no hyphens before the next step", "say a\nsay b\n----\nb\n", "a.txt:1: the step is not followed by ----"},
		{"a blank line before the hyphens", "say a\n\n----\na\n", "a.txt:1: the step is not followed by ----"},
		{"five hyphens", "say a\n-----\na\n", "a.txt:1: the step is not followed by ----"},
		{"a doubled fence that does not end", "say a\n----\n----\na\n----\n", "a.txt:1: the answer begins with a doubled ---- and does not end with one"},
		{"a line right after the doubled fence", "say a\n----\n----\na\n----\n----\nb\n", `a.txt:1: no blank line after the answer, but "b"`},
		{"a quote that does not end", "\n\nsay \"a\n----\na\n", `a.txt:3: a quoted text does not end: "a`},
		{"text after a quote", "say \"a\"b\n----\n", "a.txt:1: a quoted text touches a word: b"},
		{"a quote within a word", "say 5\"\n----\n", `a.txt:1: a quoted text touches a word: "`},
		{"a value in the place of the name", "say=a\n----\n", "a.txt:1: say=a stands where a name is expected"},
		{"a value without a key", "say =a\n----\n", "a.txt:1: =a stands where a name is expected"},
		{"a key twice", "say a=1 b=2 a=1\n----\n", "a.txt:1: a= stands twice"},
		{"a name of no letters", "\"\"\n----\n", "a.txt:1: a step begins with its name"},
		{"keys that nobody asks for", "say colour=red color=blue\n----\n", "a.txt:1: nobody asked for color, colour"},
		{"an answer that no story can hold", "say ---- ----\n----\n", "a.txt:1: the answer cannot be written in a story:\n\t+ ----\n\t+ ----"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			told, err := play("a.txt", tc.story, answers)
			require.EqualError(t, err, tc.want)
			assert.Empty(t, told, "nothing is written that could take the story's place")
			var found answerErrors
			require.NotErrorAs(t, err, &found, "-update does not mend it")
		})
	}
}

func TestValues(t *testing.T) {
	step, err := parse("  pay \"gift card\"\t17 amount=5.00 note=\"in \\\"full\\\"\" x=a=b empty= none=\"\" \u00a0 ")
	require.NoError(t, err)
	assert.Equal(t, "pay", step.Name)
	assert.Equal(t, []string{"gift card", "17"}, step.Words)
	for key, want := range map[string]string{
		"amount": "5.00", "note": `in "full"`, "x": "a=b", "empty": "", "none": "", "absent": "",
	} {
		assert.Equal(t, want, step.Value(key), key)
	}
	assert.Empty(t, step.unread)
	assert.Empty(t, Step{}.Value("key"), "a step made by hand has no values")
}

func TestRows(t *testing.T) {
	const story = "buy\n  milk paid=1\n  milk paid=2 colour=white\n----\n3\n"
	asked := []string{"paid", "colour"}
	till := func(step Step) string {
		sum := 0
		for _, row := range step.Rows(t) {
			assert.Equal(t, "a.txt:1", row.Where)
			for _, key := range asked {
				n, _ := strconv.Atoi(row.Value(key))
				sum += n
			}
		}
		return fmt.Sprint(sum)
	}
	_, err := play("a.txt", story, till)
	require.NoError(t, err)
	asked = asked[:1]
	_, err = play("a.txt", story, till)
	require.EqualError(t, err, "a.txt:1: nobody asked for line 2: colour")

	_, err = Step{Where: "a.txt:1", Input: []string{"milk", `"rye bread`}}.rows()
	require.EqualError(t, err, `a.txt:1: line 2: a quoted text does not end: "rye bread`)
}

// With -update a story is rewritten in place, and afterwards it passes as it stands.
func TestStoriesUpdate(t *testing.T) {
	defer func(was bool) { *update = was }(*update)
	*update = true
	t.Chdir(t.TempDir())
	path := filepath.Join("testdata", "new.txt")
	require.NoError(t, os.Mkdir("testdata", 0o755))
	require.NoError(t, os.WriteFile(path, []byte("# new\nsay a b\n----\n"), 0o644))

	Stories(t, os.DirFS("testdata"), func(*testing.T) func(Step) string { return answers })
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "# new\nsay a b\n----\na\nb\n", string(text))

	*update = false
	Stories(t, os.DirFS("testdata"), func(*testing.T) func(Step) string { return answers })
}

// Stories that were read from elsewhere must not overwrite what stands in testdata.
func TestRewriteSparesOtherFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	require.ErrorIs(t, rewrite(path, []byte("read"), "told"), os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("another"), 0o644))
	require.ErrorContains(t, rewrite(path, []byte("read"), "told"), "not the file that was read")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "another", string(text))
}
