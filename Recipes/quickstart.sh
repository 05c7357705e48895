#!/usr/bin/env bash
# From a fresh machine with Swift to a first translation and a first model of your own: installs what
# is missing (Debian, Ubuntu), builds, translates, captions and completes with the models that ship, trains Recipes/tiny.yaml,
# Recipes/tiny-captions.yaml and Recipes/tiny-text.yaml, and uses all three.
#
# usage: Recipes/quickstart.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
build_program

# translate_examples FROM TO: translates stdin with the model that ships, if it is there.
translate_examples() {
  say "Translating from $1 to $2 with the model that ships"
  if [ -f "$root/Sources/PretrainedModels/Models/$1-$2/model.json" ]; then
    "$s2s" translate --src "$1" --tgt "$2"
  else
    remark "There is no model in Sources/PretrainedModels/Models/$1-$2; going on without it."
  fi
}

translate_examples de en << 'END'
Guten Morgen! Wie geht es Ihnen heute?
Ich habe gestern meinen Schlüssel verloren.
Wenn es morgen regnet, bleiben wir zu Hause.
END
translate_examples en de << 'END'
Good morning! How are you today?
Where is the nearest station?
I would like to learn German, but I don't have enough time.
END

say "Captioning with the model that ships; it knows photos, and this is a drawing"
if [ -f "$root/Sources/PretrainedModels/Models/photos-en/model.json" ]; then
  "$s2s" caption "$root/Images/scenes/scene001.png"
else
  remark "There is no model in Sources/PretrainedModels/Models/photos-en; going on without it."
fi

say "Completing with the model that ships, and suggesting the next words while one is half typed"
if [ -f "$root/Sources/PretrainedModels/Models/complete-en/model.json" ]; then
  "$s2s" complete 'A man is riding a b'
  "$s2s" complete --next 'A man is riding a b'
else
  remark "There is no model in Sources/PretrainedModels/Models/complete-en; going on without it."
fi

run="$root/Runs/tiny"
say "Training a small model on Corpora/ (at most two minutes), in $run"
"$s2s" train "$root/Recipes/tiny.yaml" --out "$run" --budget 100s

say "Translating with the new model: two of the 665 sentences it has seen, and a new one"
"$s2s" translate --model "$run/best" << 'END'
Guten Morgen, Anna, hast du gut geschlafen?
Hallo Paul, schön, dass du da bist.
Wo ist Maria?
END

run="$root/Runs/tiny-captions"
say "Training a small captioner on Images/scenes (at most two minutes), in $run"
"$s2s" train "$root/Recipes/tiny-captions.yaml" --out "$run" --budget 100s

say "Captioning two scenes that it has not seen"
head -n 2 "$root/Images/scenes/dev.txt" | sed "s|^|$root/Images/scenes/|" | "$s2s" caption --model "$run/best"

run="$root/Runs/tiny-text"
say "Training a small language model on Corpora/ (under a minute), in $run"
"$s2s" train "$root/Recipes/tiny-text.yaml" --out "$run" --budget 50s

say "The same with it"
"$s2s" complete --model "$run/best" 'Good morn'
"$s2s" complete --model "$run/best" --next 'Good morn'

say "Done"
remark "The program is $s2s"
remark "Recipes/install.sh installs it; README.md says how to train on data of your own."
