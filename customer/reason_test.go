package customer_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// The stored texts of the closed words. Renaming one is a migration of data.
func TestStoredTexts(t *testing.T) {
	units := map[customer.Unit]string{
		0: "", customer.UnitDays: "days", customer.UnitSeconds: "seconds", customer.UnitPermille: "permille",
		customer.UnitMinor: "minor", customer.UnitPoints: "points", customer.UnitUsage: "usage",
		customer.UnitCustomers: "customers", customer.UnitTimes: "times", customer.UnitYears: "years", customer.UnitMonths: "months",
		customer.UnitCountedDays: "counted-days",
	}
	brands := map[customer.BrandKind]string{
		customer.UnknownBrand: "unknown", customer.NationalBrand: "national", customer.StoreBrand: "store",
	}
	tenders := map[customer.TenderKind]string{
		customer.PointsTender: "points", customer.GiftCardTender: "gift-card", customer.VoucherTender: "voucher",
	}
	lines := map[customer.LineKind]string{
		customer.GoodsLine: "goods", customer.DeliveryLine: "delivery", customer.GiftCardLine: "gift-card",
	}
	for number := range 256 {
		unit, brand, tender := customer.Unit(number), customer.BrandKind(number), customer.TenderKind(number)
		line := customer.LineKind(number)
		text, known := units[unit]
		checkText(t, unit, text, known, fmt.Sprintf("unit %d", number))
		text, known = brands[brand]
		checkText(t, brand, text, known, fmt.Sprintf("brand kind %d", number))
		text, known = tenders[tender]
		checkText(t, tender, text, known, fmt.Sprintf("tender kind %d", number))
		text, known = lines[line]
		checkText(t, line, text, known, fmt.Sprintf("line kind %d", number))
	}

	var unit customer.Unit
	require.EqualError(t, unit.UnmarshalText([]byte("Days")), `customer: unit "Days" is unknown`)
	var brand customer.BrandKind
	require.EqualError(t, brand.UnmarshalText([]byte("own")), `customer: brand kind "own" is none of unknown, national, store`)
	brand = customer.StoreBrand
	require.NoError(t, brand.UnmarshalText(nil))
	assert.Equal(t, customer.UnknownBrand, brand, "no text is unknown")
	line := customer.GiftCardLine
	require.EqualError(t, line.UnmarshalText([]byte("wood")), `customer: line kind "wood" is none of goods, delivery, gift-card`)
	require.NoError(t, line.UnmarshalText(nil))
	assert.Equal(t, customer.GoodsLine, line, "no text is goods")
	var tender customer.TenderKind
	require.EqualError(t, tender.UnmarshalText(nil), `customer: tender kind "" is none of points, gift-card, voucher`)
	long := []byte(strings.Repeat("x", 1_000_000))
	for _, err := range []error{unit.UnmarshalText(long), brand.UnmarshalText(long), tender.UnmarshalText(long), line.UnmarshalText(long)} {
		assert.Less(t, len(err.Error()), 200, "an error does not repeat a hostile text")
	}
}

type textMarshaler interface {
	comparable
	fmt.Stringer
	MarshalText() ([]byte, error)
}

// checkText checks one value of a closed set: its text and the way back, or that an
// unknown one is named but not stored.
func checkText[V textMarshaler](t *testing.T, value V, text string, known bool, unknown string) {
	t.Helper()
	stored, err := json.Marshal(value)
	if !known {
		require.Error(t, err, unknown)
		assert.Equal(t, unknown, value.String())
		return
	}
	require.NoError(t, err)
	assert.Equal(t, text, value.String())
	assert.Equal(t, strconv.Quote(text), string(stored))
	var read V
	require.NoError(t, json.Unmarshal(stored, &read))
	assert.Equal(t, value, read)
}

func TestReasonJSON(t *testing.T) {
	reason := customer.Reason{
		Code: "segment.store-loyal", Rule: "cells/2", Of: "vitamins", Fact: 667, Mark: 600, Unit: customer.UnitPermille,
		At: instant(t, "2026-11-25T09:00:00Z"), On: date("2026-11-25"),
	}
	text, err := json.Marshal(reason)
	require.NoError(t, err)
	assert.JSONEq(t, `{"code":"segment.store-loyal","rule":"cells/2","of":"vitamins","fact":667,"mark":600,"unit":"permille",
		"at":"2026-11-25T09:00:00Z","on":"2026-11-25"}`, string(text))
	var read customer.Reason
	require.NoError(t, json.Unmarshal(text, &read))
	assert.True(t, reason.At.Equal(read.At))
	reason.At, read.At = read.Until, read.Until
	assert.Equal(t, reason, read)
}

func TestExplain(t *testing.T) {
	edition := customer.Edition{ID: "winter", Version: 3, From: date("2026-11-25"), Until: date("2027-01-11")}
	for _, tc := range []struct{ on, code, english, chinese string }{
		{
			"2026-11-24", customer.CodeNotYetInForce,
			"rule book winter/3 holds from 25 Nov 2026, not yet on 24 Nov 2026", "规则winter/3自2026年11月25日起生效，2026年11月24日尚未生效",
		},
		{
			"2027-01-11", customer.CodeNoLongerInForce,
			"rule book winter/3 no longer holds from 11 Jan 2027, so not on 11 Jan 2027", "规则winter/3已于2027年1月11日失效，不适用于2027年1月11日",
		},
		{"", customer.CodeNoDay, "rule book winter/3 needs the day to decide for", "规则winter/3需要一个日期"},
	} {
		var refusal *customer.Refusal
		require.ErrorAs(t, edition.Covers(date(tc.on)), &refusal)
		require.Len(t, refusal.Missing, 1)
		reason := refusal.Missing[0]
		assert.Equal(t, tc.code, reason.Code)
		assert.Equal(t, tc.english, customer.Explain(reason, customer.English))
		assert.Equal(t, tc.english, customer.Explain(reason, 0), "without a language, English")
		assert.Equal(t, tc.chinese, customer.Explain(reason, customer.Chinese))
	}
	foreign := customer.Reason{Code: "segment.store-loyal"}
	for _, language := range []customer.Language{customer.English, customer.Chinese} {
		assert.Equal(t, foreign.Code, customer.Explain(foreign, language), "another package's code stays as it is")
	}
}

// Every code of this package, as the source has them, is rendered in both languages.
func TestExplainLeavesNoCodeRaw(t *testing.T) {
	source, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	require.NoError(t, err)
	codes := 0
	ast.Inspect(source, func(node ast.Node) bool {
		constant, is := node.(*ast.ValueSpec)
		if !is || !strings.HasPrefix(constant.Names[0].Name, "Code") {
			return true
		}
		codes++
		code, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(code, "customer."), code)
		reason := customer.Reason{Code: code, Rule: "winter/3", On: date("2026-11-25"), By: date("2026-11-26")}
		english, chinese := customer.Explain(reason, customer.English), customer.Explain(reason, customer.Chinese)
		for _, text := range []string{english, chinese} {
			assert.NotContains(t, text, code)
			assert.NotContains(t, text, "%!", "every figure has its place")
			assert.Contains(t, text, "winter/3")
		}
		assert.NotEqual(t, english, chinese)
		return true
	})
	assert.Equal(t, 4, codes)
}

func TestLanguageInstant(t *testing.T) {
	at := instant(t, "2026-11-25T23:30:00Z")
	assert.Equal(t, "25 Nov 2026, 23:30 UTC", customer.English.Instant(at))
	assert.Equal(t, "2026年11月25日23:30(UTC)", customer.Chinese.Instant(at))
	east := at.In(time.FixedZone("CET", 3600))
	assert.Equal(t, "26 Nov 2026, 00:30 CET", customer.English.Instant(east), "in the zone that it carries")
	assert.Equal(t, "2026年11月26日00:30(CET)", customer.Chinese.Instant(east))
}

func TestLanguageCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0 days", 1: "1 day", 2: "2 days", -1: "-1 days"} {
		assert.Equal(t, want, customer.English.Count(n, "day"))
	}
	assert.Equal(t, "1天", customer.Chinese.Count(1, "天"))
	assert.Equal(t, "30天", customer.Chinese.Count(30, "天"))
}

func TestLanguageDays(t *testing.T) {
	const english, chinese = customer.English, customer.Chinese
	day, newYear := date("2026-11-25"), date("2027-01-01")
	assert.Equal(t, "25 Nov", english.Day(day))
	assert.Equal(t, "11月25日", chinese.Day(day))
	assert.Equal(t, "25 Nov 2026", english.DayOfYear(day))
	assert.Equal(t, "2026年11月25日", chinese.DayOfYear(day))
	for _, tc := range []struct {
		language      customer.Language
		second        customer.Date
		first, wanted string
	}{
		{english, date("2026-12-31"), "25 Nov", "31 Dec"},
		{english, newYear, "25 Nov 2026", "1 Jan 2027"},
		{chinese, date("2026-12-31"), "11月25日", "12月31日"},
		{chinese, newYear, "2026年11月25日", "2027年1月1日"},
	} {
		first, second := tc.language.Between(day, tc.second)
		assert.Equal(t, tc.first, first)
		assert.Equal(t, tc.wanted, second)
	}
	for _, language := range []customer.Language{english, chinese} {
		assert.Empty(t, language.Day(0))
		assert.Empty(t, language.DayOfYear(0))
	}
}

func TestLength(t *testing.T) {
	for _, tc := range []struct {
		seconds          int64
		english, chinese string
	}{
		{0, "0 s", "0秒"},
		{59, "59 s", "59秒"},
		{60, "1 min", "1分钟"},
		{3600, "1 h", "1小时"},
		{3605, "1 h 5 s", "1小时5秒"},
		{9600, "2 h 40 min", "2小时40分钟"},
		{3903, "1 h 5 min 3 s", "1小时5分钟3秒"},
		{90_061, "25 h 1 min 1 s", "25小时1分钟1秒"},
		{-61, "-1 min 1 s", "-1分钟1秒"},
		{math.MinInt64, "-2562047788015215 h 30 min 8 s", "-2562047788015215小时30分钟8秒"},
	} {
		assert.Equal(t, tc.english, customer.English.Length(tc.seconds))
		assert.Equal(t, tc.chinese, customer.Chinese.Length(tc.seconds))
	}
}
