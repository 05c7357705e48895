#!/usr/bin/env python3
"""Golden vectors of an LSTM in float64 (NumPy), written from the formulas alone:

    i, f, g, o = split(W x + U h + b);  c' = σ(f) c + σ(i) tanh(g);  h' = σ(o) tanh(c')

Numbers are filled by 0.6 sin(0.7 k + offset), so that the Swift test can fill its own. The gradients
are central differences of Σ h · weight(k) over a sequence whose rows die one by one.

Prints the Swift literals of NeuralTests/LSTMGoldenTests.swift."""
import numpy as np

E, H = 3, 5
ROWS = [3, 2, 2, 1]  # rows alive at each step


def filled(rows, columns, offset):
    k = np.arange(rows * columns, dtype=np.float64)
    return (0.6 * np.sin(0.7 * k + offset)).reshape(rows, columns)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def step(p, x, h, c):
    i, f, g, o = np.split(x @ p["input"].T + h @ p["hidden"].T + p["bias"], 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def sequence(p, x):
    h = c = np.zeros((ROWS[0], H))
    outputs, start = [], 0
    for rows in ROWS:
        h, c = step(p, x[start : start + rows], h[:rows], c[:rows])
        outputs.append(h)
        start += rows
    return np.concatenate(outputs)


def literal(name, x):
    flat = np.asarray(x).reshape(-1)
    print(f"  static let {name}: [Double] = [")
    for start in range(0, len(flat), 6):
        print("    " + ", ".join(f"{v:.9f}" for v in flat[start : start + 6]) + ",")
    print("  ]")


if __name__ == "__main__":
    parameters = {
        "input": filled(4 * H, E, 0.1),
        "hidden": filled(4 * H, H, 0.2),
        "bias": filled(1, 4 * H, 0.3),
    }
    h, c = step(parameters, filled(2, E, 0.4), filled(2, H, 0.5), filled(2, H, 0.6))
    literal("hidden", h)
    literal("cell", c)
    x = filled(sum(ROWS), E, 0.7)
    literal("sequence", sequence(parameters, x))
    weight = filled(sum(ROWS), H, 0.8)

    def loss():
        return np.sum(sequence(parameters, x) * weight)

    for name, array in [*parameters.items(), ("x", x)]:
        gradient = np.zeros_like(array)
        for index in np.ndindex(array.shape):
            old, d = array[index], 1e-5
            array[index] = old + d
            up = loss()
            array[index] = old - d
            down = loss()
            array[index] = old
            gradient[index] = (up - down) / (2 * d)
        literal(name + "Gradient", gradient)
