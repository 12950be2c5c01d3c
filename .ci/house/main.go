// Command house checks what keeps Rapport one house: its requirements, the order of
// its floors, the purity of its code, and what lies on the top level. It is a module
// of its own and uses nothing but Go's library, the go command and git.
//
//	go -C .ci/house run . "$PWD"
//
// It prints every fault on a line of its own, the place first and then the rule, and
// exits with 1 if there was one.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: house ROOT")
		os.Exit(2)
	}
	faults, err := check(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(2)
	}
	for _, fault := range faults {
		fmt.Println(fault)
	}
	if len(faults) > 0 {
		fmt.Printf("house: faults: %d\n", len(faults))
		os.Exit(1)
	}
	fmt.Println("house: no faults")
}

// check returns the faults of the module at root in order, or an error when the tree
// cannot be read.
func check(root string) ([]string, error) {
	root, err := filepath.Abs(root) // go list prints whole paths
	if err != nil {
		return nil, err
	}
	var faults []string
	for _, rule := range []func(string) ([]string, error){requirements, topLevel, code} {
		found, err := rule(root)
		if err != nil {
			return nil, err
		}
		faults = append(faults, found...)
	}
	slices.Sort(faults)
	return slices.Compact(faults), nil
}

func fault(place, rule, format string, figures ...any) string {
	return fmt.Sprintf("%s: %s: %s", place, rule, fmt.Sprintf(format, figures...))
}
