package segment

import (
	"fmt"
	"math/bits"

	"github.com/rapport-crm/rapport/customer"
)

// RFMGroup names a set of score triples.
type RFMGroup struct {
	Name string `json:"name"`
	// Keep says that these customers are important, and to be kept: RFMKeepList lists them.
	Keep   bool       `json:"keep,omitempty"`
	Scores []RFMBlock `json:"scores"` // the group is all of them together
}

// RFMBlock is every triple whose scores lie in the three ranges.
type RFMBlock struct {
	Recency   RFMRange `json:"recency,omitzero"`
	Frequency RFMRange `json:"frequency,omitzero"`
	Monetary  RFMRange `json:"monetary,omitzero"`
}

// RFMRange is a range of scores, both ends included. The zero RFMRange is every score.
type RFMRange struct {
	Least int `json:"least,omitempty"` // 0: 1
	Most  int `json:"most,omitempty"`  // 0: Parts
}

// bounds returns the ends of the range among so many scores.
func (r RFMRange) bounds(parts int) (least, most int) {
	least, most = r.Least, r.Most
	if least == 0 {
		least = 1
	}
	if most == 0 {
		most = parts
	}
	return least, most
}

func (r RFMRange) check(faults *customer.Faults, path string, parts int) {
	least, most := r.bounds(parts)
	faults.Within(path+".least", least, 1, parts)
	faults.Within(path+".most", most, 1, parts)
	if least > most {
		faults.Add(path+".most", most, fmt.Sprintf("is least, %d, or more", least))
	}
}

// tripleSet is a set of score triples, a bit for each in the order of Scores.
type tripleSet [(MaxRFMBlocks + 63) / 64]uint64

func (s *tripleSet) add(triple int)      { s[triple/64] |= 1 << (triple % 64) }
func (s *tripleSet) has(triple int) bool { return s[triple/64]>>(triple%64)&1 != 0 }

// common returns the least triple of both sets, and how many there are.
func (s *tripleSet) common(other *tripleSet) (least, n int) {
	for i := len(s) - 1; i >= 0; i-- {
		if both := s[i] & other[i]; both != 0 {
			least = 64*i + bits.TrailingZeros64(both)
			n += bits.OnesCount64(both)
		}
	}
	return least, n
}

// triple is the place of three known scores among all triples in ascending order.
func (s Scores) triple(parts int) int {
	return (int(s.Recency-1)*parts+int(s.Frequency-1))*parts + int(s.Monetary-1)
}

// tripleOf is the opposite of Scores.triple.
func tripleOf(triple, parts int) Scores {
	return Scores{
		Recency:   uint8(triple/parts/parts + 1),
		Frequency: uint8(triple/parts%parts + 1),
		Monetary:  uint8(triple%parts + 1),
	}
}

// triples returns the set of a group whose ranges are in order.
func (g *RFMGroup) triples(parts int) (set tripleSet) {
	for _, block := range g.Scores {
		leastR, mostR := block.Recency.bounds(parts)
		leastF, mostF := block.Frequency.bounds(parts)
		leastM, mostM := block.Monetary.bounds(parts)
		for r := leastR; r <= mostR; r++ {
			for f := leastF; f <= mostF; f++ {
				for m := leastM; m <= mostM; m++ {
					set.add(Scores{uint8(r), uint8(f), uint8(m)}.triple(parts))
				}
			}
		}
	}
	return set
}

// checkRFMGroups notes every gap and every overlap of the table: no triple may be left to
// chance, nor to the order in which the groups stand.
func checkRFMGroups(faults *customer.Faults, groups []RFMGroup, parts int) {
	if len(groups) == 0 || parts < MinRFMParts || parts > MaxRFMParts {
		return
	}
	before, blocks := len(*faults), 0
	faults.Within("groups", len(groups), 1, MaxRFMBlocks)
	names := make(map[string]bool, len(groups))
	for i := range groups[:min(len(groups), MaxRFMBlocks)] {
		group, path := &groups[i], fmt.Sprintf("groups[%d]", i)
		faults.Name(path+".name", group.Name)
		if names[group.Name] {
			faults.Add(path+".name", group.Name, "names only one group")
		}
		names[group.Name] = true
		if len(group.Scores) == 0 {
			faults.Add(path+".scores", 0, "has one block or more")
		}
		if blocks += len(group.Scores); blocks > MaxRFMBlocks {
			faults.Add("groups", blocks, fmt.Sprintf("have at most %d blocks of scores in all", MaxRFMBlocks))
			return
		}
		for j, block := range group.Scores {
			path := fmt.Sprintf("%s.scores[%d]", path, j)
			block.Recency.check(faults, path+".recency", parts)
			block.Frequency.check(faults, path+".frequency", parts)
			block.Monetary.check(faults, path+".monetary", parts)
		}
	}
	if len(*faults) > before {
		return // gaps and overlaps of faulty ranges would only confuse
	}
	var free tripleSet
	for triple := range parts * parts * parts {
		free.add(triple)
	}
	sets := make([]tripleSet, len(groups))
	for i := range groups {
		sets[i] = groups[i].triples(parts)
		for word := range free {
			free[word] &^= sets[i][word]
		}
	}
	if least, n := free.common(&free); n > 0 {
		faults.Add("groups", tripleOf(least, parts), fmt.Sprintf(
			"have a group for every triple of scores; %d have none, of which this is the least", n))
	}
	for i := range sets {
		for j := range sets[:i] {
			if least, n := sets[i].common(&sets[j]); n > 0 {
				faults.Add(fmt.Sprintf("groups[%d].scores", i), tripleOf(least, parts), fmt.Sprintf(
					"is in one group only; %d triples are in %s as well, of which this is the least", n, groups[j].Name))
			}
		}
	}
}
