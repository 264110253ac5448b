"""Colour, blur, crops, shifts and patches by torchvision and PyTorch, on Pillow images and on tensors."""

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import functional as F
from torchvision.transforms import functional_tensor
from torchvision.transforms.functional import InterpolationMode

from golden import generator
from golden.output import flat

FACTORS = {
    "brightness": (F.adjust_brightness, functional_tensor.adjust_brightness, (0.0, 0.6, 1.0, 1.4)),
    "contrast": (F.adjust_contrast, functional_tensor.adjust_contrast, (0.0, 0.6, 1.0, 1.4)),
    "saturation": (F.adjust_saturation, functional_tensor.adjust_saturation, (0.0, 0.6, 1.0, 1.4)),
    "hue": (F.adjust_hue, functional_tensor.adjust_hue, (-0.5, -0.1, 0.0, 0.05, 0.1, 0.5)),
}


def sample(side):
    """uint8 [side, side, 3]: random colours, and a first row of greys, primaries, ties, black and white."""
    pixels = (generator.raw(f"pixels{side}", side * side * 3) >> np.uint64(56)).astype(np.uint8)
    pixels = pixels.reshape(side, side, 3)
    special = [(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 200, 10), (7, 90, 90)]
    pixels[0, : len(special)] = special[:side]
    return pixels


def chw(pixels):
    return torch.from_numpy(pixels).permute(2, 0, 1).float() / 255


def hwc(tensor):
    return flat(tensor.permute(1, 2, 0) * 255, 6)


def color():
    pixels = sample(8)
    image, tensor = Image.fromarray(pixels), chw(pixels)
    cases = []
    for name, (on_image, on_tensor, factors) in FACTORS.items():
        for factor in factors:
            cases.append(
                {
                    "operation": name,
                    "factor": factor,
                    "pillow": flat(np.asarray(on_image(image, factor))),
                    "tensor": hwc(on_tensor(tensor, factor)),
                }
            )
    cases.append(
        {
            "operation": "grayscale",
            "factor": 0.0,
            "pillow": flat(np.asarray(F.to_grayscale(image, 3))),
            "tensor": hwc(functional_tensor.rgb_to_grayscale(tensor, 3)),
        }
    )
    return {
        "source": "torchvision.transforms.functional on a Pillow image, functional_tensor on float32 of 0 to 1, here"
        " times 255",
        "layout": "side x side x 3, interleaved, rows from the top; hue factors are shares of a full turn",
        "side": 8,
        "image": flat(pixels),
        "cases": cases,
    }


def blur_case(side, kernel, sigma, every):
    tensor = chw(sample(side))
    blurred = functional_tensor.gaussian_blur(tensor, [kernel, kernel], [sigma, sigma])
    values = (blurred.permute(1, 2, 0) * 255).reshape(-1)
    indexes = list(range(0, values.numel(), every))
    return {
        "side": side,
        "kernel": kernel,
        "sigma": sigma,
        "image": flat(sample(side)),
        "indexes": indexes,
        "values": flat(values[indexes], 6),
    }


def blur():
    return {
        "source": "torchvision.transforms.functional_tensor.gaussian_blur on float32 of 0 to 1, here times 255",
        "formula": "separable; weights exp(-x^2 / (2 sigma^2)) over an odd kernel, made to sum to 1; borders reflected without"
        " the edge pixel. SimCLR's own blur has the same kernel, of side 2 * (height / 10 / 2) + 1, but zeros"
        " beyond the border",
        "layout": "image: side x side x 3, interleaved; values: the blurred image at the flat indexes",
        "cases": [
            blur_case(16, 3, 0.1, 3),
            blur_case(16, 3, 0.5, 1),
            blur_case(16, 3, 1.0, 3),
            blur_case(16, 3, 2.0, 1),
            blur_case(40, 5, 1.3, 7),
            blur_case(4, 3, 1.5, 1),
        ],
    }


def crop_case(side, box, out):
    x, y, width, height = box
    image = Image.fromarray(sample(side))
    cropped = F.resized_crop(image, y, x, height, width, [out, out], InterpolationMode.BILINEAR)
    return {"side": side, "x": x, "y": y, "width": width, "height": height, "out": out, "pixels": flat(np.asarray(cropped))}


def crops():
    boxes = [(0, 0, 16, 16), (3, 2, 8, 8), (5, 1, 9, 13), (2, 7, 14, 5), (11, 12, 3, 2), (15, 0, 1, 16), (7, 7, 1, 1)]
    return {
        "source": "torchvision.transforms.functional.resized_crop, bilinear, on a Pillow image: crop first, then Pillow's"
        " resize, whose triangle widens with the scale when it shrinks",
        "layout": "images and pixels: side x side x 3, interleaved, rows from the top",
        "images": {str(side): flat(sample(side)) for side in (8, 16)},
        "cases": [crop_case(16, box, 8) for box in boxes]
        + [crop_case(8, (0, 0, 8, 8), 16), crop_case(8, (2, 1, 5, 6), 16), crop_case(16, (1, 1, 13, 14), 16)],
    }


def bytes_of(tensor):
    """[3, height, width] of 0 to 255, interleaved."""
    return flat(tensor.to(torch.uint8).permute(1, 2, 0).contiguous())


def solarize():
    pixels = sample(8)
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)
    return {
        "source": "torchvision.transforms.functional_tensor.solarize on uint8",
        "layout": "side x side x 3, interleaved, rows from the top",
        "image": flat(pixels),
        "cases": [
            {"threshold": threshold, "pixels": bytes_of(functional_tensor.solarize(tensor, threshold))}
            for threshold in (1, 90, 128, 200, 255)
        ],
    }


def translate_case(side, dx, dy):
    border = max(abs(dx), abs(dy))
    image = torch.from_numpy(sample(side)).permute(2, 0, 1).float()[None]
    padded = torch.nn.functional.pad(image, [border] * 4, mode="reflect")[0]
    moved = padded[:, border - dy : border - dy + side, border - dx : border - dx + side]
    return {"side": side, "dx": dx, "dy": dy, "pixels": bytes_of(moved)}


def translate():
    moves = [(0, 1), (3, -2), (-4, 4), (7, 0), (-7, -7), (1, 5)]
    return {
        "source": "torch.nn.functional.pad with mode reflect by max(|dx|, |dy|), then a window of the image's side",
        "layout": "image moved to the right by dx and down by dy, side x side x 3, interleaved, rows from the top",
        "image": flat(sample(8)),
        "cases": [translate_case(8, dx, dy) for dx, dy in moves],
    }


def pad_crop_case(side, padding, left, top):
    padded = F.pad(Image.fromarray(sample(side)), padding)
    window = F.crop(padded, top, left, side, side)
    return {"side": side, "padding": padding, "left": left, "top": top, "pixels": flat(np.asarray(window))}


def pad_crop():
    windows = [(1, 0, 2), (4, 4, 4), (4, 8, 0), (4, 1, 7), (8, 0, 5), (8, 16, 16)]
    return {
        "source": "torchvision.transforms.functional.pad with black, then crop, on a Pillow image",
        "layout": "window at (left, top) of the padded image, side x side x 3, interleaved, rows from the top",
        "image": flat(sample(8)),
        "cases": [pad_crop_case(8, padding, left, top) for padding, left, top in windows],
    }


def patches_case(side, size, stride):
    image = torch.from_numpy(sample(side)).permute(2, 0, 1).float()[None]
    columns = torch.nn.functional.unfold(image, size, stride=stride)[0]
    cut = columns.T.reshape(-1, 3, size, size)
    return {
        "side": side,
        "size": size,
        "stride": stride,
        "grid": (side - size) // stride + 1,
        "pixels": flat(cut.to(torch.uint8).permute(0, 2, 3, 1).contiguous()),
    }


def patches():
    return {
        "source": "torch.nn.functional.unfold",
        "layout": "image: side x side x 3; pixels: patches row by row of the grid, each size x size x 3, interleaved",
        "image": flat(sample(8)),
        "cases": [patches_case(8, 4, 2), patches_case(8, 4, 4), patches_case(8, 6, 1), patches_case(8, 5, 3)],
    }
