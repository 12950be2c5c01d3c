package conversation

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport/customer"
)

// Phrase is words to avoid.
type Phrase struct {
	ID       string `json:"id"`
	Language string `json:"language,omitempty"` // of the transcripts in which it is looked for, as they name it: zh, en; empty: all
	Words    string `json:"words"`              // 但是; you should have
	// Group is which kind of harm it does: blame, contradiction, refusal.
	Group string `json:"group,omitempty"`
	// Unless are longer wordings that contain the words and do no harm: 不但是.
	Unless []string `json:"unless,omitempty"`
	// English and Chinese say what to say instead, or why not.
	English string `json:"english,omitempty"`
	Chinese string `json:"chinese,omitempty"`
}

// phrase is a Phrase made ready to be looked for.
type phrase struct {
	Phrase
	folded []rune
	unless []unless
}

// unless is a longer wording, and where in it the words stand.
type unless struct {
	folded []rune
	at     int
}

func (b *Book) readPhrases(faults *customer.Faults) {
	faults.Within("phrases", len(b.rules.Phrases), 0, MaxPhrases)
	seen := map[string]bool{}
	for i := range b.rules.Phrases[:min(len(b.rules.Phrases), MaxPhrases)] {
		one, path := b.rules.Phrases[i], fmt.Sprintf("phrases[%d]", i)
		faults.Name(path+".id", one.ID)
		once(faults, seen, path+".id", one.ID)
		faults.Text(path+".language", one.Language)
		faults.Name(path+".words", one.Words)
		faults.Text(path+".group", one.Group)
		checkWording(faults, path, one.English, one.Chinese)
		ready := phrase{Phrase: one, folded: foldPhrase(one.Words)}
		ready.Unless = nil
		if len(ready.folded) == 0 {
			faults.Add(path+".words", one.Words, "has a letter")
			continue
		}
		faults.Within(path+".unless", len(one.Unless), 0, MaxPoints)
		for k, longer := range one.Unless[:min(len(one.Unless), MaxPoints)] {
			place := fmt.Sprintf("%s.unless[%d]", path, k)
			faults.Name(place, longer)
			harmless := foldPhrase(longer)
			places := within(harmless, ready.folded)
			if len(places) == 0 || len(harmless) == len(ready.folded) {
				faults.Add(place, longer, "is longer than the words, and contains them")
			}
			for _, at := range places {
				ready.unless = append(ready.unless, unless{harmless, at})
			}
		}
		b.byRune[ready.folded[0]] = append(b.byRune[ready.folded[0]], len(b.phrases))
		b.phrases = append(b.phrases, ready)
		b.words["phrase/"+one.ID] = wording{one.English, one.Chinese}
	}
	b.rules.Phrases = nil
}

// folded is a text made ready to be searched, with the place of each of its runes in the text.
type folded struct {
	runes  []rune
	places []int
}

// fold makes letters alike in upper and lower case, and one blank of any run of blanks.
func fold(text string) folded {
	f := folded{runes: make([]rune, 0, len(text)), places: make([]int, 0, len(text))}
	place := -1
	for _, r := range text {
		place++
		if unicode.IsSpace(r) {
			if n := len(f.runes); n > 0 && f.runes[n-1] == ' ' {
				continue
			}
			r = ' '
		}
		f.runes = append(f.runes, foldRune(r))
		f.places = append(f.places, place)
	}
	return f
}

// foldRune makes one letter of the upper and the lower case, of the two small sigmas, and of the
// wide form in which Chinese keyboards write letters, digits and signs, and the narrow one.
func foldRune(r rune) rune {
	if '\uff01' <= r && r <= '\uff5e' {
		r -= '\uff01' - '!'
	}
	switch {
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf, '\u3000' <= r && r <= '\u9fff': // the rest of ASCII, and the bulk of Chinese, have no case
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// foldPhrase folds words without the blanks around them.
func foldPhrase(words string) []rune {
	runes := fold(words).runes
	if len(runes) > 0 && runes[0] == ' ' {
		runes = runes[1:]
	}
	if n := len(runes); n > 0 && runes[n-1] == ' ' {
		runes = runes[:n-1]
	}
	return runes
}

// spaced reports whether a rune is part of a word in a script that writes blanks between words.
func spaced(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// at reports whether words stand at a place, as whole words where their script has such.
func (f *folded) at(place int, words []rune) bool {
	if len(words) == 0 || place < 0 || place+len(words) > len(f.runes) || !slices.Equal(f.runes[place:place+len(words)], words) {
		return false
	}
	begins := place == 0 || !spaced(words[0]) || !spaced(f.runes[place-1])
	end := place + len(words)
	ends := end == len(f.runes) || !spaced(words[len(words)-1]) || !spaced(f.runes[end])
	return begins && ends
}

// within returns the places at which words stand in others.
func within(in, words []rune) []int {
	var places []int
	for i := 0; i+len(words) <= len(in); i++ {
		if slices.Equal(in[i:i+len(words)], words) {
			places = append(places, i)
		}
	}
	return places
}

// contains reports whether a text says words.
func (f *folded) contains(words []rune) bool {
	for place := range f.runes {
		if f.at(place, words) {
			return true
		}
	}
	return false
}

// match is a phrase in a turn.
type match struct {
	phrase      int
	turn        int // from 1
	rune, runes int
}

// search appends the phrases in what was said in a turn, by their place, and at one place in
// the order of the rules.
func (b *Book) search(found []match, turn int, said *folded, language string) []match {
	for place, r := range said.runes {
		for _, p := range b.byRune[r] {
			one := &b.phrases[p]
			if one.Language != "" && language != "" && one.Language != language {
				continue
			}
			if !said.at(place, one.folded) || one.harmless(said, place) {
				continue
			}
			from, last := said.places[place], said.places[place+len(one.folded)-1]
			found = append(found, match{phrase: p, turn: turn, rune: from, runes: last - from + 1})
		}
	}
	return found
}

// harmless reports whether the words at a place are part of a wording that does no harm.
func (p *phrase) harmless(said *folded, place int) bool {
	return slices.ContainsFunc(p.unless, func(u unless) bool { return said.at(place-u.at, u.folded) })
}
