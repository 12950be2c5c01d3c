// Package journal books each decision exactly once. It holds the storage contract
// that everything with a history shares (an account, a wallet, a case, a standing),
// and [Run], which loads, decides and commits by it.
//
// # Shape
//
//	key, fact ─► Run ─► Load(id) ─────────────► state, version
//	              │                                │
//	              │                   decide(state) ─► refusal ─────► passed on, nothing written
//	              │                                │
//	              │                             entries, next state
//	              │                                │
//	              └────────── Commit(id, decision) ┴─► ErrConflict ─► load again, five tries
//	                                               ├─► ErrDuplicate ─► Committed ─► replayed
//	                                               └─► booked
//
// A key is the host's reference with the verb in front, "earn:till-7/000123" ([Key]).
// Beside it stands the fingerprint of what was asked for ([Fingerprint]): the same key
// and the same fact get the earlier answer again, the same key and another fact are
// refused. A till that hears no answer sends the request again, as often as it likes.
//
// Three answers write nothing and are therefore not remembered: a refusal, a decision
// without entries, and [ErrConflict]. Their key is still unused. Sent again, such a
// request is decided anew, under the state and rules of that moment: a return that
// came before its sale is refused, and booked when it is sent after it. A host for
// which "nothing" must stay the answer has its decision say so in an entry.
//
// The same key under two ids is two writes. That is how a transfer goes: a debit, a
// credit and a close under one key, finished by sending it again.
//
// # Commands
//
// A history whose entries say different things is made of [Entry], with one body for each kind; the
// package that keeps it says in a [Form] how bodies are stored. A command is a struct around a
// [Step] (reference, who, when), and the body of the entry that it leads to. A rule book answers it
// in a [Draft], and [Book] runs it under the key of its kind and reference:
//
//	Lend{Step, To} ─► Book ─► Library.Lend ─► Begin ─► Miss … ─► refusal, with all that is missing
//	                                            └────► Post … ─► entries, next state, reasons
//
// # Erasing
//
// A history is only ever added to, except where it says something of a person that has to go. A
// store that is a [Rewriter] then puts other decisions in the place of those that it has: the same
// keys and bases, as many entries, and in these [Scrubbed] for what was said. The fingerprints go
// too ([Rewritten]), for a guessable fact is as good as told by its hash. A request that is sent
// again afterwards is neither replayed, since nobody knows that it is the same, nor booked: it hears
// [ErrRewritten]. An [Erasure] is booked before, which leaves nothing in the state; package privacy
// does both.
//
// # Plugging in
//
// [Mem] is a whole store in memory. An adapter to a database has three methods, five where
// histories can be rewritten, and is written once for all packages; journaltest.TestStore and
// TestRewriter check it sentence by sentence.
// One table is enough, a row for each decision:
//
//	CREATE TABLE journal (
//		id          VARCHAR(256) NOT NULL, -- compared byte by byte: COLLATE "C"; in MySQL VARBINARY, for
//		                                   -- even its binary collations ignore spaces at the end
//		version     BIGINT       NOT NULL, -- number of entries after this decision
//		base        BIGINT       NOT NULL, -- and before it
//		request     VARCHAR(256) NOT NULL, -- the key, compared byte by byte
//		fingerprint CHAR(64)     NOT NULL,
//		entries     JSON         NOT NULL, -- of the package: they carry their own format version
//		reasons     JSON         NOT NULL,
//		state       JSON         NOT NULL, -- or none: Load may replay the entries instead
//		PRIMARY KEY (id, version), UNIQUE (id, base), UNIQUE (id, request)
//	)
//
//	Load       SELECT state, version FROM journal WHERE id = ? ORDER BY version DESC LIMIT 1
//	           no row: the zero state, 0, nil
//
//	Committed  SELECT base, fingerprint, entries, reasons FROM journal WHERE id = ? AND request = ?
//	           no row: false, nil
//
//	Commit     INSERT INTO journal SELECT … WHERE ? = (SELECT COALESCE(MAX(version), 0) FROM journal WHERE id = ?)
//	           one row written:                  nil
//	           none, or a unique constraint hit: ErrDuplicate if the key is there now, else ErrConflict
//	           anything else:                    the database's own error
//
// And to rewrite:
//
//	Decisions  SELECT request, base, fingerprint, entries, reasons FROM journal WHERE id = ? ORDER BY version
//
//	Rewrite    BEGIN
//	           the SELECT of Decisions, with FOR UPDATE; then CheckRewrite(kept, decisions)
//	           for each: UPDATE journal SET fingerprint = ?, entries = ?, reasons = ?, state = ? WHERE id = ? AND request = ?
//	           COMMIT
//	           afterwards whatever keeps old rows on its own: VACUUM, a table's history, replicas' logs
//
// The rows that are locked are those that were read; a decision that is committed meanwhile is a row
// of its own, on the version that stays. The two unique constraints settle every race: decisions on one version have the same
// base, and repeated requests the same key. After a constraint was hit, the question
// whether the key is there is asked in a new transaction, which sees the winner.
//
// # Left to the host
//
// References that are unique over its shops and tills; sending again what got no
// answer, and how long to wait between; reading whole histories and replaying them,
// which each package does for its own entries; backup and retention, where a key whose
// row is deleted is unused again. One Commit touches one id, so an id is a person or a
// case, never a pool that every till writes to: what many customers share is in package
// quota.
//
// # Stored text
//
// The form of keys and fingerprints and the texts of [Result] are format: they are
// pinned by tests and never change.
package journal
