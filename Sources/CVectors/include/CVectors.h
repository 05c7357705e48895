#pragma once
// What is done to numbers one by one: activations, softmax, steps of optimizers, in the widest instructions the
// processor has.
//
// All sets go through memory sixteen numbers at a time, and sums have sixteen parts that are added up in order, so
// that those with fused multiply-adds give the same results, to the bit. No number depends on where it stands.

/// What one Adam step needs besides its buffers; see `AdamStep` in Tensors.
typedef struct {
  float stepSize, beta1, beta2, epsilon, decay, gradientScale;
} s2s_adam;

/// Two rows whose softmaxes p and q are compared.
typedef struct {
  /// Logits, and what makes log-probabilities of them when it is taken off.
  const float *x, *y;
  float lessX, lessY;
  /// What makes probabilities of exponentials.
  float shareX, shareY;
} s2s_pair;

/// One set of kernels.
typedef struct {
  /// "avx512", "avx2", "neon" or "portable".
  const char *name;
  /// Whether multiply and add are rounded once.
  int is_fused;

  /// y += factor · x.
  void (*add)(long count, float factor, const float *x, float *y);
  /// x = factor · x − less.
  void (*scale)(long count, float factor, float less, float *x);
  /// Brings every number into ±bound; NaN stays what it is.
  void (*clamp)(long count, float bound, float *x);
  /// x = tanh(x).
  void (*tanh)(long count, float *x);
  /// dy = dy · (1 − y²).
  void (*tanh_gradient)(long count, const float *y, float *dy);

  /// Activates the gates of a row (input, forget, candidate, output; `units` each) and makes the cell's value.
  ///
  /// @param previous the cell's value before; NULL for zeros.
  void (*lstm_update)(long units, float *gates, const float *previous, float *cell);
  /// @param dPrevious added to; may be NULL.
  void (*lstm_update_gradient)(long units, const float *dCell, const float *gates, const float *previous,
                               float *dGates, float *dPrevious);
  /// hidden = output · tanh(cell).
  void (*lstm_output)(long units, const float *output, const float *cell, float *hidden);
  /// @param dCell added to; may be NULL.
  void (*lstm_output_gradient)(long units, const float *dHidden, const float *output, const float *cell,
                               float *dOutput, float *dCell);

  /// As `lstm_update`, with gates that see the cell's value: input and forget gates the one before, the output gate
  /// the new one.
  ///
  /// @param peepholes weights of input, forget and output gate, `units` each.
  void (*peephole_update)(long units, const float *peepholes, float *gates, const float *previous, float *cell);
  /// @param dGates the output gate's gradient is there already; the others are added to.
  /// @param dPrevious added to; may be NULL, as `dPeepholes`.
  void (*peephole_update_gradient)(long units, const float *peepholes, const float *dCell, const float *gates,
                                   const float *previous, const float *cell, float *dGates, float *dPrevious,
                                   float *dPeepholes);

  /// As `lstm_update` with the gates forget, candidate, output, and 1 − forget for the input gate.
  void (*cifg_update)(long units, float *gates, const float *previous, float *cell);
  void (*cifg_update_gradient)(long units, const float *dCell, const float *gates, const float *previous,
                               float *dGates, float *dPrevious);

  /// A GRU's step, reset after the product: activates a row of gates (reset, update, candidate; `units` each).
  ///
  /// @param recurrent the state's share of the gates; that of the candidate gets the bias added.
  /// @param bias of the candidate's share.
  /// @param previous the state before; NULL for zeros.
  void (*gru_update)(long units, float *gates, float *recurrent, const float *bias, const float *previous,
                     float *hidden);
  /// All gradients are added to; `dBias` and `dPrevious` may be NULL.
  void (*gru_update_gradient)(long units, const float *dHidden, const float *gates, const float *recurrent,
                              const float *previous, float *dGates, float *dRecurrent, float *dBias,
                              float *dPrevious);

  /// A GRU that resets before the product: activates reset and update gates, and makes reset · hidden.
  ///
  /// @param recurrent the state's share of these two.
  void (*gru_reset)(long units, float *gates, const float *recurrent, const float *hidden, float *reset);
  /// Of the reset gate; @param dHidden may be NULL.
  void (*gru_reset_gradient)(long units, const float *dReset, const float *gates, const float *hidden,
                             float *dGates, float *dRecurrent, float *dHidden);
  /// The rest of the step.
  ///
  /// @param recurrent the share of the candidate.
  void (*gru_output)(long units, float *gates, const float *recurrent, const float *previous, float *hidden);
  /// @param dUpdate of the update gate's recurrent share.
  /// @param dPrevious may be NULL.
  void (*gru_output_gradient)(long units, const float *dHidden, const float *gates, const float *previous,
                              float *dGates, float *dUpdate, float *dCandidate, float *dPrevious);

  /// y = share · previous + (1 − share) · updated.
  ///
  /// @param mask the shares; `rate` for all where NULL.
  /// @param previous NULL for zeros.
  void (*zoneout)(long count, const float *mask, float rate, const float *updated, const float *previous, float *y);
  /// Added to those that are not NULL.
  void (*zoneout_gradient)(long count, const float *mask, float rate, const float *dy, float *dUpdated,
                           float *dPrevious);

  /// gate = σ(gate); y = gate · f + (1 − gate) · x.
  void (*highway)(long count, float *gate, const float *f, const float *x, float *y);
  /// Added to those that are not NULL.
  ///
  /// @param gate as `highway` left it.
  /// @param dGate of what went into the logistic function.
  void (*highway_gradient)(long count, const float *dy, const float *gate, const float *f, const float *x,
                           float *dGate, float *df, float *dx);

  /// Each row with mean 0 and variance 1, times a gain, plus a shift.
  ///
  /// @param shift NULL for zeros.
  /// @param accumulate whether `y` is added to.
  /// @param normalized before gain and shift.
  /// @param deviations 1 / √(variance + epsilon), one a row.
  void (*normalize)(long rows, long width, const float *x, const float *gain, const float *shift, float epsilon,
                    int accumulate, float *normalized, float *deviations, float *y);
  /// Added to those that are not NULL.
  void (*normalize_gradient)(long rows, long width, const float *dy, const float *normalized,
                             const float *deviations, const float *gain, float *dx, float *dGain, float *dShift);

  /// The largest number and the sum of all.
  void (*peak_and_total)(long count, const float *x, float *peak, float *total);
  /// Σ exp(x − less).
  float (*sum_of_exponentials)(long count, float less, const float *x);
  /// x = exp(x − less).
  ///
  /// @return their sum.
  float (*exponentials)(long count, float less, float *x);

  /// KL(p‖q) and KL(q‖p).
  ///
  /// @param p exponentials of the first row, of which `pair` makes probabilities; `q` likewise.
  void (*divergences)(long count, s2s_pair pair, const float *p, const float *q, float *forth, float *back);
  /// The gradient of factor · (KL(p‖q) + KL(q‖p)) for the logits, on top of scale · probability − less, in place of
  /// exponentials.
  void (*divergence_gradient)(long count, s2s_pair pair, float forth, float back, float factor, float scale,
                              float less, float *p, float *q);

  /// Σ v · tanh(q + k).
  float (*additive_score)(long count, const float *q, const float *k, const float *v);
  /// Its gradient times d, added to each of dq, dk and dv that is not NULL.
  void (*additive_score_gradient)(long count, float d, const float *q, const float *k, const float *v,
                                  float *dq, float *dk, float *dv);

  /// One Adam step in one pass over memory.
  void (*adam)(long count, s2s_adam step, const float *gradient, float *weight, float *first, float *second);
} s2s_vectors;

/// The sets that this processor can run, best first.
///
/// @param number from 0.
/// @return NULL beyond the last; the portable set is always there.
const s2s_vectors *s2s_vectors_at(int number);
