package personal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/rapport-crm/rapport/customer"
)

// Codes makes list codes: EAN-13 barcodes that a till scans in place of her card. A code
// is an in-store prefix, ten digits that nobody without the key can foretell, and the
// check digit. The check digit finds misread codes and no more: everybody can reckon it,
// so it keeps no secret. A list is private because of the key. Codes is immutable and safe
// for concurrent use.
type Codes struct {
	prefix int
	key    []byte
}

const (
	codeDigits = 10_000_000_000 // what ten digits can say
	leastKey   = 16             // bytes
	// maxTries bounds how often a code is drawn anew. Of a million codes given out, one in
	// ten thousand new ones collides, so the second try is enough, and the third is never
	// seen.
	maxTries = 100
)

// NewCodes makes codes with an in-store prefix, 20 to 29, and the host's key of at least
// 16 bytes, which is copied. Another key gives other codes, so lists are scanned as long
// as their key is known.
func NewCodes(prefix int, key []byte) (*Codes, error) {
	var faults customer.Faults
	faults.Within("prefix", prefix, 20, 29)
	if len(key) < leastKey {
		faults.Add("key", strconv.Itoa(len(key))+" bytes", fmt.Sprintf("has at least %d bytes", leastKey))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return &Codes{prefix: prefix, key: append([]byte(nil), key...)}, nil
}

// Code returns the code of a customer's list: of a campaign, for the period that begins
// on a day. Two lists can have the same code; the host, which keeps the codes that it
// gave out, finds that at issue and asks again with the next try, 0 to 99, which it
// keeps with the list.
//
// The ten digits are the first 8 bytes, big-endian, modulo 10¹⁰, of the HMAC-SHA256 over
// campaign, customer, the day as 2026-11-25, and the try in decimal digits, each preceded
// by its length as 8 bytes big-endian. This is format: codes in print depend on it.
func (c *Codes) Code(campaign string, id customer.ID, from customer.Date, try int) (string, error) {
	var faults customer.Faults
	faults.Name("campaign", campaign)
	faults.Name("customer", string(id))
	faults.GivenDay("from", from)
	faults.Within("try", try, 0, maxTries-1)
	if err := faults.Err(); err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, c.key)
	for _, field := range [...]string{campaign, string(id), from.String(), strconv.Itoa(try)} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(field)))
		mac.Write(length[:])
		mac.Write([]byte(field))
	}
	digits := binary.BigEndian.Uint64(mac.Sum(nil)) % codeDigits
	code := fmt.Sprintf("%02d%010d", c.prefix, digits)
	return code + string(checkDigit(code)), nil
}

// Verify reports whether a code is that of the list, at the try with which it was issued.
func (c *Codes) Verify(code, campaign string, id customer.ID, from customer.Date, try int) bool {
	want, err := c.Code(campaign, id, from, try)
	return err == nil && hmac.Equal([]byte(want), []byte(code))
}

// Readable reports whether a code was read right and could be one of these: 13 digits,
// the prefix, the check digit. It does not say that such a list was ever issued.
func (c *Codes) Readable(code string) bool {
	if len(code) != 13 || code[:2] != strconv.Itoa(c.prefix) {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return code[12] == checkDigit(code[:12])
}

// checkDigit is that of EAN-13: the digits weigh 1 and 3 in turn, and the check digit
// brings their sum to a multiple of ten.
func checkDigit(twelve string) byte {
	sum := 0
	for i := range len(twelve) {
		sum += int(twelve[i]-'0') * (1 + 2*(i%2))
	}
	return byte('0' + (10-sum%10)%10)
}
