"""Writes an H.264 stream whose pictures are coded as fields or as frames in turn (PAFF), which x264 cannot: samples as they
are (I_PCM) where something moves, and skipped macroblocks elsewhere. Every third picture is needed by no other.

usage: field_pictures.py CLIP.h264
"""

import sys

WIDTH, HEIGHT, FRAMES, GROUP = 64, 64, 36, 12


class Bits:
    def __init__(self):
        self.bits = []

    def put(self, value, count):
        self.bits += [value >> shift & 1 for shift in reversed(range(count))]

    def ue(self, value):
        length = (value + 1).bit_length()
        self.put(value + 1, 2 * length - 1)

    def align(self, first=0):
        if first or len(self.bits) % 8:
            self.put(first, 1)
        while len(self.bits) % 8:
            self.put(0, 1)

    def data(self):
        return bytes(int("".join(map(str, self.bits[i : i + 8])), 2) for i in range(0, len(self.bits), 8))


def unit(reference, kind, bits):
    """A NAL unit behind its start code, without what looks like one inside."""
    bits.align(first=1)
    payload, zeros = bytearray(), 0
    for byte in bits.data():
        if zeros >= 2 and byte <= 3:
            payload.append(3)
            zeros = 0
        payload.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return b"\0\0\0\1" + bytes([reference << 5 | kind]) + payload


def headers():
    sequence = Bits()
    for value in (77, 0, 30):  # Main profile
        sequence.put(value, 8)
    for value in (0, 0, 0, 4, 2):  # frame_num of 4 bits, pic_order_cnt_lsb of 8, 2 reference frames
        sequence.ue(value)
    sequence.put(0, 1)
    sequence.ue(WIDTH // 16 - 1)
    sequence.ue(HEIGHT // 32 - 1)
    sequence.put(0b00100, 5)  # fields may be, none inside frames; direct_8x8_inference; no cropping, no VUI
    picture = Bits()
    for value in (0, 0):
        picture.ue(value)
    picture.put(0b00, 2)
    for value in (0, 0, 0):
        picture.ue(value)
    picture.put(0b000, 3)
    for _ in range(3):
        picture.ue(0)
    picture.put(0b100, 3)  # the deblocking filter is said in each slice
    return unit(3, 7, sequence) + unit(3, 8, picture)


def sample(plane, x, y, time):
    """A gradient with a square that moves down and to the right."""
    place = 4 + time % 40
    inside = place <= x < place + 12 and place <= y < place + 12
    return (230 if inside else 40 + x + y, 200 if inside else 110 + x // 8, 60 if inside else 140 - y // 8)[plane]


def picture(frame, field):
    """One picture: `field` is 0 for the upper rows, 1 for the lower ones, None for all."""
    in_group = frame % GROUP
    is_intra = in_group == 0 and field != 1
    is_needed = in_group % 3 != 2
    bits = Bits()
    bits.ue(0)
    bits.ue(7 if is_intra else 5)
    bits.ue(0)
    references = sum(1 for earlier in range(in_group) if earlier % 3 != 2)
    bits.put(references % 16, 4)
    bits.put(field is not None, 1)
    if field is not None:
        bits.put(field, 1)
    if is_intra:
        bits.ue(frame // GROUP % 2)
    bits.put((2 * in_group + (field or 0)) % 256, 8)
    if not is_intra:
        bits.put(0b00, 2)
    if is_needed:
        bits.put(0b00 if is_intra else 0, 2 if is_intra else 1)
    bits.ue(0)
    bits.ue(1)  # no deblocking
    skipped = 0
    step = 1 if field is None else 2
    for row in range(HEIGHT // 16 // step):
        for column in range(WIDTH // 16):
            def rows(size):
                return [(field or 0) + step * (row * size + y) for y in range(size)]

            def moment(x, y):  # the fields are half a frame apart
                return 2 * frame + (y % 2 if step == 2 else 0)

            samples = []
            for plane, size in ((0, 16), (1, 8), (2, 8)):
                scale = 16 // size
                for y in rows(size):
                    for x in range(column * size, column * size + size):
                        samples.append(sample(plane, x * scale, y * scale, moment(x, y)))
            place = 4 + 2 * frame % 40
            near = abs(column * 16 + 8 - place - 6) < 20 and abs(row * 16 * step + 8 * step - place - 6) < 20 * step
            if not is_intra and not near:
                skipped += 1
                continue
            if not is_intra:
                bits.ue(skipped)
                skipped = 0
            bits.ue(25 if is_intra else 30)
            bits.align()
            for value in samples:
                bits.put(value, 8)
    if skipped:
        bits.ue(skipped)
    return unit(2 if is_needed else 0, 5 if is_intra else 1, bits)


def main(path):
    with open(path, "wb") as file:
        for frame in range(FRAMES):
            if frame % GROUP == 0:
                file.write(headers())
            if frame % 4 == 3:
                file.write(picture(frame, None))
            else:
                file.write(picture(frame, 0) + picture(frame, 1))


if __name__ == "__main__":
    main(sys.argv[1])
