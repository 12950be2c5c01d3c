package population

import (
	"encoding/binary"
	"reflect"
)

// AppendKey writes a key that comes after previous in ascending order, at first after the
// zero key: a number as its distance, a text as how much of its beginning it shares with
// previous and the rest. The first key may be the zero key itself.
func AppendKey[K Key](dst []byte, previous, key K) []byte {
	from, to := reflect.ValueOf(previous), reflect.ValueOf(key)
	if to.Kind() != reflect.String {
		return binary.AppendUvarint(dst, to.Uint()-from.Uint())
	}
	before, text, shared := from.String(), to.String(), 0
	for shared < min(len(before), len(text)) && before[shared] == text[shared] {
		shared++
	}
	dst = binary.AppendUvarint(dst, uint64(shared))
	dst = binary.AppendUvarint(dst, uint64(len(text)-shared))
	return append(dst, text[shared:]...)
}

// ReadKey reads what AppendKey wrote. A key before previous fails the Decoder; whether it
// may equal previous is the caller's to say.
func ReadKey[K Key](from *Decoder, previous K) K {
	var key K
	value, before := reflect.ValueOf(&key).Elem(), reflect.ValueOf(previous)
	if value.Kind() != reflect.String {
		distance := from.Uvarint()
		number := before.Uint() + distance
		if number < distance || value.OverflowUint(number) {
			from.Fail("a key out of range")
			return previous
		}
		value.SetUint(number)
		return key
	}
	shared := from.Uvarint()
	rest := from.Bytes()
	if shared > uint64(before.Len()) {
		from.Fail("a key that shares more than there is")
		return previous
	}
	beginning, left := before.String()[:shared], before.String()[shared:]
	if left != "" && len(rest) > 0 && left[0] == rest[0] {
		from.Fail("a key that shares less than there is")
		return previous
	}
	value.SetString(beginning + string(rest))
	if key < previous {
		from.Fail("keys out of order")
		return previous
	}
	return key
}
