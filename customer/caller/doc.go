// Package caller makes one view of a customer who calls: who she is, what she owns and until when
// it is covered, what she has ordered, asked, been promised and owes, and what is worth telling her
// besides.
//
// # Shape
//
//	orders, cases, products, money,   ─► Parts ─┐
//	promises, wishes, quotes, contacts,         ├─► Screen.View ─► View ─► Screen.Lines
//	purchases, consents, who                    │
//	call: when, and what it is about  ─► Call ──┘    First     the first ten seconds
//	                                                 Subject   what she calls about
//	                                                 rows, each with its reasons
//	                                                 Also      to be told besides; Left: what is not, and why
//	                                                 Missing   what nobody supplied
//
// # The first ten seconds
//
// Few lines, in a fixed order: that several customers share the number; a complaint that is open; that
// she waits in no queue, and who looks after her; what she was promised and did not get, and answers
// that are late; what is at the repairer; orders that are late, then those that are ready;
// other cases; what she owes too long; what was said last; what nobody supplied.
//
// # What is told besides
//
// The rules name the topics, the most important first. Within a topic the more urgent is told
// first. Nothing is told twice: what belongs to something that is told is told with it. What she
// calls about is not told besides, nor what belongs to it, nor what it belongs to. A topic may be
// silent while a complaint of some grade is open, and where nobody knows whether one is; it may need
// a consent to calls. All that is left out is listed with the reason.
//
// # What is not there
//
// A [Part] that was not supplied is missing, never empty: the view says so, since "she has no open
// orders" and "the order system did not answer" are told to a customer in different words. A part
// that is old is said to be old.
//
// # Warranties
//
// A product carries its covers, each a window of package warranty: months or years from purchase,
// delivery or installation, or for life. Days at a repairer are added where the window says so, and
// an exchange begins it anew. The last day is in force. A cover that has not begun to run, because
// the goods are not installed, is in force. What a customer is entitled to is package
// complaint/entitlement's to say; this one shows the days.
//
// # Plugging in
//
// The host reads the parts from its systems, side by side, and converts what packages of this module
// keep: the example "wiring" has a short function for each, to be copied, and package complaint has one
// for its cases. Whether her calls pass the queue is decided where she is known (identity's Handling),
// and shown here. Rows carry the host's references; [Head].Of links them: a case to its order, a
// promise to its case.
//
// # Left to the host
//
// Finding the customer by her number or card (customer/identity); reading the parts, and what to do
// where a system is slow; showing the view. Identifiers are shown by their last characters; a host
// that shows more reads them from where they are kept. A view shares the memory of the parts that it
// was made of: neither is changed any more.
//
// # Stored text
//
// The texts of [Section], [Topic] and [With] and the reason codes are format: pinned by tests, never
// renamed.
package caller
