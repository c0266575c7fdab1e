// The points to learn from, all within the square from -1 to 1 or near it.
import { type Dataset, dataset, randn, randperm, tensor } from 'adamas';
import { blobs, spiral, twoMoons } from 'adamas/datasets';
import type { BoundaryState } from './state.js';

/** Points as the page draws them. */
export interface Points {
  /** x and y of each, one after the other. */
  readonly places: Float32Array;
  readonly labels: Uint8Array;
  readonly classes: number;
}

type Source = Pick<BoundaryState, 'shape' | 'count' | 'noise' | 'painted' | 'seed'>;

export function makePoints({ shape, count, noise, painted, seed }: Source): Points {
  switch (shape) {
    case 'moons':
      return pointsOf(twoMoons(count, { noise, seed }), 2, (x, y) => [0.65 * (x - 0.5), 0.65 * (y - 0.25)]);
    case 'spirals':
      return pointsOf(spiral(count, { turns: 1, noise: noise / 4, seed }), 2, (x, y) => [0.95 * x, 0.95 * y]);
    case 'blobs': {
      const centers = [
        [-0.5, -0.4],
        [0.5, -0.4],
        [0, 0.5],
      ];
      return pointsOf(blobs(count, { centers, deviation: 0.08 + noise, seed }), 3, (x, y) => [x, y]);
    }
    case 'circles':
      return circles(count, noise, seed);
    case 'painted':
      return {
        places: Float32Array.from(painted.flatMap(({ x, y }) => [x, y])),
        labels: Uint8Array.from(painted, ({ label }) => label),
        classes: Math.max(2, ...painted.map(({ label }) => label + 1)),
      };
  }
}

/** The points of a dataset, moved by `place`. Disposes the dataset. */
function pointsOf(data: Dataset, classes: number, place: (x: number, y: number) => readonly [number, number]): Points {
  const places = data.features.data.slice();
  for (let i = 0; i < places.length; i += 2) places.set(place(places[i]!, places[i + 1]!), i);
  const labels = Uint8Array.from(data.targets.data);
  data.dispose();
  return { places, labels, classes };
}

/** A circle within another, two classes in turn. */
function circles(count: number, noise: number, seed: number): Points {
  const normal = randn([count, 2], { seed });
  const places = normal.data.map((z) => 0.6 * noise * z);
  normal.dispose();
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = i % 2;
    const radius = labels[i] ? 0.4 : 0.85;
    // Math.cos differs between engines in the last place of a double; rounding to float32 hides all but one in 10^8 of the differences.
    const angle = (2 * Math.PI * Math.floor(i / 2)) / Math.ceil(count / 2);
    places[2 * i]! += radius * Math.cos(angle);
    places[2 * i + 1]! += radius * Math.sin(angle);
  }
  return { places, labels, classes: 2 };
}

/** Share of the points that are held out to validate on; below FEW points none are. */
const HELD = 0.25;
const FEW = 20;

/** Divides the points at random: 1 for those that are held out. */
export function holdOut({ labels }: Points, seed: number): Uint8Array {
  const held = new Uint8Array(labels.length);
  if (labels.length < FEW) return held;
  for (const i of randperm(labels.length, { seed }).subarray(0, Math.round(HELD * labels.length))) held[i] = 1;
  return held;
}

/** The points whose mark in `held` is this one, as a dataset. */
export function datasetOf({ places, labels }: Points, held: Uint8Array, mark: 0 | 1): Dataset {
  const chosen = Array.from(labels.keys()).filter((i) => held[i] === mark);
  const features = Float32Array.from(chosen.flatMap((i) => [places[2 * i]!, places[2 * i + 1]!]));
  return dataset(
    tensor(features, [chosen.length, 2]),
    Float32Array.from(chosen, (i) => labels[i]!),
  );
}
