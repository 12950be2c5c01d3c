// Package digest shows each of the staff every morning what is due and important: her own things,
// and of her people's what is important enough, so that it comes before a manager's eyes without
// anybody carrying it there.
//
// # Shape
//
//	Rules ─► Policy ─┐
//	task.Staff ──────┴─► Gather(staff, day) ─► Gathering: Add each task.Item; Merge ─► a Digest for each person
//
// A [Gathering] takes the items of everybody in any order, of cycles (package task) and of whatever
// else the host keeps, and has for each of the staff a list of bounded length. Important items come
// first; of these, and of the rest, what is overdue longest, then by day, then what has no day. What
// does not fit is counted.
//
// An item rises to managers by a [Rise], and where whoever would see it last is away, on to the
// first one above who is not. What is nobody's, or of somebody who has left, is the keeper's.
//
// # Plugging in
//
// Every morning: begin a Gathering with the staff as it is, add every open item, and read the digests.
// It is a pure function of these; nothing of it is stored. Large populations are split: one Gathering
// for each part, of the same Policy and Staff, and then Merge.
//
//	morning, err := policy.Gather(staff, today)
//
// # Left to the host
//
// Which items there are: task.Cycle.Items makes those of a cycle; a promise, a complaint's next wake,
// a quote that expires or a visit is an Item that the host fills in. Showing and sending the digests.
//
// # Stored text
//
// The fields of the rules and the reason codes are format: pinned by tests, never renamed.
package digest
