"""Steps in PyTorch beside steps in adamas: python3 torch_both_ways.py folder optimizer...

For each optimizer it loads `<optimizer>.adamas`, takes one step with the gradients that stand there, and writes the parameters and the
predictions; and it trains by itself, writes `<optimizer>.torch`, and what the next step gives.
"""
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "examples/pytorch"))
from adamas_file import load_training, read, save_training, write  # noqa: E402

torch.set_num_threads(1)
folder = Path(sys.argv[1])


def make():
    return torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))


def step(model, optimizer, grads):
    for parameter, grad in zip(model.parameters(), grads):
        parameter.grad = grad.reshape(parameter.shape).clone()
    optimizer.step()


for name in sys.argv[2:]:
    options = {"lr": 0.01, **({"momentum": 0.9} if name == "SGD" else {})}
    model = make()
    optimizer = getattr(torch.optim, name)(model.parameters(), **options)
    load_training(folder / f"{name}.adamas", model, optimizer)
    tensors, _ = read(folder / f"{name}.adamas")
    grads = [tensors[f"meta.grads.{i}"] for i in range(4)]
    predictions = model(tensors["meta.x"].reshape(-1, 3))
    step(model, optimizer, grads)
    write(folder / f"{name}.next", {**model.state_dict(), "predictions": predictions})

    torch.manual_seed(7)
    model = make()
    optimizer = getattr(torch.optim, name)(model.parameters(), **options)
    for i in range(3):
        step(model, optimizer, [grad * (i + 1) for grad in grads])
    save_training(folder / f"{name}.torch", model, optimizer)
    predictions = model(tensors["meta.x"].reshape(-1, 3))
    step(model, optimizer, grads)
    write(folder / f"{name}.expected", {**model.state_dict(), "predictions": predictions})
print("done")
