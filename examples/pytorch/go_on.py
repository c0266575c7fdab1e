"""Goes on in PyTorch with what go-on.ts saved: python3 go_on.py folder"""
import sys

import torch

from adamas_file import load_training

x = torch.linspace(-3, 3, 61).reshape(-1, 1)
y = torch.sin(x)
model = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters())
load_training(f"{sys.argv[1]}/adamas.safetensors", model, optimizer)
for _ in range(200):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print(f"PyTorch, 600 steps: loss {loss.item():.6f}")
