package contact_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer/contact"
	"github.com/rapport-crm/rapport/customer/customertest"
)

func points(of contact.Preparation) string {
	text := ""
	for _, one := range of.Points {
		text += one.ID
		switch {
		case !one.Ticked.IsZero():
			text += "+"
		case !one.Dropped.IsZero():
			text += "-"
		case one.Carried:
			text += ">"
		}
	}
	return text
}

// Points are sorted by importance, those of equal importance as given; what is carried over stands
// before new ones of its importance, and is not carried over twice.
func TestPrepare(t *testing.T) {
	// row B28
	p := wholesaler(t)
	list := func(ref string, given ...contact.Point) contact.Prepare {
		return contact.Prepare{Step: step(ref, "ann", "2026-11-25 09:00"), Purpose: "order", Points: given}
	}
	f := must(t)(p.Prepare(contact.File{}, list("p-1",
		contact.Point{ID: "a", Importance: 5}, contact.Point{ID: "b", Importance: 9}, contact.Point{ID: "c", Importance: 5}, contact.Point{ID: "d", Importance: 100}, contact.Point{ID: "e", Importance: 1})))
	assert.Equal(t, "dbace", points(f.Preparations[0]))

	x := call("l-1", "ann", "2026-11-25 10:00")
	x.Purpose, x.Preparation, x.Ticked = "order", "p-1", []string{"b", "e"}
	d, err := p.Log(f, x)
	require.NoError(t, err)
	assert.Equal(t, []string{"in-target", "unsaid", "unsaid", "unsaid"}, codes(d.Reasons))
	assert.False(t, d.Next.Preparations[0].Complete())
	assert.Equal(t, "l-1", d.Next.Preparations[0].Contact)
	assert.Equal(t, "dbace", points(f.Preparations[0]), "the file before is as it was")
	f = d.Next
	assert.Equal(t, "db+ace+", points(f.Preparations[0]))

	// Another purpose has its own list, and leaves them where they are.
	other := list("p-x", contact.Point{ID: "z", Importance: 1})
	other.Purpose = "service"
	f = must(t)(p.Prepare(f, other))

	// A point of the same name is the old one in today's words.
	f = must(t)(p.Prepare(f, list("p-2", contact.Point{ID: "n", Importance: 5}, contact.Point{ID: "c", Importance: 6, Must: true})))
	assert.Equal(t, "d>b+a>c>e+", points(f.Preparations[0]))
	assert.Equal(t, "dcan", points(f.Preparations[2]))
	assert.Equal(t, contact.Point{ID: "c", Importance: 6, Must: true, From: "p-1", Times: 1}, f.Preparations[2].Points[1].Point)

	// A list that was not used is taken up whole.
	f = must(t)(p.Prepare(f, list("p-3")))
	assert.Equal(t, "d>c>a>n>", points(f.Preparations[2]))
	assert.False(t, f.Preparations[2].Ended.IsZero())
	assert.Equal(t, "dcan", points(f.Preparations[3]))
	assert.Equal(t, 2, f.Preparations[3].Points[0].Times)
	assert.Equal(t, 1, f.Preparations[3].Points[3].Times)

	// What must not be forgotten comes first, whatever its importance.
	unsaid, why := p.Unsaid(f)
	var ids []string
	for _, one := range unsaid {
		ids = append(ids, one.ID)
	}
	assert.Equal(t, []string{"c", "d", "a", "n", "z"}, ids)
	assert.Equal(t, []string{"must-unsaid", "unsaid", "unsaid", "unsaid", "unsaid"}, codes(why))

	// Ticked and dropped, nothing is left to carry over.
	f = must(t)(p.Tick(f, contact.Tick{Step: step("t-1", "ann", "2026-11-25 11:00"), Preparation: "p-3", Points: []string{"d", "a"}}))
	d, err = p.Tick(f, contact.Tick{Step: step("t-2", "ann", "2026-11-25 11:01"), Preparation: "p-3", Points: []string{"d"}})
	require.NoError(t, err)
	assert.Empty(t, d.Entries, "it is ticked already")
	f = must(t)(p.Drop(f, contact.Drop{Step: step("d-1", "ann", "2026-11-25 11:02"), Preparation: "p-3", Point: "n", Why: "said before"}))
	x.Step, x.Preparation, x.Ticked, x.Began = step("l-2", "ann", "2026-11-25 12:00"), "p-3", []string{"c", "d"}, when("2026-11-25 11:00")
	d, err = p.Log(f, x)
	require.NoError(t, err)
	assert.Equal(t, []string{"in-target", "note-late", "complete"}, codes(d.Reasons))
	f = d.Next
	assert.True(t, f.Preparations[3].Complete())
	_, err = p.Prepare(f, list("p-4"))
	assert.Equal(t, []string{"nothing-prepared"}, missing(err))
}

func TestPrepareRefused(t *testing.T) {
	p := wholesaler(t)
	f := must(t)(p.Prepare(contact.File{}, contact.Prepare{Step: step("p-1", "ann", "2026-11-25 09:00"), Points: []contact.Point{{ID: "a", Importance: 1}, {ID: "b", Importance: 1}}}))
	_, err := p.Prepare(f, contact.Prepare{Step: step("p-1", "ann", "2026-11-25 09:00")})
	assert.Equal(t, []string{"taken"}, missing(err))
	_, err = p.Prepare(f, contact.Prepare{Step: step("p-2", "ann", "2026-11-25 09:00"), Purpose: "\n", Replaces: "p-1", Points: []contact.Point{
		{ID: "a", Importance: 0}, {ID: "a", Importance: 101}, {ID: "c", Importance: 1, From: "p-1"}, {Importance: 100, From: "p-1", Times: 1},
	}})
	assert.Equal(t, []string{
		"purpose", "points[0].importance", "points[1].importance", "points[2].times", "points[3].id", "points[1].id", "points[2].from", "points[3].from", "replaces",
	}, customertest.Paths(t, err))
	many := contact.Prepare{Step: step("p-2", "ann", "2026-11-25 09:00")}
	for i := range 99 {
		many.Points = append(many.Points, contact.Point{ID: fmt.Sprint(i), Importance: 1})
	}
	_, err = p.Prepare(f, many)
	assert.Equal(t, []string{"full"}, missing(err), "with those carried over they are 101")

	_, err = p.Tick(f, contact.Tick{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-9", Points: []string{"a"}})
	assert.Equal(t, []string{"preparation-unknown"}, missing(err))
	_, err = p.Tick(f, contact.Tick{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Points: []string{"x"}})
	assert.Equal(t, []string{"point-unknown"}, missing(err))
	_, err = p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-9", Point: "a", Why: "x"})
	assert.Equal(t, []string{"preparation-unknown"}, missing(err))
	_, err = p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Point: "x", Why: "x"})
	assert.Equal(t, []string{"point-unknown"}, missing(err))
	f = must(t)(p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Point: "a", Why: "x"}))
	_, err = p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Point: "a", Why: "x"})
	assert.Equal(t, []string{"point-done"}, missing(err))
	_, err = p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Point: "b"})
	assert.Equal(t, []string{"why"}, customertest.Paths(t, err))
	f = must(t)(p.Prepare(f, contact.Prepare{Step: step("p-2", "ann", "2026-11-25 09:00")}))
	_, err = p.Tick(f, contact.Tick{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Points: []string{"b"}})
	assert.Equal(t, []string{"preparation-ended"}, missing(err))
	_, err = p.Drop(f, contact.Drop{Step: step("t", "ann", "2026-11-25 09:00"), Preparation: "p-1", Point: "b", Why: "x"})
	assert.Equal(t, []string{"point-done"}, missing(err), "it stands in the next list")
}
