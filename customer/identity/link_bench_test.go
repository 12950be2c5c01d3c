package identity_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
)

// dirRecord is a record of two identifiers of its own, without a history.
func dirRecord(i int) (customer.ID, identity.Record) {
	held := func(scheme, issuer, value string) identity.Held {
		return identity.Held{Identifier: identity.Identifier{Token: identity.Token{Scheme: scheme, Issuer: issuer, Value: value}}}
	}
	return customer.ID(fmt.Sprintf("c-%07d", i)), identity.Record{
		Entries: 1, Opened: identity.Opened{At: linkDay(1).UTC(), Kind: identity.Person},
		Identifiers: []identity.Held{
			held("card", "rapport", fmt.Sprintf("6200%09d", i)),
			held("phone", "", fmt.Sprintf("138%08d", i)),
		},
	}
}

const dirRecords = 500_000

func dirLarge(b *testing.B) *identity.Directory {
	b.Helper()
	directory := new(identity.Directory)
	for i := range dirRecords {
		id, r := dirRecord(i)
		require.NoError(b, directory.Put(id, r))
	}
	return directory
}

// dirTokens are tokens of dirLarge, in no order.
func dirTokens() []identity.Token {
	tokens := make([]identity.Token, 1<<16)
	for i := range tokens {
		_, r := dirRecord(i * 7919 % dirRecords)
		tokens[i] = r.Identifiers[i%2].Token
	}
	return tokens
}

// BenchmarkDirectoryFind looks up one of a million identifiers, a different one each time. It prints how
// much memory an identifier takes, records and all.
func BenchmarkDirectoryFind(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	directory := dirLarge(b)
	runtime.GC()
	runtime.ReadMemStats(&after)
	_, identifiers := directory.Len()
	tokens, at := dirTokens(), linkDay(9)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if len(directory.Find(tokens[i&(len(tokens)-1)], at)) != 1 {
			b.Fatal("not found")
		}
		i++
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(identifiers), "B/identifier")
	runtime.KeepAlive(directory)
}

// BenchmarkPlainMap is what a map from tokens to customers takes for the same on the same machine: the
// measure of BenchmarkDirectoryFind.
func BenchmarkPlainMap(b *testing.B) {
	customers := map[identity.Token]customer.ID{}
	for i := range dirRecords {
		id, r := dirRecord(i)
		for k := range r.Identifiers {
			customers[r.Identifiers[k].Token] = id
		}
	}
	tokens := dirTokens()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if customers[tokens[i&(len(tokens)-1)]] == "" {
			b.Fatal("not found")
		}
		i++
	}
}

// BenchmarkDirectoryPut puts a record of two identifiers again into a directory of a million.
func BenchmarkDirectoryPut(b *testing.B) {
	directory := dirLarge(b)
	ids, records := make([]customer.ID, 1<<12), make([]identity.Record, 1<<12)
	for i := range ids {
		ids[i], records[i] = dirRecord(i * 7919 % dirRecords)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := directory.Put(ids[i&(len(ids)-1)], records[i&(len(ids)-1)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkIdentify recognises somebody at a till by one of a million identifiers.
func BenchmarkIdentify(b *testing.B) {
	directory, g, at := dirLarge(b), linkRegister(b), linkDay(9)
	b.ReportAllocs()
	for b.Loop() {
		if found, err := g.Identify(directory, "card", "rapport", "6200000123456", at); err != nil || found.Outcome != identity.Recognised {
			b.Fatal(found, err)
		}
	}
}

// goldFive are five records of one customer, each with three fields told twice and two identifiers.
func goldFive(b *testing.B) (*identity.Register, []identity.Member) {
	b.Helper()
	d := newLinkDesk(b)
	var ids []customer.ID
	for i := range 5 {
		id := customer.ID(fmt.Sprint("c-", i))
		d.at = linkDay(1 + i)
		d.open(id, "form", "name=Li Wei", "address=1 East Street", "birth-date=1960-05-01", "phone=13800001111", fmt.Sprintf("card/rapport=%d", i))
		d.tell(id, "till", 0, 1+i, "name=Li", "address="+fmt.Sprint(i), "birth-date=1960-05-01")
		ids = append(ids, id)
	}
	return d.g, d.members(ids...)
}

// BenchmarkGolden reads five records as one.
func BenchmarkGolden(b *testing.B) {
	g, members := goldFive(b)
	at := linkDay(9)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Golden(at, members...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompare holds two records against each other.
func BenchmarkCompare(b *testing.B) {
	g, members := goldFive(b)
	b.ReportAllocs()
	for b.Loop() {
		if !g.Compare(nil, members[0], members[1]).Candidate {
			b.Fatal("no candidate")
		}
	}
}

// BenchmarkCandidates finds the candidates among 100,000 records: forty people share each name and eleven
// each birth date, and one in twenty has been recorded twice.
func BenchmarkCandidates(b *testing.B) {
	g := linkRegister(b)
	const n = 100_000
	members := make([]identity.Member, n)
	for i := range members {
		id, r := dirRecord(i)
		who := i - i%20/19 // the twentieth is the nineteenth again
		r.Identifiers[1].Value = fmt.Sprintf("138%08d", who)
		r.Facts = []identity.Known{
			{Field: "name", Value: fmt.Sprint("Name ", who%2500)},
			{Field: "birth-date", Value: customer.Date(700_000 + who*7919%9_000).String()},
		}
		members[i] = identity.Member{ID: id, Record: r}
	}
	b.ReportAllocs()
	var found identity.Candidates
	for b.Loop() {
		var err error
		if found, err = g.Candidates(members); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(found.Compared), "pairs")
	b.ReportMetric(float64(len(found.Pairs)), "candidates")
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
