package population

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrFormat says that bytes are no marshalled state, or one of a version that this
// build does not know.
var ErrFormat = errors.New("population: not a state that can be read")

// Decoder reads marshalled state. The first fault stays: after it every read gives
// zero, so that a reader checks Err once, at the end of each loop.
type Decoder struct {
	rest []byte
	err  error
}

// NewDecoder starts reading at a format version, the first byte, which must be the
// one given.
func NewDecoder(data []byte, version byte) *Decoder {
	d := &Decoder{rest: data}
	if v := d.Byte(); d.err == nil && v != version {
		d.Fail(fmt.Sprintf("version %d, where %d is known", v, version))
	}
	return d
}

// Fail notes a fault, unless there has been one before.
func (d *Decoder) Fail(why string) {
	if d.err == nil {
		d.err = fmt.Errorf("%w: %s", ErrFormat, why)
		d.rest = nil
	}
}

// Err returns the first fault.
func (d *Decoder) Err() error { return d.err }

// More reports whether there is something left to read.
func (d *Decoder) More() bool { return len(d.rest) > 0 }

// Close returns the first fault; bytes left over are one.
func (d *Decoder) Close() error {
	if len(d.rest) > 0 {
		d.Fail(fmt.Sprintf("%d bytes left over", len(d.rest)))
	}
	return d.err
}

// room is how much to make ready for n things that follow. A claim is not believed: no
// more than what is left can follow, and what a forged one costs stays small.
func (d *Decoder) room(n uint64) int { return int(min(n, uint64(len(d.rest)), 1024)) }

// Byte reads one byte.
func (d *Decoder) Byte() byte {
	if len(d.rest) == 0 {
		d.Fail("it ends early")
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

// Uvarint reads an unsigned number in its shortest form.
func (d *Decoder) Uvarint() uint64 {
	value, n := binary.Uvarint(d.rest)
	if n <= 0 || n > 1 && d.rest[n-1] == 0 {
		d.Fail("it ends early or a number is malformed")
		return 0
	}
	d.rest = d.rest[n:]
	return value
}

// Varint reads a signed number.
func (d *Decoder) Varint() int64 {
	value := d.Uvarint()
	return int64(value>>1) ^ -int64(value&1)
}

// Uint32 reads an unsigned number of at most 32 bits.
func (d *Decoder) Uint32() uint32 {
	value := d.Uvarint()
	if value > math.MaxUint32 {
		d.Fail("a number exceeds 32 bits")
		return 0
	}
	return uint32(value)
}

// Count reads a number that counts something: 0 to the greatest int64.
func (d *Decoder) Count() int64 {
	value := d.Uvarint()
	if value > math.MaxInt64 {
		d.Fail("a count exceeds 63 bits")
		return 0
	}
	return int64(value)
}

// AppendBytes writes a text, or bytes, behind its length.
func AppendBytes[T ~string | ~[]byte](dst []byte, text T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// Bytes reads what AppendBytes wrote: a length and that many bytes, sharing the input's memory.
func (d *Decoder) Bytes() []byte {
	n := d.Uvarint()
	if n > uint64(len(d.rest)) {
		d.Fail("it ends early")
		return nil
	}
	text := d.rest[:n]
	d.rest = d.rest[n:]
	return text
}
