# What the scripts of this folder share; read by them, not run by itself.
# Each of them works from any folder and may be run again at any time.

set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
required_swift=6.2

# Everything said about the work goes to stderr, so that stdout holds answers alone.
say() { printf '\n== %s\n' "$*" >&2; }
remark() { printf '%s\n' "$*" >&2; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    fail "root must run: $* (there is no sudo here)"
  fi
}

# Prints the Debian packages that a build needs and that are not there. libjpeg-dev leads to the library
# each distribution prefers: libjpeg62-turbo-dev on Debian, libjpeg-turbo8-dev on Ubuntu.
missing_packages() {
  local package
  for package in libopenblas-dev libpng-dev libjpeg-dev libc6-dev git ca-certificates; do
    dpkg-query -W -f '${Status}\n' "$package" 2> /dev/null | grep -q 'ok installed' \
      || echo "$package"
  done
  # Swift links with the C++ library; its package is named after the compiler's version.
  compgen -G '/usr/lib/gcc/*/*/libstdc++.so' > /dev/null || echo g++
}

# Sees to it that the system's libraries are there.
install_libraries() {
  if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
    if ! pkg-config --exists openblas libpng libjpeg 2> /dev/null; then
      remark "This is neither Debian nor Ubuntu. A build needs OpenBLAS with its header cblas.h (packages"
      remark "openblas-devel, openblas-dev or openblas), libpng and libjpeg with their headers (libpng-devel"
      remark "or libpng-dev, libjpeg-turbo-devel or libjpeg-turbo-dev), the C and C++ libraries' headers,"
      remark "and git; if it stops at one of them, install it and start again."
    fi
    return
  fi
  local missing
  missing="$(missing_packages)"
  if [ -z "$missing" ]; then return; fi
  say "Installing $(echo $missing)"
  # The answers of the package manager are no answers of ours.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    $missing >&2
}

# Sees to it that Swift is there and new enough.
check_swift() {
  command -v swift > /dev/null \
    || fail "Swift $required_swift or newer is needed; get it at https://www.swift.org/install/linux/ and see that 'swift --version' answers"
  local version
  version="$(swift --version 2> /dev/null | sed -nE 's/.*Swift version ([0-9]+(\.[0-9]+)*).*/\1/p' | head -n 1)"
  [ -n "$version" ] || fail "'swift --version' does not say which Swift this is; reinstall it from https://www.swift.org/install/linux/"
  # The older of the two comes first.
  [ "$(printf '%s\n' "$required_swift" "$version" | sort -V | head -n 1)" = "$required_swift" ] \
    || fail "this is Swift $version, but $required_swift or newer is needed; get it at https://www.swift.org/install/linux/"
}

prepare() {
  install_libraries
  check_swift
}

# Builds the program in release mode; sets `s2s` to its path.
build_program() {
  say "Building s2s (the first time takes a few minutes)"
  swift build --package-path "$root" -c release --product s2s >&2
  s2s="$(swift build --package-path "$root" -c release --show-bin-path)/s2s"
}
