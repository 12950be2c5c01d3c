package caller

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Lines writes a view out, as somebody at the phone reads it: who calls, what to know at once, what
// the call is about, then section by section. What was not supplied is said; a section that has
// nothing to say is left out, since it was supplied and is empty.
func (s *Screen) Lines(v View, language customer.Language) []string {
	w := writing{words: s.words(language)}
	w.who(&v)
	w.list(w.in("first", "要点"), v.First)
	w.list(w.in("about", "来电事由"), v.Subject)
	writeRows(&w, Orders, v.Orders, (*Order).head)
	writeRows(&w, Cases, v.Cases, (*Case).head)
	w.head(Products, len(v.Products))
	for i := range v.Products {
		w.product(&v.Products[i])
	}
	w.head(Money, len(v.Money.Why))
	if len(v.Money.Why) > 0 {
		w.line(1, w.join(v.Money.Why))
	}
	writeRows(&w, 0, v.Money.Rows, (*Receivable).head)
	writeRows(&w, Promises, v.Promises, (*Promise).head)
	writeRows(&w, Wishes, v.Wishes, (*Wish).head)
	writeRows(&w, Quotes, v.Quotes, (*Quote).head)
	writeRows(&w, Contacts, v.Contacts, (*Contact).head)
	writeRows(&w, Purchases, v.Purchases, (*Purchase).head)
	writeRows(&w, Consents, v.Consents, func(*Consent) *Head { return new(Head) })
	w.list(w.in("tell besides", "顺便告知"), v.Also)
	w.list(w.in("not told besides", "不另行告知"), v.Left)
	if len(v.Missing) > 0 {
		w.line(0, w.in("not complete", "资料不全"))
	}
	for _, why := range v.Missing {
		w.line(1, w.explain(why))
	}
	return w.lines
}

type writing struct {
	words
	lines []string
}

func (w *writing) line(depth int, text string) {
	w.lines = append(w.lines, strings.Repeat("    ", depth)+text)
}

func (w *writing) head(section Section, rows int) {
	if rows > 0 {
		w.line(0, w.title(section))
	}
}

// writeRows writes the rows of a section; those of section 0 stand under what is written already.
func writeRows[T any](w *writing, section Section, rows []Row[T], head func(*T) *Head) {
	if section != 0 {
		w.head(section, len(rows))
	}
	for i := range rows {
		w.row(head(&rows[i].Of), rows[i].Why)
	}
}

func (w *writing) who(v *View) {
	parts := []string{v.Who.Called, v.Who.Name, string(v.Who.Customer)}
	for _, held := range v.Who.Identifiers {
		parts = append(parts, held.Scheme+" "+held.Value)
	}
	parts = append(parts, v.Who.Class, v.Who.Address)
	parts = slices.DeleteFunc(parts, func(text string) bool { return text == "" })
	w.line(0, strings.Join(parts, w.in(", ", "，")))
	if v.Through != "" {
		w.line(1, w.in("put through to %s", "请转接%s", v.Through))
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
func (w *writing) row(head *Head, why []customer.Reason) { w.line(1, w.of(head)+w.join(why)) }

func (w *writing) of(head *Head) string {
	switch {
	case head.Ref == "":
		return ""
	case head.What == "":
		return head.Ref + w.in(": ", "：")
	}
	return w.in("%s (%s): ", "%s（%s）：", brief(head.What), head.Ref)
}

func (w *writing) join(why []customer.Reason) string {
	texts := make([]string, len(why))
	for i, reason := range why {
		texts[i] = w.explain(reason)
	}
	return strings.Join(texts, w.in("; ", "；"))
}

// product writes a product, then a line for each warranty and each service.
func (w *writing) product(p *Owned) {
	title := p.Of.Head
	parts := slices.DeleteFunc([]string{title.What, p.Of.Model, p.Of.Serial}, func(text string) bool { return text == "" })
	title.What = strings.Join(parts, w.in(", ", "，"))
	w.row(&title, p.Why)
	for _, cover := range p.Covers {
		w.line(2, w.join(cover.Why))
	}
	for _, service := range p.History {
		w.line(2, w.explain(service))
	}
}
