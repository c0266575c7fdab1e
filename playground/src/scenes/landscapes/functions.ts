// Functions of two variables with their gradients, as the optimizers see them.

export type LandscapeName = 'rosenbrock' | 'beale' | 'himmelblau' | 'saddle' | 'ravine';

export type Point = readonly [x: number, y: number];

/** A function to minimise over a rectangle. */
export interface Landscape {
  /** Its formula, in plain text. */
  readonly formula: string;
  readonly value: (x: number, y: number) => number;
  readonly gradient: (x: number, y: number) => Point;
  readonly x: Point;
  readonly y: Point;
  /** Start of the paths unless another is chosen. */
  readonly start: Point;
  readonly minima: readonly Point[];
  /** Learning rate at which SGD gets on without diverging from the start; for methods that scale their steps see `RATES`. */
  readonly sgd: number;
}

export const LANDSCAPES: Readonly<Record<LandscapeName, Landscape>> = {
  rosenbrock: {
    formula: 'f(x, y) = (1 − x)² + 100 (y − x²)²',
    value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    x: [-2, 2],
    y: [-1, 3],
    start: [-1.2, 1],
    minima: [[1, 1]],
    sgd: 0.001,
  },
  beale: {
    formula: 'f(x, y) = (1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²',
    value: (x, y) => (1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2,
    gradient(x, y) {
      const [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y ** 2, 2.625 - x + x * y ** 3];
      return [2 * (a * (y - 1) + b * (y ** 2 - 1) + c * (y ** 3 - 1)), 2 * x * (a + 2 * b * y + 3 * c * y ** 2)];
    },
    x: [-4, 4],
    y: [-4, 4],
    start: [1, 1.5],
    minima: [[3, 0.5]],
    sgd: 0.01,
  },
  himmelblau: {
    formula: 'f(x, y) = (x² + y − 11)² + (x + y² − 7)²',
    value: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    gradient: (x, y) => [
      4 * x * (x * x + y - 11) + 2 * (x + y * y - 7),
      2 * (x * x + y - 11) + 4 * y * (x + y * y - 7),
    ],
    x: [-5, 5],
    y: [-5, 5],
    start: [-0.5, -1],
    minima: [
      [3, 2],
      [-2.805118, 3.131312],
      [-3.77931, -3.283186],
      [3.584428, -1.848126],
    ],
    sgd: 0.005,
  },
  saddle: {
    formula: 'f(x, y) = x² − y² + y⁴ / 4',
    value: (x, y) => x * x - y * y + y ** 4 / 4,
    gradient: (x, y) => [2 * x, -2 * y + y ** 3],
    x: [-2, 2],
    y: [-2, 2],
    start: [-1.8, 0.01],
    minima: [
      [0, Math.SQRT2],
      [0, -Math.SQRT2],
    ],
    sgd: 0.05,
  },
  ravine: {
    formula: 'f(x, y) = 0.1 x² + 2 y²',
    value: (x, y) => 0.1 * x * x + 2 * y * y,
    gradient: (x, y) => [0.2 * x, 4 * y],
    x: [-6, 3],
    y: [-4.5, 4.5],
    start: [-5, -2],
    minima: [[0, 0]],
    sgd: 0.4,
  },
};

export const LANDSCAPE_NAMES = Object.keys(LANDSCAPES) as LandscapeName[];
