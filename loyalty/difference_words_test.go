package loyalty

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"github.com/rapport-crm/rapport/customer"
)

// Every field that Rules has, at any depth, has words in both languages, and so has
// every text of its enumerations in Chinese.
func TestEveryFieldHasWords(t *testing.T) {
	types := map[string]reflect.Type{} // by the name that stands in the keys
	var walk func(t reflect.Type)
	han := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	walk = func(typ reflect.Type) {
		if kind := typ.Kind(); kind == reflect.Pointer || kind == reflect.Slice {
			walk(typ.Elem())
			return
		}
		if isPlain(typ) {
			value := reflect.New(typ).Elem()
			if _, isText := value.Interface().(encoding.TextMarshaler); isText && typ.Kind() == reflect.Uint8 {
				for n := uint64(1); ; n++ {
					value.SetUint(n)
					text, err := value.Interface().(encoding.TextMarshaler).MarshalText()
					if err != nil {
						break
					}
					key := typ.Name() + " " + string(text)
					assert.Truef(t, han(chineseText(key)), "%q needs words in chineseText", key)
				}
			}
			return
		}
		for _, field := range ruleFields(typ) {
			if known := types[field.owner.Name()]; known != nil && known != field.owner {
				assert.Failf(t, "one name for two types", "%v and %v", known, field.owner)
			}
			types[field.owner.Name()] = field.owner
			english, chinese := englishWords(field.key()), chineseWords(field.key())
			assert.NotEmptyf(t, english.name, "%q needs words in englishWords", field.key())
			assert.Truef(t, han(chinese.name), "%q needs words in chineseWords", field.key())
			assert.Falsef(t, han(english.name+english.says), "%q has Chinese words in englishWords", field.key())
			if pointedType(field.Type).Kind() != reflect.Bool {
				for _, says := range []string{english.says, chinese.says, english.comes, english.goes, chinese.comes, chinese.goes} {
					assert.Truef(t, says == "" || strings.Count(says, "%s") == 1, "%q says %q: %%s stands for its value, once", field.key(), says)
				}
			}
			walk(field.Type)
		}
	}
	walk(reflect.TypeFor[Rules]())
	assert.Contains(t, types, "Rate")
}

// A field of a kind that the rules do not have today is compared as it comes, and one
// that has no words yet is named as in its path.
func TestNewFieldsAreCompared(t *testing.T) {
	type inner struct {
		Name string `json:"name"`
	}
	type outer struct {
		Price   decimal.NullDecimal `json:"price"`
		Most    *int                `json:"most"`
		Steps   []inner             `json:"steps"`
		Table   [][]string          `json:"table"`
		Labels  map[string]int      `json:"labels"`
		Inner   *inner              `json:"inner"`
		hidden  int
		Skipped int `json:"-"`
		Plain   int
	}
	zero := 0
	before := outer{hidden: 1, Skipped: 1, Labels: map[string]int{}, Inner: &inner{}, Steps: []inner{{"a"}, {"b"}}}
	after := outer{
		Price: decimal.NewNullDecimal(decimal.Zero), Most: &zero, Steps: []inner{{"b"}}, Plain: 1,
		Table: [][]string{{"x", "y"}}, Labels: map[string]int{"b": 2, "a": 1},
	}
	var all telling
	all.most = MaxChanges
	all.fields("", reflect.ValueOf(before), reflect.ValueOf(after))
	var told []string
	for _, change := range all.told {
		told = append(told, strings.TrimSpace(fmt.Sprintf("%s %s %s %d", change.Kind, change.Path, change.Before+">"+change.After, change.Count)))
	}
	assert.Equal(t, []string{
		"added price >0 0", "added most >0 0", "changed steps[0].name a>b 0", "removed steps[1] > 1", "added table[0] > 1",
		"added labels >map[a:1 b:2] 0", "added Plain >1 0",
	}, told)

	// What has no words is named as in its path.
	tier := pathStep{key: "Rules.ladder", name: "ladder", id: "gold", element: true}
	assert.Equal(t, "ladder gold", tier.title(customer.English))
	assert.Equal(t, "ladder gold", tier.title(customer.Chinese))
	share := pathStep{key: "Ladder.share_permille", name: "share_permille"}
	assert.Equal(t, "share_permille 5 %", Change{After: "50"}.says(share, customer.English))

	for _, path := range []string{
		"", ".", "earnings[", `earnings["a`, `earnings["a"`, `earnings["a"]]`, "earnings[a]x", "earnings[a].b", "zone[a]",
		"base[tax].x", "[", "vest_days.x", "earnings..id",
	} {
		for kind := range Untold {
			for _, change := range []Change{{Path: path, Kind: kind}, {Path: path, Kind: kind, Parts: []Change{{}, {Path: path}}, Count: 9}} {
				assert.Contains(t, change.Explain(customer.English), path)
				assert.Contains(t, change.Explain(customer.Chinese), path)
				assert.NotEmpty(t, change.Explain(0))
			}
		}
	}
}
