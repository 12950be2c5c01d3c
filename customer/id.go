package customer

// ID is a customer's surrogate key: opaque, chosen by the host, and never a card
// number, phone number or name. The empty ID is nobody: an anonymous receipt.
type ID string
