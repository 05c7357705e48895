#!/usr/bin/env bash
# Where the time goes: records the training of model S and translating with linux-perf, and prints a table of
# shares by kind of work, in Markdown.
#
# usage: Recipes/benchmarks/shares.sh S2S DATA MODEL [training|decoding] [SECONDS]
#
#   S2S      the built command, with its symbols (not the stripped one that install.sh makes)
#   DATA     the folder that holds multi30k
#   MODEL    a model trained by Recipes/multi30k-de-en.yaml, as it ships (int8)
#   SECONDS  of training that are recorded, after its set-up (30); decoding is recorded whole
#
# Each sample counts for the innermost function on its stack that a rule below knows. What the kernel does, such as
# giving out memory, counts for itself.
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

[ $# -ge 3 ] && [ $# -le 5 ] || fail "usage: shares.sh S2S DATA MODEL [training|decoding] [SECONDS]"
s2s="$(realpath "$1")" data="$(realpath "$2")" model="$(realpath "$3")" what="${4:-both}" seconds="${5:-30}"
case "$what" in both | training | decoding) ;; *) fail "what is recorded is training or decoding, not '$what'" ;; esac
[[ "$seconds" =~ ^[1-9][0-9]*$ ]] || fail "SECONDS must be a whole number, not '$seconds'"
[ -x "$s2s" ] || fail "$s2s is no program"
[ -f "$data/multi30k/test_2016_flickr.de" ] || fail "$data has no multi30k/test_2016_flickr.de"
[ -f "$model/model.json" ] || fail "$model is no model"
command -v perf > /dev/null || fail "perf is needed; in Debian it is in the package linux-perf"

work="$(mktemp -d)"
training=''
finish() {
  if [ -n "$training" ]; then kill -KILL "$training" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

# table TITLE RECORDING: what perf recorded, by kind of work.
table() {
  printf '\n### %s\n\n| kind of work | share | most of it in |\n|---|--:|---|\n' "$1"
  perf script -i "$2" -F period,ip,sym,dso 2> /dev/null | awk '
    # A rule for each kind; names are as the compiler writes them into the program.
    function kind(name, file) {
      if (file ~ /kernel|vdso|\[guest/) return "kernel: memory, files, waiting"
      if (file ~ /libopenblas/) return "OpenBLAS"
      if (name ~ /^(rows|strip|multiply|multiply_transposed|single|gather)_(avx|neon|vnni|portable|sse|dot)/) return "products"
      if (name ~ /^s2s_(int8_)?pack|^quantize_|Int8MatrixV4pack|PackedMatrix/) return "packing, quantizing"
      if (name ~ /^adam_|AdamStep|adamStep|sumOfSquares|Optimizer|MovingAverage|WeightAverage/) return "optimizer"
      if (name ~ /GradientPieces|addGradients|sumGradients/) return "reduction of gradients"
      if (name ~ /exponentials_|^peak_and_total_|[sS]oftmax|[cC]rossEntropy/) return "softmax and loss"
      if (name ~ /[aA]ttention|^additive_score|^\$s7Tensors.*(Scores|Segments)/) return "attention"
      if (name ~ /^(lstm|peephole|cifg|gru|zoneout|normalize|tanh|sigmoid)_|lstmCell|LSTM|GRU/) return "cells, activations"
      if (name ~ /[dD]ropout|RandomGenerator|byMask/) return "dropout, random numbers"
      if (name ~ /unpack_row|[gG]ather|[sS]catter|[lL]ookup|copyColumns|copyRows|addRows|5GraphC4rows/) return "lookups, rows put together"
      if (name ~ /addBias|[cC]olumnSums|sumRows|sumColumns/) return "biases"
      if (name ~ /RowSelection|HypothesisTree|RepetitionGuard|BeamSearch|Selection/) return "search"
      if (name ~ /^\$s[0-9]*12?Tokenization|12Tokenization/) return "subwords"
      if (name ~ /^\$s6Neural|ModelScorer|^\$s7Seq2Seq/) return "graph and its memory"
      return ""
    }
    # A sample ends: to the innermost kind on its stack. A kernel of OpenBLAS in attention is attention.
    function count(  i, found, first) {
      if (!depth) return
      for (i = 1; i <= depth && !(found != "" && found != "OpenBLAS"); i++) {
        if (found == "OpenBLAS") { if (kind(names[i], files[i]) == "attention") found = "attention" }
        else if ((first = kind(names[i], files[i])) != "") found = first
      }
      if (found == "OpenBLAS") found = "products"
      if (found == "") found = "other"
      share[found] += period
      total += period
      part[found, names[1] == "[unknown]" ? files[1] : names[1]] += period
      depth = 0
    }
    /^[^ \t]*[ \t]*[0-9]+:?[ \t]*$/ { count(); period = $NF + 0; next }
    NF >= 2 {
      file = $NF
      name = $0
      sub(/^[ \t]*[0-9a-f]+[ \t]+/, "", name)
      sub(/[ \t]+\([^()]*(\([^()]*\))?[^()]*\)[ \t]*$/, "", name)
      names[++depth] = name
      files[depth] = file
    }
    END {
      count()
      if (!total) { print "no samples" > "/dev/stderr"; exit 1 }
      for (key in part) {
        split(key, pair, SUBSEP)
        if (part[key] > most[pair[1]]) { most[pair[1]] = part[key]; where[pair[1]] = pair[2] }
      }
      for (name in share) printf "%.2f\t%s\t%s\n", 100 * share[name] / total, name, where[name]
    }' | sort -rn > "$work/shares" || fail "perf recorded nothing of $2"
  local share kind where
  while IFS=$'\t' read -r share kind where; do
    # Names of Swift as people write them; a library by its name.
    if command -v swift > /dev/null && [[ "$where" == \$s* ]]; then where="$(swift demangle --compact --simplified "$where")"; fi
    if [[ "$where" == \(*/* ]]; then where="$(basename "${where%)}")"; fi
    printf '| %s | %s %% | `%s` |\n' "$kind" "$share" "$where"
  done < "$work/shares"
}

# The default number of samples a second is a round one, which may beat in time with what is measured.
record=(perf record --quiet -F 997 -g)

if [ "$what" != decoding ]; then
  S2S_DATA="$data" "$s2s" train "$root/Recipes/multi30k-de-en.yaml" --out "$work/run" --threads 2 \
    --set model.tying=none --set training.batchTokens=920 --set training.subwordDropout=0 --set training.averageDecay=0 \
    --set training.validationInterval=1000000 --set training.validationLines=1 --set training.schedule=constant \
    --set training.learningRate=0.001 --set training.clipNorm=5 > "$work/train.log" 2>&1 &
  training=$!
  until grep -qs '"progress"' "$work/run/log.jsonl"; do
    kill -0 "$training" 2> /dev/null || fail "the training run ended: $(tail -n 1 "$work/train.log")"
    sleep 0.2
  done
  # A thread that ends while perf lists them makes it give up.
  for attempt in {1..50}; do
    if "${record[@]}" -o "$work/training.perf" -p "$training" -- sleep "$seconds" >&2; then break; fi
    [ "$attempt" -lt 50 ] || fail "perf could not record; as root, or with kernel.perf_event_paranoid at most 1, it can"
  done
  kill -KILL "$training"
  wait "$training" 2> /dev/null || true
  training=''
  table "Training model S" "$work/training.perf"
fi
if [ "$what" != training ]; then
  "${record[@]}" -o "$work/decoding.perf" -- "$s2s" translate --model "$model" --beam 5 --batch 64 --threads 2 \
    --output "$work/output" "$data/multi30k/test_2016_flickr.de" >&2 || fail "perf could not record; as root, or with kernel.perf_event_paranoid at most 1, it can"
  table "Translating, beam 5, batch 64" "$work/decoding.perf"
fi
