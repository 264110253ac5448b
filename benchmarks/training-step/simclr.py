"""The network, loss and optimiser of the recipe `simclr-small`, for both PyTorch peers.

ResNet-18 with the CIFAR stem, head of two layers with batch norm on both, NT-Xent on the cosine, SGD with momentum.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
TEMPERATURE = 0.2
RATE = 0.01


class Encoder(ResNet):
    """torchvision's ResNet-18 with `width` times the channels, 3x3 stem and no max-pool; pooled features come out."""

    def __init__(self, width):
        nn.Module.__init__(self)
        channels = round(64 * width)
        self._norm_layer = nn.BatchNorm2d
        self.inplanes = channels
        self.dilation = 1
        self.groups = 1
        self.base_width = 64
        self.conv1 = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.Identity()
        self.layer1 = self._make_layer(BasicBlock, channels, 2)
        self.layer2 = self._make_layer(BasicBlock, channels * 2, 2, stride=2)
        self.layer3 = self._make_layer(BasicBlock, channels * 4, 2, stride=2)
        self.layer4 = self._make_layer(BasicBlock, channels * 8, 2, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Identity()
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def head(features):
    return nn.Sequential(
        nn.Linear(features, features, bias=False),
        nn.BatchNorm1d(features),
        nn.ReLU(inplace=True),
        nn.Linear(features, 128, bias=False),
        nn.BatchNorm1d(128),
    )


def network(width):
    return nn.Sequential(Encoder(width), head(round(512 * width)))


def optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=5e-4)


def nt_xent(z):
    """Chen et al. 2020, eq. 1; z [2N, d], rows 0 .. N - 1 are the first views."""
    z = F.normalize(z)
    logits = z @ z.T / TEMPERATURE
    logits.fill_diagonal_(float("-inf"))
    rows = z.shape[0]
    positives = torch.arange(rows).roll(rows // 2)
    return F.cross_entropy(logits, positives)
