"""Losses of the methods, written out from their papers in float64, one row and one candidate after the other."""

import math

import torch
import torch.nn.functional as F

from golden import generator, targets
from golden.output import flat, numbers


def stream(name, shape, scale=1.0):
    """An input that Java makes alike: `scale` times the generator's numbers."""
    return {"stream": name, "shape": list(shape), "scale": scale}


def value_of(entry):
    if "values" in entry:
        return torch.tensor(entry["values"], dtype=torch.float64).reshape(entry["shape"])
    return torch.tensor(generator.uniform(entry["stream"], math.prod(entry["shape"]))).reshape(entry["shape"]) * entry["scale"]


def case(loss, title, function, inputs, constants=None, smooth=True, **settings):
    """`inputs` get gradients, `constants` do not; `smooth` means that finite differences in float32 can follow."""
    leaves = {k: value_of(v).requires_grad_() for k, v in inputs.items()}
    others = {k: value_of(v) for k, v in (constants or {}).items()}
    value = function(**leaves, **others, **settings)
    value.backward()
    if smooth:
        # A second opinion on the gradient: finite differences.
        names = list(leaves)
        torch.autograd.gradcheck(
            lambda *x: function(**dict(zip(names, x)), **others, **settings), tuple(leaves.values()), atol=1e-5, rtol=1e-4
        )
    return {
        "loss": loss,
        "title": title,
        **settings,
        "smooth": smooth,
        "inputs": inputs,
        "constants": constants or {},
        "value": numbers(value),
        "gradients": {k: gradient_of(v) for k, v in leaves.items()},
    }


def gradient_of(leaf):
    """What is nothing but rounding is 0."""
    return flat(torch.where(leaf.grad.abs() < 1e-13, torch.zeros_like(leaf.grad), leaf.grad))


def cosine(a, b):
    return a @ b / (a.norm() * b.norm())


def nt_xent_queue(z, queue, temperature):
    """NT-Xent with the queue's vectors among the candidates of every row."""
    rows = z.shape[0]
    terms = []
    for i in range(rows):
        j = (i + rows // 2) % rows
        candidates = [cosine(z[i], z[k]) for k in range(rows) if k != i] + [cosine(z[i], q) for q in queue]
        terms.append(torch.logsumexp(torch.stack(candidates) / temperature, 0) - cosine(z[i], z[j]) / temperature)
    return torch.stack(terms).mean()


def info_nce(positive, negative, temperature):
    logits = torch.cat([positive, negative], 1) / temperature
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def info_nce_matrix(similarities, temperature):
    return F.cross_entropy(similarities / temperature, torch.arange(len(similarities)))


def bank_softmax(similarities, temperature, indexes):
    return F.cross_entropy(similarities / temperature, torch.tensor(indexes))


def nce(positive, noise, temperature, normalizer, bank):
    m = noise.shape[1]
    log_odds = lambda s: s / temperature - math.log(normalizer) - math.log(m / bank)
    loss = -(F.logsigmoid(log_odds(positive)).sum() + F.logsigmoid(-log_odds(noise)).sum()) / len(positive)
    if temperature > 0.01:
        # Equations 5 to 7 as they stand, which do not overflow here.
        p_positive, p_noise = (torch.exp(s / temperature) / normalizer for s in (positive, noise))
        h_positive, h_noise = (p / (p + m / bank) for p in (p_positive, p_noise))
        direct = -(torch.log(h_positive).sum() + torch.log(1 - h_noise).sum()) / len(positive)
        torch.testing.assert_close(loss, direct)
    return loss


def spreading(rows, seen, temperature):
    """InvaSpread: what row i says of the candidates j != i, of which one is its other view."""
    count = len(rows)
    terms = []
    for i in range(count):
        others = [j for j in range(count) if j != i]
        logits = {j: rows[i] @ seen[j] / temperature for j in others}
        total = torch.logsumexp(torch.stack(list(logits.values())), 0)
        positive = (i + count // 2) % count
        terms.append(-(logits[positive] - total))
        for j in others:
            if j != positive:
                # log(1 - P(j)) is the log of what the others have of the whole.
                rest = torch.logsumexp(torch.stack([logits[k] for k in others if k != j]), 0)
                terms.append(-(rest - total))
    return torch.stack(terms).sum() / count


def instance_spreading(anchors, augmented, temperature):
    rows = torch.cat([anchors, augmented])
    return spreading(rows, rows.detach(), temperature)


def spreading_sides(rows, seen, temperature):
    return spreading(rows, seen, temperature)


def normalized_mse(prediction, target):
    return torch.stack([(p / p.norm() - t / t.norm()).square().sum() for p, t in zip(prediction, target)]).mean()


def negative_cosine(prediction, target):
    return -F.cosine_similarity(prediction, target, dim=1).mean()


def swapped_prediction(temperature, assigned, **tensors):
    views = [tensors[k] for k in sorted(tensors) if k.startswith("scores")]
    total = 0
    for i, view in enumerate(assigned):
        others = [v for v in range(len(views)) if v != view]
        total += sum(F.cross_entropy(views[v] / temperature, tensors[f"assignments{i}"]) for v in others) / len(others)
    return total / len(assigned)


def row_prediction(targets, **predictions):
    n, rows, columns, d = targets.shape
    terms = []
    for r in range(1, len(predictions) + 1):
        per_place = []
        for image in range(n):
            for row in range(rows - r):
                for column in range(columns):
                    logits = targets.reshape(-1, d) @ predictions[f"predictions{r}"][image, row, column]
                    label = (image * rows + row + r) * columns + column
                    per_place.append(torch.logsumexp(logits, 0) - logits[label])
        terms.append(torch.stack(per_place).mean())
    return torch.stack(terms).mean()


def scores(a, b, similarity, clip, weight=None):
    """Similarity of two vectors, before the clip and after it."""
    if similarity == "cosine":
        s = cosine(a, b)
    elif similarity == "bilinear":
        s = a @ weight @ b
    else:
        s = a @ b / (math.sqrt(len(a)) if similarity == "tanh" else 1)
    return s, clip * torch.tanh(s / clip) if similarity == "tanh" else s


def multi_scale(source, map, similarity, clip, penalty):
    n, _, places = map.shape
    table = [[[scores(source[i], map[j, :, l], similarity, clip) for l in range(places)] for j in range(n)] for i in range(n)]
    terms = []
    for i in range(n):
        negatives = [table[i][j][l][1] for j in range(n) if j != i for l in range(places)]
        for l in range(places):
            positive = table[i][i][l][1]
            terms.append(torch.logsumexp(torch.stack([positive, *negatives]), 0) - positive)
    squares = [s[0] ** 2 for row in table for image in row for s in image]
    return torch.stack(terms).mean() + penalty * torch.stack(squares).mean()


def cross_entropy(logits, labels):
    return F.cross_entropy(logits, torch.tensor(labels))


def distillation(student, teacher, temperature):
    return F.cross_entropy(student / temperature, F.softmax(teacher / temperature, 1))


def similarity_matrix(a, b, similarity, clip, weight=None):
    return torch.stack([scores(x, y, similarity, clip, weight)[1] for x in a for y in b]).square().mean()


def similarity_pairs(a, b, similarity, clip, weight=None):
    return torch.stack([scores(x, y, similarity, clip, weight)[1] for x, y in zip(a, b)]).square().mean()


SMALL, EXTREME = "exp(1 / T) is past float32", "exp(1 / T) is past float64"


def by_temperature(loss, function, inputs, temperatures=(0.07, 0.5, 10.0, 0.01, 0.001), **settings):
    titles = {0.01: SMALL, 0.001: EXTREME}
    return [
        case(loss, titles.get(t, "random"), function, inputs, smooth=t >= 0.07, temperature=t, **settings)
        for t in temperatures
    ]


def nt_xent_cases():
    inputs = {"z": stream("queue.z", (6, 4)), "queue": stream("queue.vectors", (5, 4))}
    return by_temperature("nt_xent_queue", nt_xent_queue, inputs, (0.1, 0.5, 0.01, 0.001))


def info_nce_cases():
    inputs = {"positive": stream("nce.positive", (4, 1)), "negative": stream("nce.negative", (4, 6))}
    return [
        *by_temperature("info_nce", info_nce, inputs),
        *by_temperature("info_nce_matrix", info_nce_matrix, {"similarities": stream("nce.matrix", (5, 5))}),
    ]


def bank_cases():
    positive, noise = stream("bank.positive", (4, 1)), stream("bank.noise", (4, 6))
    inputs = {"positive": positive, "noise": noise}
    similarities = {"similarities": stream("bank.similarities", (4, 9))}
    return [
        *by_temperature("bank_softmax", bank_softmax, similarities, indexes=[3, 0, 8, 3]),
        case("nce", "random", nce, inputs, temperature=0.07, normalizer=1e6, bank=50),
        case("nce", "small normaliser", nce, inputs, temperature=0.5, normalizer=3.0, bank=50000),
        case("nce", EXTREME, nce, inputs, smooth=False, temperature=0.001, normalizer=1e300, bank=50),
    ]


def spreading_cases():
    def inputs(n):
        return {"anchors": stream("spread.anchors", (n, 4)), "augmented": stream("spread.augmented", (n, 4))}

    alike = {k: {"values": [0.5] * 12, "shape": [3, 4]} for k in ("anchors", "augmented")}
    found = []
    for title, n, temperature in (("random", 3, 0.1), ("random", 4, 0.5), ("one image", 1, 0.1), (SMALL, 3, 0.01), (EXTREME, 3, 0.001)):
        found.append(case("instance_spreading", title, instance_spreading, inputs(n), smooth=False, temperature=temperature))
    found.append(case("instance_spreading", "identical rows", instance_spreading, alike, smooth=False, temperature=0.1))
    sides = {"rows": stream("spread.rows", (6, 4)), "seen": stream("spread.seen", (6, 4))}
    found.append(case("spreading_sides", "both sides free", spreading_sides, sides, temperature=0.5))
    return found


def regression_cases():
    inputs = {"prediction": stream("regression.prediction", (4, 3)), "target": stream("regression.target", (4, 3), 2.0)}
    return [
        case("normalized_mse", "random", normalized_mse, inputs),
        case("negative_cosine", "random", negative_cosine, inputs),
    ]


def swapped_cases():
    scores_of = {f"scores{v}": stream(f"swapped.{v}", (4, 6)) for v in range(3)}
    assigned = {
        f"assignments{i}": {"values": flat(targets.sinkhorn(value_of(scores_of[f"scores{i}"]).numpy(), 0.5, 3)), "shape": [4, 6]}
        for i in range(2)
    }
    found = [
        case("swapped_prediction", "random", swapped_prediction, scores_of, assigned, t >= 0.1, temperature=t, assigned=[0, 1])
        for t in (0.1, 1.0, 0.001)
    ]
    # The assigned view is no other view's prediction here, and has no gradient.
    one = {"scores1": scores_of["scores1"], "assignments0": assigned["assignments0"]}
    others = {k: scores_of[k] for k in ("scores0", "scores2")}
    found.append(case("swapped_prediction", "one view assigned", swapped_prediction, others, one, temperature=0.1, assigned=[1]))
    return found


def row_cases():
    def inputs(scale):
        return {
            "targets": stream("rows.targets", (2, 3, 3, 3), scale),
            "predictions1": stream("rows.predictions1", (2, 2, 3, 3)),
            "predictions2": stream("rows.predictions2", (2, 1, 3, 3)),
        }

    one = {k: v for k, v in inputs(2.0).items() if k != "predictions2"}
    return [
        case("row_prediction", "random", row_prediction, inputs(2.0)),
        case("row_prediction", "one row ahead", row_prediction, one),
        case("row_prediction", "large logits", row_prediction, inputs(512.0), smooth=False),
    ]


def multi_scale_cases():
    def inputs(scale):
        return {"source": stream("scales.source", (4, 3), scale), "map": stream("scales.map", (4, 3, 5), 2.0)}

    return [
        case("multi_scale", "AMDIM", multi_scale, inputs(2.0), similarity="tanh", clip=2.0, penalty=0.05),
        case("multi_scale", "no penalty", multi_scale, inputs(2.0), similarity="tanh", clip=20.0, penalty=0.0),
        case("multi_scale", "YADIM", multi_scale, inputs(1.0), similarity="dot", clip=0.0, penalty=0.0),
        case("multi_scale", "dot product and penalty", multi_scale, inputs(1.0), similarity="dot", clip=0.0, penalty=0.1),
        case("multi_scale", "large scores", multi_scale, inputs(512.0), smooth=False, similarity="dot", clip=0.0, penalty=0.0),
        case("multi_scale", "far past the clip", multi_scale, inputs(512.0), smooth=False, similarity="tanh", clip=20.0, penalty=0.0),
    ]


def classifier_cases():
    logits, large = stream("classifier.logits", (4, 5), 2.0), stream("classifier.logits", (4, 5), 1024.0)
    teacher = {"teacher": stream("classifier.teacher", (4, 5), 2.0)}
    return [
        case("cross_entropy", "random", cross_entropy, {"logits": logits}, labels=[4, 0, 2, 2]),
        case("cross_entropy", "large logits", cross_entropy, {"logits": large}, smooth=False, labels=[4, 0, 2, 2]),
        *(
            case("distillation", "random", distillation, {"student": logits}, teacher, t >= 0.1, temperature=t)
            for t in (1.0, 0.5, 4.0, 0.001)
        ),
    ]


def similarity_cases():
    found = []
    for similarity, clip in (("cosine", 0.0), ("dot", 0.0), ("tanh", 0.5), ("bilinear", 0.0)):
        inputs = {"a": stream("similarity.a", (3, 4)), "b": stream("similarity.b", (3, 4), 2.0)}
        if similarity == "bilinear":
            inputs["weight"] = stream("similarity.weight", (4, 4))
        for loss, function in (("similarity_matrix", similarity_matrix), ("similarity_pairs", similarity_pairs)):
            found.append(case(loss, similarity, function, inputs, similarity=similarity, clip=clip))
    return found


def golden():
    return {
        "inputs": "scale times the first numbers u(i) of the stream, row-major, or values; constants likewise, without gradient",
        "value": "the loss in float64; similarity_matrix and similarity_pairs are the mean of squared similarities",
        "cases": [
            *nt_xent_cases(),
            *info_nce_cases(),
            *bank_cases(),
            *spreading_cases(),
            *regression_cases(),
            *swapped_cases(),
            *row_cases(),
            *multi_scale_cases(),
            *classifier_cases(),
            *similarity_cases(),
        ],
    }
