package customer

import "fmt"

// In writes a sentence in one of the two languages, of which one or the other is the format of the
// values, as in fmt.Sprintf. Where the order of the words differs, the formats number the values.
func (l Language) In(english, chinese string, values ...any) string {
	if l == Chinese {
		return fmt.Sprintf(chinese, values...)
	}
	return fmt.Sprintf(english, values...)
}

// CountIn is [Language.Count] with the English noun and the Chinese measure word.
func (l Language) CountIn(n int64, english, chinese string) string {
	if l == Chinese {
		return l.Count(n, chinese)
	}
	return l.Count(n, english)
}

// Words are what reasons are rendered with: a language, and the currency that their money is in.
// The zero Currency is not known, and money is told in its minor units.
type Words struct {
	Language
	Currency Currency
}

// Money writes an amount of minor units: "12.34 EUR", "1234 minor units", "1234（最小货币单位）".
func (w Words) Money(minor int64) string {
	if w.Currency != (Currency{}) {
		return w.Currency.Text(minor)
	}
	return w.CountIn(minor, "minor unit", "（最小货币单位）")
}
