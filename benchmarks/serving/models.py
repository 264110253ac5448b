"""Encoders with random weights in a repository of their own, exported as training exports them; kept for the next run."""

import json
import os
import subprocess
from pathlib import Path

from processes import ROOT, free_ports, say

WORK = ROOT / "target/benchmark-serving"
REPOSITORY = WORK / "home/models"
SIDES = {"small": 32, "resnet50": 224}
RECIPES = {"small": ["--recipe", "simclr-small"], "resnet50": ["--recipe", "simclr-imagenet", "--batch-size", "8"]}


def ensure(names):
    missing = [name for name in names if not (REPOSITORY / name / "1/manifest.json").is_file()]
    if not missing:
        return
    environment = {**os.environ, "PARALLAX_HOME": str(WORK / "home")}

    def parallax(*arguments):
        subprocess.run([ROOT / "parallax", *arguments], check=True, env=environment, stdout=2)

    options = ("trainer", "trainer-http", "embedding", "embedding-http", "eval", "eval-http")
    ports = [text for option, port in zip(options, free_ports(6)) for text in (f"--{option}-port", str(port))]
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        parallax("up", *ports)
        for name in missing:
            say(f"== {name}: an encoder with random weights")
            parallax("train", *RECIPES[name], "--epochs", "0", "--data", "synthetic:train", "--model", name)
    finally:
        parallax("down")


def onnx(name):
    return REPOSITORY / name / "1/model.onnx"


def manifest(name):
    return json.loads((REPOSITORY / name / "1/manifest.json").read_text())
