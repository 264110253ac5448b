"""Steps of SGD (torch.optim.SGD) and LARS (NumPy), and learning rates."""

import math

import numpy as np
import torch

from golden import generator
from golden.output import flat, numbers

RATES = [0.1, 0.05, 0.2, 0.2, 0.01]


def sgd_case(momentum, nesterov, weight_decay):
    weight = generator.quantized("sgd.weight", 6)
    gradients = generator.quantized("sgd.gradients", len(RATES), 6)
    parameter = torch.tensor(weight, requires_grad=True)
    optimizer = torch.optim.SGD(
        [parameter], lr=1.0, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov
    )
    weights = []
    for rate, gradient in zip(RATES, gradients):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        weights.append(flat(parameter))
    return {
        "momentum": momentum,
        "nesterov": nesterov,
        "weight_decay": weight_decay,
        "rates": RATES,
        "weight": flat(weight),
        "gradients": numbers(gradients),
        "weights": weights,
    }


def sgd():
    return {
        "formula": "torch.optim.SGD: g += decay * w; v = m * v + g (v = g in the first step); w -= rate * v, or with"
        " Nesterov w -= rate * (g + m * v)",
        "layout": "gradients and weights have one row for each step; weights are those after it",
        "cases": [
            sgd_case(0.9, False, 0.0),
            sgd_case(0.9, False, 0.01),
            sgd_case(0.9, True, 0.01),
            sgd_case(0.0, False, 0.01),
        ],
    }


def lars_case(title, weight, gradients, momentum, trust_coefficient, weight_decay, excluded):
    w = np.array(weight, dtype=np.float64)
    velocity = np.zeros_like(w)
    weights, trusts = [], []
    for rate, gradient in zip(RATES, gradients):
        direction = gradient if excluded else gradient + weight_decay * w
        norms = np.linalg.norm(w), np.linalg.norm(direction)
        trust = 1.0
        if not excluded and min(norms) > 0:
            trust = trust_coefficient * norms[0] / norms[1]
        velocity = momentum * velocity + rate * trust * direction
        w = w - velocity
        weights.append(flat(w))
        trusts.append(numbers(np.float64(trust)))
    return {
        "title": title,
        "excluded": excluded,
        "momentum": momentum,
        "trust_coefficient": trust_coefficient,
        "weight_decay": weight_decay,
        "rates": RATES,
        "weight": flat(weight),
        "gradients": numbers(gradients),
        "trusts": trusts,
        "weights": weights,
    }


def lars():
    weight = generator.quantized("lars.weight", 6)
    gradients = generator.quantized("lars.gradients", len(RATES), 6)
    none = np.zeros((len(RATES), 6))
    return {
        "formula": "g' = g + decay * w; trust = eta * |w| / |g'|, or 1 where |w| or |g'| is 0; v = m * v + rate * trust *"
        " g', v = 0 at first; w -= v. Excluded parameters: g' = g and trust = 1",
        "source": "google-research/simclr, lars_optimizer.py with classic_momentum and without Nesterov, which is"
        " Algorithm 1 of You et al. 2017 but for the norm: |g + decay * w| there, |g| + decay * |w| in the"
        " paper's eq. 6. PyTorch ports (Bolts, lightly) differ in three points: the paper's norm plus 1e-8, a momentum"
        " buffer without the rate, and no trust ratio wherever the weight decay is 0",
        "layout": "gradients, trusts and weights have one row for each step; weights are those after it",
        "cases": [
            lars_case("weight", weight, gradients, 0.9, 0.001, 1e-4, False),
            lars_case("large trust and decay", weight, gradients, 0.9, 0.02, 0.1, False),
            lars_case("no decay: the trust ratio stays", weight, gradients, 0.9, 0.02, 0.0, False),
            lars_case("bias or norm", weight, gradients, 0.9, 0.02, 0.1, True),
            lars_case("weight of zeros", np.zeros(6), gradients, 0.9, 0.02, 0.1, False),
            lars_case("gradient of zeros, decay alone", weight, none, 0.9, 0.02, 0.1, False),
            lars_case("gradient of zeros, no decay", weight, none, 0.9, 0.02, 0.0, False),
        ],
    }


def rate(step, peak, warmup, total, decay):
    if step < warmup:
        return peak * step / warmup
    if decay == "DECAY_CONSTANT":
        return peak
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def schedule_case(peak, warmup, total, decay="DECAY_COSINE"):
    steps = sorted({0, 1, 2, warmup - 1, warmup, warmup + 1, total // 3, total // 2, total - 2, total - 1})
    steps = [s for s in steps if 0 <= s < total]
    rates = [rate(s, peak, warmup, total, decay) for s in steps]
    if decay == "DECAY_COSINE" and total < 2000:
        _agrees_with_torch(peak, warmup, total)
    return {
        "peak": peak,
        "warmup_steps": warmup,
        "total_steps": total,
        "decay": decay,
        "steps": steps,
        "rates": [numbers(np.float64(r), 13) for r in rates],
    }


def _agrees_with_torch(peak, warmup, total):
    """PyTorch's cosine, which goes from step to step, against the closed form."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warmup)
    for step in range(warmup, total):
        np.testing.assert_allclose(
            optimizer.param_groups[0]["lr"], rate(step, peak, warmup, total, "DECAY_COSINE"), rtol=0, atol=1e-9
        )
        optimizer.step()
        cosine.step()


def schedule():
    return {
        "formula": "step counts from 0; rate = peak * step / warmup_steps while step < warmup_steps, then peak * 0.5 *"
        " (1 + cos(pi * (step - warmup_steps) / (total_steps - warmup_steps))), or the peak",
        "source": "google-research/simclr, learning_rate_schedule; the cosine agrees with PyTorch's CosineAnnealingLR",
        "scaling_formula": "RATE_SCALING_LINEAR: rate * batch / 256; RATE_SCALING_SQRT: rate * sqrt(batch)",
        "cases": [
            schedule_case(0.12, 0, 780),
            schedule_case(0.12, 39, 780),
            schedule_case(4.8, 3120, 31200),
            schedule_case(1.0, 10, 11),
            schedule_case(1.0, 0, 1),
            schedule_case(0.5, 4, 20, "DECAY_CONSTANT"),
        ],
        "scalings": [
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_NONE", "batch_size": 4096, "peak": 0.3},
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_LINEAR", "batch_size": 4096, "peak": 4.8},
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_LINEAR", "batch_size": 64, "peak": 0.075},
            {"learning_rate": 0.075, "scaling": "RATE_SCALING_SQRT", "batch_size": 4096, "peak": 4.8},
        ],
    }
