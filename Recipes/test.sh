#!/usr/bin/env bash
# Installs what is missing (Debian, Ubuntu), builds, and runs all tests.
#
# usage: Recipes/test.sh [--filter NAME …]     options go to `swift test`
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

prepare
build_program

say "Building and running the tests"
# Numerical tests are many times slower without optimisation. No test needs @testable; saying so keeps
# the modules just built from being built again with other settings.
swift test --package-path "$root" -c release --disable-testable-imports --disable-xctest "$@"
