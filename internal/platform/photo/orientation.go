package photo

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a camera was held, as a JPEG says it (Exif 2.32, tag
// 0x0112): 1 to 8; 1 where it says nothing or nothing that can be read. It is
// all that is read of what a camera writes beside the points.
func orientation(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xda || length < 2 || at+2+length > len(file) { // the points begin
			return 1
		}
		segment := file[at+4 : at+2+length]
		if marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return inTags(segment[6:])
		}
		at += 2 + length
	}
	return 1
}

// inTags looks in the first directory of a TIFF.
func inTags(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	first := int64(order.Uint32(tiff[4:]))
	if first+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[first+2:]
	for range order.Uint16(tiff[first:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if how := int(order.Uint16(entries[8:])); 1 <= how && how <= 8 {
				return how
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
