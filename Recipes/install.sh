#!/usr/bin/env bash
# Builds s2s so that it runs without Swift, and installs it with the models that ship:
# PREFIX/bin/s2s, PREFIX/share/s2s/models and shell completions.
#
# usage: Recipes/install.sh [PREFIX]           default: ~/.local
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${1:-}" in
  -*) fail "usage: install.sh [PREFIX]" ;;
esac
[ $# -le 1 ] || fail "usage: install.sh [PREFIX]"
prefix="${1:-$HOME/.local}"
mkdir -p "$prefix" || fail "the folder $prefix cannot be made; choose another, or run this as its owner"
prefix="$(cd "$prefix" && pwd -P)"
[ -w "$prefix" ] || fail "you may not write to $prefix; choose another prefix, or run this as its owner"

prepare
say "Building s2s for installation (the first time takes a few minutes)"
# A folder of its own: these settings and those of `swift build` would undo each other's work.
build=(--package-path "$root" --scratch-path "$root/.build/install" -c release --static-swift-stdlib)
swift build "${build[@]}" --product s2s >&2
built="$(swift build "${build[@]}" --show-bin-path)/s2s"

say "Installing under $prefix"
mkdir -p "$prefix/bin" "$prefix/share/s2s"

# What is replaced may be in use: write beside it, then rename.
new="$(mktemp -d "$prefix/share/s2s/.new.XXXXXX")"
trap 'rm -rf "$new"' EXIT
cp "$built" "$new/s2s"
if command -v strip > /dev/null; then strip --strip-debug "$new/s2s"; fi
chmod 755 "$new/s2s"
mv -f "$new/s2s" "$prefix/bin/s2s"

# Under ~/.local this is also the folder for models of one's own: only what an installation has put there
# is replaced.
models="$prefix/share/s2s/models"
installed="$prefix/share/s2s/installed-models"
mkdir -p "$models"
touch "$installed"
count=0
for model in "$root"/Sources/PretrainedModels/Models/*/; do
  name="$(basename "$model")"
  [ -f "$model/model.json" ] || continue
  if [ -e "$models/$name" ] && ! grep -qxF "$name" "$installed"; then
    remark "$models/$name is a model of your own; it stays, and the one of that name that ships is left out."
    continue
  fi
  cp -R "$model" "$new/$name"
  chmod -R u+w,a+rX "$new/$name"
  if [ -e "$models/$name" ]; then mv "$models/$name" "$new/$name.old"; fi
  mv "$new/$name" "$models/$name"
  grep -qxF "$name" "$installed" || echo "$name" >> "$installed"
  count=$((count + 1))
done

# install_completions SHELL FILE
install_completions() {
  mkdir -p "$(dirname "$2")"
  "$prefix/bin/s2s" --generate-completion-script "$1" > "$2"
}
install_completions bash "$prefix/share/bash-completion/completions/s2s"
install_completions zsh "$prefix/share/zsh/site-functions/_s2s"
install_completions fish "$prefix/share/fish/vendor_completions.d/s2s.fish"

say "Checking"
elsewhere="$(mktemp -d)"
trap 'rm -rf "$new" "$elsewhere"' EXIT
cd "$elsewhere"
"$prefix/bin/s2s" --version >&2
# Each model translates a line or captions a picture: so the libraries are there, too.
while read -r name; do
  [ -d "$models/$name" ] || continue
  if grep -q '"kind" : "caption"' "$models/$name/model.json"; then
    "$prefix/bin/s2s" caption --model "$models/$name" - < "$root/Images/scenes/scene001.png" > /dev/null
  else
    echo 'Anna.' | "$prefix/bin/s2s" translate --model "$models/$name" > /dev/null
  fi
  remark "$name works."
done < "$installed"
if [ "$count" -eq 0 ]; then remark "No model was installed."; fi

remark "Installed: $prefix/bin/s2s ($(du -h "$prefix/bin/s2s" | cut -f 1)), models in $models: $count"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) remark "To find it by name, add it to your path: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
