// The state of the scene, the training and its points, as the address holds it.

export const SHAPES = ['moons', 'circles', 'spirals', 'blobs', 'painted'] as const;
export type Shape = (typeof SHAPES)[number];

export const ACTIVATION_NAMES = ['tanh', 'relu', 'sigmoid', 'gelu', 'silu'] as const;
export type Activation = (typeof ACTIVATION_NAMES)[number];

export const RULES = ['adam', 'adamw', 'nadam', 'rmsprop', 'adagrad', 'lion', 'momentum', 'sgd'] as const;
export type Rule = (typeof RULES)[number];

/** A point that was painted: its place within the square from -1 to 1, and its class. */
export interface PaintedPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

export interface BoundaryState {
  readonly shape: Shape;
  readonly count: number;
  readonly noise: number;
  readonly painted: readonly PaintedPoint[];
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly rule: Rule;
  readonly lr: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
  /** Epochs from one picture to the next; 0 for as fast as possible. It changes no bit of the run. */
  readonly pace: number;
}

export const INITIAL: BoundaryState = {
  ...{ shape: 'moons', count: 300, noise: 0.12, painted: [] },
  ...{ hidden: [8, 8], activation: 'tanh', rule: 'adam', lr: 0.03 },
  ...{ weightDecay: 0, batchSize: 32, epochs: 500, seed: 1, pace: 1 },
};

/** Lowest and highest value of each number, and its step on the slider. */
export const LIMITS = {
  count: [20, 1000, 10],
  noise: [0, 0.5, 0.01],
  lr: [0.0001, 1, 0.0001],
  weightDecay: [0, 1, 0.001],
  batchSize: [1, 256, 1],
  epochs: [10, 5000, 10],
  seed: [0, 999, 1],
  pace: [0, 20, 1],
} as const;

export const MAX_LAYERS = 4;
export const MAX_UNITS = 16;
export const MAX_PAINTED = 300;
export const CLASSES = 3;

type Numbers = keyof typeof LIMITS;

/** Reads the state from the parameters of an address. Missing and invalid values have their defaults. */
export function readState(params: URLSearchParams): BoundaryState {
  const number = (name: Numbers): number => {
    const [min, max] = LIMITS[name];
    const value = Number(params.get(name));
    const whole = name !== 'noise' && name !== 'lr' && name !== 'weightDecay';
    const fits = params.has(name) && value >= min && value <= max && (!whole || Number.isInteger(value));
    return fits ? value : INITIAL[name];
  };
  const oneOf = <T extends string>(name: string, names: readonly T[], other: T): T =>
    names.find((one) => one === params.get(name)) ?? other;
  const hidden = (params.get('hidden') ?? '').split(',').map(Number);
  const isHidden = hidden.length <= MAX_LAYERS && hidden.every((u) => Number.isInteger(u) && u >= 1 && u <= MAX_UNITS);
  return {
    shape: oneOf('data', SHAPES, INITIAL.shape),
    painted: readPoints(params.get('points') ?? ''),
    hidden: params.get('hidden') === 'none' ? [] : isHidden ? hidden : INITIAL.hidden,
    activation: oneOf('activation', ACTIVATION_NAMES, INITIAL.activation),
    rule: oneOf('rule', RULES, INITIAL.rule),
    ...{ count: number('count'), noise: number('noise'), lr: number('lr'), weightDecay: number('weightDecay') },
    ...{ batchSize: number('batchSize'), epochs: number('epochs'), seed: number('seed'), pace: number('pace') },
  };
}

/** The parameters of an address, from which readState gives the same state. Numbers with their default value are left out. */
export function writeState(state: BoundaryState): Record<string, string> {
  const { shape, painted, hidden, activation, rule, ...numbers } = state;
  const changed = (Object.keys(numbers) as Numbers[]).filter((name) => numbers[name] !== INITIAL[name]);
  return {
    data: shape,
    hidden: hidden.join(',') || 'none',
    activation,
    rule,
    ...Object.fromEntries(changed.map((name) => [name, String(numbers[name])])),
    ...(shape === 'painted' && painted.length > 0 && { points: writePoints(painted) }),
  };
}

/** Places of painted points lie on a grid of this many steps, so that five characters hold a point. */
const STEPS = 255;

/** A painted point, brought to the grid that an address can hold. */
export function onGrid(x: number, y: number, label: number): PaintedPoint {
  const snap = (value: number) => (Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * STEPS) / STEPS) * 2 - 1;
  return { x: snap(x), y: snap(y), label };
}

const writePoints = (points: readonly PaintedPoint[]): string =>
  points.map(({ x, y, label }) => label + hex(x) + hex(y)).join('');

const hex = (value: number): string =>
  Math.round(((value + 1) / 2) * STEPS)
    .toString(16)
    .padStart(2, '0');

function readPoints(text: string): PaintedPoint[] {
  if (!/^([0-2][\da-f]{4})*$/.test(text)) return [];
  const parts = text.match(/.{5}/g) ?? [];
  const place = (part: string) => (Number.parseInt(part, 16) / STEPS) * 2 - 1;
  return parts.slice(0, MAX_PAINTED).map((part) => ({
    x: place(part.slice(1, 3)),
    y: place(part.slice(3)),
    label: Number(part[0]),
  }));
}
