"""Writes golden values as JSON that diffs line by line."""

import json

import numpy as np
import torch


def numbers(values, digits=10):
    """Nested lists of an array, floats rounded to `digits` significant digits."""
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    values = np.asarray(values)
    if values.dtype.kind in "iu":
        return values.tolist()
    if values.ndim == 0:
        return float(f"{float(values):.{digits}g}")
    return [numbers(v, digits) for v in values]


def flat(values, digits=10):
    """As `numbers`, in row-major order."""
    if isinstance(values, torch.Tensor):
        values = values.detach().numpy()
    return numbers(np.asarray(values).reshape(-1), digits)


def write(path, content):
    """One line for each entry of the outer two levels."""
    path.write_text(_entries(content, 0) + "\n", encoding="utf-8")


def _entries(value, depth):
    if depth < 3 and isinstance(value, dict) and value:
        rows = [f"{json.dumps(k)}: {_entries(v, depth + 1)}" for k, v in value.items()]
        return _block("{", rows, "}", depth)
    if depth < 3 and isinstance(value, list) and value and isinstance(value[0], dict):
        return _block("[", [_entries(v, depth + 1) for v in value], "]", depth)
    return json.dumps(value, allow_nan=False)


def _block(opening, rows, closing, depth):
    indent = "  " * (depth + 1)
    return opening + "\n" + ",\n".join(indent + row for row in rows) + "\n" + "  " * depth + closing
