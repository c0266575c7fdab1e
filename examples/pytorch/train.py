"""Trains a small network in PyTorch, and writes it for go-on.ts: python3 train.py folder"""
import sys

import torch

from adamas_file import save_training

torch.manual_seed(1)
x = torch.linspace(-3, 3, 61).reshape(-1, 1)
y = torch.sin(x)
model = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for _ in range(200):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
print(f"PyTorch, 200 steps: loss {loss.item():.6f}")
save_training(f"{sys.argv[1]}/torch.safetensors", model, optimizer)
