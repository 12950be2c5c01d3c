// Package calendar knows when a shop, a desk or a phone line is open: the business
// calendar under complaint clocks, quiet hours, visit plans and closed days.
package calendar
