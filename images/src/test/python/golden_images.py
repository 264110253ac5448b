"""Writes ../resources/images: small files of every format, and what Pillow's convert("RGB") makes of them.

Run with Pillow 9.4: python3 golden_images.py
Each NAME has NAME.rgb beside it: width and height as big-endian uint32, then width * height * 3 bytes.
"""

import io
import pathlib
import struct
import zlib

import numpy
from PIL import Image

OUT = pathlib.Path(__file__).parent.parent / "resources" / "images"
OUT.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(7)
W, H = 37, 23


def smooth(channels):
    """Gradients and blobs: what lossy formats are made for."""
    y, x = numpy.mgrid[0:H, 0:W]
    planes = [
        127 + 120 * numpy.sin(x / (5.0 + c) + c) * numpy.cos(y / (4.0 + c)) for c in range(channels)
    ]
    return numpy.clip(numpy.stack(planes, -1), 0, 255).astype("uint8")


def noise(channels):
    return random.integers(0, 256, (H, W, channels), dtype="uint8")


def golden(name, rgb=None):
    image = Image.open(OUT / name)
    image = image.convert("RGB") if rgb is None else rgb
    (OUT / (name + ".rgb")).write_bytes(struct.pack(">II", *image.size) + image.tobytes())


def save(name, image, **options):
    image.save(OUT / name, **options)
    golden(name)


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(name, bits, color, rows, extra=b"", rgb=None):
    header = struct.pack(">IIBBBBB", W, H, bits, color, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    (OUT / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    golden(name, rgb)


rgb, rgba = Image.fromarray(noise(3)), Image.fromarray(noise(4))
grey = Image.fromarray(noise(1)[:, :, 0])
photo = Image.fromarray(smooth(3))

save("rgb.png", rgb)
save("rgba.png", rgba)
save("grey.png", grey)
save("grey-alpha.png", Image.fromarray(noise(2), "LA"))
save("bilevel.png", grey.point(lambda v: 255 * (v > 127)).convert("1"))
save("palette.png", rgb.quantize(200))
save("palette-16.png", rgb.quantize(13), bits=4)
save("palette-transparent.png", rgb.quantize(200), transparency=3)
save("rgb-transparent.png", rgb, transparency=(1, 2, 3))
save("grey-transparent.png", grey, transparency=9)
save("gamma.png", photo)
data = (OUT / "gamma.png").read_bytes()
(OUT / "gamma.png").write_bytes(data[:33] + chunk(b"gAMA", struct.pack(">I", 100000)) + data[33:])
golden("gamma.png")
wide = random.integers(0, 65536, (H, W, 3)).astype(">u2")
png("rgb-16.png", 16, 2, [r.tobytes() for r in wide])
alpha = random.integers(0, 65536, (H, W, 4)).astype(">u2")
png("rgba-16.png", 16, 6, [r.tobytes() for r in alpha])
deep = random.integers(0, 65536, (H, W)).astype(">u2")
# Pillow clips 16-bit grey at 255, which makes nearly all of it white; the upper 8 bits are meant.
high = Image.fromarray((deep >> 8).astype("uint8")).convert("RGB")
png("grey-16.png", 16, 0, [r.tobytes() for r in deep], rgb=high)
nibbles = random.integers(0, 256, (H, (W + 1) // 2), dtype="uint8")
png("grey-4.png", 4, 0, [r.tobytes() for r in nibbles])
pairs = random.integers(0, 256, (H, (W + 3) // 4), dtype="uint8")
png("grey-2.png", 2, 0, [r.tobytes() for r in pairs])

save("rgb.bmp", rgb)
save("grey.bmp", grey)
save("palette.bmp", rgb.quantize(200))
save("bilevel.bmp", grey.convert("1"))
save("rgbx.bmp", rgba)

save("palette.gif", rgb.quantize(200))
save("grey.gif", grey)
save("transparent.gif", rgb.quantize(200), transparency=5)
save("animated.gif", rgb.quantize(60), save_all=True, append_images=[photo.quantize(60)])
data = bytearray((OUT / "palette.gif").read_bytes())
data[6:10] = struct.pack("<HH", W + 5, H + 9)
at = data.index(b"\x2c\0\0\0\0" + struct.pack("<HH", W, H))
data[at + 1 : at + 5] = struct.pack("<HH", 2, 4)
(OUT / "frame-within-screen.gif").write_bytes(data)
golden("frame-within-screen.gif")
data[6:10] = struct.pack("<HH", 10, 10)
(OUT / "frame-beyond-screen.gif").write_bytes(data)
golden("frame-beyond-screen.gif")

save("lossless.webp", rgb, lossless=True)
save("lossless-alpha.webp", rgba, lossless=True, exact=True)
save("lossless-palette.webp", rgb.quantize(9).convert("RGB"), lossless=True)
save("lossy.webp", photo, quality=90)
save("lossy-alpha.webp", Image.merge("RGBA", [*photo.split(), grey]), quality=90)
save("animated.webp", photo, save_all=True, append_images=[rgb], lossless=True)

save("444.jpg", photo, quality=92, subsampling=0)
save("420.jpg", photo, quality=75)
save("422-progressive.jpg", photo, quality=85, subsampling=1, progressive=True)
save("grey.jpg", grey, quality=90)
save("cmyk.jpg", photo.convert("CMYK"), quality=95)
save("exif-rotated.jpg", photo, quality=90, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0")
# A profile that turns sRGB's primaries around: where it is applied, colours change visibly.
from PIL import ImageCms

profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
save("odd-profile.jpg", photo, quality=90, icc_profile=bytes(profile))
save("odd-profile.png", photo, icc_profile=bytes(profile))
save("odd-profile.webp", photo, lossless=True, icc_profile=bytes(profile))

# YCCK: the CMYK file's samples, said to be luma and chroma of inverted CMY.
data = bytearray((OUT / "cmyk.jpg").read_bytes())
at = data.find(b"Adobe")
data[at + 11] = 2
(OUT / "ycck.jpg").write_bytes(data)
golden("ycck.jpg")
data[at + 11] = 0
(OUT / "cmyk-no-adobe.jpg").write_bytes(data[: at - 4] + data[at + 12 :])
golden("cmyk-no-adobe.jpg")
