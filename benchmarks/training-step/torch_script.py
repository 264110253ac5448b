"""Peer of `--views pipeline`: the training script that a PyTorch user would write.

ImageFolder, torchvision's transforms on Pillow images, a DataLoader with two workers, and the network as it comes.
"""

import argparse
import itertools

import PIL
import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder

import peer
import simclr


class TwoViews:
    def __init__(self, transform):
        self.transform = transform

    def __call__(self, image):
        return self.transform(image), self.transform(image)


def views():
    return TwoViews(
        transforms.Compose(
            [
                transforms.RandomResizedCrop(32, scale=(0.2, 1.0)),
                transforms.RandomHorizontalFlip(),
                transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
                transforms.RandomGrayscale(p=0.2),
                transforms.ToTensor(),
                transforms.Normalize(simclr.MEAN, simclr.STD),
            ]
        )
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with one folder of images for each class")
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    loader = DataLoader(
        ImageFolder(options.data, transform=views()),
        batch_size=options.batch,
        shuffle=True,
        num_workers=options.workers,
        drop_last=True,
        persistent_workers=True,
    )
    model = simclr.network(options.width).train()
    optimizer = simclr.optimizer(model)
    epoch = iter(loader)
    batches = itertools.chain(epoch, itertools.chain.from_iterable(itertools.repeat(loader)))

    def step():
        (first, second), _ = next(batches)
        loss = simclr.nt_xent(model(torch.cat([first, second])))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "pillow": PIL.__version__}
    # The one place where a measured script must look inside: the CPU time of living workers is not a child's yet.
    worker_ids = [worker.pid for worker in epoch._workers]
    peer.serve(options.steps, options.batch, step, versions, lambda: worker_ids)


if __name__ == "__main__":
    main()
