#!/usr/bin/env bash
# Installs what is missing (Debian, Ubuntu), builds, and runs all tests.
#
# usage: Recipes/test.sh [--filter NAME …]     options go to `swift test`
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
build_program

say "Building the tests (the first time takes a few minutes)"
# Numerical tests are many times slower without optimisation. `swift test` alone would build every module
# again so that @testable works, which no test of this project uses.
swift build --package-path "$root" -c release --build-tests >&2

say "Running the tests"
swift test --package-path "$root" -c release --skip-build --disable-xctest "$@"
