#!/usr/bin/python3
"""Writes src/test/resources/golden/*.txt: what scikit-learn, faiss and numpy say about the digits data set.

Debian: python3-sklearn, python3-faiss, python3-numpy. Run from anywhere: /usr/bin/python3 src/test/python/golden.py
Each line of a file is a name and its numbers, separated by spaces; matrices are row by row.
"""

import pathlib

import faiss
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import TSNE

OUT = pathlib.Path(__file__).resolve().parents[1] / "resources" / "golden"
TRAIN, TEST = 300, 200


def write(name, **arrays):
    with open(OUT / name, "w", encoding="ascii") as f:
        for key, value in arrays.items():
            numbers = np.asarray(value).reshape(-1)
            pattern = "%d" if numbers.dtype.kind in "iu" else "%.9g"
            f.write(" ".join([key] + [pattern % n for n in numbers]) + "\n")


def digits():
    bunch = load_digits()
    x, y = bunch.data[: TRAIN + TEST], bunch.target[: TRAIN + TEST]
    write("digits.txt", train=x[:TRAIN].astype(int), train_labels=y[:TRAIN],
          test=x[TRAIN:].astype(int), test_labels=y[TRAIN:])
    return (x[:TRAIN].astype(np.float32), y[:TRAIN], x[TRAIN:].astype(np.float32), y[TRAIN:])


def logistic_regression(x, y, test, labels):
    arrays = {}
    x, test = x.astype(np.float64), test.astype(np.float64)
    for c in (0.0001, 0.01, 1.0):
        model = LogisticRegression(C=c, multi_class="multinomial", solver="lbfgs", tol=1e-9, max_iter=100000)
        model.fit(x, y)
        # scipy's L-BFGS also ends when the value stands still; Newton's method goes on from there
        polished = LogisticRegression(C=c, multi_class="multinomial", solver="newton-cg", tol=1e-10,
                                      max_iter=10000, warm_start=True)
        polished.coef_, polished.intercept_, polished.classes_ = model.coef_, model.intercept_, model.classes_
        polished.fit(x, y)
        probabilities = polished.predict_proba(test)
        print("C", c, "moved by", np.abs(polished.coef_ - model.coef_).max(), "iterations", model.n_iter_)
        arrays[f"c{c:g}_coef"] = polished.coef_
        arrays[f"c{c:g}_intercept"] = polished.intercept_ - polished.intercept_.mean()
        arrays[f"c{c:g}_probabilities"] = probabilities[:40]
        arrays[f"c{c:g}_predicted"] = polished.predict(test)
        arrays[f"c{c:g}_accuracy"] = polished.score(test, labels)
    write("logistic_regression.txt", **arrays)


def knn(x, y, test, labels):
    gallery = x / np.linalg.norm(x, axis=1, keepdims=True)
    queries = test / np.linalg.norm(test, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(gallery.shape[1])
    index.add(gallery)
    arrays = {}
    similarities, neighbors = index.search(queries, 20)
    arrays["neighbors"], arrays["similarities"] = neighbors[:50], similarities[:50]
    for k, t in ((20, 0.07), (200, 0.1), (300, 1.0)):
        similarities, neighbors = index.search(queries, k)
        votes = np.zeros((len(queries), 10))
        for q in range(len(queries)):
            np.add.at(votes[q], y[neighbors[q]], np.exp(similarities[q].astype(np.float64) / t))
        arrays[f"k{k}_predicted"] = votes.argmax(axis=1)
        arrays[f"k{k}_accuracy"] = (votes.argmax(axis=1) == labels).mean()
    write("knn.txt", **arrays)


def tsne(x, y, test, labels):
    points = np.concatenate([x, test])
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    arrays = {}
    for method in ("exact", "barnes_hut"):
        model = TSNE(perplexity=30, init="pca", learning_rate="auto", n_iter=1000, method=method, random_state=0)
        places = model.fit_transform(points)
        arrays[f"{method}_kl"] = model.kl_divergence_
        distances = ((places[:, None] - places[None]) ** 2).sum(-1)
        np.fill_diagonal(distances, np.inf)
        all_labels = np.concatenate([y, labels])
        arrays[f"{method}_neighbor_accuracy"] = (all_labels[distances.argmin(1)] == all_labels).mean()
        print(method, arrays)
    write("tsne.txt", **arrays)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    data = digits()
    logistic_regression(*data)
    knn(*data)
    tsne(*data)
