// Package consent says what a customer allows, and whether she may be contacted now: for which
// purpose, through which channel, by or for whom; with what shows that she said so, until when, and
// within which caps and hours.
package consent
