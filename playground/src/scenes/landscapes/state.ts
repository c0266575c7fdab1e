// The state of the scene, as the address holds it.
import { LANDSCAPE_NAMES, LANDSCAPES, type LandscapeName, type Point } from './functions.js';
import { defaultRate, OPTIMIZER_NAMES, type OptimizerName, type Runner } from './optimizers.js';

export interface LandscapesState {
  readonly landscape: LandscapeName;
  readonly start: Point;
  readonly steps: number;
  readonly runners: readonly Runner[];
}

export const MAX_STEPS = 2000;

const FIRST: readonly OptimizerName[] = ['sgd', 'momentum', 'rmsprop', 'adam'];

/** The initial state of a landscape. */
export const initial = (landscape: LandscapeName, names: readonly OptimizerName[] = FIRST): LandscapesState => ({
  landscape,
  start: LANDSCAPES[landscape].start,
  steps: 300,
  runners: names.map((name) => ({ name, lr: defaultRate(name, LANDSCAPES[landscape]) })),
});

/** Reads the state from the parameters of an address. Missing and invalid values have their defaults. */
export function readState(params: URLSearchParams): LandscapesState {
  const name = params.get('f') as LandscapeName;
  const first = initial(LANDSCAPE_NAMES.includes(name) ? name : 'rosenbrock');
  const [x, y] = (params.get('start') ?? '').split(',').map(Number);
  const steps = Number(params.get('steps'));
  const runners = (params.get('run') ?? '').split(',').flatMap((part) => {
    const [key, rate] = part.split(':') as [OptimizerName, string | undefined];
    const lr = rate === undefined ? defaultRate(key, LANDSCAPES[first.landscape]) : Number(rate);
    return OPTIMIZER_NAMES.includes(key) && lr > 0 && Number.isFinite(lr) ? [{ name: key, lr }] : [];
  });
  const isPlace = params.has('start') && Number.isFinite(x) && Number.isFinite(y);
  return {
    landscape: first.landscape,
    start: isPlace ? clamp([x!, y!], first.landscape) : first.start,
    steps: Number.isInteger(steps) && steps >= 1 && steps <= MAX_STEPS ? steps : first.steps,
    runners: params.has('run') ? runners : first.runners,
  };
}

/** The parameters of an address: readState gives the same state of them. */
export function writeState({ landscape, start, steps, runners }: LandscapesState): Record<string, string> {
  return {
    f: landscape,
    start: start.join(','),
    steps: String(steps),
    run: runners.map(({ name, lr }) => `${name}:${lr}`).join(','),
  };
}

/** A point within the landscape, rounded to a thousandth. */
export function clamp([x, y]: Point, landscape: LandscapeName): Point {
  const { x: xs, y: ys } = LANDSCAPES[landscape];
  const inside = (value: number, [low, high]: Point) => Math.round(1000 * Math.max(low, Math.min(high, value))) / 1000;
  return [inside(x, xs), inside(y, ys)];
}
