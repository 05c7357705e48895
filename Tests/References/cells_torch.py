#!/usr/bin/env python3
"""Golden vectors of PyTorch's own LSTM and GRU in float64, over a packed sequence, with gradients by autograd:

    python3 Tests/References/cells_torch.py > Tests/NeuralTests/Golden/cells-torch.json

Filled as in cells.py. PyTorch gives both products of an LSTM a bias; the second one is zero here, as is that of a GRU
but for the candidate. Its gates are stacked as ours are."""
import json

import torch
from torch.nn.utils.rnn import PackedSequence

from cells import E, H, ROWS, filled, rounded

torch.set_default_dtype(torch.float64)


def golden(kind, gates):
    layer = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](E, H)

    def tensor(rows, columns, offset):
        return torch.tensor(filled(rows, columns, offset))

    with torch.no_grad():
        layer.weight_ih_l0.copy_(tensor(gates * H, E, 0.1))
        layer.weight_hh_l0.copy_(tensor(gates * H, H, 0.2))
        layer.bias_ih_l0.copy_(tensor(1, gates * H, 0.3)[0])
        layer.bias_hh_l0.zero_()
        if kind == "gru":
            layer.bias_hh_l0[2 * H :] = tensor(1, H, 0.4)[0]
    x = tensor(sum(ROWS), E, 1.7).requires_grad_()
    output, _ = layer(PackedSequence(x, torch.tensor(ROWS)))
    (output.data * tensor(sum(ROWS), H, 1.8)).sum().backward()
    gradients = {
        "input": layer.weight_ih_l0.grad,
        "hidden": layer.weight_hh_l0.grad,
        "bias": layer.bias_ih_l0.grad,
        "x": x.grad,
    }
    if kind == "gru":
        gradients["hidden.bias"] = layer.bias_hh_l0.grad[2 * H :]
    return {
        "cell": kind,
        "layerNormalization": False,
        "hidden": rounded(output.data.detach()),
        "gradients": {name: rounded(value) for name, value in gradients.items()},
    }


if __name__ == "__main__":
    cells = [golden("lstm", 4), golden("gru", 3)]
    print("[\n" + ",\n".join(json.dumps(cell, separators=(",", ":")) for cell in cells) + "\n]")
