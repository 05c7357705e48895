#pragma once
#include "CDepthwise.h"
// Along one direction of a map, places near an edge have fewer taps than those inside. Places that have the
// same ones are taken together.

/// Places start, start + step, …: each sums `taps` taps, of which the first is number `tap` and, for the
/// first place, reads `source`.
typedef struct {
  int start, count, tap, taps, source;
} run;

enum { most_runs = 64 };

/// All places, and what is the same for all of them.
typedef struct {
  run runs[most_runs];
  int count;
  /// From a place to the next in a run, and in what it reads.
  int step, source_next;
  /// From a tap to the next, and in what it reads.
  int tap_step, source_step;
} runs;

static void append(runs *all, run next) {
  if (all->count > 0) {
    run *last = &all->runs[all->count - 1];
    if (last->tap == next.tap && last->taps == next.taps &&
        last->start + last->count * all->step == next.start &&
        last->source + last->count * all->source_next == next.source) {
      last->count++;
      return;
    }
  }
  all->runs[all->count++] = next;
}

/// Results `first` to `last` (not included), counted from `first`, of an input seen from `origin` on.
static runs forward_runs(int first, int last, int inputs, int kernel, int stride, int before, int origin) {
  runs all = {.count = 0, .step = 1, .source_next = stride, .tap_step = 1, .source_step = 1};
  for (int place = first; place < last; place++) {
    const int begin = place * stride - before;
    const int tap = begin < 0 ? -begin : 0;
    const int end = inputs - begin < kernel ? inputs - begin : kernel;
    append(&all, (run){place - first, 1, tap, end - tap, begin + tap - origin});
  }
  return all;
}

/// Inputs phase, phase + stride, …, each with the results it has a share in: tap t of input i is of result
/// (i + before - t) / stride where that is a whole number.
static runs backward_runs(int phase, int inputs, int outputs, int kernel, int stride, int before) {
  runs all = {
      .count = 0, .step = stride, .source_next = 1, .tap_step = stride, .source_step = -1};
  for (int input = phase; input < inputs; input += stride) {
    const int place = input + before, lowest = place - stride * (outputs - 1);
    const int tap = lowest > 0 ? lowest : place % stride;
    const int highest = place < kernel - 1 ? place : kernel - 1;
    if (highest < tap) continue;
    append(&all, (run){input, 1, tap, (highest - tap) / stride + 1, (place - tap) / stride});
  }
  return all;
}
