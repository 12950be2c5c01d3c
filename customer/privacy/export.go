package privacy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/journal"
)

// DocumentVersion is the format in which documents are written.
const DocumentVersion = 1

// maxDepth bounds the nesting of what is exported.
const maxDepth = 64

// Part is what one package, or one system of the host, holds on a customer. It is made by [PartOf] or
// [Rows].
type Part struct {
	name    string
	state   json.RawMessage
	entries []json.RawMessage
	err     error
}

// PartOf returns what a package with a history holds: its state and all entries, in booking order,
// as its store's Decisions give them. The name is that of the package's Format.
func PartOf[S, B any, F journal.Form[B]](state S, decisions []journal.Decision[S, journal.Entry[B, F]]) Part {
	var form F
	name, _ := form.Format()
	p := Part{name: name}
	p.state, p.err = json.Marshal(state)
	for _, d := range decisions {
		for _, e := range d.Entries {
			data, err := json.Marshal(e)
			if err != nil && p.err == nil {
				p.err = err
			}
			p.entries = append(p.entries, data)
		}
	}
	return p
}

// Rows returns what is held without a history: a report of what she bought, points, a mailing list.
func Rows(name string, rows any) Part {
	data, err := json.Marshal(rows)
	return Part{name: name, state: data, err: err}
}

// Document is all that is held on one customer: for her to read, and for a machine. Its JSON is
// stable: the same parts give the same bytes.
type Document struct {
	Version  int          `json:"v"`
	Customer customer.ID  `json:"customer"`
	At       time.Time    `json:"at"`
	Rule     string       `json:"rule"`
	Parts    []PartRecord `json:"parts"`             // in the order of the rules, then by name
	Missing  []string     `json:"missing,omitempty"` // parts that the rules name and nobody supplied
	LeftOut  int          `json:"left_out,omitempty"`
}

// PartRecord is one part of a document.
type PartRecord struct {
	Name    string          `json:"name"`
	Title   string          `json:"title"`
	Words   []string        `json:"words,omitempty"`    // what is held now, a line for each field
	Data    json.RawMessage `json:"data"`               // the same for a machine
	History []EntryRecord   `json:"history,omitempty"`  // in booking order
	LeftOut int             `json:"left_out,omitempty"` // values that are of other persons
}

// EntryRecord is one entry of a history.
type EntryRecord struct {
	At    time.Time       `json:"at"`
	Title string          `json:"title"`
	By    string          `json:"by"` // a role, never a name
	Words []string        `json:"words,omitempty"`
	Data  json.RawMessage `json:"data"`
}

// String says how much is in the document, and nothing of it.
func (d Document) String() string {
	return fmt.Sprintf("export of %s at %s: %s", d.Customer, d.At.Format(time.RFC3339), customer.English.Count(int64(len(d.Parts)), "part"))
}

// Format writes what String says, whatever the verb.
func (d Document) Format(f fmt.State, _ rune) { show(f, d.String()) }

// String says how much is in the part, and nothing of it.
func (r PartRecord) String() string {
	return r.Name + ", with a history of " + customer.English.Count(int64(len(r.History)), "row")
}

// Format writes what String says, whatever the verb.
func (r PartRecord) Format(f fmt.State, _ rune) { show(f, r.String()) }

// String says what kind of entry it is, and when it was booked.
func (r EntryRecord) String() string { return r.Title + " at " + r.At.Format(time.RFC3339) }

// Format writes what String says, whatever the verb.
func (r EntryRecord) Format(f fmt.State, _ rune) { show(f, r.String()) }

// Format writes the name of the part, whatever the verb.
func (p Part) Format(f fmt.State, _ rune) { show(f, p.name) }

// show writes a text that hides what is personal, whatever the verb.
func show(f fmt.State, text string) { _, _ = f.Write([]byte(text)) }

// Export writes down all that is held on a customer: every part, with every field of its state and
// of each entry. Values of other persons are left out and counted; staff are shown by the role that
// they have in roles, and as "staff" without one; the customer herself, where she did something
// under her own ID, as "customer". Parts that the rules name and nobody supplied are named as
// missing, so that a document is never taken for complete that is not.
func (p *Policy) Export(id customer.ID, at time.Time, language customer.Language, roles map[string]string, parts ...Part) (Document, error) {
	var faults customer.Faults
	faults.Name("customer", string(id))
	faults.Instant("at", at)
	if language != customer.English && language != customer.Chinese {
		faults.Add("language", language, "is English or Chinese")
	}
	faults.Within("parts", len(parts), 0, MaxPackages)
	seen := map[string]bool{}
	for i := range parts[:min(len(parts), MaxPackages)] {
		checkOnce(&faults, fmt.Sprintf("parts[%d].name", i), parts[i].name, seen)
		if parts[i].err != nil {
			faults.Add(fmt.Sprintf("parts[%d]", i), parts[i].name, "can be written: "+parts[i].err.Error())
		}
	}
	if err := faults.Err(); err != nil {
		return Document{}, err
	}
	if err := p.rules.Covers(customer.DateOf(at, p.zone)); err != nil {
		return Document{}, err
	}
	doc := Document{Version: DocumentVersion, Customer: id, At: at, Rule: p.rules.Name(), Parts: []PartRecord{}}
	for _, name := range p.rules.Packages {
		if !seen[name] {
			doc.Missing = append(doc.Missing, name)
		}
	}
	rank := func(part Part) int {
		if at := slices.Index(p.rules.Packages, part.name); at >= 0 {
			return at
		}
		return len(p.rules.Packages)
	}
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, func(a, b Part) int {
		if ranked := rank(a) - rank(b); ranked != 0 {
			return ranked
		}
		return strings.Compare(a.name, b.name)
	})
	for i := range sorted {
		record, err := p.record(id, language, roles, &sorted[i])
		if err != nil {
			return Document{}, err
		}
		doc.LeftOut += record.LeftOut
		doc.Parts = append(doc.Parts, record)
	}
	return doc, nil
}

func (p *Policy) record(id customer.ID, language customer.Language, roles map[string]string, part *Part) (PartRecord, error) {
	x := exporting{Policy: p, id: string(id), language: language, roles: roles, pkg: part.name, fields: map[string]field{}}
	record := PartRecord{Name: part.name, Title: p.word(part.name, part.name, language)}
	var err error
	if record.Data, record.Words, err = x.value(part.state); err != nil {
		return PartRecord{}, fmt.Errorf("privacy: export of %s: %w", part.name, err)
	}
	for i, data := range part.entries {
		var head struct {
			Kind string    `json:"kind"`
			At   time.Time `json:"at"`
			By   string    `json:"by"`
		}
		if err := json.Unmarshal(data, &head); err != nil {
			return PartRecord{}, fmt.Errorf("privacy: export of %s, entry %d: %w", part.name, i+1, err)
		}
		entry := EntryRecord{At: head.At, Title: x.label(head.Kind), By: x.called(x.role(head.By))}
		x.entry, x.bare = true, x.field(head.Kind).others
		if entry.Data, entry.Words, err = x.value(data); err != nil {
			return PartRecord{}, fmt.Errorf("privacy: export of %s, entry %d: %w", part.name, i+1, err)
		}
		record.History = append(record.History, entry)
	}
	record.LeftOut = x.left
	return record, nil
}

// exporting writes values of one part.
type exporting struct {
	*Policy
	id       string
	language customer.Language
	roles    map[string]string
	pkg      string

	fields map[string]field // as they were asked for
	left   int              // values that were left out
	entry  bool             // this is an entry: only its body is put into words
	bare   bool             // it is of another person: neither its body is shown nor why
	mute   bool             // nothing is put into words here
	depth  int
	data   bytes.Buffer
	words  []string
}

// field is what the rules say of a field.
type field struct {
	label         string
	staff, others bool
}

func (x *exporting) field(name string) field {
	known, found := x.fields[name]
	if !found {
		known = field{x.word(x.pkg, name, x.language), named(x.staff, x.pkg, name), named(x.others, x.pkg, name)}
		x.fields[name] = known
	}
	return known
}

func (x *exporting) label(name string) string { return x.field(name).label }

// value writes a JSON value without what is of others, once for a machine and once in words.
func (x *exporting) value(raw json.RawMessage) (data json.RawMessage, words []string, err error) {
	x.data.Reset()
	x.words, x.mute, x.depth = nil, x.entry, 0
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := x.walk(decoder, "", nil); err != nil {
		return nil, nil, err
	}
	return slices.Clone(x.data.Bytes()), x.words, nil
}

// walk copies the next value. Field is the name that it stands under.
func (x *exporting) walk(decoder *json.Decoder, field string, path []string) error {
	if x.depth > maxDepth {
		return fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch value := token.(type) {
	case json.Delim:
		if value == '{' {
			return x.object(decoder, path)
		}
		return x.array(decoder, field, path)
	case string:
		if x.field(field).staff && !isDay(value) { // "by" is who did it, and elsewhere the day by which
			value = x.role(value)
			x.leaf(path, x.called(value))
			return x.write(value)
		}
		x.leaf(path, x.shown(value))
		return x.write(value)
	case json.Number:
		x.leaf(path, value.String())
		x.data.WriteString(value.String())
	case bool:
		x.leaf(path, x.yes(value))
		x.data.WriteString(strconv.FormatBool(value))
	default:
		x.data.WriteString("null")
	}
	return nil
}

func (x *exporting) object(decoder *json.Decoder, path []string) error {
	x.depth++
	x.data.WriteByte('{')
	for first := true; decoder.More(); {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		known := x.field(name)
		bare := x.bare && x.depth == 1 && (name == "body" || name == "because")
		if known.others || bare {
			var skipped json.RawMessage
			if err := decoder.Decode(&skipped); err != nil {
				return err
			}
			if !bare || name == "body" {
				x.left++
			}
			continue
		}
		if !first {
			x.data.WriteByte(',')
		}
		first = false
		if err := x.write(name); err != nil {
			return err
		}
		x.data.WriteByte(':')
		under := append(path, known.label)
		if x.entry && x.depth == 1 {
			x.mute, under = name != "body", path
		}
		if err := x.walk(decoder, name, under); err != nil {
			return err
		}
	}
	x.depth--
	x.data.WriteByte('}')
	_, err := decoder.Token()
	return err
}

func (x *exporting) array(decoder *json.Decoder, field string, path []string) error {
	x.depth++
	x.data.WriteByte('[')
	for n := 1; decoder.More(); n++ {
		if n > 1 {
			x.data.WriteByte(',')
		}
		if err := x.walk(decoder, field, append(path, strconv.Itoa(n))); err != nil {
			return err
		}
	}
	x.depth--
	x.data.WriteByte(']')
	_, err := decoder.Token()
	return err
}

func (x *exporting) write(text string) error {
	data, err := json.Marshal(text)
	x.data.Write(data)
	return err
}

// leaf notes a value in words: "identifiers 2, raw: 0571 8765".
func (x *exporting) leaf(path []string, value string) {
	if value == "" || x.mute {
		return
	}
	comma, colon := ", ", ": "
	if x.language == customer.Chinese {
		comma, colon = "，", "："
	}
	var line strings.Builder
	for i, step := range path {
		switch {
		case i == 0:
		case isNumber(step):
			line.WriteByte(' ')
		default:
			line.WriteString(comma)
		}
		line.WriteString(step)
	}
	if len(path) > 0 {
		line.WriteString(colon)
	}
	line.WriteString(value)
	x.words = append(x.words, line.String())
}

func isDay(text string) bool {
	_, err := customer.ParseDate(text)
	return err == nil
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// shown writes instants and days as people do; all else as it is.
func (x *exporting) shown(text string) string {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return x.language.Instant(at.In(x.zone))
	}
	if day, err := customer.ParseDate(text); err == nil {
		return x.language.DayOfYear(day)
	}
	return text
}

func (x *exporting) yes(is bool) string {
	switch {
	case x.language == customer.Chinese && is:
		return "是"
	case x.language == customer.Chinese:
		return "否"
	case is:
		return "yes"
	}
	return "no"
}

// The roles of those who have none of the host's.
const (
	roleCustomer = "customer"
	roleStaff    = "staff"
)

// role is who did something, without a name: the same in every language.
func (x *exporting) role(by string) string {
	switch {
	case by == "":
		return ""
	case by == x.id:
		return roleCustomer
	case x.roles[by] != "":
		return x.roles[by]
	}
	return roleStaff
}

// called is what a role is called.
func (x *exporting) called(role string) string {
	if role == "" {
		return ""
	}
	return x.word(x.pkg, role, x.language)
}
