#!/usr/bin/env python3
"""Writes synthetic sentence pairs, any number of them, the same ones for the same seed.

    python3 Recipes/benchmarks/synthetic.py COUNT OUTPREFIX [--seed N]

writes OUTPREFIX.de and OUTPREFIX.en, COUNT lines each: made-up words that are as frequent as words are (Zipf's law over
a lexicon of 50,000), 13 ± 6 in a line, and in the target the partner of each, some neighbours exchanged. They are for
measuring how time and memory grow with a corpus, not for learning anything. Memory does not grow with COUNT.
"""

import argparse
import array
import itertools
import random
import sys

LEXICON = 50_000
# Words are drawn from a table in which each has places in proportion to how frequent it is.
PLACES = 1 << 20
LINES_AT_ONCE = 10_000
MEAN, DEVIATION = 13, 6


def words(generator, onsets, nuclei, codas, count):
    """Distinct words of one to four syllables, the short ones first, as frequent words are short."""
    found = {}
    while len(found) < count:
        syllables = min(4, 1 + len(found) * 4 // count + generator.randrange(2))
        word = "".join(
            generator.choice(onsets) + generator.choice(nuclei) + generator.choice(codas)
            for _ in range(syllables))
        found.setdefault(word)
    return list(found)


def lexicon(generator):
    """Words of both languages; number i of one translates number i of the other."""
    german = words(
        generator, ["b", "d", "f", "g", "h", "k", "l", "m", "n", "r", "s", "sch", "st", "w", "z", ""],
        ["a", "e", "i", "o", "u", "ä", "ö", "ü", "ei", "au", "ie"],
        ["", "n", "r", "ß", "cht", "ng", "t"], LEXICON)
    english = words(
        generator, ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "sh", "t", "th", "w", ""],
        ["a", "e", "i", "o", "u", "ea", "oo", "ou"], ["", "n", "r", "s", "ck", "ght", "ng", "t"], LEXICON)
    return german, english


def places():
    """PLACES word numbers, each as often as Zipf's law says, at least once."""
    weights = [1 / (rank + 2.7) for rank in range(LEXICON)]
    scale = (PLACES - LEXICON) / sum(weights)
    table = []
    for number, weight in enumerate(weights):
        table.extend(itertools.repeat(number, 1 + int(weight * scale)))
    table.extend(itertools.islice(itertools.cycle(range(1000)), PLACES - len(table)))
    return table


def write(count, prefix, seed):
    generator = random.Random(seed)
    german, english = lexicon(generator)
    table = places()
    source_words = [german[number] for number in table]
    target_words = [english[number] for number in table]
    gauss, mask = generator.gauss, PLACES - 1
    with open(prefix + ".de", "w", encoding="utf-8", newline="\n") as source, \
            open(prefix + ".en", "w", encoding="utf-8", newline="\n") as target:
        for start in range(0, count, LINES_AT_ONCE):
            lengths = [
                max(1, round(gauss(MEAN, DEVIATION))) for _ in range(min(LINES_AT_ONCE, count - start))]
            drawn = array.array("I", generator.randbytes(4 * sum(lengths)))
            source_lines, target_lines = [], []
            end = 0
            for length in lengths:
                begin, end = end, end + length
                line = [number & mask for number in drawn[begin:end]]
                source_lines.append(" ".join([source_words[place] for place in line]))
                # High bits of the number, which the choice of the word leaves unused, move neighbours.
                for place in range(drawn[begin] >> 30, length - 1, 4 + (drawn[begin] >> 28 & 3)):
                    line[place], line[place + 1] = line[place + 1], line[place]
                target_lines.append(" ".join([target_words[place] for place in line]))
            source.write("\n".join(source_lines) + "\n")
            target.write("\n".join(target_lines) + "\n")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="lines")
    parser.add_argument("prefix", help="what the files' names begin with")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("COUNT must be at least 1")
    try:
        write(arguments.count, arguments.prefix, arguments.seed)
    except OSError as error:
        sys.exit(f"synthetic.py: {error.filename or arguments.prefix}: {error.strerror}")


if __name__ == "__main__":
    main()
