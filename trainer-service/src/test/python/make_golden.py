#!/usr/bin/python3
"""Writes the golden values that the trainer's tests compare with: `trainer-service/src/test/python/make_golden.py`.

They come from PyTorch, torchvision, Pillow and NumPy (Debian: python3-torch, python3-torchvision); no code is shared with
the trainer. Run it again only to add cases: the files are committed, and tests need no Python.
"""

import argparse
import pathlib

import numpy as np
import torch

from golden import encoders, generator, losses, method_losses, networks, optimizers, output, steps, targets, views

RESOURCES = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"


def generated():
    """What the generator gives, for the test of its Java side."""
    shapes = [("conv1.weight", (4, 3, 3, 3)), ("bn1.weight", (4,)), ("bn1.bias", (4,)), ("bn1.running_mean", (4,)),
              ("bn1.running_var", (4,)), ("projection.0.linear.weight", (4, 6))]
    return {
        "numbers": generator.FORMULA,
        "seeds": [{"name": n, "hex": f"{generator.seed_of(n):016x}"} for n in ("", "a", "images", "layer4.1.bn2.weight")],
        "outputs": [
            {"name": n, "hex": [f"{v:016x}" for v in generator.raw(n, 5)], "uniform": output.flat(generator.uniform(n, 5), 17)}
            for n in ("", "images")
        ],
        "parameters": [
            {"name": n, "shape": list(s), "values": [float(v) for v in generator.parameter(n, s).reshape(-1)[:8]]}
            for n, s in shapes
        ],
        "images": [
            {
                "name": "images",
                "count": 2,
                "side": 8,
                "pixels": output.flat(generator.images("images", 2, 8)),
            }
        ],
    }


FILES = {
    "generator": generated,
    "nt_xent": losses.golden,
    "losses": method_losses.golden,
    "sinkhorn": targets.assignments,
    "targets": targets.golden,
    "sgd": optimizers.sgd,
    "lars": optimizers.lars,
    "larc": optimizers.larc,
    "adam": optimizers.adam,
    "parameter_groups": optimizers.groups,
    "schedule": optimizers.schedule,
    "resnet": networks.resnets,
    "resnet_101": encoders.resnet_101,
    "resnet_variants": encoders.resnet_variants,
    "amdim": encoders.amdim,
    "context": encoders.context,
    "fixed_norm": encoders.fixed_norm,
    "steps": steps.golden,
    "color": views.color,
    "blur": views.blur,
    "resized_crop": views.crops,
    "solarize": views.solarize,
    "translate": views.translate,
    "pad_crop": views.pad_crop,
    "patches": views.patches,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="files to write: " + ", ".join(FILES) + "; default: all")
    parser.add_argument("--out", type=pathlib.Path, default=RESOURCES, help="folder to write to")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(FILES)
    if unknown:
        parser.error(f"unknown {', '.join(sorted(unknown))}; allowed: {', '.join(FILES)}")
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    made_by = f"make_golden.py with torch {torch.__version__}, torchvision {_torchvision()}, numpy {np.__version__}"
    for name in arguments.names or FILES:
        path = arguments.out / f"{name}.json"
        output.write(path, {"made_by": made_by, **FILES[name]()})
        print(f"{path.name}: {path.stat().st_size / 1000:.1f} kB")


def _torchvision():
    import torchvision

    return torchvision.__version__


if __name__ == "__main__":
    main()
