// Package profile answers what a customer bought and what it brought: the report that a
// wholesaler keeps of each customer, and her profit contribution since the first deal.
//
// # What it decides
//
//   - [Report]: at which hours, on which weekdays and in which months she buys, of which
//     categories and in which sizes of receipts, her largest deal, how often she came, what she
//     brought back, what was taken off the price, what she spent by category in each year, and how
//     a period compares with the same one of the year before; of a key account also by product and
//     by who used its cards.
//   - [Contribution]: revenue, returns, cost of goods and of service, and the profit that is left,
//     by order, product, month and year, in volume and as a rate.
//
// Both are as of any day: what came later does not count. Both say what they do not know: lines
// without a price, goods without a list price or a cost, a year before with nothing in it. An
// unknown cost never becomes a profit. What is not in a period is never guessed.
//
// # Shape
//
//	Purchase, Return, Service
//	          │ Coder                                Rules ──► Sheet
//	          ▼
//	     Line{Customer, Fact}
//	          │
//	  ┌───────┴────────────┐
//	ungrouped            grouped
//	History: any order,  Runs: one customer's lines at a time,
//	any split, merged    ids ascending; bounded memory
//	  └───────┬────────────┘
//	          ▼
//	   []Fact of one customer ── Reporter{as of a day, of a period} ──► Report, Contribution
//
// The state is a [History]: the facts themselves, packed to some fifteen to twenty-five bytes
// each, in an order of their own, so that histories merge in any order to the same bytes. It keeps
// facts and not sums: a report is as of any day and of any period, and two shards that each know
// lines of one receipt, or receipts of one day, cannot add up receipts, visits, medians or a
// largest deal. No sum is there to overflow while facts arrive. It is the customer's line history
// as well, which is to be kept anyway: [History.Of]. Ten million lines are stored in some 200 MB,
// and take four times that while they are added.
//
// A [Reporter] sums, some fifty nanoseconds a line, and once warm allocates nothing. A History
// allocates the blocks in which lines wait and the bytes into which they are packed: about once
// for seventy lines. Runs allocate for the longest run alone, a Coder nothing.
//
// # Rounding and sums
//
// Amounts are whole minor units and are added exactly. What is rounded is rounded once for each
// line, before anything is added: the tax contained in an amount, and list price × quantity,
// both half up. So hours, weekdays, months, categories, years, products and holders each
// add up to the report's total, and orders, products, months and years to that of a contribution;
// only bands of amounts leave out receipts whose prices are not all known, which Report.Measured
// counts. Rates in ‰ are rounded down and are never added.
//
// A [Code] stands for each reference and SKU, made from its text alone, so that shards need no
// dictionary between them; [Names] translates back, and notices two texts of one code.
//
// # Plugging in
//
// Make a [Sheet] of [Rules], code receipts with its [Coder] and add them to a [History], for one
// customer at the desk as for all at night. A host that keeps its lines sorted by customer needs
// no History: it walks them with [Runs]. Several processors each fill a History and merge; keep
// what MarshalBinary writes, and add each day's lines to it.
//
// # Left to the host
//
// Exactly once: a line that is added twice counts twice. Storage, and names for codes beyond the
// customers at hand. Which customer is a key account (package identity knows). Orders under way,
// receivables and promises (package caller puts them beside the report). What the customer is
// called: reports carry no name. Erasing: [History.Erase].
//
// # Stored form
//
// MarshalBinary writes version 1; bytes of another version are refused. JSON of a Report, of a
// Contribution and of Rules, the texts of [Kind], the reason codes, and what [CodeOf] makes of a
// text are format, and pinned by tests.
package profile
