"""torchvision's ResNets, narrowed."""

import torch
from torch import nn
from torchvision.models import resnet

from golden import generator
from golden.output import flat, numbers

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
BLOCKS = {
    18: (resnet.BasicBlock, (2, 2, 2, 2)),
    34: (resnet.BasicBlock, (3, 4, 6, 3)),
    50: (resnet.Bottleneck, (3, 4, 6, 3)),
}


class NarrowResNet(resnet.ResNet):
    """torchvision's stages and forward pass with another number of channels and another stem; features come out."""

    def __init__(self, depth, channels, stem):
        nn.Module.__init__(self)
        block, counts = BLOCKS[depth]
        self._norm_layer = nn.BatchNorm2d
        self.inplanes = channels
        self.dilation = 1
        self.groups = 1
        self.base_width = 64
        if stem == "STEM_CIFAR":
            self.conv1 = nn.Conv2d(3, channels, 3, stride=1, padding=1, bias=False)
            self.maxpool = nn.Identity()
        else:
            self.conv1 = nn.Conv2d(3, channels, 7, stride=2, padding=3, bias=False)
            self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.layer1 = self._make_layer(block, channels, counts[0])
        self.layer2 = self._make_layer(block, channels * 2, counts[1], stride=2)
        self.layer3 = self._make_layer(block, channels * 4, counts[2], stride=2)
        self.layer4 = self._make_layer(block, channels * 8, counts[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Identity()
        self.features = channels * 8 * block.expansion


def fill(network):
    state = network.state_dict()
    for name, value in state.items():
        if not name.endswith("num_batches_tracked"):
            state[name] = torch.from_numpy(generator.parameter(name, tuple(value.shape)))
    network.load_state_dict(state)
    return network


def input_of(images, dtype):
    x = torch.from_numpy(images).permute(0, 3, 1, 2).to(dtype) / 255
    mean = torch.tensor(MEAN, dtype=dtype).view(1, 3, 1, 1)
    std = torch.tensor(STD, dtype=dtype).view(1, 3, 1, 1)
    return (x - mean) / std


def deviation(golden, other):
    """Largest difference over the largest magnitude."""
    return float(f"{float((golden - other.double()).abs().max() / golden.abs().max()):.1e}")


def forward_backward(depth, channels, stem, images, dtype):
    network = fill(NarrowResNet(depth, channels, stem)).to(dtype)
    x = input_of(images, dtype)
    with torch.no_grad():
        evaluation = network.eval()(x)
    training = network.train()(x)
    coefficients = torch.from_numpy(generator.uniform("coefficients", training.numel())).to(dtype)
    (training.reshape(-1) * coefficients).sum().backward()
    gradients = {name: p.grad for name, p in network.named_parameters()}
    running = {n: v for n, v in network.state_dict().items() if "running" in n}
    return evaluation, training.detach(), gradients, running


def resnet_case(depth, channels, stem, side, name):
    images = generator.images(name, 4, side)
    evaluation, training, gradients, running = forward_backward(depth, channels, stem, images, torch.float64)
    single = forward_backward(depth, channels, stem, images, torch.float32)
    sampled = [n for n in gradients if n.startswith(("conv1", "bn1", "layer1.0.", "layer2.0.down", "layer4.1."))]
    return {
        "depth": depth,
        "width": channels / 64,
        "stem": stem,
        "images": name,
        "count": 4,
        "side": side,
        "features": evaluation.shape[1],
        "shapes": {n: list(g.shape) for n, g in gradients.items()},
        "evaluation": flat(evaluation, 9),
        "training": flat(training, 9),
        "running_means": {n: numbers(v.mean(), 9) for n, v in running.items()},
        "gradient_norms": {n: numbers(g.norm(), 9) for n, g in gradients.items()},
        "gradient_starts": {n: flat(gradients[n].reshape(-1)[:4], 9) for n in sampled},
        "float32_deviation": {
            "evaluation": deviation(evaluation, single[0]),
            "training": deviation(training, single[1]),
            "gradients": max(deviation(g, single[2][n]) for n, g in gradients.items()),
            "running": max(deviation(v, single[3][n]) for n, v in running.items()),
        },
    }


def resnets():
    return {
        "numbers": generator.FORMULA,
        "images": "uint8 [count, side, side, 3] of the name that a case gives",
        "formula": "features of torchvision's ResNet (blocks of torchvision, stem and width changed) of ((x / 255) - mean) /"
        " std, in evaluation mode with the generated running statistics, then in training mode; gradients of the"
        ' sum of features times u(i) of the name "coefficients" in training mode; running_means:'
        " mean of each running statistic after that"
        " one pass in training mode (the running variance takes the batch's unbiased variance); float64",
        "float32_deviation": "the same in float32 PyTorch: largest difference over the largest magnitude of a tensor,"
        " the worst of all tensors",
        "mean": MEAN,
        "std": STD,
        "norm": {"epsilon": 1e-5, "momentum": 0.1},
        "cases": [
            # Images on which no value comes so near to a ReLU's kink that float32's rounding picks the side.
            resnet_case(18, 8, "STEM_CIFAR", 32, "images8"),
            resnet_case(18, 8, "STEM_IMAGENET", 64, "images14"),
            resnet_case(50, 4, "STEM_IMAGENET", 64, "images4"),
        ],
    }
