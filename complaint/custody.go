package complaint

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Item is one thing of the customer's that we took into our hands: the shoe that goes to the
// laboratory. From hand-in to its end exactly one holder answers for it at any instant.
type Item struct { //nolint:recvcheck // a value; read and moved in place
	ID        string    `json:"item"`              // the host's ID
	What      string    `json:"what"`              // it is
	Serial    string    `json:"serial,omitempty"`  // number, where it has one
	Receipt   string    `json:"receipt"`           // number of the receipt that she was given
	Condition []string  `json:"condition"`         // at hand-in, a note for each thing seen
	Word      string    `json:"word,omitempty"`    // the customer's own on it
	Chain     []Hold    `json:"chain"`             // without a gap: each begins where the one before ends
	Fate      Fate      `json:"fate,omitzero"`     // zero: it is still in our custody
	Ended     time.Time `json:"ended,omitzero"`    // when our custody ended
	Returned  []string  `json:"returned,omitzero"` // its condition when it was handed back
	To        string    `json:"to,omitempty"`      // who took it back for her; empty: she did
	Consent   string    `json:"consent,omitempty"` // the contact in which she agreed that it does not come back
	Remedy    string    `json:"remedy,omitempty"`  // that makes good for it, of one lost
}

// Hold is one link of a chain of custody.
type Hold struct {
	customer.Span        // half-open; without an end: still
	Holder        string `json:"holder"`             // a desk, an agent, a laboratory, by the host's ID
	Accepted      string `json:"accepted,omitempty"` // the agent who took it over
	Lost          bool   `json:"lost,omitempty"`     // it is not found, and the holder who lost it answers for it
	Ref           string `json:"ref"`                // of the command
}

// maxNotes is the most notes on the condition of an item.
const maxNotes = 50

// Holder returns who answered for the item at an instant; none before hand-in and once our
// custody has ended.
func (i Item) Holder(at time.Time) (Hold, bool) {
	for k := len(i.Chain) - 1; k >= 0; k-- {
		if i.Chain[k].Contains(at) {
			return i.Chain[k], true
		}
	}
	return Hold{}, false
}

// Difference compares the condition in which an item was handed back with that at hand-in, note
// by note as they were written: what is new, and what is no longer there.
func (i Item) Difference() (added, gone []string) {
	if i.Fate != HandedBack {
		return nil, nil
	}
	for _, note := range i.Returned {
		if !slices.Contains(i.Condition, note) {
			added = append(added, note)
		}
	}
	for _, note := range i.Condition {
		if !slices.Contains(i.Returned, note) {
			gone = append(gone, note)
		}
	}
	return added, gone
}

// UnmarshalJSON reads an item of a stored case. A chain with a gap, with two holders at once, or
// that ends otherwise than the item's fate says, is an error: no history leads to it.
func (i *Item) UnmarshalJSON(data []byte) error {
	type stored Item
	var read stored
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	for k, hold := range read.Chain {
		to := read.Ended
		if k+1 < len(read.Chain) {
			to = read.Chain[k+1].From
		}
		if hold.Holder == "" || hold.From.IsZero() || !hold.To.Equal(to) || !to.IsZero() && to.Before(hold.From) {
			return fmt.Errorf("complaint: the chain of item %q is broken at link %d", read.ID, k+1)
		}
	}
	if len(read.Chain) == 0 || (read.Fate == 0) != read.Ended.IsZero() {
		return fmt.Errorf("complaint: item %q has no holder, or a fate without an end", read.ID)
	}
	*i = Item(read)
	return nil
}

// held is the last link of the chain.
func (i *Item) held() *Hold { return &i.Chain[len(i.Chain)-1] }

// Fate says how our custody of an item ended. The zero Fate: it has not.
type Fate uint8

// The fates. Their texts are format.
const (
	HandedBack Fate = iota + 1
	Scrapped
	WrittenOff // lost, and made good for
)

// String returns the stored text.
func (f Fate) String() string {
	switch f {
	case HandedBack:
		return "handed-back"
	case Scrapped:
		return "scrapped"
	case WrittenOff:
		return "written-off"
	}
	return "fate " + strconv.Itoa(int(f))
}

// MarshalText writes the stored text; anything else is an error.
func (f Fate) MarshalText() ([]byte, error) { return customer.WriteStored("complaint", f, WrittenOff) }

// UnmarshalText reads what MarshalText wrote.
func (f *Fate) UnmarshalText(text []byte) error {
	return customer.ReadStored("complaint", "fate", f, WrittenOff, text)
}

// item returns the place of an item, or -1. One that was handed in again is found as it was last.
func (c *Case) item(id string) int {
	for i := len(c.Items) - 1; i >= 0; i-- {
		if c.Items[i].ID == id {
			return i
		}
	}
	return -1
}

// held returns an item of the ground that is in our custody at an instant and may be changed,
// its chain too.
func (g *ground) held(id string, at time.Time) (*Item, error) {
	place := g.item(id)
	switch {
	case place < 0:
		return nil, fmt.Errorf("item %q was never handed in", id)
	case g.Items[place].Fate != 0:
		return nil, fmt.Errorf("item %q is no longer in custody", id)
	case at.Before(g.Items[place].held().From):
		return nil, fmt.Errorf("item %q changed hands later than that", id)
	}
	item := &(*mine(g, ofItems, &g.Items))[place]
	item.Chain = append(make([]Hold, 0, len(item.Chain)+1), item.Chain...) // one more is to come, as a rule
	return item, nil
}

var errHolder = errors.New("somebody else has the item")

// end closes the last link: our custody is over.
func (i *Item) end(fate Fate, e *Entry) {
	i.held().To = e.At
	i.Fate, i.Ended = fate, e.At
}

// next closes the last link and appends another that begins at the same instant.
func (i *Item) next(hold Hold, e *Entry) error {
	if len(i.Chain) >= MaxList {
		return fmt.Errorf("a chain of more than %d", MaxList)
	}
	i.held().To = e.At
	hold.From, hold.Ref = e.At, e.Ref
	i.Chain = append(i.Chain, hold)
	return nil
}

// inHand notes what keeps somebody from doing something with an item that only its holder can
// do, and returns it; nil where nobody handed it in.
func (d *desk) inHand(id, from string) *Item {
	place := d.now.item(id)
	if place < 0 {
		d.miss(customer.Reason{Code: CodeItemUnknown, Of: id})
		return nil
	}
	item := &d.now.Items[place]
	held := item.held()
	switch {
	case item.Fate != 0:
		d.miss(customer.Reason{Code: CodeItemGone, Of: id, At: item.Ended.In(d.zone)})
		return item
	case held.Holder != from:
		d.miss(customer.Reason{Code: CodeItemHolder, Of: held.Holder, At: held.From.In(d.zone)})
	}
	if d.step.At.Before(held.From) {
		d.miss(customer.Reason{Code: CodeItemOrder, Of: id, At: held.From.In(d.zone)})
	}
	return item
}

// room notes that the chain of an item has no room for another link. It can still be ended.
func (d *desk) room(item *Item) {
	if item != nil && item.Fate == 0 && len(item.Chain) >= MaxList {
		d.miss(customer.Reason{Code: CodeItemFull, Of: item.ID, Mark: MaxList, Unit: customer.UnitTimes})
	}
}

// consent notes that a contact is not one in which the customer can have agreed to give up an
// item: she spoke, by the instant of the command, and not before the day on which she handed it
// in. What she said of it in a custody before, or of something else, is no consent to this.
func (d *desk) consent(ref, id string, item *Item) {
	for i := range d.now.Contacts {
		contact := &d.now.Contacts[i]
		if contact.Ref == ref && contact.Direction == FromCustomer && !contact.Missed && !contact.At.After(d.step.At) &&
			(item == nil || d.day(contact.At) >= d.day(item.Chain[0].From)) {
			return
		}
	}
	d.miss(customer.Reason{Code: CodeItemConsent, Of: id})
}

// barItems keeps a case open while something of the customer's is in our hands, or lost and not
// made good for.
func (p *Policy) barItems(c *Case, _ time.Time, miss func(customer.Reason)) {
	for i := range c.Items {
		item := &c.Items[i]
		switch {
		case item.Fate != 0:
		case item.held().Lost:
			miss(customer.Reason{Code: CodeItemLost, Of: item.ID, At: item.held().From.In(p.zone)})
		default:
			miss(customer.Reason{Code: CodeItemHeld, Of: item.ID, At: item.held().From.In(p.zone)})
		}
	}
}

// barCustody says that there is nothing in our hands.
func (p *Policy) barCustody(c *Case, miss func(customer.Reason)) {
	if !slices.ContainsFunc(c.Items, func(item Item) bool { return item.Fate == 0 }) {
		miss(customer.Reason{Code: CodeItemNone})
	}
}

// HandIn takes an item from the customer, against a receipt and with a record of the condition
// in which she gave it.
type HandIn struct {
	Step `json:"-"`

	Item      string   `json:"item"`
	What      string   `json:"what"`
	Serial    string   `json:"serial,omitempty"`
	Receipt   string   `json:"receipt"`
	Condition []string `json:"condition"`
	Word      string   `json:"word,omitempty"`
	Holder    string   `json:"holder"` // who has it from now on
}

func (HandIn) kind() Kind { return KindHandIn }

// Canonical writes the command in canonical form.
func (x HandIn) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("item", x.Item)
	c.Text("what", x.What)
	c.Text("serial", x.Serial)
	c.Text("receipt", x.Receipt)
	texts(c, "condition", x.Condition)
	c.Text("word", x.Word)
	c.Text("holder", x.Holder)
}

// texts writes a list of texts.
func texts(c *customer.Canonical, name string, all []string) {
	c.List(name, len(all), func(i int) { c.Text("text", all[i]) })
}

func (x HandIn) faults(faults *customer.Faults) {
	faults.Name("item", x.Item)
	faults.Name("what", x.What)
	faults.Text("serial", x.Serial)
	faults.Name("receipt", x.Receipt)
	faults.Names("condition", x.Condition, 1, maxNotes)
	faults.Note("word", x.Word)
	faults.Name("holder", x.Holder)
}

// HandIn takes an item into custody. One that we have already is refused; one that was handed
// back may come again.
func (p *Policy) HandIn(c Case, x HandIn) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindHandIn, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	x.Condition = slices.Clone(x.Condition)
	if place := c.item(x.Item); place >= 0 {
		switch item := &c.Items[place]; {
		case item.Fate == 0:
			d.miss(customer.Reason{Code: CodeItemHere, Of: x.Item, At: item.Chain[0].From.In(p.zone)})
		case d.step.At.Before(item.Ended):
			d.miss(customer.Reason{Code: CodeItemOrder, Of: x.Item, At: item.Ended.In(p.zone)})
		}
	}
	d.post(x)
	return d.decision()
}

func (x HandIn) apply(g *ground, e *Entry) error {
	if place := g.item(x.Item); place >= 0 && (g.Items[place].Fate == 0 || e.At.Before(g.Items[place].Ended)) {
		return fmt.Errorf("item %q is in custody already", x.Item)
	}
	items := room(g, ofItems, &g.Items)
	*items = append(*items, Item{
		ID: x.Item, What: x.What, Serial: x.Serial, Receipt: x.Receipt, Condition: x.Condition, Word: x.Word,
		Chain: []Hold{{Span: customer.Span{From: e.At}, Holder: x.Holder, Accepted: e.By, Ref: e.Ref}},
	})
	return nil
}

// Move hands an item on within the house, or to a laboratory. It counts once the receiver has
// accepted it; until then the giver has it. An item that was lost is found by a Move from the
// holder who lost it.
type Move struct {
	Step `json:"-"`

	Item     string `json:"item"`
	From     string `json:"from"`     // who has it, as the giver knows
	To       string `json:"to"`       // a desk, an agent, a laboratory
	Accepted string `json:"accepted"` // the agent who took it over
	Note     string `json:"note,omitempty"`
}

func (Move) kind() Kind { return KindMove }

// Canonical writes the command in canonical form.
func (x Move) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("item", x.Item)
	c.Text("from", x.From)
	c.Text("to", x.To)
	c.Text("accepted", x.Accepted)
	c.Text("note", x.Note)
}

func (x Move) faults(faults *customer.Faults) {
	faults.Name("item", x.Item)
	faults.Name("from", x.From)
	faults.Name("to", x.To)
	faults.Text("accepted", x.Accepted)
	faults.Note("note", x.Note)
}

// Move hands an item on. The receiver is what the host knows of the agent who accepted it: she
// is the new holder, or works at the desk that is; and she is not the one who gives it away.
func (p *Policy) Move(c Case, x Move, receiver Agent) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindMove, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	item := d.inHand(x.Item, x.From)
	d.room(item)
	lost := item != nil && item.Fate == 0 && item.held().Lost
	if item != nil && item.Fate == 0 && !lost && item.held().Holder == x.To {
		d.miss(customer.Reason{Code: CodeItemThere, Of: x.To, At: item.held().From.In(p.zone)})
	}
	if x.Accepted == "" || x.Accepted != receiver.ID || receiver.ID != x.To && receiver.Desk != x.To || receiver.ID == x.From {
		d.miss(customer.Reason{Code: CodeItemAccepted, Of: x.To})
	}
	if lost {
		d.post(x, customer.Reason{Code: CodeItemFound, Of: x.Item, At: item.held().From.In(p.zone)})
	} else {
		d.post(x)
	}
	return d.decision()
}

func (x Move) apply(g *ground, e *Entry) error {
	item, err := g.held(x.Item, e.At)
	if err != nil {
		return err
	}
	if item.held().Holder != x.From {
		return errHolder
	}
	return item.next(Hold{Holder: x.To, Accepted: x.Accepted}, e)
}

// HandBack gives an item back to the customer, or to somebody who takes it for her, with a record
// of its condition.
type HandBack struct {
	Step `json:"-"`

	Item      string   `json:"item"`
	From      string   `json:"from"`              // who has it, as the giver knows
	To        string   `json:"to,omitempty"`      // who takes it for her, by the host's ID; empty: she does
	Receipt   string   `json:"receipt,omitempty"` // that was shown; empty: none, which will do for herself
	Condition []string `json:"condition"`
	Note      string   `json:"note,omitempty"`
}

func (HandBack) kind() Kind { return KindHandBack }

// Canonical writes the command in canonical form.
func (x HandBack) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("item", x.Item)
	c.Text("from", x.From)
	c.Text("to", x.To)
	c.Text("receipt", x.Receipt)
	texts(c, "condition", x.Condition)
	c.Text("note", x.Note)
}

func (x HandBack) faults(faults *customer.Faults) {
	faults.Name("item", x.Item)
	faults.Name("from", x.From)
	faults.Text("to", x.To)
	faults.Text("receipt", x.Receipt)
	faults.Names("condition", x.Condition, 1, maxNotes)
	faults.Note("note", x.Note)
}

// HandBack gives an item back. Whoever takes it for the customer shows her receipt. A condition that is not that of the hand-in is no hindrance: the
// answer says so, and [Item.Difference] keeps it.
func (p *Policy) HandBack(c Case, x HandBack) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindHandBack, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	x.Condition = slices.Clone(x.Condition)
	item := d.inHand(x.Item, x.From)
	switch {
	case item == nil:
	case x.Receipt != "" && x.Receipt != item.Receipt:
		d.miss(customer.Reason{Code: CodeItemReceipt, Of: x.Item})
	case x.Receipt == "" && x.To != "":
		d.miss(customer.Reason{Code: CodeItemBearer, Of: x.To})
	}
	var found []customer.Reason
	if item != nil && item.held().Lost {
		found = []customer.Reason{{Code: CodeItemFound, Of: x.Item, At: item.held().From.In(p.zone)}}
	}
	d.post(x, found...)
	if place := d.now.item(x.Item); place >= 0 {
		if added, gone := d.now.Items[place].Difference(); len(added)+len(gone) > 0 {
			d.why(customer.Reason{Code: CodeItemChanged, Of: x.Item, Fact: int64(len(added)), Mark: int64(len(gone)), Unit: customer.UnitTimes})
		}
	}
	return d.decision()
}

func (x HandBack) apply(g *ground, e *Entry) error {
	item, err := g.held(x.Item, e.At)
	if err != nil {
		return err
	}
	if item.held().Holder != x.From {
		return errHolder
	}
	item.Returned, item.To = x.Condition, x.To
	item.end(HandedBack, e)
	return nil
}

// madeGood reports whether a remedy for the loss of an item was carried out, or the customer does
// not want it. What was decided before it was lost was for something else.
func (c *Case) madeGood(item *Item, remedy string) bool {
	place := c.remedy(remedy)
	if place < 0 {
		return false
	}
	one := &c.Remedies[place]
	return one.Item == item.ID && !one.At.Before(item.held().From) && (one.State == RemedySettled || one.State == RemedyDeclined)
}

// Scrap ends our custody of an item that does not come back. The customer has to agree to it, and
// of an item that was lost the remedy is named that has made good for it.
type Scrap struct {
	Step `json:"-"`

	Item    string `json:"item"`
	From    string `json:"from"`              // who has it, as the giver knows; of a lost one, who lost it
	Consent string `json:"consent,omitempty"` // the Ref of a contact from the customer in which she agreed, not before the day of the hand-in
	Remedy  string `json:"remedy,omitempty"`  // of a lost item: one whose Item it is, decided since the loss, and carried out or declined by her
	Note    string `json:"note,omitempty"`
}

func (Scrap) kind() Kind { return KindScrap }

// Canonical writes the command in canonical form.
func (x Scrap) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("item", x.Item)
	c.Text("from", x.From)
	c.Text("consent", x.Consent)
	c.Text("remedy", x.Remedy)
	c.Text("note", x.Note)
}

func (x Scrap) faults(faults *customer.Faults) {
	faults.Name("item", x.Item)
	faults.Name("from", x.From)
	faults.Text("consent", x.Consent)
	faults.Text("remedy", x.Remedy)
	faults.Note("note", x.Note)
}

// Scrap ends the custody of an item that does not come back.
func (p *Policy) Scrap(c Case, x Scrap) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindScrap, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	item := d.inHand(x.Item, x.From)
	d.consent(x.Consent, x.Item, item)
	if item != nil && item.Fate == 0 && item.held().Lost && !d.now.madeGood(item, x.Remedy) {
		d.miss(customer.Reason{Code: CodeItemRemedy, Of: x.Item})
	}
	d.post(x)
	return d.decision()
}

func (x Scrap) apply(g *ground, e *Entry) error {
	item, err := g.held(x.Item, e.At)
	if err != nil {
		return err
	}
	if item.held().Holder != x.From {
		return errHolder
	}
	item.Consent, item.Remedy = x.Consent, x.Remedy
	if item.held().Lost {
		item.end(WrittenOff, e)
	} else {
		item.end(Scrapped, e)
	}
	return nil
}

// Lose says that an item is not to be found. Whoever had it last answers for it, and it stays
// with the case until it is found or, with the customer's consent, made good for.
type Lose struct {
	Step `json:"-"`

	Item string `json:"item"`
	From string `json:"from"` // who had it, as far as is known
	Note string `json:"note,omitempty"`
}

func (Lose) kind() Kind { return KindLose }

// Canonical writes the command in canonical form.
func (x Lose) Canonical(c *customer.Canonical) {
	x.Write(c)
	c.Text("item", x.Item)
	c.Text("from", x.From)
	c.Text("note", x.Note)
}

func (x Lose) faults(faults *customer.Faults) {
	faults.Name("item", x.Item)
	faults.Name("from", x.From)
	faults.Note("note", x.Note)
}

// Lose books the loss of an item.
func (p *Policy) Lose(c Case, x Lose) (Decision, error) {
	var d desk
	err := p.open(&d, &c, KindLose, x.Take(), x.faults)
	if err != nil {
		return Decision{}, err
	}
	item := d.inHand(x.Item, x.From)
	d.room(item)
	if item != nil && item.Fate == 0 && item.held().Lost {
		d.miss(customer.Reason{Code: CodeItemLost, Of: x.Item, At: item.held().From.In(p.zone)})
	}
	d.post(x)
	return d.decision()
}

func (x Lose) apply(g *ground, e *Entry) error {
	item, err := g.held(x.Item, e.At)
	if err != nil {
		return err
	}
	if item.held().Holder != x.From || item.held().Lost {
		return errHolder
	}
	return item.next(Hold{Holder: x.From, Lost: true}, e)
}
