#!/usr/bin/env python3
"""Writes significance.json beside itself: what NumPy draws, and what sacreBLEU makes of the draws.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install sacrebleu==2.6.0 'numpy>=2,<3'
    /tmp/venv/bin/python Tests/MetricsTests/Golden/make_golden_significance.py

NumPy 1 gives other last digits: it scores resamples in double precision, NumPy 2 in single.
"""

import contextlib
import io
import json
import os
import pathlib
import random
from argparse import Namespace

import numpy
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest, _bootstrap_resample
from sacrebleu.utils import Color, print_results_table

from make_golden import line_of_words, perturbed

HERE = pathlib.Path(__file__).parent

SEEDS = [12345, 0, 1, 7, 2**32 - 1, 2**32, 2**64 - 1]
BOUNDS = [1, 2, 3, 10, 1000, 2**31 + 5, 3_000_000_000, 2**32 - 1]
LENGTHS = [1, 7, 31, 32, 33, 63, 64, 65, 96, 97, 128, 130]

# How each metric is made, and where the numbers it is scored from stand in a case.
METRICS = {
    "bleu": lambda: BLEU(force=True),
    "bleu none": lambda: BLEU(smooth_method="none", force=True),
    "bleu floor": lambda: BLEU(smooth_method="floor", force=True),
    "bleu add-k": lambda: BLEU(smooth_method="add-k", force=True),
    "bleu add-k 0.3": lambda: BLEU(smooth_method="add-k", smooth_value=0.3, force=True),
    "bleu effective": lambda: BLEU(effective_order=True, force=True),
    "chrf": lambda: CHRF(),
    "chrf eps": lambda: CHRF(eps_smoothing=True, beta=3),
    "chrf++": lambda: CHRF(word_order=2),
    "ter": lambda: TER(),
}


def generator_cases():
    for seed in SEEDS:
        choices = [{"bound": bound,
                    "numbers": numpy.random.default_rng(seed).choice(bound, size=(3, 13)).ravel().tolist()}
                   for bound in BOUNDS]
        booleans = []
        for length in LENGTHS:
            rng = numpy.random.default_rng(seed)
            bits = rng.integers(2, size=length, dtype=bool)
            booleans.append({"bits": "".join("01"[int(bit)] for bit in bits),
                             "next": rng.choice(17, size=5).tolist()})
        raw = numpy.random.default_rng(seed).bit_generator.random_raw(5).tolist()
        yield {"seed": seed, "raw": raw, "choices": choices, "booleans": booleans}


def family(metric):
    return {"chrf eps": "chrf"}.get(metric, metric.split(" ")[0])


def single(metric, systems, references, samples, seed):
    os.environ["SACREBLEU_SEED"] = str(seed)
    rows = []
    for hypotheses in systems:
        instance = METRICS[metric]()
        score = instance.corpus_score(hypotheses, references, n_bootstrap=samples)
        signature = str(instance.get_signature())
        rows.append({"score": float(score.score), "mean": float(score._mean), "ci": float(score._ci),
                     "line": score.format(width=2, signature=signature)})
    return {"metric": metric, "samples": samples, "seed": seed, "systems": rows}


def paired(metrics, systems, references, method, samples, seed, interval_samples=-1):
    os.environ["SACREBLEU_SEED"] = str(seed)
    names = ["Baseline: base.txt"] + [f"system {i}.txt" for i in range(1, len(systems))]
    test = PairedTest(list(zip(names, systems)), {m: METRICS[m]() for m in metrics}, references,
                      test_type=method, n_samples=samples, n_ar_confidence=interval_samples)
    signatures, results = test()
    keys = [key for key in results if key != "System"]
    assert len(keys) == len(metrics)
    optional = lambda value: None if value is None else float(value)
    rows = [[{"score": float(results[key][i].score), "mean": optional(results[key][i].mean),
              "ci": optional(results[key][i].ci), "p": results[key][i].p_value} for key in keys]
            for i in range(len(systems))]
    tables = []
    for width in (1, 3):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            print_results_table(dict(results), {}, Namespace(
                format="text", width=width, paired_bs=method == "bs", paired_ar=method == "ar",
                paired_bs_n=samples, paired_ar_n=samples))
        tables.append({"decimals": width, "text": output.getvalue().split("\n\n")[0]})
    return {"metrics": metrics, "method": method, "samples": samples, "seed": seed,
            "intervalSamples": interval_samples if interval_samples > 0 else None, "names": keys,
            "signatures": [str(signatures[key]) for key in keys], "rows": rows, "tables": tables}


def case(name, systems, references, singles, pairs):
    used = sorted({family(m) for m, *_ in singles} | {family(m) for p in pairs for m in p[0]})
    numbers = {f: [METRICS[f]()._extract_corpus_statistics(hypotheses, references)
                   for hypotheses in systems] for f in used}
    signatures = {}
    for metric in sorted({m for m, *_ in singles} | {m for p in pairs for m in p[0]}):
        instance = METRICS[metric]()
        instance.corpus_score(systems[0], references)
        signatures[metric] = str(instance.get_signature())
    return {"name": name, "lines": len(references[0]), "referenceCount": len(references),
            "numbers": numbers, "signatures": signatures,
            "single": [single(m, systems, references, *rest) for m, *rest in singles],
            "paired": [paired(p[0], systems, references, *p[1:]) for p in pairs]}


def huge_case(rng):
    """Segments of millions of words: single precision cannot add them up without rounding."""
    def segment():
        total = rng.randint(2_000_000, 6_000_000)
        return [total, total + rng.randint(-99999, 99999)] + [
            int(total * share) for share in (0.7, 0.5, 0.35, 0.2)] + [total - i for i in range(4)]
    numbers = {"bleu": [[segment() for _ in range(60)]],
               "ter": [[[rng.randint(1_000_000, 3_000_000), rng.randint(4_000_000, 5_000_000) + 1 / 3]
                        for _ in range(60)]]}
    os.environ["SACREBLEU_SEED"] = "12345"
    singles, signatures = [], {}
    for metric, (stats,) in numbers.items():
        instance = METRICS[metric]()
        instance.num_refs, instance.n_bootstrap, instance.seed = 1, None, None
        signatures[metric] = str(instance.get_signature())
        score = instance._aggregate_and_compute(stats)
        instance.n_bootstrap = 200
        instance.seed, scores = _bootstrap_resample(stats, instance, 200)
        score.estimate_ci(scores)
        singles.append({"metric": metric, "samples": 200, "seed": 12345, "systems": [{
            "score": float(score.score), "mean": float(score._mean), "ci": float(score._ci),
            "line": score.format(width=2, signature=str(instance.get_signature()))}]})
    return {"name": "millions of words a line", "lines": 60, "referenceCount": 1, "numbers": numbers,
            "signatures": signatures, "single": singles, "paired": []}


def corpus(rng, lines, rates, reference_count=1, low=1, high=14):
    texts = [line_of_words(rng, low, high) for _ in range(lines)]
    references = [texts] + [[perturbed(rng, s, 0.2) for s in texts] for _ in range(reference_count - 1)]
    return [[perturbed(rng, s, rate) for s in texts] for rate in rates], references


def make_cases():
    rng = random.Random(20041105)
    usual = ["bleu", "chrf", "ter"]
    systems, references = corpus(rng, 150, [0.3, 0.27, 0.45])
    yield case("150 lines", systems, references,
               [("bleu", 1000, 12345), ("bleu", 37, 7), ("chrf", 1000, 12345), ("ter", 200, 1)],
               [(usual, "bs", 1000, 12345), (usual, "bs", 79, 2**32 + 5), (usual, "ar", 1000, 12345),
                (usual, "ar", 333, 99, 50), (["bleu"], "ar", 128, 1, 40)])
    systems, references = corpus(rng, 64, [0.5, 0.5])
    yield case("64 lines, other formulas", systems, references,
               [("chrf++", 100, 12345), ("chrf eps", 100, 12345)],
               [([m], "bs", 300, 12345) for m in METRICS if m not in usual]
               + [([m], "ar", 300, 12345) for m in METRICS if m not in usual and m != "bleu add-k 0.3"])
    systems, references = corpus(rng, 40, [0.4, 0.4, 0.4], reference_count=2)
    yield case("40 lines, two references", systems, references,
               [("ter", 100, 12345)], [(usual, "bs", 200, 12345), (usual, "ar", 500, 12345)])
    systems, references = corpus(rng, 50, [0.4, 0.6], reference_count=3)
    # Randomization of TER is left out: NumPy adds thirds in an order of its processor's choice.
    yield case("50 lines, three references", systems, references,
               [("ter", 500, 12345), ("bleu", 500, 12345)],
               [(usual, "bs", 500, 12345), (["bleu", "chrf"], "ar", 500, 12345)])
    systems, references = corpus(rng, 7, [0.4, 0.5, 0.9], high=5)
    systems[2][1] = systems[1][1] = references[0][3] = ""
    yield case("7 short lines", systems, references,
               [("bleu", 100, 12345), ("chrf", 100, 12345), ("ter", 100, 12345)],
               [(usual, "bs", 500, 12345), (usual, "ar", 500, 12345)])
    systems = [["a b c d e", "v w x y z", ""], ["a b c d f", "q r s t u", "p"]]
    yield case("resamples without a match", systems, [["a b c d e", "k l m n o", "h"]],
               [("bleu", 60, 12345), ("ter", 60, 12345)],
               [(usual, "bs", 60, 12345), (usual, "ar", 60, 12345)])
    systems, references = corpus(rng, 30, [0.4])
    yield case("a system against itself", systems * 2, references, [],
               [(usual, "bs", 100, 12345), (usual, "ar", 100, 12345)])
    yield case("one line", [["a b c d e f"], ["a b c d e g"]], [["a b c d e f g"]],
               [("bleu", 10, 12345)], [(usual, "bs", 100, 12345), (usual, "ar", 100, 12345)])
    yield huge_case(rng)


def main():
    assert sacrebleu.__version__ == "2.6.0", "golden files are made with sacreBLEU 2.6.0"
    assert numpy.__version__.startswith("2."), "golden files are made with NumPy 2"
    Color.ENABLE_COLORS = False
    value = {"generator": list(generator_cases()), "cases": list(make_cases())}
    text = json.dumps(value, ensure_ascii=True, indent=None, separators=(",", ":"))
    (HERE / "significance.json").write_text(text.replace("},{", "},\n{") + "\n")


if __name__ == "__main__":
    main()
