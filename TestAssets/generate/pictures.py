"""Makes the pictures of TestAssets/media from the photos of Debian 12's opencv-doc.

PNG forms that Pillow cannot write (16-bit colour, transparent keys, low depths, Adam7) come from the small writer
below. Encoders of other versions write other bytes: whoever runs this again makes the goldens again.

usage: pictures.py FOLDER    (needs numpy, Pillow and OpenCV)
"""

import io
import shutil
import struct
import sys
import zlib

import cv2
import numpy as np
from PIL import Image, ImageCms

PHOTOS = "/usr/share/doc/opencv-doc/examples/data"
LANCZOS = Image.Resampling.LANCZOS

# Adam7: first column, first row, column step, row step of each pass.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def photo(name, size=None, crop=None, mode="RGB"):
    picture = Image.open(f"{PHOTOS}/{name}")
    if crop:
        picture = picture.crop(crop)
    picture = picture.convert(mode)
    picture.info.pop("icc_profile", None)
    return picture.resize(size, LANCZOS) if size else picture


def with_alpha(picture):
    """An alpha channel with every value from 0 to 255, clear outside an ellipse."""
    rows, columns = np.mgrid[0 : picture.height, 0 : picture.width]
    distance = np.hypot(2 * rows / picture.height - 1, 2 * columns / picture.width - 1)
    picture.putalpha(Image.fromarray(np.clip(400 * (1 - distance), 0, 255).astype(np.uint8)))
    return picture


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def scanlines(pixels, depth):
    """Filter byte 0 before each row; samples below 8 bits are packed from the top."""
    rows = b""
    for row in pixels:
        if depth == 16:
            data = row.astype(">u2").tobytes()
        elif depth == 8:
            data = row.astype(np.uint8).tobytes()
        else:
            bits = np.unpackbits(row.reshape(-1, 1).astype(np.uint8), axis=1)[:, 8 - depth :]
            data = np.packbits(bits.reshape(-1)).tobytes()
        rows += b"\0" + data
    return rows


def write_png(path, pixels, depth, color_type, before=b"", interlaced=False):
    """`pixels` are [height, width, channels]; `before` holds the chunks that stand before IDAT."""
    height, width = pixels.shape[:2]
    if interlaced:
        passes = [pixels[y0::dy, x0::dx] for x0, y0, dx, dy in ADAM7]
        data = b"".join(scanlines(part, depth) for part in passes if part.size)
    else:
        data = scanlines(pixels, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before)
        file.write(chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def orientation(value):
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def ycck(picture):
    """A CMYK picture as JPEG's YCCK with the Adobe marker; Pillow itself stores CMYK only."""
    c, m, y, k = picture.split()
    luma, cb, cr = (255 - np.asarray(plane) for plane in Image.merge("RGB", (c, m, y)).convert("YCbCr").split())
    planes = [Image.fromarray(plane) for plane in (luma, cb, cr)]
    file = io.BytesIO()
    Image.merge("CMYK", [*planes, k]).save(file, "JPEG", quality=88)
    data = bytearray(file.getvalue())
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def srgb():
    """A profile without its time of creation."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)
    return bytes(profile)


def jpegs(folder):
    def save(picture, name, **options):
        picture.save(f"{folder}/{name}", quality=options.pop("quality", 88), **options)

    save(photo("aloeL.jpg", (641, 555)), "photo-aloe.jpg", subsampling="4:2:0")
    shutil.copy(f"{PHOTOS}/aloeR.jpg", f"{folder}/photo-large.jpg")
    save(photo("leuvenA.jpg", (641, 427)), "photo-street.jpg", subsampling="4:2:2", quality=85)
    save(photo("board.jpg", crop=(120, 0, 453, 480), size=(333, 517)), "photo-board.jpg", subsampling="4:4:4", quality=80)
    save(photo("leuvenB.jpg", (479, 359)), "photo-progressive.jpg", progressive=True, quality=85)
    save(photo("left01.jpg", crop=(0, 0, 453, 301), mode="L"), "photo-gray.jpg")
    save(photo("board.jpg", (251, 188)).convert("CMYK"), "photo-cmyk.jpg")
    save(photo("board.jpg", (251, 188)), "photo-adobe-rgb.jpg", keep_rgb=True)
    save(photo("board.jpg", (251, 188)), "photo-restart.jpg", restart_marker_rows=2)
    save(photo("board.jpg", crop=(0, 0, 57, 480), size=(57, 1000)), "photo-tall.jpg", quality=80)
    save(photo("board.jpg", crop=(0, 200, 640, 236), size=(1000, 57)), "photo-wide.jpg", quality=80)
    save(photo("stuff.jpg", (1, 1)), "photo-1x1.jpg")
    save(photo("stuff.jpg", (419, 311)), "photo-exif-6.jpg", exif=orientation(6))
    # Large, with few details, so that the file stays small.
    save(photo("board.jpg", (4032, 3024)), "photo-12mp.jpg", quality=5)
    # Samplings that Pillow does not write.
    for name in ("411", "440"):
        sampling = getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{name}")
        pixels = np.asarray(photo("leuvenA.jpg", (211, 143)))[..., ::-1]
        cv2.imwrite(f"{folder}/photo-{name}.jpg", pixels, [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling])
    with open(f"{folder}/photo-ycck.jpg", "wb") as file:
        file.write(ycck(photo("board.jpg", (251, 188)).convert("CMYK")))
    save(photo("board.jpg", (61, 40)), "photo-icc.jpg", icc_profile=srgb())
    for value in (2, 3, 4, 5, 7, 8):
        save(photo("board.jpg", crop=(0, 0, 300, 200), size=(61, 40)), f"photo-exif-{value}.jpg", exif=orientation(value))


def pngs(folder):
    board = photo("board.jpg", (201, 133))
    rgb = np.asarray(board)
    board.save(f"{folder}/png-rgb.png")
    with_alpha(photo("board.jpg", (199, 149))).save(f"{folder}/png-rgba.png")
    photo("board.jpg", (1, 1)).save(f"{folder}/png-1x1.png")
    board.convert("L").save(f"{folder}/png-gray.png")
    with_alpha(photo("board.jpg", (127, 95), mode="L")).save(f"{folder}/png-la.png")
    board.save(f"{folder}/png-exif-8.png", exif=orientation(8))

    indexed = board.quantize(61, dither=Image.Dither.NONE)
    indexed.save(f"{folder}/png-palette.png")
    indexed.save(f"{folder}/png-palette-trns.png", transparency=bytes(range(0, 244, 4)))
    board.quantize(13, dither=Image.Dither.NONE).save(f"{folder}/png-palette-4bit.png", bits=4)

    photo("board.jpg", (61, 40)).save(f"{folder}/png-icc.png", icc_profile=srgb())

    # A ramp with structure in the low byte, as a depth camera writes.
    rows, columns = np.mgrid[0:97, 0:131]
    depth = (400 + 37 * rows + 211 * columns + rows * columns % 13).astype(np.uint16)
    write_png(f"{folder}/png-gray16.png", depth[..., None], 16, 0)
    deep = rgb.astype(np.uint16) * 256 + rgb[::-1, ::-1]
    write_png(f"{folder}/png-rgb16.png", deep, 16, 2)
    alpha = np.broadcast_to(np.linspace(0, 65535, 201).astype(np.uint16)[None, :, None], (133, 201, 1))
    write_png(f"{folder}/png-rgba16.png", np.concatenate([deep, alpha], 2), 16, 6)
    write_png(f"{folder}/png-la16.png", np.concatenate([deep[..., :1], alpha], 2), 16, 4)

    gray = np.asarray(board.convert("L"))[..., None]
    write_png(f"{folder}/png-gray1.png", gray >> 7, 1, 0)
    write_png(f"{folder}/png-gray2.png", gray >> 6, 2, 0)
    write_png(f"{folder}/png-gray4.png", gray >> 4, 4, 0)
    write_png(f"{folder}/png-gray-trns.png", gray, 8, 0, chunk(b"tRNS", struct.pack(">H", int(gray[5, 5, 0]))))
    key = chunk(b"tRNS", struct.pack(">HHH", *(int(value) for value in rgb[5, 5])))
    write_png(f"{folder}/png-rgb-trns.png", rgb, 8, 2, key)
    write_png(f"{folder}/png-interlaced.png", rgb, 8, 2, interlaced=True)
    write_png(f"{folder}/png-gamma.png", rgb, 8, 2, chunk(b"gAMA", struct.pack(">I", 45455)))


def others(folder):
    board = photo("board.jpg", (201, 133))
    board.save(f"{folder}/lossy.webp", quality=80)
    board.save(f"{folder}/lossless.webp", lossless=True)
    with_alpha(photo("board.jpg", (127, 95))).save(f"{folder}/alpha.webp", lossless=True, exact=True)
    board.save(f"{folder}/picture.bmp")
    board.convert("L").save(f"{folder}/gray.bmp")
    board.save(f"{folder}/picture.tiff", compression="tiff_lzw")
    rows, columns = np.mgrid[0:67, 0:91]
    deep = Image.fromarray((rows * 701 + columns * 13).astype(np.uint16))
    deep.save(f"{folder}/gray16.tiff")
    pages = [board.convert("L").resize((90, 61)), deep, board.resize((33, 20))]
    board.resize((101, 67)).save(
        f"{folder}/pages.tiff", compression="tiff_adobe_deflate", save_all=True, append_images=pages
    )
    colors = np.asarray(board.resize((61, 40))).astype(np.uint16)
    cv2.imwrite(f"{folder}/rgb16.tiff", colors[..., ::-1] * 256 + colors)
    board.save(f"{folder}/lossless.jp2", irreversible=False)
    board.save(f"{folder}/picture.avif", quality=80)
    board.resize((61, 40)).save(
        f"{folder}/big.tiff", save_all=True, append_images=[board.convert("L").resize((31, 22))], big_tiff=True)
    frames = [with_alpha(photo("board.jpg", (61, 40))), board.resize((61, 40)), with_alpha(photo("stuff.jpg", (61, 40)))]
    frames[0].save(f"{folder}/frames.gif", save_all=True, append_images=frames[1:], duration=100, disposal=[1, 1, 2])

    # Frames over each other, with holes: some blended, some only where something changed, one lossy.
    moving = [with_alpha(photo("board.jpg", (61, 40))), with_alpha(photo("stuff.jpg", (61, 40))), board.resize((61, 40)).convert("RGBA")]
    changed = moving[2].copy()
    changed.paste(moving[1].resize((20, 14)), (31, 17))
    moving[0].save(f"{folder}/moving.webp", save_all=True, append_images=moving[1:] + [changed], duration=100, lossless=True)
    board.resize((61, 40)).save(
        f"{folder}/moving-lossy.webp", save_all=True, append_images=[changed.convert("RGB")], duration=100, quality=70)


if __name__ == "__main__":
    jpegs(sys.argv[1])
    pngs(sys.argv[1])
    others(sys.argv[1])
