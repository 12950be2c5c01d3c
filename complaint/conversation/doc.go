// Package conversation helps to judge how a customer who complains was spoken with: whether
// what had to be said was said, and in an order that does good; whether a contact kept to its
// script; which words did harm; how far the service got; and what a row of small requests says.
//
// # Shape
//
//	Rules                         facts that the host gives          answers
//	 variants  six acts, order     Heard: acts, in their order  ──►  Book.Check     findings
//	 scripts   six steps, lists    []Tick: points kept or not   ──►  Book.Follow    findings
//	                                                            ──►  Book.Rehearse  step by step, what is due next
//	 phrases   words to avoid      Transcript: turns with times ──►  Book.Listen    findings with their place, share of talk
//	 listening marks                                            ──►  Book.Seen      ticks of a checklist
//	 levels    criteria            []Answer                     ──►  Book.Grade     satisfied, comfortable, delighted
//	 unrest    marks               []Request of a stay          ──►  Book.Stay      unrest, with its cause
//
//	findings of many contacts ──► Coaching: by agent, mergeable
//
// A [Finding] is an aid for somebody who judges, and who was there or has listened to the
// recording. It blocks nothing and it is no verdict: a case is never held up by one. What must
// hold before a case is closed is package complaint's business.
//
// # Acts and variants
//
// The six acts are apology, explanation, sympathy, solution, resolve (to apologize once more and
// say what will be done so that it does not happen again) and thanks; own-cause (to say what was
// one's own part) and alternative come beside them. A [Variant] says which of them are due and
// in which order, and which are left out on purpose, because here they do harm: whose promise
// was broken weeks ago wants no explanation. Two things no variant can leave out: a customer who
// asks for somebody above gets to him, and a refusal comes with an alternative.
//
// # Words
//
// A phrase is looked for in what the agent says. Letters are compared without case, the wide
// forms of a Chinese keyboard are the narrow ones, and any run of blanks is one. Where the phrase begins or ends in a script that writes blanks between words,
// a word begins or ends there: "but" is not found in "butter". Chinese, Japanese and Thai have
// no blanks, so there a phrase is found anywhere, and Unless names the longer wordings in which
// it is harmless. Simplified and traditional forms are phrases of their own.
//
// # Plugging in
//
// Everything is data and arguments: the host transcribes the call, or somebody ticks what was
// kept. Findings go to the agent's next talk with his team leader by way of [Coaching], which
// adds up in any order and any split. The acts of a case, and the [Level] that it reached, are
// kept by package complaint.
//
// # Left to the host
//
// Recording and transcribing, and the consent that this takes; telling speakers apart; finding
// acts in free speech; what is done about a finding, or about unrest. A transcript is personal:
// nothing here keeps one, and findings carry places, not words that were said.
//
// # Stored text
//
// The texts of [Act], [Level], [Speaker], [Sign] and [Outcome], the reason codes and the bytes of
// [Coaching] are format: pinned by tests, never renamed.
package conversation
