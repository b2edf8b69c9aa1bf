"""The PyTorch side of the speed table: a loop written by hand over index batches, fused Adam. Run by PyTorch's own interpreter.

Reads JSON lines: `{"network", "data", "batch"}` once, then `{"order"}` (a file) for each epoch; answers each epoch with
its CPU seconds and the mean of its losses.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional


class Mlp(nn.Module):
    """30-128-64-1."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(linear(*weights[index : index + 2]) for index in (0, 2, 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers[2](torch.relu(self.layers[1](torch.relu(self.layers[0](x)))))


class Cnn(nn.Module):
    """Two convolutions and a dense layer; PyTorch's own order of channels."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([convolution(*weights[:2]), convolution(*weights[2:4])])
        # Keras flattens (row, column, channel), PyTorch (channel, row, column).
        kernel = weights[4].reshape(5, 5, 64, 128).transpose(2, 0, 1, 3).reshape(1600, 128)
        self.dense, self.out = linear(kernel, weights[5]), linear(*weights[6:8])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.convolutions:
            x = functional.max_pool2d(torch.relu(layer(x)), 2)
        return self.out(torch.relu(self.dense(x.flatten(1))))


class Lstm(nn.Module):
    """64 units; the second bias, which Keras does not have, stays at nought."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 64, batch_first=True)
        kernel, recurrent, bias = weights[:3]
        for name, value in (("weight_ih_l0", kernel.T), ("weight_hh_l0", recurrent.T), ("bias_ih_l0", bias), ("bias_hh_l0", 0 * bias)):
            put(getattr(self.lstm, name), value)
        self.lstm.bias_hh_l0.requires_grad_(False)
        self.out = linear(*weights[3:5])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.lstm(x)[0][:, -1])


class Encoder(nn.Module):
    """One layer of the transformer."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        super().__init__()
        flat = [value.reshape(128, 128) if index % 2 == 0 else value.reshape(128) for index, value in enumerate(weights[:8])]
        self.query, self.key, self.value, self.join = (linear(*flat[index : index + 2]) for index in (0, 2, 4, 6))
        self.first, self.second = normal(*weights[8:10]), normal(*weights[14:16])
        self.wide, self.narrow = linear(*weights[10:12]), linear(*weights[12:14])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        heads = [layer(x).view(*x.shape[:2], 4, 32).transpose(1, 2) for layer in (self.query, self.key, self.value)]
        attended = functional.scaled_dot_product_attention(*heads).transpose(1, 2).reshape(x.shape)
        x = self.first(x + self.join(attended))
        return self.second(x + self.narrow(torch.relu(self.wide(x))))


class Transformer(nn.Module):
    """Two encoder layers over embedded tokens."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        super().__init__()
        self.embedding = nn.Embedding.from_pretrained(torch.from_numpy(weights[0].copy()), freeze=False)
        self.encoders = nn.ModuleList([Encoder(weights[1:17]), Encoder(weights[17:33])])
        self.out = linear(*weights[33:35])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.embedding(x)
        for encoder in self.encoders:
            x = encoder(x)
        return self.out(x.mean(dim=1))


def put(parameter: torch.Tensor, value: np.ndarray) -> None:
    """Set a weight."""
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))


def linear(kernel: np.ndarray, bias: np.ndarray) -> nn.Linear:
    """A Keras Dense."""
    layer = nn.Linear(*kernel.shape)
    put(layer.weight, kernel.T)
    put(layer.bias, bias)
    return layer


def convolution(kernel: np.ndarray, bias: np.ndarray) -> nn.Conv2d:
    """A Keras Conv2D."""
    layer = nn.Conv2d(kernel.shape[2], kernel.shape[3], kernel.shape[:2])
    put(layer.weight, kernel.transpose(3, 2, 0, 1))
    put(layer.bias, bias)
    return layer


def normal(gamma: np.ndarray, beta: np.ndarray) -> nn.LayerNorm:
    """A Keras LayerNormalization."""
    layer = nn.LayerNorm(gamma.shape[0], eps=1e-3)
    put(layer.weight, gamma)
    put(layer.bias, beta)
    return layer


NETWORKS = {"mlp": Mlp, "cnn": Cnn, "lstm": Lstm, "transformer": Transformer}


def main() -> None:
    """Train an epoch for every order that is told."""
    torch.set_num_threads(1)
    job = json.loads(sys.stdin.readline())
    with np.load(job["data"]) as stored:
        x, y = torch.from_numpy(stored["x"]), torch.from_numpy(stored["y"])
        weights = [stored[f"w{index}"] for index in range(sum(name.startswith("w") for name in stored.files))]
    if job["network"] == "cnn":
        x, y = x.permute(0, 3, 1, 2).contiguous(), y.long()
    if job["network"] == "transformer":
        x = x.long()
    model = NETWORKS[job["network"]](weights)
    loss_of = functional.cross_entropy if job["network"] == "cnn" else functional.binary_cross_entropy_with_logits
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=1e-3, eps=1e-7, fused=True)
    for line in sys.stdin:
        order = torch.from_numpy(np.load(json.loads(line)["order"]))
        begun, total = time.process_time(), torch.zeros(())
        for start in range(0, len(order), job["batch"]):
            rows = order[start : start + job["batch"]]
            loss = loss_of(model(x[rows]), y[rows])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        print(json.dumps({"seconds": time.process_time() - begun, "loss": float(total) / len(order)}), flush=True)


if __name__ == "__main__":
    main()
