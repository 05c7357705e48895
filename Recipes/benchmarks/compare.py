#!/usr/bin/env python3
"""Compares s2s with its peers, side by side: ours, theirs, ours, theirs, …

    Recipes/benchmarks/compare.py --s2s PATH/TO/s2s --peers FOLDER --scripts SCRIPTS --data DATA \\
        [--model MODEL] [--pairs 5] [--json FILE] CASE…

FOLDER is what install-peers.sh made, SCRIPTS the folder of the peers' scripts, DATA holds multi30k. MODEL is
trained by Recipes/multi30k-de-en.yaml and written with `s2s models convert … --precision int8`; the cases
decode-*, memory-translating, tokenizing and startup need it.

Printed are medians over the pairs with the lowest and highest, of our figures, of theirs, and of each pair's
ratio: how many times better ours is. --json appends an object a case to a file. The exit code is 1 if a case was
left out, because a peer or its data is not there, or failed. Both sides have two threads, and the machine
should have nothing else to do.
"""

from __future__ import annotations

import argparse
import datetime
import json
import pathlib
import sys
import tempfile

import common
import contests


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--s2s", type=pathlib.Path, required=True, help="the built command")
    parser.add_argument("--peers", type=pathlib.Path, required=True, help="what install-peers.sh made")
    parser.add_argument("--scripts", type=pathlib.Path, required=True, help="the peers' scripts")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="the folder that holds multi30k")
    parser.add_argument("--model", type=pathlib.Path, help="a model trained by Recipes/multi30k-de-en.yaml")
    parser.add_argument("--pairs", type=int, default=5, help="how often each side runs (5)")
    parser.add_argument("--compute-types", type=lambda text: text.split(","), default=["float32", "int8"],
                        metavar="TYPES", help="CTranslate2's arithmetic, each compared (float32,int8)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="append an object a case to this file")
    parser.add_argument("cases", nargs="+", choices=["all", *contests.CASES], metavar="CASE",
                        help="all, or some of " + ", ".join(contests.CASES))
    given = parser.parse_args()
    if given.pairs < 1:
        parser.error("--pairs must be at least 1")
    # The peers run in a folder of their own.
    for name in ("s2s", "peers", "scripts", "data", "model"):
        if (path := getattr(given, name)) is not None:
            if not path.exists():
                parser.error(f"{path} is not there (--{name})")
            setattr(given, name, path.resolve())
    return given


def compare(contest: contests.Contest, pairs: int) -> dict:
    """Runs both sides alternately, prints their figures, and returns them for the history."""
    ours: dict[str, list[float]] = {}
    theirs: dict[str, list[float]] = {}
    common.remark(f"{contest.name} against {contest.peer} …" if contest.peer else f"{contest.name} …")
    for _ in range(pairs):
        for side, found in ((contest.ours, ours), (contest.theirs, theirs)):
            for name, value in (side() if side else {}).items():
                found.setdefault(name, []).append(value)
    against = f" against {contest.peer}" if contest.peer else ""
    unit = "pair" if contest.theirs else "run"
    print(f"{contest.name}{against}: {pairs} {unit}{'' if pairs == 1 else 's'}; {contest.how}")
    ratios = {}
    for name in dict.fromkeys((*ours, *theirs)):
        parts = [f"  {name:26}"]
        decimals = 2 if name == "BLEU" else None
        if name in ours:
            parts.append(f"s2s {common.spread(ours[name], decimals)}")
        if name in theirs:
            parts.append(f"{contest.peer} {common.spread(theirs[name], decimals)}")
        better = contests.BETTER.get(name)
        if better and name in ours and name in theirs:
            both = zip(ours[name], theirs[name])
            ratios[name] = [a / b if better == "more" else b / a for a, b in both]
            parts.append(f"ratio {common.spread(ratios[name])}")
        print("   ".join(parts), flush=True)
    return {"case": contest.name, "peer": contest.peer, "ours": ours, "theirs": theirs, "ratios": ratios}


def main() -> None:
    given = arguments()
    common.end_cleanly()
    common.warn_if_busy()
    history = {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
               "commit": common.commit(), "processor": common.processor()}
    names = list(contests.CASES) if "all" in given.cases else list(dict.fromkeys(given.cases))
    left_out = []
    with tempfile.TemporaryDirectory() as folder:
        place = contests.Place(given.s2s, given.peers, given.scripts, given.data, given.model,
                               given.compute_types, given.pairs, pathlib.Path(folder))
        for name in names:
            for make in contests.CASES[name](place):
                try:
                    contest = make()
                    found = contest if isinstance(contest, dict) else compare(contest, contest.pairs or given.pairs)
                except (common.Missing, common.Failure) as problem:
                    verb = "left out" if isinstance(problem, common.Missing) else "failed"
                    common.remark(f"{name}: {verb}: {problem}")
                    left_out.append(name)
                    continue
                if given.json:
                    with open(given.json, "a", encoding="utf-8") as file:
                        file.write(json.dumps({**history, **found}, ensure_ascii=False) + "\n")
    if left_out:
        common.remark("Not compared: " + ", ".join(dict.fromkeys(left_out)))
        sys.exit(1)


if __name__ == "__main__":
    main()
