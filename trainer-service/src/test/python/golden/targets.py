"""Sinkhorn assignments, and what momentum encoder and memory bank become, in NumPy."""

import numpy as np

from golden import generator
from golden.output import flat, numbers


def sinkhorn(scores, epsilon, iterations):
    """[n, k] rows that sum to 1: Q over prototypes and samples as Caron et al. 2020 write it, in extended precision,
    whose range exp of anything here fits into."""
    q = np.exp(np.asarray(scores, dtype=np.longdouble).T / epsilon)
    q /= q.sum()
    prototypes, samples = q.shape
    for _ in range(iterations):
        q *= (1 / prototypes) / q.sum(axis=1, keepdims=True)
        q *= (1 / samples) / q.sum(axis=0, keepdims=True)
    return (q / q.sum(axis=0, keepdims=True)).T.astype(np.float64)


def sinkhorn_case(title, n, k, epsilon, iterations):
    scores = generator.uniform("sinkhorn", n * k).reshape(n, k)
    return {
        "title": title,
        "rows": n,
        "prototypes": k,
        "epsilon": epsilon,
        "iterations": iterations,
        "assignments": flat(sinkhorn(scores, epsilon, iterations)),
    }


def assignments():
    return {
        "scores": "the first numbers u(i) of the stream sinkhorn, [rows, prototypes] row-major",
        "cases": [
            sinkhorn_case("SwAV", 8, 5, 0.05, 3),
            sinkhorn_case("soft", 8, 5, 1.0, 3),
            sinkhorn_case("more prototypes than rows", 4, 9, 0.05, 3),
            sinkhorn_case("one round", 8, 5, 0.5, 1),
            sinkhorn_case("many rounds", 8, 4, 0.5, 50),
            sinkhorn_case("no round is a softmax", 8, 5, 0.5, 0),
            sinkhorn_case("hard, exp(score / epsilon) is past float64", 8, 5, 0.001, 3),
        ],
    }


def momentum():
    """theta' = m theta' + (1 - m) theta, He et al. 2020, eq. 2."""
    start = generator.uniform("momentum.start", 6)
    copy, steps = start, []
    for step, m in enumerate([0.999, 0.5, 0.0, 0.996, 1.0]):
        trained = generator.uniform(f"momentum.trained{step}", 6)
        copy = m * copy + (1 - m) * trained
        steps.append({"momentum": m, "copy": flat(copy)})
    return {
        "start": "the stream momentum.start; trained weights of step s: the stream momentum.trained<s>; [2, 3]",
        "steps": steps,
    }


def bank():
    """unit(m old + (1 - m) z), Wu et al. 2018 and lib/NCEAverage of its code."""
    features = generator.uniform("bank.features", 15).reshape(5, 3)
    updates = []
    for step, images in enumerate([[3, 0], [4, 3, 1]]):
        z = generator.uniform(f"bank.z{step}", 3 * len(images)).reshape(-1, 3)
        z /= np.linalg.norm(z, axis=1, keepdims=True)
        moved = 0.5 * features[images] + 0.5 * z
        features[images] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        updates.append({"images": images, "z": numbers(z), "features": numbers(features)})
    return {"momentum": 0.5, "start": "the stream bank.features, [5, 3]", "updates": updates}


def golden():
    return {"momentum_encoder": momentum(), "memory_bank": bank()}
