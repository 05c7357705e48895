#!/usr/bin/env bash
# Installs what s2s is compared with (PyTorch, OpenNMT-py, CTranslate2, sentencepiece, sacreBLEU; Marian if
# wanted) into a folder outside the source, from the package index, and makes the data and models that the
# comparison needs. Does nothing for what is already there; may be run again at any time.
#
# usage: Recipes/benchmarks/install-peers.sh FOLDER [--scripts SCRIPTS] [--data DATA] [--train SECONDS]
#                                            [--only NAMES] [--marian]
#
#   --scripts SCRIPTS  the folder of the peers' scripts (prepare.py, ct2/make.sh, …)
#   --data DATA        the folder that holds multi30k; with --scripts it is cut into subwords for the peers, and
#                      CTranslate2's models are made
#   --train SECONDS    trains OpenNMT-py's model S for so long (about 25 minutes make a fair one), unless there is one
#   --only NAMES       of torch, onmt, tools, with commas between; all of them unless told
#   --marian           Marian too: a wheel of 600 MB
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

usage() { fail "usage: install-peers.sh FOLDER [--scripts SCRIPTS] [--data DATA] [--train SECONDS] [--only NAMES] [--marian]"; }

folder='' scripts='' data='' train='' only=torch,onmt,tools
while [ $# -gt 0 ]; do
  case "$1" in
    --scripts | --data | --train | --only)
      [ $# -ge 2 ] || usage
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --marian) marian=yes ;;
    -*) usage ;;
    *)
      [ -z "$folder" ] || usage
      folder="$1"
      ;;
  esac
  shift
done
[ -n "$folder" ] || usage
[ -z "$train" ] || [[ "$train" =~ ^[1-9][0-9]*$ ]] || fail "--train takes whole seconds, not '$train'"
[ -z "$train" ] || [ -n "$scripts" ] || fail "--train needs --scripts, where OpenNMT-py's recipe lies"
for name in ${only//,/ }; do
  case "$name" in torch | onmt | tools) ;; *) fail "--only knows torch, onmt and tools, not '$name'" ;; esac
done
command -v python3 > /dev/null || fail "python3 is needed; install it with its venv module"

case "$(realpath -m "$folder")/" in "$root"/*) fail "$folder lies in the source; choose a folder outside of it" ;; esac
mkdir -p "$folder" || fail "the folder $folder cannot be made; choose another"
folder="$(cd "$folder" && pwd -P)"
for variable in scripts data; do
  [ -z "${!variable}" ] && continue
  [ -d "${!variable}" ] || fail "there is no folder ${!variable} (--$variable)"
  printf -v "$variable" '%s' "$(cd "${!variable}" && pwd -P)"
done
if [ -n "$scripts" ]; then
  [ -f "$scripts/prepare.py" ] || fail "$scripts has no prepare.py; --scripts names the folder of the peers' scripts"
fi
if [ -n "$data" ]; then
  [ -f "$data/multi30k/train.de" ] || fail "$data has no multi30k/train.de; Recipes/multi30k-de-en.yaml says how to get it"
fi
cd "$folder"
mkdir -p run stub
# OpenNMT-py imports both for transforms that are not used here.
: >> stub/spacy.py
: >> stub/fasttext.py

# Prints those of the packages (NAME or NAME==VERSION…) that an environment lacks.
lacking() {
  "$1/bin/python" - "${@:2}" <<'PYTHON'
import re, sys
from importlib.metadata import PackageNotFoundError, version
for wanted in sys.argv[1:]:
    name, _, exact = re.split(r"[<>]", wanted)[0].partition("==")
    try:
        found = version(name)
        lacks = exact and found.partition("+")[0] != exact.partition("+")[0]
    except PackageNotFoundError:
        lacks = True
    if lacks:
        print(wanted)
PYTHON
}

# environment NAME [PACKAGE…]: installs those that are lacking, with all they need.
environment() {
  local name="$1"
  [ -x "$name/bin/python" ] || python3 -m venv "$name" || fail "no environment could be made in $folder/$name; Debian has the module in python3-venv"
  local packages
  mapfile -t packages < <(lacking "$name" "${@:2}")
  if [ ${#packages[@]} -eq 0 ]; then
    remark "$name: all there"
    return
  fi
  say "Installing into $name: ${packages[*]}"
  "$name/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
}

# bare NAME PACKAGE…: the same, without what they say they need, which is more than serves here (OpenNMT-py
# asks for an older PyTorch; PyTorch for processors alone needs no CUDA).
bare() {
  local name="$1"
  [ -x "$name/bin/python" ] || python3 -m venv "$name"
  local packages
  mapfile -t packages < <(lacking "$name" "${@:2}")
  [ ${#packages[@]} -gt 0 ] || return 0
  say "Installing into $name: ${packages[*]}"
  # Not every index has PyTorch's wheels for processors alone; PyTorch's own has.
  "$name/bin/pip" install --quiet --disable-pip-version-check --no-deps "${packages[@]}" >&2 \
    || "$name/bin/pip" install --quiet --disable-pip-version-check --no-deps \
      --extra-index-url https://download.pytorch.org/whl/cpu "${packages[@]}" >&2
}

pytorch=torch==2.13.0+cpu
needed_by_pytorch=(numpy sympy typing_extensions filelock networkx jinja2 fsspec)
for name in ${only//,/ }; do
  case "$name" in
    torch)
      bare torch "$pytorch"
      environment torch "${needed_by_pytorch[@]}" sentencepiece sacrebleu
      ;;
    onmt)
      bare onmt OpenNMT-py==3.5.1 "$pytorch"
      environment onmt "${needed_by_pytorch[@]}" configargparse 'ctranslate2<5,>=4' tensorboard flask waitress \
        'pyonmttok<2,>=1.37' pyyaml sacrebleu rapidfuzz pyahocorasick six 'setuptools<81'
      ;;
    # CTranslate2 once more: beside PyTorch it would load that too, and its memory would be counted as its own.
    tools) environment tools sentencepiece subword-nmt sacrebleu==2.6.0 pycocoevalcap 'ctranslate2<5,>=4' ;;
  esac
done
if [ -n "${marian:-}" ]; then environment marian pymarian==1.12.42; fi

if [ -z "$scripts" ] || [ -z "$data" ]; then
  remark "The peers' data is prepared when both --scripts and --data are given."
  exit 0
fi
# What it writes last tells whether it ended.
if [ -s data/test_2016_flickr.200.spm.en ]; then
  remark "data: all there"
elif [ -x tools/bin/python ]; then
  say "Cutting multi30k into subwords"
  tools/bin/python "$scripts/prepare.py" "$data/multi30k" >&2
else
  fail "data is prepared with the environment tools, which is not in $folder; install it too"
fi
if [ -n "${marian:-}" ] && [ ! -s data/marian.yml ]; then python3 "$scripts/marian/vocab.py"; fi

[ -x onmt/bin/python ] || exit 0
export PYTHONPATH=stub PYTHONWARNINGS=ignore OMP_NUM_THREADS=2 TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1
if [ ! -s run/onmt_s/vocab ]; then
  say "Counting the vocabulary for OpenNMT-py"
  mkdir -p run/onmt_s
  onmt/bin/onmt_build_vocab -config "$scripts/onmt/s.yaml" -n_sample -1 >&2
fi
if [ -s run/ct2/small/model.bin ]; then
  remark "CTranslate2's models: all there"
else
  say "Making CTranslate2's models (untrained: they are for speed alone)"
  sh "$scripts/ct2/make.sh" >&2
  [ -s run/ct2/small/model.bin ] || fail "CTranslate2's model was not made; $folder/run/ct2/small.log may say why"
fi
if compgen -G 'run/onmt_s/model_step_*.pt' > /dev/null; then
  remark "OpenNMT-py's model: there"
elif [ -n "$train" ]; then
  say "Training OpenNMT-py's model S for $train seconds"
  python3 "$scripts/rss.py" -t "$train" onmt/bin/onmt_train -config "$scripts/onmt/s.yaml" >&2
  compgen -G 'run/onmt_s/model_step_*.pt' > /dev/null \
    || fail "OpenNMT-py saved no model within $train seconds; give it more with --train"
else
  remark "OpenNMT-py has no trained model yet, which the comparison of decoding needs: run this with --train 1540."
fi
