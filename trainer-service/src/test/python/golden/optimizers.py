"""Updates of torch.optim's SGD, Adam and AdamW, of LARS and LARC (NumPy), learning rates and momenta."""

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


def larc_case(title, weight, gradients, momentum, trust_coefficient, weight_decay, excluded):
    """The rate's factor in NumPy, the descent by torch.optim.SGD."""
    parameter = torch.tensor(weight, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum)
    weights, trusts = [], []
    for rate, gradient in zip(RATES, gradients):
        w = parameter.detach().numpy()
        norms = np.linalg.norm(w), np.linalg.norm(gradient)
        trust, direction = 1.0, gradient
        if not excluded and min(norms) > 0:
            trust = trust_coefficient * norms[0] / (norms[1] + weight_decay * norms[0] + 1e-8)
            direction = gradient + weight_decay * w
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.tensor(trust * direction)
        optimizer.step()
        weights.append(flat(parameter))
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


def larc():
    weight = generator.quantized("larc.weight", 6)
    gradients = generator.quantized("larc.gradients", len(RATES), 6)
    none = np.zeros((len(RATES), 6))
    return {
        "formula": "trust = eta * |w| / (|g| + decay * |w| + 1e-8); g' = trust * (g + decay * w), and g' = g where |w| or"
        " |g| is 0 and for excluded parameters; v = m * v + g'; w -= rate * v",
        "source": "NVIDIA/apex, apex/parallel/LARC.py with clip=False around torch.optim.SGD, which is how"
        " facebookresearch/swav, main_swav.py, uses it",
        "layout": "gradients, trusts and weights have one row for each step; weights are those after it",
        "cases": [
            larc_case("SwAV", weight, gradients, 0.9, 0.001, 1e-6, False),
            larc_case("large trust and decay", weight, gradients, 0.9, 0.02, 0.1, False),
            larc_case("a trust ratio above 1 is not clipped", weight, gradients / 8, 0.9, 1.0, 0.1, False),
            larc_case("bias or norm", weight, gradients, 0.9, 0.02, 0.1, True),
            larc_case("weight of zeros", np.zeros(6), gradients, 0.9, 0.02, 0.1, False),
            larc_case("gradient of zeros: no decay either", weight, none, 0.9, 0.02, 0.1, False),
        ],
    }


ADAM_RATES = [1e-3, 2e-3, 0.05, 0.05, 1e-3, 0.01]


def adam_case(kind, beta1, beta2, epsilon, weight_decay):
    weight = generator.quantized("adam.weight", 6)
    gradients = generator.quantized("adam.gradients", len(ADAM_RATES), 6)
    gradients[2] = 0
    gradients[:, 5] = 0
    parameter = torch.tensor(weight, requires_grad=True)
    optimizer = kind([parameter], lr=1.0, betas=(beta1, beta2), eps=epsilon, weight_decay=weight_decay)
    weights = []
    for rate, gradient in zip(ADAM_RATES, gradients):
        optimizer.param_groups[0]["lr"] = rate
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        weights.append(flat(parameter))
    return {
        "decoupled": kind is torch.optim.AdamW,
        "beta1": beta1,
        "beta2": beta2,
        "epsilon": epsilon,
        "weight_decay": weight_decay,
        "rates": ADAM_RATES,
        "weight": flat(weight),
        "gradients": numbers(gradients),
        "weights": weights,
    }


def adam():
    return {
        "formula": "torch.optim.Adam and AdamW (decoupled), bias correction with t = 1 in the first step; the third"
        " gradient is 0, and so is the last component of every one",
        "layout": "gradients and weights have one row for each step; weights are those after it",
        "cases": [
            adam_case(kind, *case)
            for kind in (torch.optim.Adam, torch.optim.AdamW)
            for case in [(0.9, 0.999, 1e-8, 0.0), (0.8, 0.999, 1e-8, 1e-5), (0.9, 0.95, 0.01, 0.1)]
        ],
    }


# Name, size, group; the last one is in no loss.
GROUPS = [
    ("conv1.weight", 4, "weight"),
    ("bn1.bias", 2, "bias"),
    ("prediction.0.linear.weight", 3, "prediction"),
    ("prototypes.weight", 3, "weight"),
    ("unused.weight", 2, "weight"),
]
GROUP_RATES = [0.02, 0.1, 0.05, 0.01]
PREDICTION_RATE = 0.1
FREEZING = 2


def group_case(title, kind, settings, weight_decay, batches, clip_norm):
    """Four updates of five parameters, the prototypes frozen in the first two of them."""
    parameters = {
        name: torch.tensor(generator.quantized("groups." + name, size), requires_grad=True) for name, size, _ in GROUPS
    }
    start = {name: flat(parameter) for name, parameter in parameters.items()}
    members = {group: [parameters[n] for n, _, g in GROUPS if g == group] for group in ("weight", "bias", "prediction")}
    optimizer = kind(
        [
            {"params": members["weight"]},
            {"params": members["bias"], "weight_decay": 0.0},
            {"params": members["prediction"]},
        ],
        lr=1.0,
        weight_decay=weight_decay,
        **settings,
    )
    losses, norms, after = [], [], []
    for update, rate in enumerate(GROUP_RATES):
        for group, of_group in zip(optimizer.param_groups, (rate, rate, PREDICTION_RATE)):
            group["lr"] = of_group
        optimizer.zero_grad(set_to_none=True)
        for batch in range(batches):
            factors = {
                name: generator.quantized(f"groups.{name}.{update}.{batch}", size)
                for name, size, _ in GROUPS
                if name != "unused.weight"
            }
            loss = sum((parameters[n] * torch.tensor(f)).sum() for n, f in factors.items()) / batches
            loss.backward()
            losses.append({n: flat(f) for n, f in factors.items()})
        if update < FREEZING:
            parameters["prototypes.weight"].grad = None
        if clip_norm:
            norms.append(float(torch.nn.utils.clip_grad_norm_(parameters.values(), clip_norm)))
        optimizer.step()
        after.append({n: flat(p) for n, p in parameters.items()})
    return {
        "title": title,
        "optimizer": kind.__name__,
        "settings": {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()},
        "weight_decay": weight_decay,
        "batches": batches,
        "clip_norm": clip_norm,
        "norms": numbers(np.array(norms)),
        "start": start,
        "losses": losses,
        "after": after,
    }


def groups():
    sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
    momentum = {"momentum": 0.9}
    betas = {"betas": (0.9, 0.99), "eps": 1e-8}
    return {
        "formula": "the loss of a batch is the sum over parameters of sum(w * factors); an update takes the mean of its"
        " batches' gradients, scaled to clip_norm by torch.nn.utils.clip_grad_norm_ where that is not 0",
        "layout": "losses have one entry of factors for each batch, norms (before clipping) and after (weights) one for"
        " each update",
        "rates": GROUP_RATES,
        "prediction_rate": PREDICTION_RATE,
        "frozen_updates": FREEZING,
        "cases": [
            group_case("groups alone", sgd, momentum, 0.1, 1, 0.0),
            group_case("averaged batches", sgd, momentum, 0.1, 3, 0.0),
            group_case("clipped", sgd, momentum, 0.1, 1, 1.0),
            group_case("averaged, then clipped", sgd, momentum, 0.1, 2, 0.75),
            group_case("a bound that is not reached", sgd, momentum, 0.1, 2, 50.0),
            group_case("Adam", adam, betas, 0.1, 2, 0.75),
            group_case("AdamW", adamw, betas, 0.1, 2, 0.75),
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


def floor_case(peak, end, warmup, total):
    """A warm-up, then torch.optim.lr_scheduler.CosineAnnealingLR's values."""
    rates = [peak * step / warmup for step in range(warmup)]
    rates += _scheduled(peak, total - warmup, torch.optim.lr_scheduler.CosineAnnealingLR, T_max=total - warmup, eta_min=end)
    return {"peak": peak, "end": end, "warmup_steps": warmup, "total_steps": total, "rates": numbers(np.array(rates), 13)}


def drop_case(peak, factor, milestones, total):
    """torch.optim.lr_scheduler.MultiStepLR: each milestone multiplies by the factor once more."""
    rates = _scheduled(peak, total, torch.optim.lr_scheduler.MultiStepLR, milestones=milestones, gamma=factor)
    return {
        "peak": peak,
        "steps": milestones,
        "factors": numbers(np.array([factor ** (i + 1) for i in range(len(milestones))]), 13),
        "rates": numbers(np.array(rates), 13),
    }


def _scheduled(peak, count, kind, **settings):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    scheduler = kind(optimizer, **settings)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def momentum_case(base, total):
    """The target's momentum of Grill et al. 2020, section 3.2."""
    return {
        "base": base,
        "total_steps": total,
        "momenta": numbers(1 - (1 - base) * (np.cos(np.pi * np.arange(total + 1) / total) + 1) / 2, 13),
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
        "floor_formula": "after the warm-up end + (peak - end) * 0.5 * (1 + cos(...)): CosineAnnealingLR with eta_min;"
        " rates has one for each step",
        "floors": [floor_case(0.6, 0.0006, 0, 12), floor_case(4.8, 0.0048, 5, 25)],
        "drop_formula": "peak * the factor of the newest of steps: MultiStepLR; rates has one for each step",
        "drops": [drop_case(0.03, 0.1, [12, 16], 20), drop_case(1.0, 0.5, [1, 2, 7], 9)],
        "momentum_formula": "1 - (1 - base) * (cos(pi * step / total_steps) + 1) / 2 for steps 0 to total_steps",
        "momenta": [momentum_case(0.996, 10), momentum_case(0.0, 3)],
        "scalings": [
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_NONE", "batch_size": 4096, "peak": 0.3},
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_LINEAR", "batch_size": 4096, "peak": 4.8},
            {"learning_rate": 0.3, "scaling": "RATE_SCALING_LINEAR", "batch_size": 64, "peak": 0.075},
            {"learning_rate": 0.075, "scaling": "RATE_SCALING_SQRT", "batch_size": 4096, "peak": 4.8},
        ],
    }
