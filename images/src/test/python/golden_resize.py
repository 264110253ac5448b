"""Writes ../resources/resize: Pillow's crop + BILINEAR resize, torchvision's antialiased resize, and Resize + CenterCrop.

Run with Pillow 9.4, torch 1.13, torchvision 0.14: python3 golden_resize.py
CASES lists one case a line; the result of line N lies in N.rgb (and, from tensors, in N.tensor).
The source image is noise that the test makes too: byte i of width * height * 3 is (i * i * 31 + i * 7 >> 3) & 255.
"""

import pathlib

import numpy
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

OUT = pathlib.Path(__file__).parent.parent / "resources" / "resize"
OUT.mkdir(parents=True, exist_ok=True)


def source(width, height):
    i = numpy.arange(width * height * 3, dtype=numpy.int64)
    bytes_ = ((i * i * 31 + i * 7) >> 3) & 255
    return Image.fromarray(bytes_.astype("uint8").reshape(height, width, 3))


# kind width height, then: crop x y w h outWidth outHeight | eval imageSize resizeShorterSide
CASES = """
crop 32 32 0 0 32 32 16 16
crop 32 32 3 5 20 17 32 32
crop 32 32 31 31 1 1 8 8
crop 32 32 0 7 32 9 32 32
crop 97 61 10 2 80 59 24 31
crop 97 61 0 0 97 61 1 1
crop 40 30 5 5 30 20 45 10
eval 50 37 32 36
eval 37 50 32 32
eval 41 29 24 24
eval 100 33 28 32
eval 20 31 32 40
eval 33 33 32 33
eval 301 64 40 41
eval 90 90 32 45
""".split("\n")[1:-1]

(OUT / "cases.txt").write_text("\n".join(CASES) + "\n")
for number, case in enumerate(CASES):
    kind, *numbers = case.split()
    width, height, *rest = map(int, numbers)
    image = source(width, height)
    if kind == "crop":
        x, y, w, h, out_width, out_height = rest
        box = image.crop((x, y, x + w, y + h))
        result = box.resize((out_width, out_height), Image.BILINEAR)
        tensor = torch.from_numpy(numpy.array(box)).permute(2, 0, 1)
        resized = F.resize(tensor, [out_height, out_width], InterpolationMode.BILINEAR, antialias=True)
        (OUT / f"{number}.tensor").write_bytes(resized.permute(1, 2, 0).numpy().tobytes())
    else:
        size, shorter = rest
        result = F.center_crop(F.resize(image, shorter, InterpolationMode.BILINEAR), [size, size])
    (OUT / f"{number}.rgb").write_bytes(result.tobytes())
