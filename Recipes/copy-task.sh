#!/usr/bin/env bash
# Shows vanishing gradients and what an LSTM does about them: a task in which three letters must be kept for 100 steps
# (Recipes/copy.yaml), learned by a plain tanh network and by an LSTM of the same width, and how much of a gradient is left
# in both after 1 to 200 steps. Takes some three minutes on two cores.
#
# usage: Recipes/copy-task.sh [FOLDER]        where the two plots go; default: Runs/copy-task
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

work="$root/Runs/copy-task"
plots="${1:-$work}"
prepare
build_program
mkdir -p "$work" "$plots"

# lines COUNT SEED: that many lines of the task; the generator is Park and Miller's (1988), so that every awk draws the same.
lines() {
  awk -v count="$1" -v seed="$2" '
    function letter() { seed = (seed * 16807) % 2147483647; return substr("abcdefgh", int(seed / 2147483647 * 8) + 1, 1) }
    BEGIN {
      for (i = 0; i < 96; i++) dots = dots " ."
      while (count-- > 0) { word = letter() " " letter() " " letter(); print word dots " ? " word }
    }'
}
lines 10000 11 > "$work/train.txt"
lines 200 12 > "$work/dev.txt"
sed 's/?.*/? /' "$work/dev.txt" > "$work/asked.txt"

# learn CELL [OPTION …]: trains, asks, and looks at gradients; its answers go to stdout.
learn() {
  local cell="$1" run="$work/$1"
  shift
  say "$cell: training, in $run"
  "$s2s" train "$root/Recipes/copy.yaml" --out "$run" --set "model.cell=$cell" "$@"
  echo "== $cell"
  "$s2s" evaluate perplexity --model "$run/best" "$work/dev.txt"
  "$s2s" complete --model "$run/best" --beam 1 --max-words 3 < "$work/asked.txt" > "$work/$cell.txt"
  paste -d '|' "$work/dev.txt" "$work/$cell.txt" \
    | awk -F '|' '{ right += $1 == $2 } END { print right " of " NR " lines are said again without a fault" }'
  "$s2s" inspect gradients "$run" --text "$work/dev.txt" --svg "$plots/$cell.svg"
}
learn rnn --set model.forgetBias=1
learn lstm
remark "The plots are $plots/rnn.svg and $plots/lstm.svg"
