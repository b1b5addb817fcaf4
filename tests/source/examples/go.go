package store

// Store keeps items.
type Store[T any] struct{ items map[string]T }

// Loader loads.
type Loader interface{ Load(id string) error }

type (
	// ID names an item.
	ID string
	Pair struct{ a, b int }
	Alias = Store[int]
)

// Load finds one.
//
// It fails on an empty id.
func (s *Store[T]) Load(id string) (*T, error) {
	find := func(id string) *T { return nil }
	go func() { s.Close() }()
	return find(id), nil
}

func (Store[T]) Close() {}

var now = func() int { return 1 }

func main() {}
