#!/usr/bin/env python3
"""Writes what NumPy makes of the rows in EmbeddingFileTest: python3 cli/src/test/python/golden.py"""
import pathlib

import numpy as np

golden = pathlib.Path(__file__).parent.parent / "resources" / "golden"
vectors = np.array([[row + d / 8 for d in range(3)] for row in range(2)], dtype=np.float32)
np.save(golden / "vectors.npy", vectors)
np.save(golden / "labels.npy", np.array([0, 1], dtype=np.int32))
