"""Marks the pictures of an H.265 clip's lower temporal layer that only the higher layer refers to as what they are:
sub-layer non-reference pictures, which are needed all the same. x265 3.5 calls them reference pictures.

The clip has a B frame of the lower layer in the middle of every four (b-adapt=0, bframes=3, ref=1).

usage: sublayer_pictures.py CLIP.mp4
"""

import json
import subprocess
import sys

TRAIL_N, TRAIL_R = 0, 1


def main(path):
    probe = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_packets", "-of", "json", path]
    packets = json.loads(subprocess.run(probe, capture_output=True, text=True, check=True).stdout)["packets"]
    with open(path, "rb") as file:
        data = bytearray(file.read())
    for packet in packets:
        position, end = int(packet["pos"]), int(packet["pos"]) + int(packet["size"])
        while position < end:
            header = position + 4
            layer = (data[header + 1] & 7) - 1
            if layer == 0 and data[header] >> 1 == TRAIL_R and round(float(packet["pts_time"]) * 30) % 4 == 2:
                data[header] = TRAIL_N << 1 | data[header] & 1
            position = header + int.from_bytes(data[position:header], "big")
    with open(path, "wb") as file:
        file.write(data)


if __name__ == "__main__":
    main(sys.argv[1])
