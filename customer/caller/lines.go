package caller

import (
	"slices"
	"strings"

	"github.com/rapport-crm/rapport/customer"
)

// Lines writes a view out, as somebody at the phone reads it: who calls, what to know at once, what
// the call is about, then section by section. What was not supplied is said; a section that has
// nothing to say is left out, since it was supplied and is empty. A row of which all is said above is
// not said again: it stands in no later section, and where it is to be told besides, by its name.
func (s *Screen) Lines(v View, language customer.Language) []string {
	w := writing{words: s.words(language), told: map[string]bool{}}
	w.who(&v)
	w.list(w.In("first", "要点"), v.First)
	w.list(w.In("about", "来电事由"), v.Subject)
	writeRows(&w, Orders, v.Orders, (*Order).head)
	writeRows(&w, Cases, v.Cases, (*Case).head)
	w.head(Products, len(v.Products))
	for i := range v.Products {
		w.product(&v.Products[i])
	}
	w.head(Money, len(v.Money.Why))
	if len(v.Money.Why) > 0 {
		w.line(1, w.join("", v.Money.Why))
	}
	writeRows(&w, 0, v.Money.Rows, (*Receivable).head)
	writeRows(&w, Promises, v.Promises, (*Promise).head)
	writeRows(&w, Wishes, v.Wishes, (*Wish).head)
	writeRows(&w, Quotes, v.Quotes, (*Quote).head)
	writeRows(&w, Contacts, v.Contacts, (*Contact).head)
	writeRows(&w, Purchases, v.Purchases, (*Purchase).head)
	writeRows(&w, Consents, v.Consents, func(*Consent) *Head { return new(Head) })
	w.besides(w.In("tell besides", "顺便告知"), v.Also)
	w.list(w.In("not told besides", "不另行告知"), v.Left)
	if len(v.Missing) > 0 {
		w.line(0, w.In("not complete", "资料不全"))
	}
	for _, why := range v.Missing {
		w.line(1, w.explain(why))
	}
	return w.lines
}

type writing struct {
	words
	lines []string
	told  map[string]bool // by reference and sentence
}

func (w *writing) line(depth int, text string) {
	w.lines = append(w.lines, strings.Repeat("    ", depth)+text)
}

func (w *writing) head(section Section, rows int) {
	if rows > 0 {
		w.line(0, w.title(section))
	}
}

// writeRows writes the rows of a section of which not all is said; those of section 0 stand under what
// is written already.
func writeRows[T any](w *writing, section Section, rows []Row[T], head func(*T) *Head) {
	titled := section == 0
	for i := range rows {
		head := head(&rows[i].Of)
		if len(w.fresh(head.Ref, rows[i].Why)) == 0 {
			continue
		}
		if !titled {
			w.head(section, 1)
			titled = true
		}
		w.row(head, rows[i].Why)
	}
}

// fresh returns the reasons that were not told of a row, or of the caller herself.
func (w *writing) fresh(ref string, why []customer.Reason) []customer.Reason {
	var left []customer.Reason
	for _, one := range why {
		if !w.told[ref+"\n"+w.explain(one)] {
			left = append(left, one)
		}
	}
	return left
}

func (w *writing) who(v *View) {
	parts := []string{v.Who.Called, v.Who.Name, string(v.Who.Customer)}
	for _, held := range v.Who.Identifiers {
		parts = append(parts, held.Scheme+" "+held.Value)
	}
	parts = append(parts, v.Who.Class, v.Who.Address)
	parts = slices.DeleteFunc(parts, func(text string) bool { return text == "" })
	w.line(0, strings.Join(parts, w.In(", ", "，")))
	if v.Through != "" {
		w.line(1, w.In("put through to %s", "请转接%s", v.Through))
	}
}

// list writes lines, without those of a row of which all was said before.
func (w *writing) list(title string, lines []Line) {
	whole := map[string]bool{} // of which something is new
	for _, one := range lines {
		whole[one.Ref] = whole[one.Ref] || len(w.fresh(one.Ref, []customer.Reason{one.Why})) > 0
	}
	for _, one := range lines {
		if !whole[one.Ref] {
			continue
		}
		if title != "" {
			w.line(0, title)
			title = ""
		}
		w.row(&Head{Ref: one.Ref, What: one.What}, []customer.Reason{one.Why})
	}
}

// besides writes what is to be told: what was said before by its name.
func (w *writing) besides(title string, lines []Line) {
	if len(lines) > 0 {
		w.line(0, title)
	}
	for _, one := range lines {
		head := Head{Ref: one.Ref, What: one.What}
		w.row(&head, w.fresh(one.Ref, []customer.Reason{one.Why}))
	}
}

// row writes a row: what it is, its reference, and why.
func (w *writing) row(head *Head, why []customer.Reason) {
	text := w.of(head)
	if text != "" && len(why) > 0 {
		text += w.In(": ", "：")
	}
	w.line(1, text+w.join(head.Ref, why))
}

func (w *writing) of(head *Head) string {
	if head.Ref == "" || head.What == "" {
		return head.Ref
	}
	return w.In("%s (%s)", "%s（%s）", brief(head.What), head.Ref)
}

// join writes the reasons of a row in one line, and notes that they are told.
func (w *writing) join(ref string, why []customer.Reason) string {
	texts := make([]string, len(why))
	for i, reason := range why {
		texts[i] = w.explain(reason)
		w.told[ref+"\n"+texts[i]] = true
	}
	return strings.Join(texts, w.In("; ", "；"))
}

// product writes a product, then a line for each warranty and each service.
func (w *writing) product(p *Owned) {
	title, ref := p.Of.Head, p.Of.Ref
	parts := slices.DeleteFunc([]string{title.What, p.Of.Model, p.Of.Serial}, func(text string) bool { return text == "" })
	title.What = strings.Join(parts, w.In(", ", "，"))
	w.row(&title, w.fresh(ref, p.Why))
	for _, cover := range p.Covers {
		if why := w.fresh(ref, cover.Why); len(why) > 0 {
			between, name := w.In("; ", "；"), cover.ID+w.In(": ", "：")
			w.line(2, strings.ReplaceAll(w.join(ref, why), between+name, between)) // its name once
		}
	}
	for _, service := range w.fresh(ref, p.History) {
		w.line(2, w.join(ref, []customer.Reason{service}))
	}
}
