#!/usr/bin/env python3
"""EfficientNet-Lite0 in PyTorch against `s2s bench convolution`, alternating in one run.

usage: pytorch.py S2S [ROUNDS] [SECONDS] [forward,training]

PyTorch runs the same network: as written (normalisations apart), with normalisations folded into the
convolutions, and so in channels-last order; for training as written and channels-last. Prints images/s of
each round, then median, lowest and highest of the rounds' medians."""
import json
import statistics
import subprocess
import sys
import tempfile
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

STAGES = [(1, 3, 1, 1, 32, 16), (2, 3, 2, 6, 16, 24), (2, 5, 2, 6, 24, 40), (3, 3, 2, 6, 40, 80),
          (3, 5, 1, 6, 80, 112), (4, 5, 2, 6, 112, 192), (1, 3, 1, 6, 192, 320)]


class Layer(nn.Module):
    """Convolution with TensorFlow's SAME padding, normalisation, and ReLU6 where wanted."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, depthwise=False, limited=True):
        super().__init__()
        extra = max(kernel - stride, 0)
        self.pad = (extra // 2, extra - extra // 2) * 2 if stride == 2 else None
        self.convolution = nn.Conv2d(
            inputs, outputs, kernel, stride, 0 if stride == 2 else kernel // 2,
            groups=inputs if depthwise else 1, bias=False)
        self.normalization = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01)
        self.limited = limited

    def forward(self, x):
        if self.pad:
            x = F.pad(x, self.pad)
        x = self.normalization(self.convolution(x))
        return F.relu6(x, inplace=True) if self.limited else x

    def fold(self):
        self.convolution = fuse_conv_bn_eval(self.convolution, self.normalization)
        self.normalization = nn.Identity()


class Block(nn.Module):
    def __init__(self, kernel, stride, expansion, inputs, outputs):
        super().__init__()
        hidden = inputs * expansion
        layers = [Layer(inputs, hidden)] if expansion > 1 else []
        layers += [Layer(hidden, hidden, kernel, stride, depthwise=True),
                   Layer(hidden, outputs, limited=False)]
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.residual else y


def network():
    layers = [Layer(3, 32, 3, 2)]
    for repeats, kernel, stride, expansion, inputs, outputs in STAGES:
        for number in range(repeats):
            layers.append(Block(kernel, stride if number == 0 else 1, expansion,
                                inputs if number == 0 else outputs, outputs))
    return nn.Sequential(*layers, Layer(320, 1280))


def folded():
    model = network().eval()
    for module in model.modules():
        if isinstance(module, Layer):
            module.fold()
    return model


def rate(step, batch, seconds):
    """Images a second at the median pass, by the clock and by the processor time of all threads."""
    for _ in range(2):
        step()
    times, own, begin = [], [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        start, processor = time.perf_counter(), time.process_time()
        step()
        times.append(time.perf_counter() - start)
        own.append(time.process_time() - processor)
    return batch / statistics.median(times), batch / statistics.median(own)


def forward(model, batch, last):
    x = torch.randn(batch, 3, 224, 224)
    if last:
        model, x = model.to(memory_format=torch.channels_last), x.to(
            memory_format=torch.channels_last)

    def step():
        with torch.inference_mode():
            model(x).mean((2, 3))
    return step


def training(batch, last):
    model, x = network().train(), torch.randn(batch, 3, 224, 224)
    if last:
        model, x = model.to(memory_format=torch.channels_last), x.to(
            memory_format=torch.channels_last)

    def step():
        model.zero_grad()
        (model(x).mean((2, 3)).sum() * 1e-3).backward()
    return step


def ours(program, kind, batch, threads, seconds):
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as history:
        subprocess.run(
            [program, "bench", f"convolution/{kind}/batch{batch}", "--threads", str(threads),
             "--seconds", str(seconds), "--json", history.name], check=True, capture_output=True)
        found = json.loads(history.read().splitlines()[-1])
    print(f"    ours: {found['value']:.1f} images/s, {found['processorValue']:.1f} images a processor second",
          flush=True)
    return found["value"], found["processorValue"]


def compare(name, contenders, rounds):
    found = {key: [] for key in contenders}
    for _ in range(rounds):
        for key, run in contenders.items():
            found[key].append(run())
            time.sleep(0.3)  # PyTorch's threads spin for a while after their last work
    print(name)
    for number, unit in enumerate(("images/s", "images a processor second")):
        values = {key: [pair[number] for pair in pairs] for key, pairs in found.items()}
        for key, rates in values.items():
            print(f"  {key}: {statistics.median(rates):.1f} ({min(rates):.1f}–{max(rates):.1f}) {unit}")
        ratios = [own / max(values[key][i] for key in values if key != "ours")
                  for i, own in enumerate(values["ours"])]
        print(f"  ours against the fastest other: {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f}–{max(ratios):.2f})", flush=True)


if __name__ == "__main__":
    program = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 3
    kinds = sys.argv[4].split(",") if len(sys.argv) > 4 else ["forward", "training"]

    def torch_rate(step, batch, threads):
        def run():
            torch.set_num_threads(threads)
            return rate(step, batch, seconds)
        return run

    if "forward" in kinds:
        for batch in (1, 16):
            steps = {"as written": forward(network().eval(), batch, False),
                     "folded": forward(folded(), batch, False),
                     "folded, channels last": forward(folded(), batch, True)}
            for threads in (1, 2):
                contenders = {f"PyTorch {key}": torch_rate(step, batch, threads)
                              for key, step in steps.items()}
                contenders["ours"] = lambda: ours(program, "forward", batch, threads, seconds)
                compare(f"forward, batch {batch}, {threads} threads", contenders, rounds)
    if "training" in kinds:
        batch = 16
        steps = {"as written": training(batch, False), "channels last": training(batch, True)}
        for threads in (1, 2):
            contenders = {f"PyTorch {key}": torch_rate(step, batch, threads)
                          for key, step in steps.items()}
            contenders["ours"] = lambda: ours(program, "training", batch, threads, seconds)
            compare(f"training, batch {batch}, {threads} threads", contenders, rounds)
