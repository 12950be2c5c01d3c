package customer

import (
	"crypto/sha256"
	"encoding/binary"
)

// Draw is chance without dice: a number that depends on nothing but the salt (a
// campaign, say) and the customer, so that every process and every repetition
// gives the same answer. It is the first 8 bytes, big-endian, of the SHA-256 over
// both fields, each preceded by its length as 8 bytes big-endian.
//
// A share of n‰ is held out with Draw(salt, id)%1000 < n; the remainder's bias is
// below 10⁻¹⁶. The function is pinned by a test: it never changes, because a
// changed draw would move customers between groups in the middle of a campaign.
func Draw(salt string, id ID) uint64 {
	// One buffer on the stack serves the usual short salts and IDs.
	var space [128]byte
	fields := space[:0]
	fields = binary.BigEndian.AppendUint64(fields, uint64(len(salt)))
	fields = append(fields, salt...)
	fields = binary.BigEndian.AppendUint64(fields, uint64(len(id)))
	fields = append(fields, id...)
	sum := sha256.Sum256(fields)
	return binary.BigEndian.Uint64(sum[:8])
}
