package segment

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Bounds of a Condition.
const (
	MaxConditions     = 1000 // nodes of one tree
	MaxConditionDepth = 16   // levels, the topmost included
	MaxConditionWidth = 100  // conditions that one all or any holds
	MaxConditionTexts = 1000 // texts that one leaf lists
)

// Condition is a question about one customer: a tree whose every node is exactly one of
// the fields below. It is answered yes, no or unknown, by Kleene's strong logic: a missing
// fact makes its leaf unknown, not of unknown is unknown, all is no as soon as one part is
// no and any is yes as soon as one part is yes, whatever is unknown beside it.
// (S. C. Kleene, Introduction to Metamathematics, 1952, § 64.)
type Condition struct {
	All []Condition `json:"all,omitempty"` // every one holds
	Any []Condition `json:"any,omitempty"` // at least one holds
	Not *Condition  `json:"not,omitempty"` // it does not hold

	Trait  string           `json:"trait,omitempty"`  // she has the trait of this name
	Cell   *ConditionCell   `json:"cell,omitempty"`   // she is in one of these cells
	RFM    *ConditionRFM    `json:"rfm,omitempty"`    // her scores, or their group
	Label  *ConditionLabel  `json:"label,omitempty"`  // tier, stage, class, area, gender, household …
	Number *ConditionNumber `json:"number,omitempty"` // contribution, days since the last purchase …
	Age    *ConditionRange  `json:"age,omitempty"`    // completed years on the day of decision, 0 to 150
	Record *ConditionRecord `json:"record,omitempty"` // returns, payment, tenure
}

// ConditionRange is a stretch of whole figures, both ends included. One end may be left
// out: from alone is "at least", to alone is "at most".
type ConditionRange struct {
	From *int64 `json:"from,omitempty"`
	To   *int64 `json:"to,omitempty"`
}

// ConditionCell asks for cells of one category. A cell of which one axis is not known is
// yes where every cell that it may be is listed, no where none is, and else unknown.
type ConditionCell struct {
	Category string `json:"category"`     // its ID
	In       []Cell `json:"in,omitempty"` // of the nine
}

// ConditionRFM asks for groups, scores, or both; what it states must hold together.
type ConditionRFM struct {
	Groups    []string        `json:"groups,omitempty"`
	Recency   *ConditionRange `json:"recency,omitempty"` // scores are 1 to 255
	Frequency *ConditionRange `json:"frequency,omitempty"`
	Monetary  *ConditionRange `json:"monetary,omitempty"`
}

// ConditionLabel asks for one of several texts under a key. A key may have several texts;
// one that is listed is enough.
type ConditionLabel struct {
	Key string   `json:"key"`
	In  []string `json:"in,omitempty"`
}

// ConditionNumber asks for a named figure in a range. A figure in another unit is not the
// one asked for, and so unknown.
type ConditionNumber struct {
	Name string        `json:"name"`
	Unit customer.Unit `json:"unit,omitzero"`
	ConditionRange
}

// ConditionRecord asks for a good record. What it states must hold together; what it does
// not state is not looked at.
type ConditionRecord struct {
	ReturnsAtMostPermille *int `json:"returns_at_most_permille,omitempty"` // of what was bought; 0 to 1000
	OverdueAtMost         *int `json:"overdue_at_most,omitempty"`          // payments that were overdue; 0 to 1,000,000
	// Tenure, in days or in months: a customer since 31 January has been one for a month on
	// the last day of February.
	TenureDays   int `json:"tenure_days,omitempty"`   // at least; 1 to 36,600
	TenureMonths int `json:"tenure_months,omitempty"` // at least; 1 to 1200
}

// Bounds of what a leaf may ask for.
const (
	maxConditionAge          = 150
	maxConditionOverdue      = 1_000_000
	maxConditionTenureDays   = 36_600
	maxConditionTenureMonths = 1200
)

// conditionCheck walks a tree for its faults. Depth and number are bounded first, so that
// even a tree put together by hand that contains itself is walked in no time.
type conditionCheck struct {
	faults *customer.Faults
	nodes  int
	names  func(kind, path, name string) // sees every name that a leaf mentions; nil: nobody does
}

func (c *conditionCheck) walk(path string, condition *Condition, depth int) {
	c.nodes++
	switch {
	case c.nodes > MaxConditions:
		if c.nodes == MaxConditions+1 {
			c.faults.Add(path, "", fmt.Sprintf("is one of at most %d conditions in all", MaxConditions))
		}
		return
	case depth > MaxConditionDepth:
		c.faults.Add(path, "", fmt.Sprintf("is nested at most %d deep", MaxConditionDepth))
		return
	}
	if kinds := condition.kinds(); len(kinds) != 1 {
		c.faults.Add(path, strings.Join(kinds, ", "),
			"is exactly one of all, any, not, trait, cell, rfm, label, number, age and record")
		return
	}
	switch {
	case condition.All != nil:
		c.list(path+".all", condition.All, depth)
	case condition.Any != nil:
		c.list(path+".any", condition.Any, depth)
	case condition.Not != nil:
		c.walk(path+".not", condition.Not, depth+1)
	default:
		c.leaf(path, condition)
	}
}

// kinds names the fields that a node has.
func (c *Condition) kinds() []string {
	var kinds []string
	for _, field := range []struct {
		name  string
		there bool
	}{
		{"all", c.All != nil},
		{"any", c.Any != nil},
		{"not", c.Not != nil},
		{"trait", c.Trait != ""},
		{"cell", c.Cell != nil},
		{"rfm", c.RFM != nil},
		{"label", c.Label != nil},
		{"number", c.Number != nil},
		{"age", c.Age != nil},
		{"record", c.Record != nil},
	} {
		if field.there {
			kinds = append(kinds, field.name)
		}
	}
	return kinds
}

func (c *conditionCheck) list(path string, list []Condition, depth int) {
	c.faults.Within(path, len(list), 1, MaxConditionWidth)
	if len(list) > MaxConditionWidth {
		return
	}
	for i := range list {
		c.walk(fmt.Sprintf("%s[%d]", path, i), &list[i], depth+1)
	}
}

func (c *conditionCheck) leaf(path string, condition *Condition) {
	switch {
	case condition.Trait != "":
		c.name("trait", path+".trait", condition.Trait)
	case condition.Cell != nil:
		c.cell(path+".cell", condition.Cell)
	case condition.RFM != nil:
		c.rfm(path+".rfm", condition.RFM)
	case condition.Label != nil:
		c.name("label", path+".label.key", condition.Label.Key)
		c.texts(path+".label.in", condition.Label.In)
	case condition.Number != nil:
		c.name("number", path+".number.name", condition.Number.Name)
		if _, err := condition.Number.Unit.MarshalText(); err != nil {
			c.faults.Add(path+".number.unit", condition.Number.Unit, "is a unit of figures, or absent")
		}
		c.span(path+".number", &condition.Number.ConditionRange, math.MinInt64, math.MaxInt64)
	case condition.Age != nil:
		c.span(path+".age", condition.Age, 0, maxConditionAge)
	case condition.Record != nil:
		c.record(path+".record", condition.Record)
	}
}

func (c *conditionCheck) name(kind, path, name string) {
	c.faults.Name(path, name)
	if c.names != nil {
		c.names(kind, path, name)
	}
}

func (c *conditionCheck) cell(path string, cell *ConditionCell) {
	c.name("category", path+".category", cell.Category)
	c.faults.Within(path+".in", len(cell.In), 1, len(Cells()))
	for i, one := range cell.In[:min(len(cell.In), 2*len(Cells()))] {
		if all := Cells(); !slices.Contains(all[:], one) || slices.Contains(cell.In[:i], one) {
			c.faults.Add(fmt.Sprintf("%s.in[%d]", path, i), one, "is one of the nine cells, and stands only once")
		}
	}
}

func (c *conditionCheck) rfm(path string, rfm *ConditionRFM) {
	if rfm.Groups == nil && rfm.Recency == nil && rfm.Frequency == nil && rfm.Monetary == nil {
		c.faults.Add(path, "", "states groups, recency, frequency or monetary")
	}
	if rfm.Groups != nil {
		c.texts(path+".groups", rfm.Groups)
		if c.names != nil {
			for i, group := range rfm.Groups {
				c.names("group", fmt.Sprintf("%s.groups[%d]", path, i), group)
			}
		}
	}
	for i, scores := range rfm.scores() {
		if scores != nil {
			c.span(path+"."+conditionScoreName(i), scores, 1, math.MaxUint8)
		}
	}
}

func (r *ConditionRFM) scores() [3]*ConditionRange {
	return [3]*ConditionRange{r.Recency, r.Frequency, r.Monetary}
}

func conditionScoreName(i int) string { return [...]string{"recency", "frequency", "monetary"}[i] }

func (c *conditionCheck) texts(path string, texts []string) {
	c.faults.Within(path, len(texts), 1, MaxConditionTexts)
	if len(texts) > MaxConditionTexts {
		return
	}
	seen := make(map[string]bool, len(texts))
	for i, text := range texts {
		var part customer.Faults // whose path is written out only where there is a fault
		part.Name("", text)
		if seen[text] {
			part.Add("", text, "stands only once")
		}
		seen[text] = true
		if len(part) > 0 {
			c.faults.Join(fmt.Sprintf("%s[%d]", path, i), part)
		}
	}
}

func (c *conditionCheck) span(path string, span *ConditionRange, least, most int64) {
	if span.From == nil && span.To == nil {
		c.faults.Add(path, "", "states from, to or both")
	}
	for _, end := range []struct {
		name string
		at   *int64
	}{{".from", span.From}, {".to", span.To}} {
		if end.at != nil && (*end.at < least || *end.at > most) {
			c.faults.Add(path+end.name, *end.at, fmt.Sprintf("is %d to %d", least, most))
		}
	}
	if span.From != nil && span.To != nil && *span.From > *span.To {
		c.faults.Add(path+".from", *span.From, fmt.Sprintf("is not above to, %d", *span.To))
	}
}

func (c *conditionCheck) record(path string, record *ConditionRecord) {
	if *record == (ConditionRecord{}) {
		c.faults.Add(path, "", "states returns_at_most_permille, overdue_at_most, tenure_days or tenure_months")
	}
	if record.ReturnsAtMostPermille != nil {
		c.faults.Within(path+".returns_at_most_permille", *record.ReturnsAtMostPermille, 0, 1000)
	}
	if record.OverdueAtMost != nil {
		c.faults.Within(path+".overdue_at_most", *record.OverdueAtMost, 0, maxConditionOverdue)
	}
	c.faults.Within(path+".tenure_days", record.TenureDays, 0, maxConditionTenureDays)
	c.faults.Within(path+".tenure_months", record.TenureMonths, 0, maxConditionTenureMonths)
	if record.TenureDays != 0 && record.TenureMonths != 0 {
		c.faults.Add(path+".tenure_months", record.TenureMonths, "is absent where tenure_days is stated")
	}
}

// conditionKind says what a compiled node asks. A leaf that states several marks is compiled
// into one node for each.
type conditionKind uint8

const (
	allNode conditionKind = iota + 1
	anyNode
	notNode
	traitNode
	cellNode
	groupNode
	scoreNode
	labelNode
	numberNode
	ageNode
	returnsNode
	overdueNode
	tenureDaysNode
	tenureMonthsNode
	scopeNode
	targetNode
)

// conditionNode is a compiled condition.
type conditionNode struct {
	kind     conditionKind
	which    uint8         // of a score: 0 to 2; of a scope: its level; of a target: its kind
	unit     customer.Unit // of a number
	cells    uint16        // of a cell: see conditionCellBits
	from, to int64         // of a figure; the ends of int64 where there is no mark
	name     string        // trait, category, key, number, scope
	texts    []string      // sorted
	rule     string        // as reasons cite the leaf
	children []conditionNode
}

// conditionCompiler compiles a tree that has no faults.
type conditionCompiler struct{ book string } // the edition's name

func (c conditionCompiler) compile(path string, condition *Condition) conditionNode {
	switch {
	case condition.All != nil:
		return c.branch(allNode, path+"all", condition.All)
	case condition.Any != nil:
		return c.branch(anyNode, path+"any", condition.Any)
	case condition.Not != nil:
		return conditionNode{kind: notNode, children: []conditionNode{c.compile(path+"not.", condition.Not)}}
	case condition.Trait != "":
		return c.leaf(traitNode, path+"trait", condition.Trait)
	case condition.Cell != nil:
		leaf := c.leaf(cellNode, path+"cell", condition.Cell.Category)
		for _, cell := range condition.Cell.In {
			leaf.cells |= conditionCellBits(cell)
		}
		return leaf
	case condition.RFM != nil:
		return c.rfm(path+"rfm.", condition.RFM)
	case condition.Label != nil:
		leaf := c.leaf(labelNode, path+"label", condition.Label.Key)
		leaf.texts = slices.Sorted(slices.Values(condition.Label.In))
		return leaf
	case condition.Number != nil:
		leaf := c.leaf(numberNode, path+"number", condition.Number.Name)
		leaf.unit = condition.Number.Unit
		leaf.span(&condition.Number.ConditionRange)
		return leaf
	case condition.Age != nil:
		leaf := c.leaf(ageNode, path+"age", "")
		leaf.unit = customer.UnitYears
		leaf.span(condition.Age)
		return leaf
	default:
		return c.record(path+"record.", condition.Record)
	}
}

// leaf makes a leaf that reasons cite as "young-women/3 all[1].label[gender]".
func (c conditionCompiler) leaf(kind conditionKind, path, name string) conditionNode {
	rule := c.book + " " + path
	if name != "" {
		rule += "[" + name + "]"
	}
	return conditionNode{kind: kind, name: name, rule: rule, from: math.MinInt64, to: math.MaxInt64}
}

// span sets the ends of a range.
func (n *conditionNode) span(span *ConditionRange) {
	if span.From != nil {
		n.from = *span.From
	}
	if span.To != nil {
		n.to = *span.To
	}
}

func (c conditionCompiler) branch(kind conditionKind, path string, list []Condition) conditionNode {
	children := make([]conditionNode, len(list))
	for i := range list {
		children[i] = c.compile(fmt.Sprintf("%s[%d].", path, i), &list[i])
	}
	return conditionNode{kind: kind, children: children}
}

// allOf is a node that asks for all of its parts, or the part itself where there is
// only one.
func allOf(parts []conditionNode) conditionNode {
	if len(parts) == 1 {
		return parts[0]
	}
	return conditionNode{kind: allNode, children: parts}
}

func (c conditionCompiler) rfm(path string, rfm *ConditionRFM) conditionNode {
	var parts []conditionNode
	if rfm.Groups != nil {
		leaf := c.leaf(groupNode, path+"groups", "")
		leaf.texts = slices.Sorted(slices.Values(rfm.Groups))
		parts = append(parts, leaf)
	}
	for i, scores := range rfm.scores() {
		if scores != nil {
			leaf := c.leaf(scoreNode, path+conditionScoreName(i), "")
			leaf.which = uint8(i)
			leaf.span(scores)
			parts = append(parts, leaf)
		}
	}
	return allOf(parts)
}

func (c conditionCompiler) record(path string, record *ConditionRecord) conditionNode {
	var parts []conditionNode
	if record.ReturnsAtMostPermille != nil {
		leaf := c.leaf(returnsNode, path+"returns_at_most_permille", "")
		leaf.to = int64(*record.ReturnsAtMostPermille)
		parts = append(parts, leaf)
	}
	if record.OverdueAtMost != nil {
		leaf := c.leaf(overdueNode, path+"overdue_at_most", "")
		leaf.to, leaf.unit = int64(*record.OverdueAtMost), customer.UnitTimes
		parts = append(parts, leaf)
	}
	if record.TenureDays != 0 {
		leaf := c.leaf(tenureDaysNode, path+"tenure_days", "")
		leaf.from, leaf.unit = int64(record.TenureDays), customer.UnitDays
		parts = append(parts, leaf)
	}
	if record.TenureMonths != 0 {
		leaf := c.leaf(tenureMonthsNode, path+"tenure_months", "")
		leaf.from = int64(record.TenureMonths)
		parts = append(parts, leaf)
	}
	return allOf(parts)
}

// answer evaluates a node. It allocates nothing, and stops at the first part that decides.
func (n *conditionNode) answer(facts *AudienceFacts, on customer.Date) AudienceAnswer {
	switch n.kind {
	case allNode:
		least := AudienceYes
		for i := range n.children {
			if least = min(least, n.children[i].answer(facts, on)); least == AudienceNo {
				break
			}
		}
		return least
	case anyNode:
		most := AudienceNo
		for i := range n.children {
			if most = max(most, n.children[i].answer(facts, on)); most == AudienceYes {
				break
			}
		}
		return most
	case notNode:
		return AudienceYes + AudienceNo - n.children[0].answer(facts, on)
	case traitNode:
		return n.trait(facts)
	case cellNode:
		return n.cell(facts)
	case groupNode:
		return n.text(facts.RFMGroup)
	case labelNode:
		answer, _ := n.label(facts)
		return answer
	case returnsNode:
		return n.returns(&facts.Record)
	case tenureMonthsNode:
		return n.tenureMonths(facts.Record.Since, on)
	case scopeNode:
		return n.text(facts.scope(AudienceLevel(n.which)))
	case targetNode:
		return leafAnswer(facts.Kind != 0, facts.Kind == AudienceKind(n.which))
	case scoreNode, numberNode, ageNode, overdueNode, tenureDaysNode:
		figure, known := n.figure(facts, on)
		return leafAnswer(known, figure >= n.from && figure <= n.to)
	}
	return AudienceUnknown
}

// leafAnswer is the answer of a leaf.
func leafAnswer(known, holds bool) AudienceAnswer {
	switch {
	case !known:
		return AudienceUnknown
	case holds:
		return AudienceYes
	}
	return AudienceNo
}

func (n *conditionNode) trait(facts *AudienceFacts) AudienceAnswer {
	for i := range facts.Traits {
		if trait := &facts.Traits[i]; trait.Name == n.name {
			return leafAnswer(true, trait.Held)
		}
	}
	return AudienceUnknown
}

// text holds a fact that is one text against the texts asked for.
func (n *conditionNode) text(fact string) AudienceAnswer {
	_, listed := slices.BinarySearch(n.texts, fact)
	return leafAnswer(fact != "", listed)
}

// label also counts the texts under the key.
func (n *conditionNode) label(facts *AudienceFacts) (answer AudienceAnswer, texts int64) {
	answer = AudienceUnknown
	for i := range facts.Labels {
		label := &facts.Labels[i]
		if label.Key != n.name || label.Text == "" {
			continue
		}
		texts++
		if answer != AudienceYes {
			answer = n.text(label.Text)
		}
	}
	return answer, texts
}

func (n *conditionNode) cell(facts *AudienceFacts) AudienceAnswer {
	cell := facts.cell(n.name)
	possible := conditionCellBits(cell)
	switch {
	case cell == (Cell{}): // nothing is known of her, not even that she is in one of the nine
		return AudienceUnknown
	case possible&^n.cells == 0:
		return AudienceYes
	case possible&n.cells == 0:
		return AudienceNo
	}
	return AudienceUnknown
}

// conditionCellBits is the set of the nine cells that a cell may be, the first of Cells in the
// lowest bit: one bit where both axes are known, else three or all nine.
func conditionCellBits(cell Cell) uint16 {
	brands, usages := uint16(0b111), uint16(0b111)
	if cell.Brand >= NationalLoyal && cell.Brand <= StoreLoyal {
		brands = 1 << (cell.Brand - NationalLoyal)
	}
	if cell.Usage >= Light && cell.Usage <= Heavy {
		usages = 1 << (cell.Usage - Light)
	}
	var bits uint16
	for brand := range 3 {
		if brands>>brand&1 == 1 {
			bits |= usages << (3 * brand)
		}
	}
	return bits
}

// figure is the fact of a leaf that asks for a figure, and whether it is known.
func (n *conditionNode) figure(facts *AudienceFacts, on customer.Date) (figure int64, known bool) {
	switch n.kind {
	case scoreNode:
		score := facts.RFM[n.which]
		return int64(score), score != 0
	case numberNode:
		number, found := facts.number(n.name)
		return number.Value, found && number.Unit == n.unit
	case ageNode:
		return conditionAge(facts.Born, on)
	case overdueNode:
		return facts.Record.Overdue, facts.Record.PaymentsKnown && facts.Record.Overdue >= 0
	case tenureDaysNode:
		since := facts.Record.Since
		return int64(on - since), since.Valid() && since <= on
	case allNode, anyNode, notNode, traitNode, cellNode, groupNode, labelNode, returnsNode, tenureMonthsNode,
		scopeNode, targetNode: // no figures
	}
	return 0, false
}

// conditionAge is the number of completed years of life. A year is completed as the birthday
// begins. Whoever was born on 29 February completes it on 1 March of a year without
// that day: so the end of 28 February, with which the year of life ends, is read in
// the German Civil Code (BGB, § 187 (2) and § 188 (2)), and so nobody counts as of age a day early.
// A day of birth that is not known, or lies after the day of decision, has no age.
func conditionAge(born, on customer.Date) (years int64, known bool) {
	if !born.Valid() || born > on {
		return 0, false
	}
	bornYear, bornMonth, bornDay := born.Civil()
	year, month, day := on.Civil()
	years = int64(year - bornYear)
	if month < bornMonth || month == bornMonth && day < bornDay {
		years--
	}
	return years, true
}

// returns compares what came back with what was bought exactly; nothing bought has no rate.
func (n *conditionNode) returns(record *AudienceRecord) AudienceAnswer {
	if !record.ReturnsKnown || record.Bought <= 0 || record.Returned < 0 {
		return AudienceUnknown
	}
	return leafAnswer(true, compareShare(record.Returned, record.Bought, int(n.to)) <= 0)
}

func (n *conditionNode) tenureMonths(since, on customer.Date) AudienceAnswer {
	if !since.Valid() || since > on {
		return AudienceUnknown
	}
	reached := since.AddMonths(int(n.from))
	return leafAnswer(true, reached.Valid() && reached <= on)
}

// explain appends the reasons of the leaves that decided: at every branch those of the
// parts that answer as the branch does. Without any of the other facts the answer yes or
// no would be the same; of unknown they are the leaves that miss a fact.
func (n *conditionNode) explain(reasons []customer.Reason, facts *AudienceFacts, on customer.Date) []customer.Reason {
	switch n.kind {
	case allNode, anyNode:
		answer := n.answer(facts, on)
		for i := range n.children {
			if child := &n.children[i]; child.answer(facts, on) == answer {
				reasons = child.explain(reasons, facts, on)
			}
		}
		return reasons
	case notNode:
		return n.children[0].explain(reasons, facts, on)
	case scoreNode, numberNode, ageNode, overdueNode, tenureDaysNode:
		return n.explainFigure(reasons, facts, on)
	case traitNode, cellNode, groupNode, labelNode, returnsNode, tenureMonthsNode, scopeNode, targetNode:
		return append(reasons, n.reason(facts, on))
	}
	return reasons
}

// explainFigure holds a figure against each end of its range: against those that it keeps,
// or against the one that it misses.
func (n *conditionNode) explainFigure(reasons []customer.Reason, facts *AudienceFacts, on customer.Date) []customer.Reason {
	unknown, from, below, to, above := n.figureCodes()
	figure, known := n.figure(facts, on)
	reason := customer.Reason{Rule: n.rule, Fact: figure, Unit: n.unit}
	switch {
	case !known:
		reason.Code, reason.Fact = unknown, 0
		if number, found := facts.number(n.name); n.kind == numberNode && found {
			reason.Code, reason.Fact, reason.Unit = CodeAudienceOtherUnit, number.Value, number.Unit
		}
		return append(reasons, reason)
	case figure < n.from:
		reason.Code, reason.Mark = below, n.from
		return append(reasons, reason)
	case figure > n.to:
		reason.Code, reason.Mark = above, n.to
		return append(reasons, reason)
	}
	if n.from > math.MinInt64 || n.to == math.MaxInt64 {
		reason.Code, reason.Mark = from, n.from
		reasons = append(reasons, reason)
	}
	if n.to < math.MaxInt64 {
		reason.Code, reason.Mark = to, n.to
		reasons = append(reasons, reason)
	}
	return reasons
}

// figureCodes are the codes of a leaf that asks for a figure.
func (n *conditionNode) figureCodes() (unknown, from, below, to, above string) {
	switch n.kind {
	case ageNode:
		return CodeAudienceNoAge, CodeAudienceAgeFrom, CodeAudienceAgeBelow, CodeAudienceAgeTo, CodeAudienceAgeAbove
	case overdueNode:
		return CodeAudienceNoPayments, "", "", CodeAudiencePayments, CodeAudienceOverdue
	case tenureDaysNode:
		return CodeAudienceNoTenure, CodeAudienceTenure, CodeAudienceTooNew, "", ""
	case scoreNode, numberNode:
	case allNode, anyNode, notNode, traitNode, cellNode, groupNode, labelNode, returnsNode, tenureMonthsNode,
		scopeNode, targetNode: // no figures
	}
	return CodeAudienceNoNumber, CodeAudienceFrom, CodeAudienceBelow, CodeAudienceTo, CodeAudienceAbove
}

// reason is the one reason of a leaf without a range.
func (n *conditionNode) reason(facts *AudienceFacts, on customer.Date) customer.Reason {
	answer, reason := n.answer(facts, on), customer.Reason{Rule: n.rule}
	pick := func(yes, no, unknown string) {
		reason.Code = [...]string{AudienceNo: no, AudienceUnknown: unknown, AudienceYes: yes}[answer]
	}
	switch n.kind {
	case traitNode:
		pick(CodeAudienceTrait, CodeAudienceNotTrait, CodeAudienceNoTrait)
	case cellNode:
		cell := facts.cell(n.name)
		reason.Fact, reason.Mark = 10*int64(cell.Brand)+int64(cell.Usage), int64(n.cells)
		pick(CodeAudienceCell, CodeAudienceNotCell, CodeAudienceNoCell)
	case groupNode:
		reason.Mark = int64(len(n.texts))
		pick(CodeAudienceGroup, CodeAudienceNotGroup, CodeAudienceNoGroup)
	case labelNode:
		_, reason.Fact = n.label(facts)
		reason.Mark = int64(len(n.texts))
		pick(CodeAudienceLabel, CodeAudienceNotLabel, CodeAudienceNoLabel)
	case scopeNode:
		reason.Mark = int64(n.which)
		pick(CodeAudienceScope, CodeAudienceNotScope, CodeAudienceNoScope)
	case targetNode:
		reason.Fact, reason.Mark = int64(facts.Kind), int64(n.which)
		pick(CodeAudienceTarget, CodeAudienceNotTarget, CodeAudienceNoTarget)
	case returnsNode:
		if answer != AudienceUnknown {
			reason.Fact = conditionReturnRate(&facts.Record, answer == AudienceNo)
		}
		reason.Mark, reason.Unit = n.to, customer.UnitPermille
		pick(CodeAudienceReturns, CodeAudienceTooManyReturns, CodeAudienceNoReturns)
	case tenureMonthsNode:
		if since := facts.Record.Since; answer != AudienceUnknown {
			reason.On, reason.By = since, since.AddMonths(int(n.from))
			if !reason.By.Valid() { // beyond the last day there is
				reason.By = customer.MaxDate
			}
			reason.Fact, reason.Mark, reason.Unit = int64(on-since), int64(reason.By-since), customer.UnitDays
		}
		pick(CodeAudienceTenure, CodeAudienceTooNew, CodeAudienceNoTenure)
	case allNode, anyNode, notNode, scoreNode, numberNode, ageNode, overdueNode, tenureDaysNode: // explained elsewhere
	}
	return reason
}

// conditionReturnRate is what came back in ‰ of what was bought, rounded down, or up where it is
// over the mark, so that the figures agree with what they explain.
func conditionReturnRate(record *AudienceRecord, over bool) int64 {
	high, low := bits.Mul64(uint64(record.Returned), 1000)
	if high >= uint64(record.Bought) {
		return math.MaxInt64
	}
	rate, rest := bits.Div64(high, low, uint64(record.Bought))
	if over && rest > 0 {
		rate++
	}
	return int64(min(rate, math.MaxInt64))
}
