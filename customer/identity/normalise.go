package identity

import (
	"slices"
	"time"

	"github.com/rapport-crm/rapport/customer"
)

// Token brings an identifier as it was told into the form in which it is looked up. A scheme or an
// issuer that the rules do not know is a *customer.Refusal that names it; what the normaliser does not
// take is customer.Faults, behind which errors.Is finds the normaliser's own error.
func (g *Register) Token(scheme, issuer, raw string) (Token, error) {
	if g.none() {
		return Token{}, errNoRegister
	}
	id := Identifier{Token: Token{Scheme: scheme, Issuer: issuer}, Raw: raw}
	in := reading{register: g}
	id.asked(&in.faults)
	if len(in.faults) == 0 {
		in.read("", &id, 0, time.Time{})
	}
	if err := in.err(); err != nil {
		return Token{}, err
	}
	if len(in.missing) > 0 {
		return Token{}, &customer.Refusal{Rule: g.rules.Name(), Missing: in.missing}
	}
	return id.Token, nil
}

// reading is the reading of identifiers that one command tells.
type reading struct {
	register *Register
	faults   customer.Faults
	causes   []error
	missing  []customer.Reason
}

// read fills in what an identifier of a customer of a kind, or of any for 0, leaves to the register.
func (in *reading) read(path string, id *Identifier, kind Kind, at time.Time) {
	g := in.register
	scheme := g.schemes[id.Scheme]
	if scheme == nil {
		in.miss(CodeUnknownScheme, id.Scheme)
		return
	}
	if known := slices.Contains(scheme.Issuers, id.Issuer); !known && (len(scheme.Issuers) > 0 || id.Issuer != "") {
		in.miss(CodeUnknownIssuer, id.Scheme+"/"+id.Issuer)
		return
	}
	if kind != 0 && !ofKind(scheme.Kinds, kind) {
		in.miss(CodeOtherKind, id.Scheme)
	}
	normal, err := g.normalise(id.Scheme, id.Issuer, id.Raw)
	var part customer.Faults
	if err != nil {
		part.Add("raw", hidden, "is a "+id.Scheme+" as the normaliser takes it")
		in.causes = append(in.causes, err)
	} else {
		secretName(&part, "normal.value", normal.Value)
		secretText(&part, "normal.extension", normal.Extension)
		part.Text("normal.how", normal.How)
	}
	if (id.From != 0 || id.LastDay != 0) && !scheme.Document && !scheme.Holders {
		part.Add("last_day", id.LastDay, "is of a document or a cardholder's card")
	}
	in.faults.Join(path, part)
	id.Value, id.Extension, id.How, id.Shown = normal.Value, normal.Extension, normal.How, scheme.Shown
	id.Valid = g.valid(scheme, id, at)
}

func (in *reading) miss(code, of string) {
	in.missing = append(in.missing, customer.Reason{Code: code, Rule: in.register.rules.Name(), Of: of})
}

// err returns the faults that were found, with what the normaliser said behind them.
func (in *reading) err() error {
	if len(in.faults) == 0 {
		return nil
	}
	if len(in.causes) > 0 {
		return &unread{in.faults, in.causes}
	}
	return in.faults
}

// close closes the reading of a command: with its faults, or with what stands in its way.
func (in *reading) close(d *draft) error {
	for _, missing := range in.missing {
		d.Miss(missing)
	}
	return in.err()
}

// valid is when an identifier that is told at an instant identifies somebody at a till.
func (g *Register) valid(scheme *Scheme, id *Identifier, at time.Time) customer.Span {
	span := customer.SpanOf(id.From, id.LastDay, g.zone)
	if scheme.ValidDays > 0 && id.LastDay == 0 && !at.IsZero() {
		first := id.From
		if first == 0 {
			first = customer.DateOf(at, g.zone)
		}
		span.To = first.AddDays(scheme.ValidDays).Start(g.zone)
	}
	return span
}

// source notes a source that the rules do not know.
func (in *reading) source(id string) {
	if in.register.sources[id] == nil {
		in.miss(CodeUnknownSource, id)
	}
}
