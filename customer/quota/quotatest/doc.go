// Package quotatest checks stores of package quota: [TestStore] checks a store against
// every sentence of the contract, and [LostReply] misbehaves in one named way, to see
// what a host makes of it.
//
//	open ─► TestStore ─► one subtest per sentence of quota.Store ─► the sentence that is broken
//
// # Plugging in
//
//	func TestQuotas(t *testing.T) {
//		quotatest.TestStore(t, func(tb testing.TB, limits map[string]int64) quota.Store {
//			return openQuotas(tb, limits)
//		})
//	}
//
// # Left to the host
//
// What a suite inside one process cannot see: that a hold survives a crash, and that
// two processes see one another. Run it against the real database and under -race.
package quotatest
