// Package complaint keeps the cases of customers who complain, so that none is lost.
package complaint
