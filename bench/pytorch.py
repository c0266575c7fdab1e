"""PyTorch's side of the bench, on one thread: `python3 pytorch.py <variant> <work> [size ...]`.

Its first line says what it is. Then, for every line with a number of milliseconds, it answers with the nanoseconds of one call, the median
over about so long.
"""
import statistics
import sys
import time

import torch
from torch.nn.functional import cross_entropy, mse_loss


def adam(model, variant, lr):
    return torch.optim.Adam(model.parameters(), lr=lr, **({"fused": True} if variant == "fused" else {}))


def train(variant, batch, *widths):
    """A training step of linear layers as wide as these, with ReLU between them: cross-entropy, Adam."""
    torch.manual_seed(0)
    layers = [layer for i, o in zip(widths, widths[1:]) for layer in (torch.nn.ReLU(), torch.nn.Linear(i, o))]
    model = torch.nn.Sequential(*layers[1:])
    x = torch.randn(batch, widths[0])
    y = torch.arange(batch) * 7 % widths[-1]
    optimizer = adam(model, variant, 1e-8)

    def step():
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def chapter(variant):
    """The epoch of the chapter "Adam": shuffle, 150 steps on mini-batches of 10, the loss over all 1500 samples after every 100.

    Written for speed: the shuffled samples are split once, and an evaluation is one call. (The chapter's own code goes through a DataLoader,
    for the evaluations too, and takes many times as long.) The times do not depend on the numbers, so these are random.
    """
    torch.manual_seed(0)
    x = torch.randn(1500, 5)
    y = x @ torch.randn(5, 1) + 0.1 * torch.randn(1500, 1)
    model = torch.nn.Linear(5, 1)
    optimizer = adam(model, variant, 0.01)

    def epoch():
        losses = []
        order = torch.randperm(1500)
        for i, (xb, yb) in enumerate(zip(x[order].split(10), y[order].split(10)), 1):
            optimizer.zero_grad()
            (mse_loss(model(xb), yb) / 2).backward()
            optimizer.step()
            if i % 10 == 0:
                with torch.inference_mode():
                    losses.append(mse_loss(model(x), y).item() / 2)
        return losses

    return epoch


def main(variant, work, *sizes):
    torch.set_num_threads(1)
    call = {"chapter": chapter, "train": train}[work](variant, *map(int, sizes))
    call()
    version = torch.__version__.split("+")[0]
    print(f"PyTorch {version}" + ("" if variant == "adam" else f" {variant}"), flush=True)
    for line in sys.stdin:
        times = []
        end = time.perf_counter_ns() + float(line) * 1e6
        while len(times) < 3 or time.perf_counter_ns() < end:
            start = time.perf_counter_ns()
            call()
            times.append(time.perf_counter_ns() - start)
        print(statistics.median(times), flush=True)


main(*sys.argv[1:])
