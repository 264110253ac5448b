"""Encoders and heads beyond torchvision's ResNets, and steps through them in float64.

`SelectiveKernel` and the pooled shortcuts follow google-research/simclr's resnet.py, `Amdim` the structure of
Philip-Bachman/amdim-public, `Context` the appendix of Henaff et al. 2020.
"""

import torch
from torch import nn
from torch.nn import functional
from torchvision.models import resnet

from golden import generator
from golden.networks import deviation, fill, input_of
from golden.output import flat, numbers

COUNTS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def batch_norm(channels):
    return nn.BatchNorm2d(channels)


def layer_norm(channels):
    return nn.GroupNorm(1, channels)


class ShortcutPool(nn.Module):
    """2 x 2 means. With stride 2 zeros at the end count; with stride 1 the windows at the end are smaller."""

    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x):
        if self.stride == 2:
            return functional.avg_pool2d(functional.pad(x, (0, 1, 0, 1)), 2, 2)
        return functional.avg_pool2d(functional.pad(x, (0, 1, 0, 1), mode="replicate"), 2, 1)


class SelectiveKernel(nn.Module):
    def __init__(self, channels, stride, ratio, norm):
        super().__init__()
        hidden = max(32, int(channels * ratio))
        self.conv = nn.Conv2d(channels, 2 * channels, 3, stride, 1, bias=False)
        self.bn = norm(2 * channels)
        self.attn = nn.ModuleDict(
            {
                "fc_reduce": nn.Conv2d(channels, hidden, 1, bias=False),
                "bn": norm(hidden),
                "fc_select": nn.Conv2d(hidden, 2 * channels, 1, bias=False),
            }
        )

    def forward(self, x):
        streams = torch.stack(torch.relu(self.bn(self.conv(x))).chunk(2, dim=1))
        pooled = streams.sum(0).mean((2, 3), keepdim=True)
        hidden = torch.relu(self.attn["bn"](self.attn["fc_reduce"](pooled)))
        mixing = torch.stack(self.attn["fc_select"](hidden).chunk(2, dim=1)).softmax(0)
        return (streams * mixing).sum(0)


class Block(nn.Module):
    """A bottleneck, or two 3 x 3 convolutions."""

    def __init__(self, in_channels, width, stride, bottleneck, norm, ratio, averaging):
        super().__init__()
        out = width * (4 if bottleneck else 1)
        self.bottleneck = bottleneck
        self.selective = ratio > 0
        if bottleneck:
            self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
            self.bn1 = norm(width)
            if self.selective:
                self.conv2 = SelectiveKernel(width, stride, ratio, norm)
            else:
                self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
                self.bn2 = norm(width)
            self.conv3 = nn.Conv2d(width, out, 1, bias=False)
            self.bn3 = norm(out)
        else:
            self.conv1 = nn.Conv2d(in_channels, width, 3, stride, 1, bias=False)
            self.bn1 = norm(width)
            self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
            self.bn2 = norm(width)
        if stride > 1 or in_channels != out:
            self.downsample = (
                nn.Sequential(ShortcutPool(stride), nn.Conv2d(in_channels, out, 1, bias=False), norm(out))
                if averaging
                else nn.Sequential(nn.Conv2d(in_channels, out, 1, stride, bias=False), norm(out))
            )
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        h = torch.relu(self.bn1(self.conv1(x)))
        h = self.conv2(h)
        if not self.selective:
            h = self.bn2(h)
        if self.bottleneck:
            h = self.bn3(self.conv3(h if self.selective else torch.relu(h)))
        return torch.relu(h + self.downsample(x))


class ResNet(nn.Module):
    """Gives the four stages' maps and the pooled vector."""

    def __init__(self, depth, channels, stem, norm, ratio):
        super().__init__()
        bottleneck = depth >= 50
        make = {"NORM_BATCH": batch_norm, "NORM_LAYER": layer_norm}[norm]
        averaging = stem == "STEM_IMAGENET_D" or ratio > 0
        if stem == "STEM_CIFAR":
            self.conv1 = nn.Conv2d(3, channels, 3, 1, 1, bias=False)
        elif stem == "STEM_IMAGENET":
            self.conv1 = nn.Conv2d(3, channels, 7, 2, 3, bias=False)
        else:
            half = channels // 2
            self.conv1 = nn.Sequential(
                nn.Conv2d(3, half, 3, 2, 1, bias=False), make(half), nn.ReLU(),
                nn.Conv2d(half, half, 3, 1, 1, bias=False), make(half), nn.ReLU(),
                nn.Conv2d(half, channels, 3, 1, 1, bias=False),
            )  # fmt: skip
        self.bn1 = make(channels)
        self.pool = nn.Identity() if stem == "STEM_CIFAR" else nn.MaxPool2d(3, 2, 1)
        size = channels
        for stage, count in enumerate(COUNTS[depth]):
            width = channels * 2**stage
            blocks = []
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(size, width, stride, bottleneck, make, ratio, averaging))
                size = width * (4 if bottleneck else 1)
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))

    def forward(self, x):
        h = self.pool(torch.relu(self.bn1(self.conv1(x))))
        maps = {}
        for name in ("layer1", "layer2", "layer3", "layer4"):
            h = getattr(self, name)(h)
            maps[name] = h
        maps["pooled"] = h.mean((2, 3))
        return maps, maps["pooled"]


class MaybeNorm(nn.Module):
    """The norm one module down, as its names have it."""

    def __init__(self, channels, present):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels) if present else nn.Identity()

    def forward(self, x):
        return self.bn(x)


class AmdimStem(nn.Module):
    def __init__(self, size_in, size_out, kernel, stride, reflected):
        super().__init__()
        self.conv = nn.Conv2d(size_in, size_out, kernel, stride)
        self.reflected = reflected

    def forward(self, x):
        r = self.reflected
        return torch.relu(self.conv(functional.pad(x, (r, r, r, r), mode="reflect") if r else x))


class AmdimResidual(nn.Module):
    def __init__(self, size_in, size_out, kernel, stride, norm):
        super().__init__()
        self.window = (kernel, stride)
        self.grow = size_out - size_in
        self.conv1 = nn.Conv2d(size_in, size_out, kernel, stride, bias=False)
        self.bn1 = MaybeNorm(size_out, norm)
        self.conv2 = nn.Conv2d(size_out, size_out, 1, bias=False)
        if self.grow < 0:
            self.conv3 = nn.Conv2d(size_in, size_out, kernel, stride)

    def forward(self, x):
        branch = self.conv2(torch.relu(self.bn1(self.conv1(x))))
        if self.grow < 0:
            return branch + self.conv3(x)
        pooled = functional.avg_pool2d(x, *self.window)
        zeros = pooled.new_zeros(pooled.shape[0], self.grow, *pooled.shape[2:])
        return branch + torch.cat([pooled, zeros], dim=1)


class AmdimBlock(nn.Module):
    def __init__(self, size_in, size_out, kernel, stride, depth, norm):
        super().__init__()
        self.layer_list = nn.Sequential(
            AmdimResidual(size_in, size_out, kernel, stride, norm),
            *[AmdimResidual(size_out, size_out, 1, 1, norm) for _ in range(depth - 1)],
        )

    def forward(self, x):
        return self.layer_list(x)


class AmdimLossBlock(nn.Module):
    def __init__(self, size_in, size_out, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(size_in, size_out, 1, bias=False)
        self.bn1 = MaybeNorm(size_out, norm)
        self.conv2 = nn.Conv2d(size_out, size_out, 1, bias=False)
        self.shortcut = nn.Conv2d(size_in, size_out, 1)
        self.bn_out = MaybeNorm(size_out, True)

    def forward(self, x):
        return self.bn_out(self.conv2(torch.relu(self.bn1(self.conv1(x)))) + self.shortcut(x))


class Amdim(nn.Module):
    """Gives the maps of 7 x 7, 5 x 5 and 1 x 1 places, and the last one as a vector."""

    def __init__(self, side, n, features, depth, norm):
        super().__init__()

        def block(size_in, size_out, kernel, stride):
            return AmdimBlock(n * size_in, n * size_out, kernel, stride, depth, norm)

        if side == 32:
            head = [AmdimStem(3, n, 3, 1, 0), AmdimResidual(n, n, 1, 1, norm), block(1, 2, 4, 2), block(2, 4, 2, 2)]
            last = 4
        else:
            stems = [AmdimStem(3, n, 3, 1, 0)] if side == 64 else [AmdimStem(3, n, 5, 2, 2), AmdimStem(n, n, 3, 1, 0)]
            head = stems + [block(1, 2, 4, 2), block(2, 4, 4, 2), block(4, 8, 2, 2)]
            last = 8
        self.layer_list = nn.ModuleList(
            head
            + [
                MaybeNorm(n * last, norm),
                block(last, last, 3, 1),
                block(last, last, 3, 1),
                AmdimResidual(n * last, features, 3, 1, norm),
                MaybeNorm(features, True),
            ]
        )
        self.rkhs_block_7 = AmdimLossBlock(n * last, features, norm)
        self.rkhs_block_5 = AmdimLossBlock(n * last, features, norm)

    def forward(self, x):
        by_side = {}
        for layer in self.layer_list:
            x = layer(x)
            by_side[x.shape[2]] = x
        maps = {"7": self.rkhs_block_7(by_side[7]), "5": self.rkhs_block_5(by_side[5]), "1": by_side[1]}
        return maps, maps["1"].flatten(1)


def forward_backward(make, images, dtype):
    network = fill(make()).to(dtype)
    x = input_of(images, dtype)
    with torch.no_grad():
        evaluation_maps, evaluation = network.eval()(x)
    maps, training = network.train()(x)
    total = (weighted("coefficients", training)).sum()
    for name, value in maps.items():
        total = total + weighted(name, value).sum() / value[0, 0].numel()
    total.backward()
    state = network.state_dict()
    return {
        "evaluation": evaluation,
        "training": training.detach(),
        "evaluation_maps": evaluation_maps,
        "maps": {n: v.detach() for n, v in maps.items()},
        "gradients": without_zeros({n: p.grad for n, p in network.named_parameters()}),
        "running": {n: v for n, v in state.items() if "running" in n},
    }


def without_zeros(gradients):
    """Rounding instead of the zero gradient of a bias in front of a batch norm becomes 0."""
    largest = max(g.norm() for g in gradients.values())
    return {n: torch.zeros_like(g) if g.norm() < 1e-5 * largest else g for n, g in gradients.items()}


def weighted(name, values):
    coefficients = torch.from_numpy(generator.uniform(name, values.numel())).to(values.dtype)
    return values.reshape(-1) * coefficients


def deviations(double, single):
    def worst(key):
        return max(deviation(v, single[key][n]) for n, v in double[key].items() if v.any())

    return {
        "evaluation": deviation(double["evaluation"], single["evaluation"]),
        "training": deviation(double["training"], single["training"]),
        "maps": worst("maps"),
        "gradients": worst("gradients"),
        "running": worst("running") if double["running"] else 0.0,
    }


def case(spec, make, side, images, count=4):
    pixels = generator.images(images, count, side)
    double = forward_backward(make, pixels, torch.float64)
    single = forward_backward(make, pixels, torch.float32)
    return {
        "encoder": spec,
        "images": images,
        "count": count,
        "side": side,
        "shapes": {n: list(g.shape) for n, g in double["gradients"].items()},
        "evaluation": flat(double["evaluation"], 9),
        "training": flat(double["training"], 9),
        "map_shapes": {n: list(v.shape) for n, v in double["maps"].items()},
        "map_norms": {n: numbers(v.norm(), 9) for n, v in double["maps"].items()},
        "map_starts": {n: flat(v[0].reshape(-1)[:4], 9) for n, v in double["maps"].items()},
        "evaluation_map_norms": {n: numbers(v.norm(), 9) for n, v in double["evaluation_maps"].items()},
        "running_means": {n: numbers(v.mean(), 9) for n, v in double["running"].items()},
        "gradient_norms": {n: numbers(g.norm(), 9) for n, g in double["gradients"].items()},
        "float32_deviation": deviations(double, single),
    }


def resnet_case(depth, channels, stem, norm, ratio, side, images):
    spec = {
        "resnet": {
            "depth": depth,
            "width": channels / 64,
            "stem": stem,
            "norm": norm,
            "skRatio": ratio,
        }
    }
    return case(spec, lambda: ResNet(depth, channels, stem, norm, ratio), side, images)


def amdim_case(side, channels, features, depth, norm, images):
    spec = {"amdim": {"channels": channels, "features": features, "depth": depth, "batchNorm": norm}}
    return case(spec, lambda: Amdim(side, channels, features, depth, norm), side, images)


# Images on which no value comes so near to a ReLU's kink that float32's rounding picks the side.
RESNET_101 = [(resnet_case, 101, 8, "STEM_CIFAR", "NORM_BATCH", 0, 16, "images17")]
RESNET_VARIANTS = [
    (resnet_case, 18, 8, "STEM_CIFAR", "NORM_LAYER", 0, 32, "images0"),
    (resnet_case, 50, 4, "STEM_IMAGENET_D", "NORM_BATCH", 0.0625, 64, "images48"),
    (resnet_case, 50, 4, "STEM_CIFAR", "NORM_LAYER", 0.5, 20, "images0"),
    (resnet_case, 18, 16, "STEM_IMAGENET_D", "NORM_BATCH", 0, 60, "images0"),
]
AMDIM = [
    (amdim_case, 32, 8, 24, 2, False, "images0"),
    (amdim_case, 64, 8, 40, 1, True, "images0"),
    (amdim_case, 128, 4, 64, 1, False, "images0"),
]


def golden(cases):
    return {
        "numbers": generator.FORMULA,
        "images": "uint8 [count, side, side, 3] of the name that a case gives",
        "encoder": "the message parallax.trainer.v1.Encoder as JSON",
        "formula": "representations in evaluation mode with the generated running statistics, then in training mode;"
        " feature maps (norm, and the start of the first image's) likewise; gradients in training mode of the sum of"
        ' representations times u(i) of the name "coefficients" and, for every map, of the mean over places of map'
        " times u(i) of the map's name, row-major; a gradient of 0 is one that a norm takes away; running_means: mean"
        " of each running statistic after that one pass in training mode; float64",
        "float32_deviation": "the same in float32 PyTorch: largest difference over the largest magnitude of a tensor,"
        " the worst of all tensors",
        "cases": [make(*arguments) for make, *arguments in cases],
    }


def resnet_101():
    return golden(RESNET_101)


def resnet_variants():
    return golden(RESNET_VARIANTS)


def amdim():
    return golden(AMDIM)


def fill_head(head, prefix):
    state = head.state_dict()
    for name, value in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(generator.parameter(f"{prefix}.{name}", tuple(value.shape)))
    head.load_state_dict(state)
    return head.double()


class Context(nn.Module):
    def __init__(self, channels, hidden, blocks):
        super().__init__()
        for i in range(blocks):
            block = {
                "conv1": nn.Conv2d(channels, hidden, 1),
                "conv2": nn.Conv2d(hidden, hidden, (1, 3), padding=(0, 1)),
                "conv3": nn.Conv2d(hidden, hidden, (2, 1)),
                "conv4": nn.Conv2d(hidden, channels, 1),
            }
            self.add_module(str(i), nn.ModuleDict(block))

    def forward(self, x):
        for block in self.children():
            h = block["conv2"](torch.relu(block["conv1"](x)))
            h = block["conv3"](functional.pad(h, (0, 0, 1, 0)))
            x = x + block["conv4"](torch.relu(h))
        return torch.relu(x)


def head_result(head, prefix, x):
    head = fill_head(head, prefix)
    x = torch.from_numpy(x).requires_grad_()
    y = head.train()(x)
    weighted("coefficients", y).sum().backward()
    state = head.state_dict()
    return {
        "input": flat(x.detach()),
        "input_shape": list(x.shape),
        "output": flat(y, 9),
        "input_gradient": flat(x.grad, 9),
        "gradients": {f"{prefix}.{n}": flat(p.grad.reshape(-1)[:48], 9) for n, p in head.named_parameters()},
        "running": {f"{prefix}.{n}": flat(v, 9) for n, v in state.items() if "running" in n},
    }


def context():
    x = generator.quantized("grid", 2, 16, 3, 3)
    return {
        "numbers": generator.FORMULA,
        "formula": "the context network of Henaff et al. 2020 (appendix) on grids of representations, and gradients of"
        ' its output times u(i) of the name "coefficients", the first 48 values of each; float64',
        "blocks": 2,
        "hidden": 16,
        **head_result(Context(16, 16, 2), "context", x),
    }


class FixedNormHead(nn.Module):
    """SimSiam's last block: a linear layer and a batch norm that learns nothing."""

    def __init__(self, size_in, size_out):
        super().__init__()
        block = {"linear": nn.Linear(size_in, size_out, bias=False), "norm": nn.BatchNorm1d(size_out, affine=False)}
        self.add_module("0", nn.ModuleDict(block))

    def forward(self, x):
        (block,) = self.children()
        return block["norm"](block["linear"](x))


def fixed_norm():
    return {
        "numbers": generator.FORMULA,
        "formula": "one linear layer without bias and a batch norm without factor and summand in training mode, and"
        ' gradients of the output times u(i) of the name "coefficients"; float64',
        "size": 5,
        **head_result(FixedNormHead(6, 5), "projection", generator.quantized("h", 8, 6)),
    }
