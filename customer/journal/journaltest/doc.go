// Package journaltest checks what plugs into package journal: [TestStore] checks a
// store against every sentence of the contract, [TestRewriter] one whose histories can be
// rewritten, [TestErasure] how a package erases one, [TestFact] a fact against forgotten
// fields, and the wrappers ([LostReply], [AlwaysConflict], [FailOn], [Slow]) misbehave in
// one named way each, to see what a host makes of it.
//
//	open ─► TestStore ─► one subtest per sentence of journal.Store ─► the sentence that is broken
//
// # Plugging in
//
//	func TestJournal(t *testing.T) {
//		journaltest.TestStore(t, func(tb testing.TB) journal.Store[customer.ID, journaltest.State, journaltest.Entry] {
//			return sqljournal.New[journaltest.State, journaltest.Entry](openDatabase(tb))
//		})
//	}
//
// # Left to the host
//
// What a suite inside one process cannot see: that a commit survives a crash, that
// replicas are not read, that two processes see one another. Run it against the real
// database, with the isolation level of the shop, and under -race.
package journaltest
