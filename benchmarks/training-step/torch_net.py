"""Peer of `--views tensors`: network, loss and optimiser in PyTorch on views that lie in memory, channels-last."""

import argparse

import torch
import torchvision

import peer
import simclr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=float, default=0.25)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--weights", choices=("nchw", "channels-last"), default="channels-last")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    pixels = torch.randint(0, 256, (2 * options.batch, 32, 32, 3), dtype=torch.uint8)
    scale = (1 / (255 * torch.tensor(simclr.STD))).view(1, 3, 1, 1)
    shift = (-torch.tensor(simclr.MEAN) / torch.tensor(simclr.STD)).view(1, 3, 1, 1)
    model = simclr.network(options.width).train()
    if options.weights == "channels-last":
        model = model.to(memory_format=torch.channels_last)
    optimizer = simclr.optimizer(model)

    def step():
        views = pixels.float().permute(0, 3, 1, 2)  # channels-last strides
        loss = simclr.nt_xent(model(views * scale + shift))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
    peer.serve(options.steps, options.batch, step, versions)


if __name__ == "__main__":
    main()
