package segment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/population"
	"github.com/rapport-crm/rapport/segment"
)

// Every fault of a rule book of contributions, each at its place.
func TestContributionRulesFaults(t *testing.T) {
	book := func(rules segment.ContributionRules) error {
		_, err := segment.NewContributionBook(rules, time.UTC)
		return err
	}
	whole := func() segment.ContributionRules {
		rules := exampleContributionRules()
		rules.CalendarYears, rules.WindowDays, rules.FollowUp = 0, 180, exampleFollowUps()
		return rules
	}
	require.NoError(t, book(whole()))
	type ruleBook = segment.ContributionRules
	for name, test := range map[string]struct {
		change func(*ruleBook)
		paths  []string
	}{
		"edition":              {func(r *ruleBook) { r.ID, r.Version = "", 0 }, []string{"id", "version"}},
		"zone":                 {func(r *ruleBook) { r.Zone = "" }, []string{"zone"}},
		"the machine's zone":   {func(r *ruleBook) { r.Zone = "Local" }, []string{"zone"}},
		"another zone":         {func(r *ruleBook) { r.Zone = "Europe/Berlin" }, []string{"zone"}},
		"currency":             {func(r *ruleBook) { r.Currency.Code = "eur" }, []string{"currency.code"}},
		"no window":            {func(r *ruleBook) { r.WindowDays, r.FollowUp = 0, nil }, []string{"window_days"}},
		"too long a window":    {func(r *ruleBook) { r.WindowDays = segment.MaxWindowDays + 1 }, []string{"window_days"}},
		"both windows":         {func(r *ruleBook) { r.CalendarYears, r.FollowUp = 1, nil }, []string{"calendar_years"}},
		"too many years":       {func(r *ruleBook) { r.WindowDays, r.CalendarYears, r.FollowUp = 0, 11, nil }, []string{"calendar_years"}},
		"follow-up by years":   {func(r *ruleBook) { r.WindowDays, r.CalendarYears = 0, 1 }, []string{"follow_up", "follow_up.timeliness[1].from_days"}},
		"revenue below 0":      {func(r *ruleBook) { r.MinRevenue = dec("-0.01") }, []string{"min_revenue"}},
		"revenue inexact":      {func(r *ruleBook) { r.MinRevenue = dec("0.001") }, []string{"min_revenue"}},
		"uncosted":             {func(r *ruleBook) { r.MaxUncostedPermille = 1001 }, []string{"max_uncosted_permille"}},
		"tier twice":           {func(r *ruleBook) { r.Tiers[1].Name = "bronze" }, []string{"tiers[1].name"}},
		"tier without a name":  {func(r *ruleBook) { r.Tiers[1].Name = "" }, []string{"tiers[1].name"}},
		"tiers equal":          {func(r *ruleBook) { r.Tiers[1].EnterPermille = 50 }, []string{"tiers[1].enter_permille"}},
		"a mark out of range":  {func(r *ruleBook) { r.Tiers[2].EnterPermille = 1001 }, []string{"tiers[2].enter_permille"}},
		"slack of a step":      {func(r *ruleBook) { r.TierSlackPermille = 100 }, []string{"tier_slack_permille"}},
		"too many tiers":       {func(r *ruleBook) { r.Tiers = make([]segment.ContributionTier, 51) }, []string{"tiers"}},
		"no bands":             {func(r *ruleBook) { r.FollowUp = &segment.ContributionFollowUps{Greatest: r.FollowUp.Greatest} }, []string{"follow_up.timeliness", "follow_up.importance", "follow_up.grades"}},
		"no greatest":          {func(r *ruleBook) { r.FollowUp.Greatest = segment.ContributionFollowUp{IntervalDays: -1} }, []string{"follow_up.greatest.grade", "follow_up.greatest.strength", "follow_up.greatest.interval_days"}},
		"a gap before":         {func(r *ruleBook) { r.FollowUp.Timeliness[0].FromDays = 1 }, []string{"follow_up.timeliness[0].from_days"}},
		"bands overlap":        {func(r *ruleBook) { r.FollowUp.Timeliness[1].FromDays = 0 }, []string{"follow_up.timeliness[1].from_days"}},
		"a band of nobody":     {func(r *ruleBook) { r.FollowUp.Timeliness[1].FromDays = 181 }, []string{"follow_up.timeliness[1].from_days"}},
		"a gap below":          {func(r *ruleBook) { r.FollowUp.Importance[1].TopPermille = 999 }, []string{"follow_up.importance[1].top_permille"}},
		"importance overlaps":  {func(r *ruleBook) { r.FollowUp.Importance[0].TopPermille = 1000 }, []string{"follow_up.importance[1].top_permille"}},
		"importance of nobody": {func(r *ruleBook) { r.FollowUp.Importance[0].TopPermille = 0 }, []string{"follow_up.importance[0].top_permille"}},
		"a gap in the table":   {func(r *ruleBook) { r.FollowUp.Grades = r.FollowUp.Grades[1:] }, []string{"follow_up.grades"}},
		"an overlap in the table": {func(r *ruleBook) {
			r.FollowUp.Grades[0].Importance = []string{"top third", "others"}
		}, []string{"follow_up.grades[2]"}},
		"a grade of no band": {func(r *ruleBook) { r.FollowUp.Grades[0].Timeliness = []string{"lately", "never"} }, []string{"follow_up.grades[0].timeliness[1]"}},
		"a band named twice": {func(r *ruleBook) { r.FollowUp.Grades[0].Timeliness = []string{"lately", "lately"} }, []string{"follow_up.grades[0].timeliness[1]"}},
		"a grade of nobody":  {func(r *ruleBook) { r.FollowUp.Grades[1].Importance = nil }, []string{"follow_up.grades[1].importance", "follow_up.grades"}},
		"band name twice":    {func(r *ruleBook) { r.FollowUp.Timeliness[1].Name = "lately" }, []string{"follow_up.timeliness[1].name", "follow_up.grades[1].timeliness[0]", "follow_up.grades[2].timeliness[1]", "follow_up.grades", "follow_up.grades"}},
		"interval":           {func(r *ruleBook) { r.FollowUp.Grades[0].IntervalDays = 3661 }, []string{"follow_up.grades[0].interval_days"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := whole()
			test.change(&rules)
			assert.Equal(t, test.paths, faultPaths(t, book(rules)))
		})
	}

	// Rules survive JSON, and a book does not change when its rules do.
	rules := whole()
	again, err := segment.ParseContributionRules([]byte(toJSON(t, rules)))
	require.NoError(t, err)
	assert.Equal(t, toJSON(t, rules), toJSON(t, again))
	_, err = segment.ParseContributionRules([]byte(`{"tier": []}`))
	faultPaths(t, err)
	compiled, err := segment.NewContributionBook(rules, time.UTC)
	require.NoError(t, err)
	rules.Tiers[2].Name, rules.FollowUp.Grades[0].Grade = "changed", "changed"
	tier, _, err := compiled.Tier(on, contributionOf(compiled, 100_000, 0), "")
	require.NoError(t, err)
	assert.Equal(t, "gold", tier)
	_, err = segment.NewContributionBook(whole(), nil)
	assert.Equal(t, []string{"zone"}, faultPaths(t, err))
}

func privilegeRules() segment.PrivilegeRules {
	return segment.PrivilegeRules{
		Edition:  customer.Edition{ID: "privileges", Version: 2},
		Currency: customer.Currency{Code: "EUR", Digits: 2},
		Kinds: []segment.PrivilegeKind{
			{ID: "queue", Better: segment.PrivilegeLess},
			{ID: "desk", Better: segment.PrivilegeHaving},
			{ID: "days", Better: segment.PrivilegeLess, Unit: customer.UnitDays},
			{ID: "price", Better: segment.PrivilegeMore, Unit: customer.UnitPermille, Capped: true},
			{ID: "lounge", Better: segment.PrivilegeMore, Unit: customer.UnitTimes},
		},
		Floor: []segment.PrivilegeGrant{
			{Kind: "days", Figure: 5}, {Kind: "price", Figure: 10, Cap: dec("5.00")}, {Kind: "queue", Figure: 3},
		},
		Classes: []segment.PrivilegeOfClass{
			{Class: "gold", Privileges: []segment.PrivilegeGrant{
				{Kind: "desk", Text: "desk 1"}, {Kind: "price", Figure: 10, Cap: dec("5.00")}, {Kind: "days", Figure: 5}, {Kind: "lounge", Figure: 4},
			}},
			{Class: "silver", Privileges: []segment.PrivilegeGrant{{Kind: "queue", Figure: 1}}},
			{Class: "bronze"},
		},
	}
}

// row C14, C21: as good as the floor is enough, worse is a fault.
func TestPrivilegeRulesFaults(t *testing.T) {
	type ruleBook = segment.PrivilegeRules
	_, err := segment.NewPrivilegeTable(privilegeRules())
	require.NoError(t, err)
	for name, test := range map[string]struct {
		change func(*ruleBook)
		paths  []string
	}{
		"edition":  {func(r *ruleBook) { r.ID = "" }, []string{"id"}},
		"currency": {func(r *ruleBook) { r.Currency = customer.Currency{} }, []string{"currency.code"}},
		"money of no currency": {func(r *ruleBook) {
			*r = segment.PrivilegeRules{
				Edition: r.Edition, Classes: r.Classes[2:],
				Kinds: []segment.PrivilegeKind{{ID: "delivery", Better: segment.PrivilegeLess, Unit: customer.UnitMinor}},
			}
		}, []string{"currency.code"}},
		"no kinds":               {func(r *ruleBook) { r.Kinds = nil }, []string{"kinds"}},
		"no classes":             {func(r *ruleBook) { r.Classes = nil }, []string{"classes"}},
		"kind twice":             {func(r *ruleBook) { r.Kinds[1].ID = "queue" }, []string{"kinds[1].id"}},
		"no direction":           {func(r *ruleBook) { r.Kinds[1].Better = 0 }, []string{"kinds[1].better"}},
		"no unit":                {func(r *ruleBook) { r.Kinds[0].Unit = 99 }, []string{"kinds[0].unit"}},
		"having days":            {func(r *ruleBook) { r.Kinds[1].Unit = customer.UnitDays }, []string{"kinds[1].unit"}},
		"capped days":            {func(r *ruleBook) { r.Kinds[2].Capped = true }, []string{"kinds[2].capped"}},
		"class twice":            {func(r *ruleBook) { r.Classes[1].Class = "gold" }, []string{"classes[1].class"}},
		"class without a name":   {func(r *ruleBook) { r.Classes[1].Class = "" }, []string{"classes[1].class"}},
		"unknown kind":           {func(r *ruleBook) { r.Floor[0].Kind = "day" }, []string{"floor[0].kind"}},
		"granted twice":          {func(r *ruleBook) { r.Classes[0].Privileges[1].Kind = "desk" }, []string{"classes[0].privileges[1].kind"}},
		"more than the kinds":    {func(r *ruleBook) { r.Classes[0].Privileges = make([]segment.PrivilegeGrant, 6) }, []string{"classes[0].privileges"}},
		"a figure of having":     {func(r *ruleBook) { r.Classes[0].Privileges[0].Figure = 1 }, []string{"classes[0].privileges[0].figure"}},
		"above 1000 permille":    {func(r *ruleBook) { r.Classes[0].Privileges[1].Figure = 1001 }, []string{"classes[0].privileges[1].figure"}},
		"no place in the queue":  {func(r *ruleBook) { r.Classes[1].Privileges[0].Figure = 0 }, []string{"classes[1].privileges[0].figure"}},
		"negative days":          {func(r *ruleBook) { r.Classes[0].Privileges[2].Figure = -1 }, []string{"classes[0].privileges[2].figure"}},
		"a cap on days":          {func(r *ruleBook) { r.Classes[0].Privileges[2].Cap = dec("1") }, []string{"classes[0].privileges[2].cap"}},
		"no cap":                 {func(r *ruleBook) { r.Classes[0].Privileges[1].Cap = decimal.Decimal{} }, []string{"classes[0].privileges[1].cap", "classes[0].privileges"}},
		"an inexact cap":         {func(r *ruleBook) { r.Floor[1].Cap = dec("1.001") }, []string{"floor[1].cap"}},
		"a text":                 {func(r *ruleBook) { r.Classes[0].Privileges[0].Text = "\n" }, []string{"classes[0].privileges[0].text"}},
		"less off the price":     {func(r *ruleBook) { r.Classes[0].Privileges[1].Figure = 9 }, []string{"classes[0].privileges"}},
		"a lower cap":            {func(r *ruleBook) { r.Classes[0].Privileges[1].Cap = dec("4.99") }, []string{"classes[0].privileges"}},
		"a day longer":           {func(r *ruleBook) { r.Classes[0].Privileges[2].Figure = 6 }, []string{"classes[0].privileges"}},
		"a place further behind": {func(r *ruleBook) { r.Classes[1].Privileges[0].Figure = 4 }, []string{"classes[1].privileges"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := privilegeRules()
			test.change(&rules)
			_, err := segment.NewPrivilegeTable(rules)
			assert.Equal(t, test.paths, faultPaths(t, err))
		})
	}
	again, err := segment.ParsePrivilegeRules([]byte(toJSON(t, privilegeRules())))
	require.NoError(t, err)
	assert.Equal(t, toJSON(t, privilegeRules()), toJSON(t, again))
	_, err = segment.ParsePrivilegeRules([]byte(`{"class": []}`))
	faultPaths(t, err)
}

// row C14: every class has the floor, its own above it, and an unknown class the floor.
func TestPrivileges(t *testing.T) {
	table, err := segment.NewPrivilegeTable(privilegeRules())
	require.NoError(t, err)
	type figures map[string]int64
	for class, want := range map[string]figures{
		"gold":   {"days": 5, "desk": 0, "lounge": 4, "price": 10, "queue": 3},
		"silver": {"days": 5, "price": 10, "queue": 1},
		"bronze": {"days": 5, "price": 10, "queue": 3},
		"iron":   {"days": 5, "price": 10, "queue": 3},
		"":       {"days": 5, "price": 10, "queue": 3},
	} {
		privileges, reasons, err := table.Of(on, class)
		require.NoError(t, err)
		got, previous := figures{}, ""
		for _, privilege := range privileges {
			assert.Less(t, previous, privilege.Kind)
			got[privilege.Kind], previous = privilege.Figure, privilege.Kind
			assert.Equal(t, privilege.Kind == "price", privilege.Cap.Equal(dec("5")), class)
		}
		assert.Equal(t, want, got, class)
		unknown := class == "iron" || class == ""
		assert.Equal(t, unknown, reasons[0].Code == segment.CodePrivilegeNoClass, class)
	}
	privileges, reasons, err := table.Of(on, "gold")
	require.NoError(t, err)
	assert.Equal(t, segment.Privilege{Kind: "desk", Better: segment.PrivilegeHaving, Text: "desk 1"}, privileges[1])
	assert.Equal(t, []string{
		segment.CodePrivilegeAbove, segment.CodePrivilegeOwn, segment.CodePrivilegeOwn,
		segment.CodePrivilegeAbove, segment.CodePrivilegeCap, segment.CodePrivilegeFloor,
	}, codes(reasons))
}

// row C21: ‰ of the price, rounded down, and never more than the cap.
func TestPrivilegeConcession(t *testing.T) {
	rules := privilegeRules()
	rules.Floor, rules.Classes[2].Privileges = nil, nil
	rules.Classes[0].Privileges[1] = segment.PrivilegeGrant{Kind: "price", Figure: 35, Cap: dec("5.00")}
	table, err := segment.NewPrivilegeTable(rules)
	require.NoError(t, err)
	for _, test := range []struct{ class, price, off string }{
		{"gold", "0", "0"},
		{"gold", "0.28", "0"},
		{"gold", "0.29", "0.01"},
		{"gold", "142.85", "4.99"},
		{"gold", "142.86", "5"},
		{"gold", "142.89", "5"},
		{"gold", "9999999999.99", "5"},
		{"bronze", "100", "0"},
		{"iron", "100", "0"},
	} {
		off, reasons, err := table.Concession(on, test.class, "price", dec(test.price))
		require.NoError(t, err)
		assert.True(t, dec(test.off).Equal(off), "%v: %s", test, off)
		assert.NotEmpty(t, reasons)
	}
	for kind, price := range map[string]string{"desk": "1", "none": "1", "price": "-1", "days": "0.001"} {
		_, _, err := table.Concession(on, "gold", kind, dec(price))
		faultPaths(t, err)
	}
}

// Privileges and service classes are told only on the days that their books are in force.
func TestPrivilegesAndServiceInForce(t *testing.T) {
	privileges, service := privilegeRules(), serviceRules()
	privileges.From, privileges.Until = on, on+2
	service.Edition.From, service.Edition.Until = on, on+2
	table, err := segment.NewPrivilegeTable(privileges)
	require.NoError(t, err)
	book, err := segment.NewServiceBook(service)
	require.NoError(t, err)
	for _, day := range []customer.Date{0, on - 1, on, on + 1, on + 2} {
		inForce := day == on || day == on+1
		_, _, ofClass := table.Of(day, "gold")
		_, _, concession := table.Concession(day, "gold", "price", dec("100"))
		_, _, class := book.Classify(day, segment.ServiceFacts{})
		for _, err := range []error{ofClass, concession, class} {
			var refusal *customer.Refusal
			assert.Equal(t, !inForce, errors.As(err, &refusal), "%s", day)
			assert.Equal(t, inForce, err == nil)
		}
	}
}

func serviceRules() segment.ServiceRules {
	mark := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(text)) }
	return segment.ServiceRules{
		Edition:    customer.Edition{ID: "service", Version: 1},
		Currency:   customer.Currency{Code: "EUR", Digits: 2},
		WindowDays: 365,
		Precedence: []segment.ServiceClass{segment.ServiceBig, segment.ServiceHeavy, segment.ServiceDemanding, segment.ServiceSelective},
		Conditions: []segment.ServiceCondition{
			{Class: segment.ServiceBig, Measure: segment.ServiceProfit, Side: segment.ServiceAtLeast, Mark: mark("10.00")},
			{Class: segment.ServiceHeavy, Measure: segment.ServiceContacts, Side: segment.ServiceAtLeast, Mark: mark("12")},
			{Class: segment.ServiceHeavy, Measure: segment.ServiceSeconds, Side: segment.ServiceAtLeast, Mark: mark("3600")},
			{Class: segment.ServiceDemanding, Measure: segment.ServiceDemands, Side: segment.ServiceAtLeast, Mark: mark("5")},
			{Class: segment.ServiceDemanding, Measure: segment.ServiceContacts, Side: segment.ServiceAtMost, Mark: mark("2")},
			{Class: segment.ServiceSelective, Measure: segment.ServiceProducts, Side: segment.ServiceAtLeast, Mark: mark("1")},
			{Class: segment.ServiceSelective, Measure: segment.ServiceProducts, Side: segment.ServiceAtMost, Mark: mark("3")},
			{Class: segment.ServiceSelective, Measure: segment.ServiceCategories, Side: segment.ServiceAtMost, Mark: mark("1")},
		},
	}
}

// serviceFigures are facts that are all known.
type serviceFigures struct{ Profit, Categories, Products, Contacts, Seconds, Demands int64 }

func (f serviceFigures) known() segment.ServiceFacts {
	known := segment.NewServiceFigure
	return segment.ServiceFacts{
		Profit: known(f.Profit), Categories: known(f.Categories), Products: known(f.Products),
		Contacts: known(f.Contacts), Seconds: known(f.Seconds), Demands: known(f.Demands),
	}
}

// row C13: both sides of every mark, every condition needed, and the stated precedence.
func TestServiceClasses(t *testing.T) {
	for _, test := range []struct {
		name  string
		facts serviceFigures
		want  segment.ServiceClass
	}{
		{"profit on the mark", serviceFigures{Profit: 1000, Products: 9}, segment.ServiceBig},
		{"a cent below", serviceFigures{Profit: 999, Products: 9}, segment.ServiceRest},
		{"a loss", serviceFigures{Profit: -1_000_000, Products: 9}, segment.ServiceRest},
		{"much service on both marks", serviceFigures{Contacts: 12, Seconds: 3600}, segment.ServiceHeavy},
		{"often but short", serviceFigures{Contacts: 12, Seconds: 3599}, segment.ServiceRest},
		{"long but rarely", serviceFigures{Contacts: 11, Seconds: 9999}, segment.ServiceRest},
		{"demands on the mark, service on the mark", serviceFigures{Demands: 5, Contacts: 2}, segment.ServiceDemanding},
		{"demands below it", serviceFigures{Demands: 4, Contacts: 2}, segment.ServiceRest},
		{"service above it", serviceFigures{Demands: 5, Contacts: 3}, segment.ServiceRest},
		{"few products", serviceFigures{Products: 3, Categories: 1}, segment.ServiceSelective},
		{"more", serviceFigures{Products: 4, Categories: 1}, segment.ServiceRest},
		{"of two categories", serviceFigures{Products: 3, Categories: 2}, segment.ServiceRest},
		{"none", serviceFigures{}, segment.ServiceRest},
		{"everything at once", serviceFigures{Profit: 5000, Contacts: 20, Seconds: 9999, Products: 1, Categories: 1}, segment.ServiceBig},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, err := segment.NewServiceBook(serviceRules())
			require.NoError(t, err)
			class, reasons, err := book.Classify(on, test.facts.known())
			require.NoError(t, err)
			assert.Equal(t, test.want, class)
			assert.Equal(t, class == segment.ServiceRest, reasons[len(reasons)-1].Code == segment.CodeServiceRest)
		})
	}

	// The order decides, and the reasons name what else fits.
	everything := serviceFigures{Profit: 5000, Contacts: 20, Seconds: 9999, Products: 1, Categories: 1}
	rules := serviceRules()
	rules.Precedence = []segment.ServiceClass{segment.ServiceSelective, segment.ServiceDemanding, segment.ServiceHeavy, segment.ServiceBig}
	book, err := segment.NewServiceBook(rules)
	require.NoError(t, err)
	class, reasons, err := book.Classify(on, everything.known())
	require.NoError(t, err)
	assert.Equal(t, segment.ServiceSelective, class)
	assert.Equal(t, []string{
		segment.CodeServiceProductsFrom, segment.CodeServiceProductsUpTo, segment.CodeServiceCategoriesUpTo, segment.CodeServiceSelective,
		segment.CodeServiceDemandsFrom, segment.CodeServiceContactsUpTo, segment.CodeServiceNotDemanding,
		segment.CodeServiceContactsFrom, segment.CodeServiceSecondsFrom, segment.CodeServiceAlsoHeavy,
		segment.CodeServiceProfitFrom, segment.CodeServiceAlsoBig,
	}, codes(reasons))

	_, _, err = book.Classify(on, serviceFigures{Profit: -1_000_000_000_000_000_001, Categories: -1, Products: -1, Contacts: -1, Seconds: -1, Demands: -1}.known())
	assert.Equal(t, []string{"profit", "categories", "products", "contacts", "seconds", "demands"}, faultPaths(t, err))
}

// row C13: what is not known is no 0: it keeps nobody out of a class and lets nobody in.
func TestServiceOfUnknownFigures(t *testing.T) {
	book, err := segment.NewServiceBook(serviceRules())
	require.NoError(t, err)
	const (
		no, maybe, yes, also = "not-", "maybe-", "", "also-"
		profit, contacts     = 1, 4
	)
	for _, test := range []struct {
		name    string
		facts   segment.ServiceFacts
		missing []int64 // measures that the reasons name
		answers [4]string
		want    segment.ServiceClass
	}{
		{"nothing", segment.ServiceFacts{}, []int64{1, 4, 5, 6, 4, 3, 3, 2}, [4]string{maybe, maybe, maybe, maybe}, segment.ServiceUnknown},
		{
			"the first class needs nothing else",
			segment.ServiceFacts{Profit: segment.NewServiceFigure(1000)},
			[]int64{4, 5, 6, 4, 3, 3, 2},
			[4]string{yes, no, no, no},
			segment.ServiceBig,
		},
		{
			"a class before the one she fits",
			segment.ServiceFacts{Contacts: segment.NewServiceFigure(12), Seconds: segment.NewServiceFigure(3600), Demands: segment.NewServiceFigure(9), Products: segment.NewServiceFigure(9)},
			[]int64{profit, 2},
			[4]string{maybe, maybe, no, no},
			segment.ServiceUnknown,
		},
		{
			"a condition beside one that she lacks",
			segment.ServiceFacts{Profit: segment.NewServiceFigure(0), Seconds: segment.NewServiceFigure(3599), Demands: segment.NewServiceFigure(4), Products: segment.NewServiceFigure(9)},
			[]int64{contacts, contacts, 2},
			[4]string{no, no, no, no},
			segment.ServiceRest,
		},
		{
			"a class behind the one she fits, and one that she would fit",
			segment.ServiceFacts{Profit: segment.NewServiceFigure(1000), Contacts: segment.NewServiceFigure(0), Seconds: segment.NewServiceFigure(0), Products: segment.NewServiceFigure(1), Categories: segment.NewServiceFigure(1)},
			[]int64{6},
			[4]string{yes, no, no, also},
			segment.ServiceBig,
		},
		{
			"no contacts are known to be none",
			segment.ServiceFacts{Profit: segment.NewServiceFigure(0), Seconds: segment.NewServiceFigure(0), Demands: segment.NewServiceFigure(5), Products: segment.NewServiceFigure(9), Categories: segment.NewServiceFigure(9)},
			[]int64{contacts, contacts},
			[4]string{no, no, maybe, no},
			segment.ServiceUnknown,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			class, reasons, err := book.Classify(on, test.facts)
			require.NoError(t, err)
			assert.Equal(t, test.want, class)
			var missing []int64
			var answers []string
			for _, reason := range reasons {
				switch reason.Code {
				case segment.CodeServiceNoFigure:
					missing = append(missing, reason.Fact)
				case segment.CodeServiceRest, segment.CodeServiceUnknown:
				default:
					for _, class := range []string{"big", "heavy", "demanding-light", "selective"} {
						if answer, found := strings.CutSuffix(reason.Code, class); found {
							answers = append(answers, strings.TrimPrefix(answer, "segment.service-"))
						}
					}
				}
			}
			assert.Equal(t, test.missing, missing)
			assert.Equal(t, test.answers[:], answers)
			last := reasons[len(reasons)-1].Code
			assert.Equal(t, class == segment.ServiceUnknown, last == segment.CodeServiceUnknown)
			assert.Equal(t, class == segment.ServiceRest, last == segment.CodeServiceRest)
		})
	}

	_, _, err = book.Classify(on, segment.ServiceFacts{Profit: segment.ServiceFigure{Value: 5}, Contacts: segment.ServiceFigure{Value: -1}})
	assert.Equal(t, []string{"profit", "contacts"}, faultPaths(t, err), "a figure and yet not known")

	// A mark that is not there decides: nobody has it, whatever is known.
	rules := serviceRules()
	rules.Conditions[0].Mark, rules.Conditions[0].Permille = decimal.NullDecimal{}, 100
	book, err = segment.NewServiceBook(rules)
	require.NoError(t, err)
	_, reasons, err := book.Classify(on, segment.ServiceFacts{})
	require.NoError(t, err)
	assert.Equal(t, []string{segment.CodeServiceNoMark, segment.CodeServiceNotBig}, codes(reasons[:2]))
}

// Whatever a missing figure turns out to be, a class that was given stays the same.
func TestServiceIsSureOfItsClass(t *testing.T) {
	book, err := segment.NewServiceBook(serviceRules())
	require.NoError(t, err)
	few := rapid.Int64Range(0, 15)
	figure := func(t *rapid.T, factor int64) (known segment.ServiceFigure, perhaps segment.ServiceFigure) {
		perhaps = segment.NewServiceFigure(factor * few.Draw(t, "figure"))
		if rapid.Bool().Draw(t, "known") {
			return perhaps, perhaps
		}
		return segment.ServiceFigure{}, perhaps
	}
	rapid.Check(t, func(t *rapid.T) {
		var part, whole segment.ServiceFacts
		part.Profit, whole.Profit = figure(t, 150)
		part.Categories, whole.Categories = figure(t, 1)
		part.Products, whole.Products = figure(t, 1)
		part.Contacts, whole.Contacts = figure(t, 1)
		part.Seconds, whole.Seconds = figure(t, 600)
		part.Demands, whole.Demands = figure(t, 1)
		given, _, err := book.Classify(on, part)
		require.NoError(t, err)
		class, _, err := book.Classify(on, whole)
		require.NoError(t, err)
		assert.NotEqual(t, segment.ServiceUnknown, class)
		if given != segment.ServiceUnknown {
			assert.Equal(t, class, given)
		}
	})
}

// A mark is fitted from the customers whose figure is known.
func TestFitServiceOfUnknownFigures(t *testing.T) {
	rules := serviceRules()
	for i := range rules.Conditions {
		rules.Conditions[i].Mark, rules.Conditions[i].Permille = decimal.NullDecimal{}, 250
	}
	census := segment.NewServiceCensus(rules.Period(on))
	for i := range int64(8) {
		facts := segment.ServiceFacts{Profit: segment.NewServiceFigure(i), Contacts: segment.NewServiceFigure(i)}
		if i >= 4 {
			facts.Contacts = segment.ServiceFigure{}
		}
		require.NoError(t, census.Add(facts))
	}
	require.NoError(t, census.Add(segment.ServiceFacts{}))
	assert.Equal(t, int64(9), census.Customers())
	var again segment.ServiceCensus
	require.NoError(t, again.UnmarshalBinary(marshal(t, census)))
	assert.Equal(t, marshal(t, census), marshal(t, &again))

	fitted, unfit, err := segment.FitService(rules, &again, on)
	require.NoError(t, err)
	for i, want := range map[int]segment.ServiceFitted{
		0: {On: on, Customers: 8, Reaching: 2}, // profit of 6 and 7
		1: {On: on, Customers: 4, Reaching: 1}, // contacts of 3
		4: {On: on, Customers: 4, Reaching: 1}, // of 0
	} {
		require.NotNil(t, fitted.Conditions[i].Fitted, i)
		assert.Equal(t, want, *fitted.Conditions[i].Fitted, i)
	}
	for _, fault := range unfit {
		assert.Contains(t, fault.Rule, "of nobody is the figure known")
	}
	assert.Len(t, unfit, len(rules.Conditions)-3)

	for range 70 { // where counting stops
		require.NoError(t, census.Merge(census))
	}
	require.NoError(t, again.UnmarshalBinary(marshal(t, census)))
}

// Gaps and overlaps: no class that nobody can be of, and none without a rule.
func TestServiceRulesFaults(t *testing.T) {
	type ruleBook = segment.ServiceRules
	for name, test := range map[string]struct {
		change func(*ruleBook)
		paths  []string
	}{
		"edition":               {func(r *ruleBook) { r.Version = 0 }, []string{"version"}},
		"window":                {func(r *ruleBook) { r.WindowDays = 0 }, []string{"window_days"}},
		"a class left out":      {func(r *ruleBook) { r.Precedence = r.Precedence[:3] }, []string{"precedence", "precedence"}},
		"a class twice":         {func(r *ruleBook) { r.Precedence[3] = segment.ServiceBig }, []string{"precedence", "precedence"}},
		"the rest has a place":  {func(r *ruleBook) { r.Precedence = append(r.Precedence, segment.ServiceRest) }, []string{"precedence"}},
		"no condition":          {func(r *ruleBook) { r.Conditions = r.Conditions[1:] }, []string{"conditions"}},
		"a condition of rest":   {func(r *ruleBook) { r.Conditions[1].Class = segment.ServiceRest }, []string{"conditions[1].class"}},
		"no measure":            {func(r *ruleBook) { r.Conditions[1].Measure = 0 }, []string{"conditions[1].measure"}},
		"no side":               {func(r *ruleBook) { r.Conditions[1].Side = 3 }, []string{"conditions[1].side"}},
		"a condition twice":     {func(r *ruleBook) { r.Conditions[6].Side = segment.ServiceAtLeast }, []string{"conditions[6].measure"}},
		"no mark":               {func(r *ruleBook) { r.Conditions[1].Mark = decimal.NullDecimal{} }, []string{"conditions[1].mark"}},
		"a broken mark":         {func(r *ruleBook) { r.Conditions[1].Mark.Decimal = dec("1.5") }, []string{"conditions[1].mark"}},
		"an inexact mark":       {func(r *ruleBook) { r.Conditions[0].Mark.Decimal = dec("1.001") }, []string{"conditions[0].mark"}},
		"both marks":            {func(r *ruleBook) { r.Conditions[0].Permille = 100 }, []string{"conditions[0].mark"}},
		"permille out of range": {func(r *ruleBook) { r.Conditions[0].Permille, r.Conditions[0].Mark = 1000, decimal.NullDecimal{} }, []string{"conditions[0].permille"}},
		"evidence of nothing":   {func(r *ruleBook) { r.Conditions[0].Fitted = &segment.ServiceFitted{On: on} }, []string{"conditions[0].fitted"}},
		"evidence of no day": {func(r *ruleBook) {
			r.Conditions[0].Permille, r.Conditions[0].Fitted = 100, &segment.ServiceFitted{Reaching: 2, Customers: 1}
		}, []string{"conditions[0].fitted.on", "conditions[0].fitted.reaching"}},
		"no currency":    {func(r *ruleBook) { r.Currency = customer.Currency{} }, []string{"currency.code"}},
		"excluding":      {func(r *ruleBook) { r.Conditions[6].Mark.Decimal = dec("0") }, []string{"conditions"}},
		"taken all away": {func(r *ruleBook) { r.Conditions[0] = r.Conditions[5]; r.Conditions[0].Class = segment.ServiceBig }, []string{"precedence"}},
	} {
		t.Run(name, func(t *testing.T) {
			rules := serviceRules()
			test.change(&rules)
			_, err := segment.NewServiceBook(rules)
			paths := faultPaths(t, err)
			if name == "no condition" || name == "an inexact mark" {
				assert.Contains(t, paths, test.paths[0])
				return
			}
			assert.Equal(t, test.paths, paths)
		})
	}
	again, err := segment.ParseServiceRules([]byte(toJSON(t, serviceRules())))
	require.NoError(t, err)
	assert.Equal(t, toJSON(t, serviceRules()), toJSON(t, again))
	_, err = segment.ParseServiceRules([]byte(`{"mark": 1}`))
	faultPaths(t, err)
}

// Every customer has one class; more profit never makes a big customer a smaller one; and
// the fitted marks take at most as many as they should, whatever order and split the
// census was counted in.
func TestServiceProperties(t *testing.T) {
	somebody := rapid.Custom(func(t *rapid.T) serviceFigures {
		few := rapid.Int64Range(0, 15)
		return serviceFigures{
			Profit: rapid.Int64Range(-2000, 5000).Draw(t, "profit"), Categories: few.Draw(t, "categories"), Products: few.Draw(t, "products"),
			Contacts: few.Draw(t, "contacts"), Seconds: 600 * few.Draw(t, "seconds"), Demands: few.Draw(t, "demands"),
		}
	})
	book, err := segment.NewServiceBook(serviceRules())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		facts := somebody.Draw(t, "facts")
		class, reasons, err := book.Classify(on, facts.known())
		require.NoError(t, err)
		assert.NotZero(t, class)
		assert.NotEmpty(t, reasons)
		if facts.Profit++; class == segment.ServiceBig {
			class, _, err = book.Classify(on, facts.known())
			require.NoError(t, err)
			assert.Equal(t, segment.ServiceBig, class)
		}

		rules := serviceRules()
		permille := rapid.IntRange(1, 999).Draw(t, "permille")
		for i := range rules.Conditions {
			rules.Conditions[i].Mark, rules.Conditions[i].Permille = decimal.NullDecimal{}, permille
		}
		period := rules.Period(on)
		people := rapid.SliceOfN(somebody, 1, 20).Draw(t, "people")
		whole, parts := segment.NewServiceCensus(period), []*segment.ServiceCensus{segment.NewServiceCensus(period), segment.NewServiceCensus(period)}
		for i, one := range rapid.Permutation(people).Draw(t, "order") {
			require.NoError(t, whole.Add(people[i].known()))
			require.NoError(t, parts[rapid.IntRange(0, 1).Draw(t, "part")].Add(one.known()))
		}
		var merged segment.ServiceCensus
		require.NoError(t, merged.UnmarshalBinary(marshal(t, parts[0])))
		require.NoError(t, merged.Merge(parts[1]))
		assert.Equal(t, marshal(t, whole), marshal(t, &merged))
		assert.Equal(t, int64(len(people)), merged.Customers())

		fitted, unfit, err := segment.FitService(rules, &merged, on)
		require.NoError(t, err)
		left := 0
		for i, condition := range fitted.Conditions {
			if !condition.Mark.Valid {
				left++
				continue
			}
			mark, reaching, beyond := condition.Mark.Decimal, 0, 0
			for _, one := range people {
				figure := map[segment.ServiceMeasure]decimal.Decimal{
					segment.ServiceProfit: decimal.New(one.Profit, -2), segment.ServiceCategories: decimal.NewFromInt(one.Categories),
					segment.ServiceProducts: decimal.NewFromInt(one.Products), segment.ServiceContacts: decimal.NewFromInt(one.Contacts),
					segment.ServiceSeconds: decimal.NewFromInt(one.Seconds), segment.ServiceDemands: decimal.NewFromInt(one.Demands),
				}[condition.Measure]
				order := figure.Cmp(mark)
				if order == 0 || order > 0 == (condition.Side == segment.ServiceAtLeast) {
					reaching++
				} else {
					beyond++
				}
			}
			assert.Equal(t, int64(reaching), condition.Fitted.Reaching, i)
			assert.Equal(t, int64(reaching+beyond), condition.Fitted.Customers)
			assert.LessOrEqual(t, reaching*1000, permille*len(people))
		}
		assert.Len(t, unfit, left)
		again, err := segment.ParseServiceRules([]byte(toJSON(t, fitted)))
		require.NoError(t, err)
		assert.Equal(t, toJSON(t, fitted), toJSON(t, again))
		refitted, _, err := segment.FitService(again, whole, on)
		require.NoError(t, err)
		assert.Equal(t, toJSON(t, fitted), toJSON(t, refitted), "fitting again gives the same")
	})
}

func TestFitServiceRefuses(t *testing.T) {
	rules := serviceRules()
	rules.From = on - 100
	census := segment.NewServiceCensus(rules.Period(on))
	fitted, unfit, err := segment.FitService(rules, census, on)
	require.NoError(t, err)
	assert.Equal(t, toJSON(t, rules), toJSON(t, fitted), "stated rules stay as they are")
	assert.Empty(t, unfit)

	_, _, err = segment.FitService(segment.ServiceRules{}, census, on)
	faultPaths(t, err)
	_, _, err = segment.FitService(rules, nil, on)
	assert.Equal(t, []string{"census"}, faultPaths(t, err))
	_, _, err = segment.FitService(rules, census, on-1)
	assert.Equal(t, []string{"census"}, faultPaths(t, err))
	_, _, err = segment.FitService(rules, census, on-101)
	var refusal *customer.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Error(t, census.Merge(segment.NewServiceCensus(rules.Period(on-1))))
	require.Error(t, census.Add(serviceFigures{Contacts: -1}.known()))
	assert.Zero(t, census.Customers())

	// A mark that was not fitted: nobody has it, and the reasons say so.
	rules.Conditions[0].Mark, rules.Conditions[0].Permille = decimal.NullDecimal{}, 100
	fitted, unfit, err = segment.FitService(rules, census, on)
	require.NoError(t, err)
	assert.Len(t, unfit, 1)
	book, err := segment.NewServiceBook(fitted)
	require.NoError(t, err)
	class, reasons, err := book.Classify(on, serviceFigures{Profit: 1_000_000, Products: 9}.known())
	require.NoError(t, err)
	assert.Equal(t, segment.ServiceRest, class)
	assert.Equal(t, segment.CodeServiceNoMark, reasons[0].Code)
}

// Where figures may have been rounded, a mark still takes exactly whom it says.
func TestFitServiceOfManyFigures(t *testing.T) {
	rules := serviceRules()
	for i := range rules.Conditions {
		rules.Conditions[i].Mark, rules.Conditions[i].Permille = decimal.NullDecimal{}, 250
	}
	census := segment.NewServiceCensus(rules.Period(on))
	const n = population.MaxDistinct + 1000
	for i := range int64(n) {
		require.NoError(t, census.Add(serviceFigures{Profit: 3*i - 100, Products: 3 * i, Contacts: 3 * i, Demands: i, Seconds: i, Categories: i}.known()))
	}
	fitted, unfit, err := segment.FitService(rules, census, on)
	require.NoError(t, err)
	assert.Empty(t, unfit)
	for _, condition := range fitted.Conditions {
		if condition.Measure != segment.ServiceProducts && condition.Measure != segment.ServiceContacts {
			continue
		}
		mark, whole := customer.Scaled(condition.Mark.Decimal, 0)
		require.True(t, whole)
		reaching := mark/3 + 1 // 0, 3, 6, … up to the mark
		if condition.Side == segment.ServiceAtLeast {
			reaching = n - (mark+2)/3
		}
		assert.Equal(t, reaching, condition.Fitted.Reaching, "%s %s", condition.Measure, condition.Side)
		assert.InDelta(t, n/4, reaching, 5)
	}
}

// The format, pinned, and what it refuses.
func TestServiceCensusFormat(t *testing.T) {
	census := segment.NewServiceCensus(population.Period{From: 1, Until: 9})
	require.NoError(t, census.Add(serviceFigures{Profit: -3, Categories: 1, Products: 2, Contacts: 3, Seconds: 4, Demands: 5}.known()))
	const head, measures = "01" + "01" + "09" + "01", "0001" + "0201" + "0001" + "0401" + "0001" + "0601" + "0001" + "0801"
	assert.Equal(t, unhex(t, head+"0001"+"0501"+measures+"0001"+"0a01"), marshal(t, census))
	for name, state := range map[string]string{
		"more customers":    head + "0001" + "0502" + measures + "0001" + "0a01",
		"demands below 0":   head + "0001" + "0501" + measures + "0001" + "0901",
		"it ends early":     head + "0001" + "0501" + measures,
		"bytes left over":   head + "0001" + "0501" + measures + "0001" + "0a01" + "00",
		"a version unknown": "02" + "01" + "09" + "00",
	} {
		require.ErrorIs(t, new(segment.ServiceCensus).UnmarshalBinary(unhex(t, state)), population.ErrFormat, name)
	}
	_, err := new(segment.ServiceCensus).MarshalBinary()
	require.Error(t, err, "a census of no period")
}

// The stored texts, pinned.
func TestValueTexts(t *testing.T) {
	assert.Equal(t, "big service-heavy demanding-light selective rest unknown", valueTexts[segment.ServiceClass](t, segment.ServiceUnknown))
	assert.Equal(t, "profit categories products contacts seconds demands", valueTexts[segment.ServiceMeasure](t, segment.ServiceDemands))
	assert.Equal(t, "at-least at-most", valueTexts[segment.ServiceSide](t, segment.ServiceAtMost))
	assert.Equal(t, "having more less", valueTexts[segment.PrivilegeBetter](t, segment.PrivilegeLess))
}

// valueTexts are the texts of an enumeration, each read back, and none beyond its ends.
func valueTexts[E interface {
	customer.Stored
	MarshalText() ([]byte, error)
}, P interface {
	*E
	UnmarshalText([]byte) error
}](t *testing.T, last E) string {
	t.Helper()
	all := ""
	for one := E(1); one <= last; one++ {
		text, err := one.MarshalText()
		require.NoError(t, err)
		var read E
		require.NoError(t, P(&read).UnmarshalText(text))
		assert.Equal(t, one, read)
		if all != "" {
			all += " "
		}
		all += string(text)
	}
	for _, none := range []E{0, last + 1} {
		_, err := none.MarshalText()
		require.Error(t, err)
	}
	require.Error(t, P(new(E)).UnmarshalText([]byte("nothing of the kind")))
	return all
}
