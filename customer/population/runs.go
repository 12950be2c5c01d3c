package population

import (
	"errors"
	"fmt"
	"iter"
)

// ErrOrder says that the lines of the grouped form were not grouped: a customer came
// after a greater one, or came back.
var ErrOrder = errors.New("population: customers are not in ascending order")

// Runs walks the grouped form: it yields each customer's lines together, as one slice
// that is reused for the next customer. Within a run the lines keep their order.
// Customers must ascend and each must lie wholly in one part of the input; ErrOrder
// ends the walk where they do not, and so does the first error of the input. Memory
// is that of the longest run.
func Runs[K Key](lines iter.Seq2[Line[K], error]) iter.Seq2[[]Line[K], error] {
	return func(yield func([]Line[K], error) bool) {
		var run []Line[K]
		for line, err := range lines {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(run) > 0 && line.Customer != run[0].Customer {
				if line.Customer < run[0].Customer {
					yield(nil, fmt.Errorf("%w: %v after %v", ErrOrder, line.Customer, run[0].Customer))
					return
				}
				if !yield(run, nil) {
					return
				}
				run = run[:0]
			}
			run = append(run, line)
		}
		if len(run) > 0 {
			yield(run, nil)
		}
	}
}
