// Package quota limits what many customers share: the uses of an offer, a budget, a
// stock, a clerk's goodwill allowance. A claim holds part of it while somebody decides
// or pays, and is then captured or released; nothing is ever sold twice. What was
// captured and is undone later is given back.
//
// # Shape
//
//	            ┌─────────── Capture(n) ──► captured: n used, the rest free again ── GiveBack(k) ──► k of n free again
//	Hold ─► held┼─────────── Release ─────► released: all free again
//	            └─ at Until, by itself ───► expired:  all free again
//
//	limit = captured, less what was given back + held + left
//
// Nothing here has a clock. A hold's timeout is found when somebody looks: every call
// says its instant, and a hold is over for those who come at Until or later. Once its
// units went to somebody else it is over for everybody, so that a till whose clock is
// slow cannot capture them as well.
//
// Every claim has a key, the host's reference. The same claim again gets the same
// answer and holds nothing more; another claim under the key is refused. So a till
// that hears no answer asks again, with the Until of the first time.
//
// A limit per day, week or month is a quota for each: the host puts the period into
// the name, "offer-42/2026-11-25".
//
// # Plugging in
//
// [Mem] is a store in memory; an adapter to a database has five methods, and
// quotatest.TestStore checks them. The rules are here, in [Level.Admit], [Hold.Repeats],
// [Hold.Capture], [Hold.Release] and [Hold.GiveBack]: an adapter reads rows, asks, and
// writes rows. With two tables
//
//	CREATE TABLE quotas (name VARCHAR(256) PRIMARY KEY, amount BIGINT NOT NULL, captured BIGINT NOT NULL)
//	CREATE TABLE holds  (name VARCHAR(256), claim VARCHAR(256), n BIGINT, until_ms BIGINT, state VARCHAR(8), captured BIGINT, back BIGINT,
//	                     PRIMARY KEY (name, claim))  -- and an index on (name, state, until_ms)
//
// whose names and keys (the column claim) are compared byte by byte, each of Hold,
// Capture, Release and GiveBack is one transaction, with Until cut to the millisecond
// first:
//
//	SELECT amount, captured FROM quotas WHERE name = ? FOR UPDATE              no row: NoQuota
//	SELECT n, until_ms, state, captured, back FROM holds WHERE name = ? AND claim = ?
//	SELECT SUM(n) FROM holds WHERE name = ? AND state = 'held' AND until_ms > :at
//
//	Hold     found: hold.Repeats(claim).  Not found: level.Admit(claim), then
//	         UPDATE holds SET state = 'expired' WHERE name = ? AND state = 'held' AND until_ms <= :at
//	         INSERT INTO holds …
//	Capture  not found: NoHold.  hold.Capture(n, at, level.Left()), then
//	         UPDATE holds …; UPDATE quotas SET captured = captured + n  (only if it was not captured before)
//	Release  not found: NoHold.  hold.Release(at), then UPDATE holds …
//	GiveBack not found: NoHold.  hold.GiveBack(n, at), then
//	         UPDATE holds …; UPDATE quotas SET captured = captured - (back after - back before)
//
// The row of the quota is locked first, so callers of one quota queue. A quota on which
// every till waits is better divided: a budget per shop, a stock per warehouse.
//
// # Left to the host
//
// Setting limits; how long a hold lasts; sending again what got no answer; deleting
// holds that nobody can ask for any more.
//
// # Stored text
//
// The texts of [State] and the reason codes are format: pinned by tests, never renamed.
package quota
