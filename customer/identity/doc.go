// Package identity says who a customer is: which identifiers lead to her, what is known of her, from
// whom and since when, and which records are of one and the same customer.
//
// # Shape
//
//	card, phone, list code ─► Normaliser ─► Token ─► Directory.Find ─► records ─► Golden
//	                                                      ▲
//	Rules ─► Register: Open, Attach, Tell, Correct, … ─► Record (one for each customer.ID)
//	                   Link, Unlink ────────────────────► links of the younger record to the older
package identity
