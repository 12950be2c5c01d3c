package identity

// Survival says which of several values of a field is read as the customer's. The zero Survival is
// refused.
type Survival uint8

// The rules of survivorship. Their texts are format.
const (
	Newest       Survival = iota + 1 // the one of the latest day
	MostTrusted                      // the one of the source that is trusted most
	MostComplete                     // the longest one
)
