package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/customertest"
	"github.com/rapport-crm/rapport/customer/identity"
)

// Several fields are told at once, of one source and one day. Row B15.
func TestTell(t *testing.T) {
	d := recordBegin(t, identity.Person)
	x := recordTell(d.step("ann"), "form", "2026-05-01", "family-name=Chen", "title=Ms", "birth-date=1985-04-12")
	x.Permille = 900
	d.must(d.Tell(d.r, x))
	require.Len(t, d.r.Facts, 3)
	name := d.r.Facts[0]
	assert.Equal(t, identity.Known{
		Field: "family-name", Value: "Chen", On: recordDate("2026-05-01"), Ref: "tell:r-002", At: d.at, By: "ann", Source: "form", Permille: 900,
	}, name)
	assert.True(t, d.r.Facts[1].Shown, "a title is nothing personal")
	d.tell("till", "", "title=Dr")
	title, found := d.Value(d.r, "title")
	assert.True(t, found)
	assert.Equal(t, "Dr of 2026-05-04", title.Value+" of "+title.On.String(), "the day is that of the command, in the shop's zone")
	_, found = d.Value(d.r, "address")
	assert.False(t, found)
}

// Both sides of every boundary of a field.
func TestFieldValues(t *testing.T) {
	d := recordBegin(t, identity.Organisation)
	p := recordBegin(t, identity.Person)
	long := strings.Repeat("名", 40)
	for _, one := range []struct{ told, rule string }{
		{"family-name=" + long, ""},
		{"family-name=" + long + "名", "has 1 to 40 characters"},
		{"title=Ms", ""},
		{"title=ms", "is one of Ms, Mr, Dr"},
		{"birth-date=2026-05-04", ""},
		{"birth-date=2026-05-05", "is not after 2026-05-04"},
		{"birth-date=2026-02-29", "is a day such as 2026-11-25"},
		{"stores=0", ""},
		{"stores=100000", ""},
		{"stores=100001", "is 0 to 100000"},
		{"stores=-1", "is 0 to 100000"},
		{"stores=007", "is a whole number, written plainly: 1200"},
		{"stores=+7", "is a whole number, written plainly: 1200"},
		{"stores=7.0", "is a whole number, written plainly: 1200"},
		{"yearly-volume-minor=9223372036854775807", ""},
		{"yearly-volume-minor=9223372036854775808", "is a whole number, written plainly: 1200"},
		{"licensed-until=9999-12-31", ""},
	} {
		desk := d
		if strings.HasPrefix(one.told, "birth-date") {
			desk = p
		}
		_, err := desk.Tell(desk.r, recordTell(desk.step("ann"), "form", "", one.told))
		if one.rule == "" {
			require.NoError(t, err, one.told)
			continue
		}
		var faults customer.Faults
		require.ErrorAs(t, err, &faults, one.told)
		assert.Equal(t, "facts[0].value: "+one.rule, faults[0].Path+": "+faults[0].Rule)
		if strings.HasPrefix(one.told, "birth-date") || strings.HasPrefix(one.told, "family-name") {
			assert.Equal(t, "…", faults[0].Value)
		}
	}
	x := recordTell(d.step(""), "", "2026-05-05", "title=Ms", "title=Mr", "=x", "address=", "shop-name=\x07")
	x.Permille = 1001
	_, err := d.Tell(d.r, x)
	assert.Equal(t, []string{"by", "source", "permille", "facts[1].field", "facts[2].field", "facts[3].value", "facts[4].value"}, customertest.Paths(t, err))
	_, err = d.Tell(d.r, recordTell(d.step("ann"), "till", "2026-05-05", "title=Ms"))
	assert.Equal(t, []string{"on"}, customertest.Paths(t, err), "nothing is known of tomorrow")
	_, err = d.Tell(d.r, identity.Tell{Step: d.step("ann"), Source: "till"})
	assert.Equal(t, []string{"facts"}, customertest.Paths(t, err))
	x = recordTell(d.step("ann"), "till", "", "title=Ms")
	x.Facts[0].Shown = true
	_, err = d.Tell(d.r, x)
	assert.Equal(t, []string{"facts[0].shown"}, customertest.Paths(t, err))
}

// Within one record too, a field is read by its own rule of survivorship.
func TestValueSurvives(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.tell("permit-seen", "2026-01-10", "family-name=Chen", "address=1 Old Street", "shop-name=The Corner Shop")
	d.tell("till", "2026-05-01", "family-name=Chenn", "address=2 New Street", "shop-name=Corner")
	d.tell("form", "2026-03-01", "address=3 Late Street")
	for field, want := range map[string]string{"family-name": "Chen", "address": "2 New Street", "shop-name": "The Corner Shop"} {
		known, found := d.Value(d.r, field)
		require.True(t, found)
		assert.Equal(t, want, known.Value)
	}
	// Of one day: what was told last.
	d.tell("till", "2026-05-01", "address=4 Same Day")
	known, _ := d.Value(d.r, "address")
	assert.Equal(t, "4 Same Day", known.Value)

	d.must(d.Strike(d.r, identity.Strike{Step: d.step("ann"), Field: "address", Fact: known.Ref}))
	known, _ = d.Value(d.r, "address")
	assert.Equal(t, "2 New Street", known.Value, "the one before counts again")
	d.must(d.Strike(d.r, identity.Strike{Step: d.step("ann"), Field: "address"}))
	_, found := d.Value(d.r, "address")
	assert.False(t, found)
	for _, fact := range d.r.Facts {
		assert.Equal(t, fact.Field == "address", !fact.Counts(), "struck facts stay in the record: %s", fact)
	}
	_, err := d.Strike(d.r, identity.Strike{Step: d.step("ann"), Field: "address"})
	assert.Equal(t, []string{"no-fact address"}, recordMissing(t, err))
	_, err = d.Strike(d.r, identity.Strike{Step: d.step("ann"), Note: "\x00"})
	assert.Equal(t, []string{"field", "note"}, customertest.Paths(t, err))
}

// A fault names the choices of a field where they are few, and else how many there are.
func TestTellChoice(t *testing.T) {
	for _, number := range []int{20, 21} {
		field := identity.Field{ID: "street", Type: identity.Choice, Survive: identity.Newest}
		for i := range number {
			field.OneOf = append(field.OneOf, fmt.Sprint("s-", i))
		}
		g, err := identity.New(identity.Rules{
			Edition: customer.Edition{ID: "h", Version: 1}, Zone: "Asia/Shanghai", Fields: []identity.Field{field}, Sources: []identity.Source{{ID: "till", Trust: 1}},
		}, recordZone(t), identity.Verbatim)
		require.NoError(t, err)
		d := recordBegin(t, identity.Person)
		_, err = g.Tell(d.r, recordTell(d.step("ann"), "till", "", "street=s-99"))
		require.Error(t, err)
		assert.Equal(t, number == 20, strings.Contains(err.Error(), "s-19"))
		assert.Equal(t, number == 21, strings.Contains(err.Error(), "is one of the 21 choices of street"))
	}
}

// A register that no constructor has made decides nothing and answers nothing, and never panics.
func TestNoRegister(t *testing.T) {
	d := recordBegin(t, identity.Person)
	d.tell("form", "", "shop-name=A")
	d.tell("form", "", "shop-name=B")
	for _, none := range []*identity.Register{nil, new(identity.Register)} {
		_, found := none.Value(d.r, "shop-name")
		assert.False(t, found)
		assert.Zero(t, none.Edition())
		assert.Zero(t, none.Day(d.at))
		assert.Zero(t, none.Completeness(d.r, d.at))
		assert.Zero(t, none.Handling(d.r, d.at))
		assert.Zero(t, none.Address(d.r, "zh", d.at))
		assert.Equal(t, "there is no record of this customer", none.Explain(customer.Reason{Code: identity.CodeNoRecord}, customer.English))
		_, err := none.Questions(d.r, "purchase", d.at)
		require.Error(t, err)
		_, err = none.Eligible(d.r, "wholesale-club", d.at)
		require.Error(t, err)
		_, err = none.Spend(d.r, identity.Token{}, 1, nil, d.at)
		require.Error(t, err)
		_, err = none.Token("phone", "", "057187654321")
		require.Error(t, err)
		_, err = none.Open(identity.Record{}, identity.Open{})
		require.Error(t, err)
		_, err = none.Tell(d.r, identity.Tell{})
		require.Error(t, err)
	}
}

// The questions that one customer has declined are as many as rules may ask; later rules ask others.
func TestDeclineFull(t *testing.T) {
	d := recordBegin(t, identity.Person)
	for version := range 2 {
		rules := identity.Rules{Edition: customer.Edition{ID: "h", Version: version + 1}, Zone: "Asia/Shanghai", Sources: []identity.Source{{ID: "till", Trust: 1}}}
		for i := range identity.MaxFields {
			rules.Fields = append(rules.Fields, identity.Field{ID: fmt.Sprintf("f-%d-%d", version, i), Type: identity.Text, Survive: identity.Newest})
		}
		g, err := identity.New(rules, recordZone(t), identity.Verbatim)
		require.NoError(t, err)
		for i := range identity.MaxFields {
			decision, err := g.Decline(d.r, identity.Decline{Step: d.step("ann"), What: rules.Fields[i].ID})
			if len(d.r.Declined) == identity.MaxDeclined {
				assert.Equal(t, []string{"full declined"}, recordMissing(t, err))
				return
			}
			d.must(decision, err)
		}
	}
	t.Fatal("it is never full")
}

// recordAsked is what is to be asked, with the code of why.
func recordAsked(t *testing.T, d *recordDesk, occasion string) (asked []string) {
	t.Helper()
	questions, err := d.Questions(d.r, occasion, d.at)
	require.NoError(t, err)
	for _, one := range questions {
		asked = append(asked, fmt.Sprintf("%s %s %d", one.What, strings.TrimPrefix(one.Reason.Code, "identity."), one.Reason.Fact))
	}
	return asked
}

// Completeness grows with what is told, and the next best question follows from it: what is missing and
// weighs most, then what may have changed since; never what she declined to answer. Row B15.
func TestCompleteness(t *testing.T) {
	d := recordBegin(t, identity.Person)
	permille := func() int { return d.Completeness(d.r, d.at).Permille }
	// A person's weights: family-name 200, title 20, birth-date 150, address 180, card 100, phone 300, email 50.
	assert.Equal(t, 0, permille())
	assert.Equal(t, []string{"phone ask-missing 300", "family-name ask-missing 200", "title ask-missing 20"}, recordAsked(t, d, "first-contact"))
	phone := d.attach("phone", "", "057187654321")
	d.tell("form", "", "family-name=Chen", "title=Ms")
	assert.Equal(t, 520, permille())
	assert.Empty(t, recordAsked(t, d, "first-contact"))
	assert.Equal(t, []string{"address ask-missing 180", "birth-date ask-missing 150", "card ask-missing 100", "email ask-missing 50"}, recordAsked(t, d, "purchase"))
	missing := d.Completeness(d.r, d.at).Missing()
	assert.Equal(t, "address", missing[0].What)
	assert.Len(t, missing, 4)

	// She does not tell her birth date, and is left alone with it for 60 days: on the 60th it may be asked.
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "birth-date"}))
	assert.Equal(t, "2026-07-03", d.r.Declined[0].Again.String())
	declined := d.at
	d.at = recordAt("2026-07-02 23:59")
	assert.NotContains(t, strings.Join(recordAsked(t, d, "purchase"), " "), "birth-date")
	assert.Equal(t, 520, permille(), "what is declined is missing all the same")
	d.at = recordAt("2026-07-03 00:00")
	assert.Contains(t, recordAsked(t, d, "purchase"), "birth-date ask-missing 150")
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "address"}))
	assert.Zero(t, d.r.Declined[1].Again, "the rules never ask again")
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "birth-date", Never: true}))
	assert.Len(t, d.r.Declined, 2, "the last time counts")
	d.at = recordAt("2029-12-31 12:00")
	assert.Equal(t, []string{"card ask-missing 100", "email ask-missing 50", "phone ask-stale 1337"}, recordAsked(t, d, "purchase"))
	d.tell("till", "", "birth-date=1985-04-12") // unasked
	assert.Len(t, d.r.Declined, 1)
	assert.Equal(t, 670, permille())

	// The phone is asked again when it is older than 365 days; confirmed, it is fresh.
	d.at = recordAt("2027-05-04 23:59")
	assert.NotContains(t, strings.Join(recordAsked(t, d, "service"), " "), "phone")
	d.at = recordAt("2027-05-05 00:00")
	assert.Equal(t, []string{"phone ask-stale 366"}, recordAsked(t, d, "service"))
	d.must(d.Confirm(d.r, identity.Confirm{Step: d.step("ann"), Token: phone, Source: "call"}))
	assert.Empty(t, recordAsked(t, d, "service"))
	d.at = recordAt("2028-05-04 09:30")
	d.must(d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "phone"}))
	assert.Empty(t, recordAsked(t, d, "service"))
	d.must(d.Confirm(d.r, identity.Confirm{Step: d.step("ann"), Token: phone, Source: "call"})) // unasked: she has answered
	assert.Len(t, d.r.Declined, 1)

	// A number that does not exist is none.
	d.must(d.Spoil(d.r, identity.Spoil{Step: d.step("ann"), Token: phone, Flaw: identity.NoSuch, Evidence: "no-such-number"}))
	assert.Equal(t, 370, permille())
	assert.Contains(t, recordAsked(t, d, "service"), "phone ask-missing 300")

	_, err := d.Questions(d.r, "funeral", declined)
	assert.Equal(t, []string{"occasion"}, customertest.Paths(t, err))
	_, err = d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "shoe-size"})
	assert.Equal(t, []string{"unknown-field shoe-size"}, recordMissing(t, err))
	_, err = d.Decline(d.r, identity.Decline{Step: d.step("ann"), What: "title", Again: recordDate("2027-01-01")})
	assert.Equal(t, []string{"again"}, customertest.Paths(t, err))
	assert.Zero(t, d.Completeness(identity.Record{}, d.at), "of nobody nothing is known")
	assert.Zero(t, (*identity.Register)(nil).Completeness(d.r, d.at))
	questions, err := d.Questions(identity.Record{}, "service", d.at)
	require.NoError(t, err)
	assert.Empty(t, questions)
}
