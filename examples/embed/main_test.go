package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What README.md shows is the program that compiles here, and what it prints.
func Example() {
	main()
	// Output:
	// every 14 days, last on 11 Nov, due on 25 Nov
	// expected from 22 Nov to 28 Nov
	// due in 4 days, on 25 Nov
}

func TestReadmeShowsTheProgram(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	program, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, code, found := strings.Cut(string(program), "\npackage main\n")
	require.True(t, found)
	assert.Contains(t, string(readme), "```go\npackage main\n"+code+"```\n")

	self, err := os.ReadFile("main_test.go")
	require.NoError(t, err)
	_, output, found := strings.Cut(string(self), "\t// Output:\n")
	require.True(t, found)
	output, _, _ = strings.Cut(output, "}\n")
	output = strings.ReplaceAll(output, "\t// ", "")
	assert.Contains(t, string(readme), "```text\n"+output+"```\n")
}

// The two commands that the README promises are there, spelled as a reader types them.
func TestReadmeNamesTheCommands(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, command := range []string{"go run ./examples/supermarket", "go test ./..."} {
		assert.Contains(t, string(readme), "\n"+command+"\n")
	}
}
