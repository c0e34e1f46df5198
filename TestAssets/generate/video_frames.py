"""Goldens of torchcodec's ways to reach frames: by index out of order, by time, at a steady rate; and its metadata.

video-access: for each clip `NAME/indices` and `NAME/indices.crc32` (the RGB bytes, [height, width, 3], of the frames
of those indices), `NAME/times` and `NAME/times.pts_seconds` (what is on the screen then), `NAME/range` (begin, end and
rate in seconds and hertz), `NAME/range.pts_seconds` and `NAME/range.crc32`, and in the metadata `NAME/…` torchcodec's
own metadata.
"""

import numpy as np
from torchcodec.decoders import VideoDecoder

from golden_file import Golden, crc32, media

NAMES = [
    "line-h264.mp4",
    "line-vfr.mp4",
    "line-rotated.mp4",
    "line-cut.mp4",
    "line-late.mkv",
    "line-vp9.webm",
    "line-mpeg4.avi",
]

FACTS = [
    "codec",
    "width",
    "height",
    "pixel_format",
    "rotation",
    "num_frames_from_header",
    "num_frames_from_content",
    "duration_seconds_from_header",
    "begin_stream_seconds_from_header",
    "begin_stream_seconds_from_content",
    "end_stream_seconds_from_content",
    "average_fps_from_header",
    "average_fps",
]


def open_clip(name):
    return VideoDecoder(media(name), seek_mode="exact", num_ffmpeg_threads=1, dimension_order="NHWC")


def crcs(frames):
    return [crc32(frame.numpy()) for frame in frames]


def write_access():
    golden = Golden("torchcodec", "torch")
    random = np.random.default_rng(5)
    for name in NAMES:
        decoder = open_clip(name)
        facts, count = decoder.metadata, len(decoder)
        for fact in FACTS:
            value = getattr(facts, fact)
            if value is not None:
                golden.metadata[f"{name}/{fact}"] = str(value)

        indices = random.integers(0, count, 12).tolist() + [count - 1, 0, 0, count // 2]
        golden.whole(f"{name}/indices", indices, np.int64)
        golden.whole(f"{name}/indices.crc32", crcs(decoder.get_frames_at(indices).data), np.int64)

        begin, end = facts.begin_stream_seconds, facts.end_stream_seconds
        times = np.sort(random.uniform(begin, end, 20))
        times[0] = begin
        golden.whole(f"{name}/times", times, np.float64)
        golden.whole(f"{name}/times.pts_seconds", decoder.get_frames_played_at(times.tolist()).pts_seconds.numpy())

        span = [begin + 0.21 * (end - begin), begin + 0.83 * (end - begin), 13.7]
        steady = decoder.get_frames_played_in_range(span[0], span[1], fps=span[2])
        golden.whole(f"{name}/range", span, np.float64)
        golden.whole(f"{name}/range.pts_seconds", steady.pts_seconds.numpy())
        golden.whole(f"{name}/range.crc32", crcs(steady.data), np.int64)
        own = decoder.get_frames_played_in_range(span[0], span[1])
        golden.whole(f"{name}/own.pts_seconds", own.pts_seconds.numpy())
        golden.whole(f"{name}/own.crc32", crcs(own.data), np.int64)
    golden.write("video-access")


if __name__ == "__main__":
    write_access()
