#!/usr/bin/env python3
"""Golden values of Tensors.RandomGenerator, written from the published algorithms alone:
SplitMix64 (Steele, Lea & Flood 2014) and xoshiro256** (Blackman & Vigna 2018).

Prints the Swift literals of TensorsTests/RandomGeneratorTests.swift."""

MASK = (1 << 64) - 1


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


class SplitMix:
    def __init__(self, state):
        self.state = state & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)


class Xoshiro:
    def __init__(self, seed, *streams):
        mix = SplitMix(seed)
        for part in streams:
            mix = SplitMix(mix.next() ^ (part * 0xD6E8FEB86659FD93 & MASK))
        self.s = [mix.next() for _ in range(4)]

    def next(self):
        s = self.s
        result = rotate(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result


if __name__ == "__main__":
    for seed, *streams in [(0,), (1,), (MASK,), (1, 0), (1, 7), (7, 1), (42, 3, 5)]:
        generator = Xoshiro(seed, *streams)
        values = ", ".join(f"0x{generator.next():016X}" for _ in range(3))
        print(f"    ({seed}, {streams}, [{values}]),")
    generator = Xoshiro(1)
    for _ in range(999):
        generator.next()
    print(f"  the thousandth of seed 1: 0x{generator.next():016X}")
