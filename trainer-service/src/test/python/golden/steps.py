"""Whole training steps of methods with a narrow ResNet: views in, losses and moved weights out."""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from golden import generator
from golden.losses import nt_xent
from golden.networks import NarrowResNet, deviation, fill, input_of
from golden.output import flat, numbers

PAIRS = 8
RATES = [0.001, 0.001, 0.0005]
WEIGHT_DECAY = 5e-4
MOMENTUM = 0.9


class Block(nn.Module):
    """A linear layer, then batch norm (with or without factor and summand) and ReLU where asked for."""

    def __init__(self, size_in, size_out, norm=False, fixed=False, relu=False):
        super().__init__()
        self.linear = nn.Linear(size_in, size_out, bias=not norm)
        if norm:
            self.norm = nn.BatchNorm1d(size_out, affine=not fixed)
        self.relu = relu

    def forward(self, x):
        x = self.linear(x)
        x = self.norm(x) if hasattr(self, "norm") else x
        return torch.relu(x) if self.relu else x


class Composed(NarrowResNet):
    """An encoder of width 1/8 with heads, named as Parallax names them."""

    def __init__(self, projection, prediction=()):
        super().__init__(18, 8, "STEM_CIFAR")
        self.projection = nn.ModuleList(projection)
        self.prediction = nn.ModuleList(prediction)

    def z(self, x):
        x = super().forward(x)
        for block in self.projection:
            x = block(x)
        return x

    def q(self, z):
        for block in self.prediction:
            z = block(z)
        return z


def simclr(network, _, views):
    """Chen et al. 2020, eq. 1, with batch norm over both views."""
    return nt_xent(network.z(torch.cat(views)), 0.5)


def simsiam(network, _, views):
    """Chen and He 2021, algorithm 1: each view goes through the network by itself."""
    z = [network.z(v) for v in views]
    p = [network.q(each) for each in z]
    return sum(-F.cosine_similarity(p[i], z[1 - i].detach(), dim=1).mean() / 2 for i in (0, 1))


def byol(network, target, views):
    """Grill et al. 2020, eq. 2 and 3, in both directions; each view by itself in both networks."""
    z = [network.z(v) for v in views]
    p = [network.q(each) for each in z]
    with torch.no_grad():
        t = [target.z(v) for v in views]
    return sum((2 - 2 * F.cosine_similarity(p[i], t[1 - i], dim=1)).mean() for i in (0, 1))


def follow(target, network, m):
    """Grill et al. 2020, eq. 1, for encoder and projection."""
    trained = dict(network.named_parameters())
    with torch.no_grad():
        for name, p in target.named_parameters():
            p.mul_(m).add_(trained[name], alpha=1 - m)


CASES = {
    "simclr-small": (simclr, lambda: Composed([Block(64, 64, norm=True, relu=True), Block(64, 128, norm=True)])),
    "simsiam-small": (
        simsiam,
        lambda: Composed(
            [Block(64, 64, norm=True, relu=True), Block(64, 64, norm=True, fixed=True)],
            [Block(64, 16, norm=True, relu=True), Block(16, 64)],
        ),
    ),
    "byol-small": (
        byol,
        lambda: Composed(
            [Block(64, 64, norm=True, relu=True), Block(64, 32)],
            [Block(32, 64, norm=True, relu=True), Block(64, 32)],
        ),
    ),
}


def run(name, dtype):
    """Losses of the steps, and by how much each tensor has moved."""
    loss_of, build = CASES[name]
    network = fill(build()).to(dtype).train()
    target = copy.deepcopy(network)
    before = {n: v.clone() for n, v in network.state_dict().items() if not n.endswith("num_batches_tracked")}
    optimizer = torch.optim.SGD(network.parameters(), lr=1.0, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    losses = []
    for step, rate in enumerate(RATES):
        both = input_of(generator.images(f"views{step}", 2 * PAIRS, 32), dtype)
        loss = loss_of(network, target, [both[:PAIRS], both[PAIRS:]])
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        follow(target, network, 1 - (1 - 0.95) * (math.cos(math.pi * step / len(RATES)) + 1) / 2)
        losses.append(loss.detach())
    after = network.state_dict()
    return torch.stack(losses), {n: (after[n] - v).double().norm() for n, v in before.items()}


def case(name):
    losses, moves = run(name, torch.float64)
    losses32, moves32 = run(name, torch.float32)
    _, build = CASES[name]
    heads = build()

    def sizes(blocks):
        return [block.linear.out_features for block in blocks]

    return {
        "recipe": name,
        "projection": sizes(heads.projection),
        "prediction": sizes(heads.prediction),
        "losses": flat(losses),
        "moves": {n: numbers(v, 9) for n, v in moves.items()},
        "float32_deviation": {
            "losses": deviation(losses, losses32),
            "moves": max(deviation(v, moves32[n]) for n, v in moves.items()),
        },
    }


def golden():
    return {
        "formula": "three steps of a recipe from the generated weights: ResNet-18 of width 1/8 with the CIFAR stem, heads of the"
        " sizes given, SGD as torch.optim.SGD on every parameter, BYOL's target with its decay rising from 0.95; float64",
        "numbers": generator.FORMULA,
        "views": 'step i sees uint8 [2 * pairs, 32, 32, 3] of the name "views<i>"; row v * pairs + k is view v of image k',
        "pairs": PAIRS,
        "temperature": 0.5,
        "momentum": MOMENTUM,
        "weight_decay": WEIGHT_DECAY,
        "rates": RATES,
        "moves_formula": "L2 norm of (tensor after the last step - tensor before the first)",
        "cases": [case(name) for name in CASES],
    }
