// Package agenda plans contacts.
package agenda
