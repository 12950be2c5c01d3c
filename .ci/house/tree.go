package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const module = "github.com/rapport-crm/rapport"

// required are the module's direct requirements, no more and no less.
var required = []string{decimal, "github.com/stretchr/testify", "pgregory.net/rapid"}

// entries are what the top level holds, dot-files aside.
var entries = []string{
	"README.md", "complaint", "customer", "doc.go", "examples", "go.mod", "go.sum",
	"lifecycle", "loyalty", "promo", "segment",
}

func requirements(root string) ([]string, error) {
	out, err := run(root, "go", "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, fmt.Errorf("go.mod: %w", err)
	}
	var faults []string
	missing := map[string]bool{}
	for _, path := range required {
		missing[path] = true
	}
	for _, requirement := range mod.Require {
		if requirement.Indirect {
			continue
		}
		if !slices.Contains(required, requirement.Path) {
			faults = append(faults, fault("go.mod", "requirements", "%s is a direct requirement beyond %s",
				requirement.Path, strings.Join(required, ", ")))
		}
		delete(missing, requirement.Path)
	}
	for _, path := range slices.Sorted(maps.Keys(missing)) {
		faults = append(faults, fault("go.mod", "requirements", "%s is not required directly", path))
	}
	return faults, nil
}

// topLevel looks at what git tracks or would track, so that a developer's ignored
// files do not count.
func topLevel(root string) ([]string, error) {
	out, err := run(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	var faults []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		top, _, _ := strings.Cut(name, "/")
		if top == "" || top[0] == '.' || slices.Contains(entries, top) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name))); errors.Is(err, os.ErrNotExist) {
			continue // deleted, not yet committed
		}
		faults = append(faults, fault(top, "top level", "it holds only %s", strings.Join(entries, ", ")))
	}
	return faults, nil
}

// A source is one Go file of the module.
type source struct {
	name string // relative to the root
	pkg  string // the package's path relative to the module, "" for the root
	test bool   // a _test.go file
}

// sources lists the Go files of every package of the module, those that this machine
// would not build among them.
func sources(root string) ([]source, error) {
	out, err := run(root, "go", "list", "-find", "-e", "-json=Dir,ImportPath,GoFiles,CgoFiles,"+
		"IgnoredGoFiles,TestGoFiles,XTestGoFiles", "./...")
	if err != nil {
		return nil, err
	}
	var all []source
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg struct {
			Dir, ImportPath           string
			GoFiles, CgoFiles         []string
			IgnoredGoFiles            []string
			TestGoFiles, XTestGoFiles []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		files := slices.Concat(pkg.GoFiles, pkg.CgoFiles, pkg.IgnoredGoFiles,
			pkg.TestGoFiles, pkg.XTestGoFiles)
		slices.Sort(files)
		for _, file := range slices.Compact(files) {
			name, err := filepath.Rel(root, filepath.Join(pkg.Dir, file))
			if err != nil {
				return nil, err
			}
			all = append(all, source{
				name: filepath.ToSlash(name),
				pkg:  strings.TrimPrefix(strings.TrimPrefix(pkg.ImportPath, module), "/"),
				test: strings.HasSuffix(file, "_test.go"),
			})
		}
	}
}

// run returns what a command prints in the directory dir.
func run(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
		}
		return nil, fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return out, nil
}
