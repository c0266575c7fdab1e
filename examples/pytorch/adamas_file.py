"""Weights and optimizers between PyTorch and adamas, with nothing but PyTorch.

The files are safetensors: 8 bytes with the length of a JSON header, the header, the numbers. Where the package `safetensors` is installed,
its `load_file` and `save_file` do what `read` and `write` do here.
"""
import json
import struct

import torch

TYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip
NAMES = {dtype: name for name, dtype in TYPES.items()}


def read(path):
    """Returns the tensors of a file by name, and its metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        dtype = TYPES[info["dtype"]]
        flat = torch.frombuffer(data[begin:end], dtype=dtype) if end > begin else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(info["shape"])
    return tensors, metadata


def write(path, tensors, metadata=None):
    """Writes tensors by name, and texts as metadata."""
    header, at = {"__metadata__": metadata or {}}, 0
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(bytes(tensor.reshape(-1).view(torch.uint8).numpy()) if tensor.numel() else b"")


def save_training(path, model, optimizer):
    """Writes a model's weights and its optimizer's state, for `readTraining` of torchState.ts."""
    tensors = dict(model.state_dict())
    saved = optimizer.state_dict()
    numbers = {}
    for i, entry in saved["state"].items():
        numbers[i] = {}
        for name, value in entry.items():
            if torch.is_tensor(value):
                tensors[f"optimizer.{i}.{name}"] = value
            else:
                numbers[i][name] = value
    write(path, tensors, {"optimizer": json.dumps({"state": numbers, "param_groups": saved["param_groups"]})})


def load_training(path, model, optimizer=None):
    """Loads what `save(model, path, { optimizer })` of adamas wrote."""
    tensors, metadata = read(path)
    model.load_state_dict({name: tensors[name] for name in model.state_dict()})
    if optimizer is None:
        return

    def plain(value):
        if isinstance(value, list):
            return [plain(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$tensor" in value:
            return tensors[value["$tensor"]]
        if "$number" in value:
            return float(value["$number"])
        return {key: plain(item) for key, item in value.items()}

    saved = plain(json.loads(metadata["adamas"])["optimizer"]["state"])
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]

    def restored(value, parameter):
        # An array has its parameter's shape; a number, such as the count of steps, is a tensor without axes.
        return value.reshape(parameter.shape) if torch.is_tensor(value) else torch.tensor(float(value))

    state = {
        int(i): {name: restored(value, parameters[int(i)]) for name, value in entry.items()}
        for i, entry in saved["state"].items()
    }
    optimizer.load_state_dict({"state": state, "param_groups": saved["param_groups"]})
