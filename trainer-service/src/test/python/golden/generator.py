"""Numbers that Python and Java make alike, so that weights and images need not be stored.

The Java side is `dev.parallax.trainer.golden.GoldenNumbers` and `GoldenWeights`.
"""

import math

import numpy as np

FORMULA = {
    "seed": "FNV-1a, 64 bits, of the name's UTF-8 bytes",
    "z(i)": "splitmix64 (Steele et al. 2014): output number i, from 0, of a generator with that seed",
    "u(i)": "(z(i) >>> 40) / 2^23 - 1, in [-1, 1)",
    "convolution and linear weight (2 dimensions or more)": "sqrt(6 / fan_in) * u(i), fan_in = product(shape[1:])",
    "norm weight (.weight of 1 dimension)": "1 + 0.1 u(i)",
    ".bn3.weight": "0.25 + 0.025 u(i): deep stacks of bottlenecks amplify rounding where their branches weigh much",
    ".bias": "0.1 u(i)",
    ".running_mean": "0.1 u(i)",
    ".running_var": "1 + 0.3 |u(i)|",
    "rounding": "computed in float64, then rounded to float32; i runs over the row-major order",
    "image byte [n, y, x, c], side s": "(z(((n * s/4 + y/4) * s/4 + x/4) * 3 + c) >>> 57) of the name, integer divisions,"
    ' + (z(((n * s + y) * s + x) * 3 + c) >>> 57) of the name + ".fine"',
}

_MASK = (1 << 64) - 1


def seed_of(name):
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return value


def raw(name, count):
    """uint64 [count]: the first outputs of splitmix64."""
    with np.errstate(over="ignore"):
        steps = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(seed_of(name)) + steps * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(name, count):
    """float64 [count] in [-1, 1), exact in float32."""
    return (raw(name, count) >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def quantized(name, *shape):
    """float64 of the given shape: multiples of 1/128 in [-1, 1), short in decimal and exact in float32."""
    return np.floor(uniform(name, math.prod(shape)) * 128).reshape(shape) / 128


def parameter(name, shape):
    """float32 of the given shape: the value of a parameter or running statistic."""
    u = uniform(name, math.prod(shape)).reshape(shape)
    if name.endswith(".running_var"):
        value = 1 + 0.3 * np.abs(u)
    elif name.endswith((".running_mean", ".bias")):
        value = 0.1 * u
    elif name.endswith(".bn3.weight"):
        value = 0.25 + 0.025 * u
    elif len(shape) == 1:
        value = 1 + 0.1 * u
    else:
        value = math.sqrt(6 / math.prod(shape[1:])) * u
    return value.astype(np.float32)


def images(name, count, side):
    """uint8 [count, side, side, 3]: squares of 4 x 4 pixels of one colour each, with noise that breaks all ties."""
    blocks = side // 4
    coarse = (raw(name, count * blocks * blocks * 3) >> np.uint64(57)).astype(np.uint8)
    coarse = coarse.reshape(count, blocks, blocks, 3).repeat(4, axis=1).repeat(4, axis=2)
    fine = (raw(name + ".fine", count * side * side * 3) >> np.uint64(57)).astype(np.uint8)
    return coarse + fine.reshape(count, side, side, 3)
