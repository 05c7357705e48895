#!/usr/bin/env python3
"""Golden vectors of every recurrent cell in float64 (NumPy), written from the formulas of docs/cells.md alone, with and
without layer normalisation:

    python3 Tests/References/cells.py > Tests/NeuralTests/Golden/cells.json

Parameter number n of a cell, counted from 1 in the order in which the cell declares them, is filled by
0.6 sin(0.7 k + 0.1 n), inputs by 0.6 sin(0.7 k + 1.7), so that the Swift test can fill its own. Rows of the sequence
die one by one. Gradients are central differences of the sum of h * 0.6 sin(0.7 k + 1.8)."""
import json

import numpy as np

E, H = 3, 5
ROWS = [3, 2, 2, 1]  # rows alive at each step


def filled(rows, columns, offset):
    k = np.arange(rows * columns, dtype=np.float64)
    return (0.6 * np.sin(0.7 * k + offset)).reshape(rows, columns)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def normalized(x, gain):
    """Ba et al. 2016, eq. 4, without the shift."""
    mean = x.mean(axis=1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * gain


def product(p, x, name):
    """x times a matrix, normalised where there is a gain for it."""
    y = x @ p[name].T
    return normalized(y, p[name + ".gain"]) if name + ".gain" in p else y


def shown(p, c):
    return normalized(c, p["cell.gain"]) + p["cell.shift"] if "cell.gain" in p else c


def lstm(p, x, h, c):
    i, f, g, o = np.split(product(p, x, "input") + p["bias"] + product(p, h, "hidden"), 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(shown(p, c)), c


def peephole_lstm(p, x, h, c):
    i, f, g, o = np.split(product(p, x, "input") + p["bias"] + product(p, h, "hidden"), 4, axis=1)
    pi, pf, po = np.split(p["peephole"], 3, axis=1)
    c = sigmoid(f + pf * c) * c + sigmoid(i + pi * c) * np.tanh(g)
    return sigmoid(o + po * c) * np.tanh(shown(p, c)), c


def cifg(p, x, h, c):
    f, g, o = np.split(product(p, x, "input") + p["bias"] + product(p, h, "hidden"), 3, axis=1)
    c = sigmoid(f) * c + (1 - sigmoid(f)) * np.tanh(g)
    return sigmoid(o) * np.tanh(shown(p, c)), c


def gru(p, x, h, c):
    xr, xz, xn = np.split(product(p, x, "input") + p["bias"], 3, axis=1)
    hr, hz, hn = np.split(product(p, h, "hidden"), 3, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + r * (hn + p["hidden.bias"]))
    return (1 - z) * n + z * h, c


def gru_reset_before(p, x, h, c):
    xr, xz, xn = np.split(product(p, x, "input") + p["bias"], 3, axis=1)
    hr, hz = np.split(product(p, h, "hidden"), 2, axis=1)
    r, z = sigmoid(xr + hr), sigmoid(xz + hz)
    n = np.tanh(xn + product(p, r * h, "candidate"))
    return (1 - z) * n + z * h, c


def rnn(p, x, h, c):
    return np.tanh(product(p, x, "input") + p["bias"] + product(p, h, "hidden")), c


GATES = {lstm: 4, peephole_lstm: 4, cifg: 3, gru: 3, gru_reset_before: 3, rnn: 1}


def shapes(cell, norm):
    """In the order in which the cell declares them."""
    g = GATES[cell]
    r = 2 if cell is gru_reset_before else g
    result = {"input": (g * H, E), "hidden": (r * H, H), "bias": (1, g * H)}
    if norm:
        result |= {"input.gain": (1, g * H), "hidden.gain": (1, r * H)}
    if cell is peephole_lstm:
        result["peephole"] = (1, 3 * H)
    if cell is gru:
        result["hidden.bias"] = (1, H)
    if cell is gru_reset_before:
        result["candidate"] = (H, H)
        if norm:
            result["candidate.gain"] = (1, H)
    if norm and cell in (lstm, peephole_lstm, cifg):
        result |= {"cell.gain": (1, H), "cell.shift": (1, H)}
    return result


def sequence(cell, p, x):
    h = c = np.zeros((ROWS[0], H))
    outputs, start = [], 0
    for rows in ROWS:
        h, c = cell(p, x[start : start + rows], h[:rows], c[:rows])
        outputs.append(h)
        start += rows
    return np.concatenate(outputs)


def golden(cell, norm):
    p = {
        name: filled(*shape, 0.1 * (n + 1))
        for n, (name, shape) in enumerate(shapes(cell, norm).items())
    }
    x, weight = filled(sum(ROWS), E, 1.7), filled(sum(ROWS), H, 1.8)
    result = {"cell": cell.__name__.replace("_", "-"), "layerNormalization": norm, "gradients": {}}
    result["hidden"] = rounded(sequence(cell, p, x))
    for name, array in [*p.items(), ("x", x)]:
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            old, d = array[index], 1e-5
            values = []
            for moved in (old + d, old - d):
                array[index] = moved
                values.append(np.sum(sequence(cell, p, x) * weight))
            array[index] = old
            gradient[index] = (values[0] - values[1]) / (2 * d)
        result["gradients"][name] = rounded(gradient)
    return result


def rounded(x):
    return [round(float(v), 9) for v in np.asarray(x).reshape(-1)]


if __name__ == "__main__":
    cells = [golden(cell, norm) for cell in GATES for norm in (False, True)]
    print("[\n" + ",\n".join(json.dumps(cell, separators=(",", ":")) for cell in cells) + "\n]")
