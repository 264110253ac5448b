"""Writes ../resources/encodings/golden.txt: vectors and what numpy makes of them.

Run with numpy 1.24 or later: python3 golden_encodings.py
One case a line, hexadecimal, little-endian: name, float32 values, float16, scale of int8 as float32, int8, packed signs.
"""

import pathlib

import numpy

OUT = pathlib.Path(__file__).parent.parent / "resources" / "encodings" / "golden.txt"
TINY = numpy.float32(2.0**-149)

random = numpy.random.default_rng(7)
CASES = {
    "normal-512": random.standard_normal(512),
    "unit-2048": (lambda x: x / numpy.linalg.norm(x))(random.standard_normal(2048)),
    "positive-13": random.random(13) * 30,
    "one": [0.3],
    "negative": [-1.5],
    "zero": [0, 0, 0, 0, 0],
    "signed-zeros": [-0.0, 0.0, 1.0],
    "ties-of-float16": [1 + 2.0**-11, 1 + 3 * 2.0**-11, -(1 + 2.0**-11), 2049, 2051, 4098, 4102],
    "ties-of-int8": [127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 126.5],
    "subnormals-of-float16": [2.0**-24, 2.0**-25, 3 * 2.0**-25, 2.0**-15, 2.0**-26, -(2.0**-24)],
    "overflow-of-float16": [65504, 65519, 65520, 1e6, -65520, -3e38, 3.4028234663852886e38],
    "subnormals": [TINY, -TINY, 0],
    "subnormals-190": [TINY * numpy.float32(190), TINY * numpy.float32(-95), TINY],
    "subnormals-1000": [TINY * numpy.float32(-1000), TINY * numpy.float32(999), TINY * numpy.float32(3)],
    "wide": [1e-30, 1e30, -1e30, 1, -1e-38],
    "nine": [1, -1, 1, -1, -1, 1, 1, 1, 1],
}


def int8(x):
    largest = numpy.abs(x).max()
    scale = numpy.float32(largest / numpy.float32(127))
    if largest == 0:
        return scale, numpy.zeros(len(x), dtype="int8")
    with numpy.errstate(divide="ignore"):
        if numpy.rint(numpy.float64(largest) / numpy.float64(scale)) > 127:
            scale = numpy.nextafter(scale, numpy.float32(numpy.inf))
    return scale, numpy.rint(x.astype("float64") / numpy.float64(scale)).astype("int8")


lines = []
for name, values in CASES.items():
    x = numpy.asarray(values, dtype="<f4")
    scale, steps = int8(x)
    parts = [
        x,
        numpy.clip(x, -65504, 65504).astype("<f2"),
        numpy.asarray([scale], dtype="<f4"),
        steps,
        numpy.packbits(x > 0),
    ]
    lines.append(" ".join([name] + [part.tobytes().hex() for part in parts]))

OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text("\n".join(lines) + "\n")
