package caller

import (
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Lines writes a view out, as somebody at the phone reads it: who calls, what to know at once, what
// the call is about, then section by section. What was not supplied is said; a section that has
// nothing to say is left out, since it was supplied and is empty.
func (s *Screen) Lines(v View, language customer.Language) []string {
	w := writing{s, language, nil}
	w.who(&v)
	w.list(w.pick("first", "要事"), v.First)
	w.list(w.pick("about", "来电事由"), v.Subject)
	w.head(Orders, len(v.Orders))
	for _, r := range v.Orders {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Cases, len(v.Cases))
	for _, r := range v.Cases {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Products, len(v.Products))
	for _, p := range v.Products {
		w.product(&p)
	}
	w.head(Money, len(v.Money.Why))
	if len(v.Money.Why) > 0 {
		w.line(1, w.join(v.Money.Why))
	}
	for _, r := range v.Money.Rows {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Promises, len(v.Promises))
	for _, r := range v.Promises {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Wishes, len(v.Wishes))
	for _, r := range v.Wishes {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Quotes, len(v.Quotes))
	for _, r := range v.Quotes {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Contacts, len(v.Contacts))
	for _, r := range v.Contacts {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Purchases, len(v.Purchases))
	for _, r := range v.Purchases {
		w.row(&r.Of.Head, r.Why)
	}
	w.head(Consents, len(v.Consents))
	for _, r := range v.Consents {
		w.line(1, w.join(r.Why))
	}
	w.list(w.pick("tell besides", "顺便告知"), v.Also)
	w.list(w.pick("do not tell", "不提"), v.Left)
	if len(v.Missing) > 0 {
		w.line(0, w.pick("not complete", "不完整"))
	}
	for _, why := range v.Missing {
		w.line(1, s.Explain(why, language))
	}
	return w.lines
}

type writing struct {
	screen   *Screen
	language customer.Language
	lines    []string
}

func (w *writing) pick(english, chinese string) string {
	if w.language == customer.Chinese {
		return chinese
	}
	return english
}

func (w *writing) line(depth int, text string) {
	w.lines = append(w.lines, strings.Repeat("    ", depth)+text)
}

func (w *writing) head(section Section, rows int) {
	if rows > 0 {
		w.line(0, section.name(w.language))
	}
}

func (w *writing) who(v *View) {
	parts := make([]string, 0, 8)
	for _, text := range []string{v.Who.Address, v.Who.Name, string(v.Who.Customer)} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	for _, held := range v.Who.Identifiers {
		parts = append(parts, held.Scheme+" "+held.Value)
	}
	parts = append(parts, v.Who.Classes...)
	w.line(0, strings.Join(parts, w.pick(", ", "，")))
	if v.Through != "" {
		w.line(1, w.pick("put through to ", "请转接")+v.Through)
	}
}

func (w *writing) list(title string, lines []Line) {
	if len(lines) > 0 {
		w.line(0, title)
	}
	for _, one := range lines {
		w.row(&Head{Ref: one.Ref, What: one.What}, []customer.Reason{one.Why})
	}
}

// row writes a row: what it is, its reference, and why.
func (w *writing) row(head *Head, why []customer.Reason) { w.line(1, w.title(head)+w.join(why)) }

func (w *writing) title(head *Head) string {
	colon := w.pick(": ", "：")
	switch {
	case head.Ref == "":
		return ""
	case head.What == "":
		return head.Ref + colon
	}
	return head.What + " (" + head.Ref + ")" + colon
}

func (w *writing) join(why []customer.Reason) string {
	texts := make([]string, len(why))
	for i, reason := range why {
		texts[i] = w.screen.Explain(reason, w.language)
	}
	return strings.Join(texts, w.pick("; ", "；"))
}

// product writes a product, then a line for each warranty and each service.
func (w *writing) product(p *Owned) {
	title := p.Of.Head
	for _, text := range []string{p.Of.Model, p.Of.Serial} {
		if text != "" {
			title.What = strings.TrimPrefix(title.What+", "+text, ", ")
		}
	}
	w.row(&title, p.Why)
	for _, cover := range p.Covers {
		w.line(2, w.join(cover.Why))
	}
	for _, service := range p.History {
		w.line(2, w.screen.Explain(service, w.language))
	}
}
