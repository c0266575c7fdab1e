// The proof that no state dict, checkpoint, message of a worker or option breaks what takes it: each is taken, or refused by an error in the
// package's words that leaves everything as it was.
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  Adam,
  type Checkpoint,
  CosineAnnealingLR,
  dataset,
  dropout,
  ExponentialMovingAverage,
  encodeStateDict,
  type FitOptions,
  fitSync,
  linear,
  memoryUsage,
  sequential,
} from '../../src/index.js';
import { readMessage } from '../../src/worker/task.js';
import { captureTransfer, restoreTransfer } from '../../src/worker/transferState.js';
import { proofArguments, writeFigures } from './proof.js';

const rows = Array.from({ length: 8 }, (_, i) => [i / 8, (i % 3) / 3]);
const data = dataset(
  rows,
  rows.map(([a, b]) => a! - b!),
);
const model = sequential(linear(2, 2, { seed: 1 }), dropout(0.2, { seed: 2 }), linear(2, 1, { seed: 3 }));
const optimizer = new Adam(model.parameters(), { lr: 0.01, amsgrad: true });
const average = new ExponentialMovingAverage(model.parameters());
const scheduler = new CosineAnnealingLR(optimizer, { tMax: 9 });
const options = {
  ...{
    loss: 'mse' as const,
    optimizer,
    average,
    scheduler,
    epochs: 1,
    batchSize: 4,
    shuffle: true,
    seed: 3,
    logEvery: 4,
  },
  ...{ accumulate: 1, clipGradNorm: 1, clipGradValue: 1, metrics: ['r2' as const], validation: 0.25, dropLast: false },
  ...{ earlyStopping: { patience: 2, monitor: 'loss' as const, minDelta: 0, restoreBest: true }, skipNonFinite: false },
  ...{ sampleWeights: [1, 2, 1, 2, 1, 2, 1, 2], scheduleEvery: 'epoch' as const, checkpointEvery: 1, override: [] },
} satisfies FitOptions;
let checkpoint: Checkpoint | undefined;
const onCheckpoint = (one: Checkpoint) => {
  checkpoint = one;
};
fitSync(model, data, { ...options, onCheckpoint });
const subject = { model, optimizer, scheduler, average, parameters: model.parameters() };
const transfer = captureTransfer(subject);

function state(): string {
  return JSON.stringify([
    [model.stateDict(), optimizer.stateDict(), average.stateDict()].map((dict) => encodeStateDict(dict as never)),
    [scheduler.stateDict(), memoryUsage(), model.busy, optimizer.busy],
    model.layers.map(({ generator }) => `${generator?.state}`),
  ]);
}

/** Back to where everything began. */
function reset(): void {
  restoreTransfer(subject, transfer);
}

reset();
const initial = state();

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    '',
    'x',
    '0',
    'mse',
    'loss',
    'constructor',
    '__proto__',
    2n,
    Symbol.iterator,
  ),
  fc.constantFrom<unknown>(
    -1,
    0,
    1,
    2,
    0.5,
    -0,
    1e-300,
    1e39,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    Number.NaN,
    Infinity,
    -Infinity,
  ),
  fc
    .constantFrom<() => unknown>(
      () => [],
      () => ({}),
      () => [null],
      () => [[]],
      () => new Array(3),
      () => ({ length: 2 }),
      () => new Float32Array(2),
      () => new Float32Array(4).fill(Number.NaN),
      () => new Float64Array(4),
      () => new Map(),
      () => new Date(0),
      () => () => false,
      () => ({ shape: [2], data: new Float32Array(2) }),
    )
    .map((make) => make()),
);

/** Up to three places, counted over all there are, with the values put there. */
const edits = fc.array(fc.tuple(fc.nat(10_000), hostile, fc.boolean()), { minLength: 1, maxLength: 3 });
type Edits = readonly (readonly [place: number, value: unknown, removes: boolean])[];

/** A copy of plain data with those edits. Objects that are no plain data are shared. */
function edited(value: unknown, changes: Edits): unknown {
  let result = copyOf(value);
  for (const [place, other, removes] of changes) {
    const places: [object, string][] = [];
    const visit = (one: unknown) => {
      if (!isPlain(one)) return;
      for (const key of Object.keys(one)) {
        places.push([one, key]);
        visit(one[key as never]);
      }
    };
    visit(result);
    const at = places[place % (places.length + 1)];
    if (at === undefined) result = other;
    else if (removes) Reflect.deleteProperty(...at);
    else Object.defineProperty(...at, { value: other, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

function isPlain(value: unknown): value is object {
  return (
    Array.isArray(value) ||
    (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
  );
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copyOf(one)]));
  return ArrayBuffer.isView(value) ? (value as Float32Array).slice() : value;
}

/** Options with a signal that is aborted after so many slices: epochs may be 2^53. */
function ended(value: unknown): unknown {
  let slices = 0;
  const signal = {
    get aborted() {
      return ++slices > 100;
    },
  };
  return isPlain(value) ? { ...value, signal } : value;
}

/** A function that takes plain data, and an example of the data. */
const takers: Record<string, readonly [example: unknown, take: (value: unknown) => unknown]> = {
  options: [options, (value) => fitSync(model, data, ended(value) as never)],
  checkpoint: [checkpoint, (value) => fitSync(model, data, { ...options, epochs: 2, resume: value as never })],
  message: [
    { adamas: 'end', outcome: { result: { status: 'completed' } }, state: transfer, begun: true },
    (value) => {
      const message = readMessage(value);
      if (message?.adamas === 'end' && message.state) restoreTransfer(subject, message.state);
    },
  ],
  model: [transfer.model, (value) => model.loadStateDict(value as never)],
  optimizer: [transfer.optimizer, (value) => optimizer.loadStateDict(value as never)],
  scheduler: [transfer.scheduler, (value) => scheduler.loadStateDict(value as never)],
  average: [transfer.average, (value) => average.loadStateDict(value as never)],
};

/** Words of an engine's own errors. */
const RAW =
  /Cannot (read|convert|mix|destructure)|is not (a function|iterable|a constructor)|of undefined|not an object|call stack/i;

function check([example, take]: (typeof takers)[string], changes: Edits): 'taken' | 'refused' {
  try {
    take(edited(example, changes));
  } catch (error) {
    const { name, message } = Object(error) as Error;
    const words = message.replace(/got .*/s, '');
    if (!/^(Type|Range)Error$/.test(name) || RAW.test(words)) throw error;
    if (state() !== initial) throw new Error(`refused, and something has changed: ${message}`, { cause: error });
    return 'refused';
  }
  reset();
  return 'taken';
}

/** Inputs that fast-check is given at once. */
const PART = 1000;

/**
 * Tries `count` inputs drawn from `seed`, as many of each kind.
 *
 * @returns how many were taken and refused
 * @throws what broke, with the input that did it
 */
export function run(count: number, seed: number): Record<'taken' | 'refused', number> {
  const outcomes = { taken: 0, refused: 0 };
  const kinds = Object.values(takers);
  for (const taker of kinds) {
    const property = fc.property(edits, (changes) => {
      outcomes[check(taker, changes)]++;
    });
    // In parts, as fast-check keeps what it has tried until it ends.
    for (let left = Math.ceil(count / kinds.length); left > 0; left -= PART) {
      fc.assert(property, { numRuns: Math.min(left, PART), seed: seed + left });
    }
    reset();
  }
  return outcomes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { count, seed, write } = proofArguments(1_000_000);
  const start = performance.now();
  const { taken, refused } = run(count, seed);
  const seconds = Math.round((performance.now() - start) / 1000);
  const figures = `${(taken + refused).toLocaleString('en')} state dicts, checkpoints, messages and options of seed ${seed}: ${taken.toLocaleString('en')} taken, ${refused.toLocaleString('en')} refused by name, in ${seconds} s.`;
  console.log(figures);
  if (write) writeFigures('fuzz', figures);
}
