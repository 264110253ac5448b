"""NT-Xent, written out from Chen et al. 2020, eq. 1, in float64."""

import torch

from golden import generator
from golden.output import flat, numbers


def nt_xent_terms(z, temperature, similarity):
    """The 2N terms l(i, j(i)): each row against its other view, itself left out of the denominator."""
    rows = z.shape[0]
    terms = []
    for i in range(rows):
        j = (i + rows // 2) % rows
        others = [k for k in range(rows) if k != i]
        if similarity == "cosine":
            s = torch.stack([z[i] @ z[k] / (z[i].norm() * z[k].norm()) for k in others])
        else:
            s = torch.stack([z[i] @ z[k] for k in others])
        terms.append(torch.logsumexp(s / temperature, 0) - s[others.index(j)] / temperature)
    return torch.stack(terms)


def nt_xent(z, temperature, similarity="cosine"):
    return nt_xent_terms(z, temperature, similarity).mean()


def nt_xent_case(title, z, temperature, similarity="cosine"):
    z = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    loss = nt_xent(z, temperature, similarity)
    loss.backward()
    if z.numel() <= 100:
        # A second opinion on the gradient: finite differences.
        torch.autograd.gradcheck(lambda x: nt_xent(x, temperature, similarity), z, atol=1e-5, rtol=1e-4)
    return {
        "title": title,
        "pairs": z.shape[0] // 2,
        "dimensions": z.shape[1],
        "temperature": temperature,
        "similarity": similarity,
        "z": flat(z),
        "loss": numbers(loss),
        "gradient": flat(torch.where(z.grad.abs() < 1e-13, torch.zeros_like(z.grad), z.grad)),
    }


def golden():
    cases = []
    for pairs, dimensions in ((2, 3), (5, 8), (16, 8)):
        z = generator.quantized(f"z{pairs}", 2 * pairs, dimensions) * 4
        for temperature in (0.07, 0.1, 0.5):
            cases.append(nt_xent_case("random", z, temperature))
    alike = generator.quantized("alike", 1, 4).repeat(6, axis=0)
    cases.append(nt_xent_case("identical rows: exp(1 / T) is past float32", alike, 0.01))
    z = generator.quantized("z5", 10, 8)
    cases.append(nt_xent_case("exp(1 / T) is past float64", z, 0.001))
    paired = generator.quantized("z5", 5, 8)[[0, 1, 2, 3, 4, 0, 1, 2, 3, 4]]
    cases.append(nt_xent_case("the views of an image agree", paired, 0.1))
    cases.append(nt_xent_case("one image", generator.quantized("z2", 2, 3), 0.1))
    cases.append(nt_xent_case("dot product", z, 0.5, "dot"))
    return {
        "formula": "mean over i of -log(exp(s(i, j) / T) / sum over k != i of exp(s(i, k) / T)), Chen et al. 2020,"
        " eq. 1; j = (i + pairs) mod (2 pairs); s is the cosine of two rows of z, or their dot product",
        "order": "rows 0 .. pairs - 1 are the first views, the rest the second; z and gradient [2 pairs, dimensions]"
        " row by row; z is not normalised, and the gradient is the one with respect to that z",
        "cases": cases,
    }
