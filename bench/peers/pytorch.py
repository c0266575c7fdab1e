"""PyTorch's side of the bench, on one thread: run with OPENBLAS_NUM_THREADS=1 and OMP_NUM_THREADS=1.

It reads and answers lines as serve.mjs does. Its first answer names the BLAS that it really runs on, or says why it is refused.
"""
import ctypes
import json
import re
import statistics
import sys
import time

import torch
from torch.nn.functional import cross_entropy, mse_loss

import problem

# How Adam may be run here; a PyTorch that lacks one says so.
VARIANTS = {"": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}


def blas():
    """The BLAS that the products of this process go to, with its kernels; None for the reference implementation."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as file:
            maps = file.read()
    except FileNotFoundError:
        maps = ""
    if found := re.search(r"(/\S*openblas\w*-r?([0-9.]+[0-9])\S*)", maps):
        # NumPy's own copy has other names for its functions.
        if core := getattr(ctypes.CDLL(found[1]), "openblas_get_corename", None):
            core.restype = ctypes.c_char_p
            return f"OpenBLAS {found[2]}, {core().decode()}"
    if torch.backends.mkl.is_available():
        return "MKL"
    for name in ["openblas", "blis", "atlas"]:
        if name in maps:
            return name
    if re.search(r"lib(c|f77)?blas\.so", maps):
        return None
    return "unknown BLAS"


def network(widths, variant, lr, weights=None):
    """Linear layers with ReLU between them, Adam, and their step on rows x of classes y. Weights are drawn where none are given."""
    layers = [layer for i, o in zip(widths, widths[1:]) for layer in (torch.nn.ReLU(), torch.nn.Linear(i, o))]
    model = torch.nn.Sequential(*layers[1:])
    with torch.no_grad():
        for parameter, values in zip(model.parameters(), weights or problem.initial_weights(widths)):
            parameter.copy_(torch.from_numpy(values))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, **VARIANTS[variant])

    def step(x, y):
        optimizer.zero_grad(set_to_none=True)
        loss = cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return model, step


def tensors(rows):
    return tuple(torch.from_numpy(part) for part in rows)


def accuracy(model, x, y):
    with torch.inference_mode():
        return (model(x).argmax(1) == y).float().mean().item()


def train(work, variant):
    x = torch.from_numpy(problem.rows_of(work["batch"], work["widths"][0]))
    y = torch.from_numpy(problem.classes_of(work["batch"], work["widths"][-1]))
    _, checked = network(work["widths"], variant, work["checkLr"])
    check = [checked(x, y).item() for _ in range(10)]
    _, step = network(work["widths"], variant, work["lr"])
    return lambda: step(x, y), check


def gemm(work, _):
    n = work["n"]
    a, b = (torch.from_numpy(problem.normals(n * n, seed).reshape(n, n)) for seed in [2, 3])
    out = torch.empty(n, n)
    return lambda: torch.mm(a, b, out=out), torch.mm(a, b)[0].tolist()


def adam(work, variant):
    p = torch.nn.Parameter(torch.from_numpy(problem.normals(work["n"], 2)))
    p.grad = torch.from_numpy(problem.normals(work["n"]))
    optimizer = torch.optim.Adam([p], lr=1e-3, **VARIANTS[variant])
    for _ in range(5):
        optimizer.step()
    return optimizer.step, p.data[:10].tolist()


def chapter(work, variant):
    """The epoch of the chapter "Adam": shuffle, 150 steps on mini-batches of 10, the loss over all 1500 samples after every 100.

    Written for speed: the shuffled samples are split once, and an evaluation is one call. (The chapter's own code goes through a DataLoader,
    for the evaluations too, and takes many times as long.)
    """
    torch.manual_seed(0)
    x = torch.tensor(work["features"]).reshape(1500, 5)
    y = torch.tensor(work["targets"]).reshape(1500, 1)
    model = torch.nn.Linear(5, 1)
    torch.nn.init.normal_(model.weight, std=0.01)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, **VARIANTS[variant])

    def epoch():
        losses = []
        order = torch.randperm(1500)
        for i, (xb, yb) in enumerate(zip(x[order].split(10), y[order].split(10)), 1):
            optimizer.zero_grad(set_to_none=True)
            (mse_loss(model(xb), yb) / 2).backward()
            optimizer.step()
            if i % 10 == 0:
                with torch.inference_mode():
                    losses.append(mse_loss(model(x), y).item() / 2)
        return losses

    epoch()
    return epoch, [epoch()[-1]]


def job(work, variant):
    (features, classes), held_out = map(tensors, problem.job_data(work["rows"]))
    order = torch.from_numpy(problem.epoch_order(work["rows"], 0))
    weights = problem.initial_weights(problem.WIDTHS)
    made = []

    def call():
        model, step = network(problem.WIDTHS, variant, problem.LR, weights)
        for batch in order.split(problem.BATCH):
            step(features[batch], classes[batch])
        made.append(model.state_dict())
        made.append(model)

    return call, lambda: [accuracy(made[-1], *held_out)]


def digits(_, variant):
    (features, classes), held_out = map(tensors, problem.digits_data())
    weights = problem.initial_weights(problem.WIDTHS)
    orders = [torch.from_numpy(problem.epoch_order(len(classes), epoch)) for epoch in range(problem.MAX_EPOCHS)]
    reached = [0.0]

    def call():
        model, step = network(problem.WIDTHS, variant, problem.LR, weights)
        for order in orders:
            for batch in order.split(problem.BATCH):
                step(features[batch], classes[batch])
            reached[0] = accuracy(model, *held_out)
            if reached[0] >= problem.TARGET:
                break

    return call, lambda: reached


WORKS = {"train": train, "gemm": gemm, "adam": adam, "chapter": chapter, "job": job, "digits": digits}


def median_time(call, seconds):
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times)


def fastest(work):
    """The variant of Adam that this PyTorch runs the work with in the least time; whole jobs go by a step of theirs."""
    if work["kind"] == "gemm":
        return ""
    tried = {"kind": "train", "widths": problem.WIDTHS, "batch": problem.BATCH, "checkLr": 1e-3, "lr": 1e-8}
    tried = tried if work.get("once") else work
    times = {}
    for variant in VARIANTS:
        try:
            call, _ = WORKS[tried["kind"]](tried, variant)
            median_time(call, 0.2)
            times[variant] = median_time(call, 0.3)
        except (TypeError, RuntimeError):
            continue
    return min(times, key=times.get)


def peak_memory():
    with open("/proc/self/status") as file:
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])


def say(answer):
    print(json.dumps(answer), flush=True)


def main(work):
    torch.set_num_threads(1)
    title = f"PyTorch {torch.__version__.split('+')[0]}"
    found = blas()
    if found is None:
        say({"refused": f"{title} runs on the reference BLAS, not comparable; on Debian install libopenblas0-pthread"})
        return
    variant = fastest(work)
    call, check = WORKS[work["kind"]](work, variant)
    title = f"{title} ({found}{', ' if variant else ''}{variant})"
    say({"title": title} if work.get("once") else {"title": title, "check": check})
    for line in sys.stdin:
        if work.get("once"):
            start = time.perf_counter_ns()
            call()
            nanoseconds, peak = time.perf_counter_ns() - start, peak_memory()
            say({"nanoseconds": nanoseconds, "peakBytes": peak, "check": check()})
        else:
            say({"nanoseconds": median_time(call, float(line) / 1e3)})


main(json.loads(sys.stdin.readline()))
