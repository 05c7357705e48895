#!/usr/bin/env bash
# Shows that a run that is killed and resumed ends with the very weights of an unbroken one, and that
# the number of threads changes nothing: trains Recipes/tiny.yaml, or another recipe of this folder, for 300
# updates unbroken, again with one thread, and a third time killed (kill -9) at random moments, and compares
# checksums.
#
# usage: Recipes/check-resume.sh [KILLS] [RECIPE]       default: 10 tiny
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kills="${1:-10}"
recipe="$root/Recipes/${2:-tiny}.yaml"
[ -f "$recipe" ] || fail "there is no recipe $recipe"
prepare
build_program
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# train RUN [OPTION …]
train() {
  local run="$1"
  shift
  # In place of the shell, so that a kill hits the program and not what began it.
  exec "$s2s" train "$recipe" --out "$folder/$run" --set training.updates=300 \
    --set training.epochs=0 --set training.validationInterval=10 "$@" 2>> "$folder/$run.log"
}

# checksums RUN: of the best model's weights, and of the last checkpoints' average.
checksums() {
  cat "$folder/$1/best/weights.safetensors" | sha256sum
  [ -d "$folder/$1.average" ] \
    || "$s2s" models average "$folder/$1.average" "$folder/$1" 2>> "$folder/$1.log"
  cat "$folder/$1.average/weights.safetensors" | sha256sum
}

say "An unbroken run with two threads"
started=$SECONDS
(train unbroken --threads 2)
seconds=$((SECONDS - started + 1))
say "The same with one thread"
(train single --threads 1)

say "The same, killed $kills times"
done_kills=0
while [ "$done_kills" -lt "$kills" ]; do
  train killed --threads 2 &
  process=$!
  # Anywhere from the reading of the data to the last update.
  sleep "$(awk -v s="$seconds" -v r="$RANDOM" 'BEGIN { printf "%.2f", 0.4 + (s * r / 32768) / 7 }')"
  if kill -9 "$process" 2> /dev/null; then
    done_kills=$((done_kills + 1))
    wait "$process" 2> /dev/null || true
    echo "kill $done_kills after $(grep -o '"update":[0-9]*' "$folder/killed/log.jsonl" 2> /dev/null | tail -n 1)" >&2
  else
    wait "$process" || true
    # It came to its end before it could be killed: once more from the beginning.
    rm -rf "$folder/killed"
  fi
done
(train killed --threads 2)

for run in unbroken single killed; do
  echo "$run: $(checksums "$run" | cut -c 1-16 | tr '\n' ' ')"
done
[ "$(checksums unbroken)" = "$(checksums single)" ] || fail "one thread gives other weights than two"
[ "$(checksums unbroken)" = "$(checksums killed)" ] || fail "the killed run ended with other weights"
say "All the same"
