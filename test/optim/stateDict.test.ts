// Saving at any step and loading gives the same bits from there on: every optimizer, random options, sizes and cuts. And what is refused.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam, decodeStateDict, encodeStateDict, type OptimizerStateDict, parameter, SGD } from '../../src/index.js';
import { type AnyOptions, type OptimizerClass, optimizers, variants } from '../optimizers.js';
import { anyOptions, anyShape, values } from './arbitrary.js';

/** A run: what is stepped over, in two groups, and which gradients are missing. */
interface Run {
  readonly groups: readonly [AnyOptions, AnyOptions];
  readonly shapes: readonly number[][];
  readonly steps: number;
  readonly cut: number;
  readonly seed: number;
  /** Parameters are Float32Arrays instead of Parameters. */
  readonly own: boolean;
}

const anyRun = (Class: OptimizerClass): fc.Arbitrary<Run> =>
  fc
    .record({
      groups: fc.tuple(anyOptions(Class), anyOptions(Class)),
      shapes: fc.array(anyShape, { minLength: 2, maxLength: 4 }),
      steps: fc.integer({ min: 1, max: 9 }),
      seed: fc.nat(1000),
      own: fc.boolean(),
    })
    .chain((run) => fc.integer({ min: 0, max: run.steps }).map((cut) => ({ ...run, cut })));

const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** Gradients of a step; about one in eight is missing. */
function gradsOf({ shapes, seed }: Run, step: number): (Float32Array | null)[] {
  return shapes.map((shape, i) =>
    (seed * 7 + step * 5 + i * 3) % 8 === 0 ? null : values(sizeOf(shape), seed + 100 * step + i),
  );
}

function holds(Class: OptimizerClass, run: Run, carry: (dict: OptimizerStateDict) => OptimizerStateDict): void {
  const { groups, shapes, steps, cut, own } = run;
  const begin = shapes.map((shape, i) => values(sizeOf(shape), run.seed + 50 + i));
  const make = (from: readonly Float32Array[], options: readonly [object, object]) => {
    const targets = from.map((one, i) => (own ? one.slice() : parameter(one, shapes[i]!)));
    const params = [targets.slice(0, 1), targets.slice(1)] as never[];
    const optimizer = new Class(params.map((params, g) => ({ params, ...options[g] }) as never));
    const read = () => targets.map((one) => (one instanceof Float32Array ? one : one.data).slice());
    const dispose = () => {
      optimizer.dispose();
      for (const one of targets) if (!(one instanceof Float32Array)) one.dispose();
    };
    return { optimizer, read, dispose };
  };

  const whole = make(begin, groups);
  let saved: { dict: OptimizerStateDict; params: Float32Array[] } | undefined;
  for (let step = 0; step <= steps; step++) {
    if (step === cut) saved = { dict: carry(whole.optimizer.stateDict()), params: whole.read() };
    if (step < steps) whole.optimizer.step(gradsOf(run, step));
  }
  // Made with the defaults: the options come with the dict.
  const resumed = make(saved!.params, [{}, {}]);
  expect(resumed.optimizer.loadStateDict(saved!.dict)).toEqual([]);
  expect(resumed.optimizer.stateDict()).toEqual(saved!.dict);
  for (let step = cut; step < steps; step++) resumed.optimizer.step(gradsOf(run, step));
  expect(resumed.read()).toEqual(whole.read());
  expect(resumed.optimizer.stateDict()).toEqual(whole.optimizer.stateDict());
  whole.dispose();
  resumed.dispose();
}

describe('saving at any step and loading in a fresh optimizer gives the same bits from there on', () => {
  it.each([...optimizers])('%s', (_, Class) => {
    fc.assert(
      fc.property(anyRun(Class), (run) => holds(Class, run, structuredClone)),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([...optimizers])('%s, through JSON', (_, Class) => {
    const carry = (dict: OptimizerStateDict) =>
      decodeStateDict<OptimizerStateDict>(JSON.parse(JSON.stringify(encodeStateDict(dict))));
    fc.assert(
      fc.property(anyRun(Class), (run) => holds(Class, run, carry)),
      { numRuns: 30, seed: 2 },
    );
  });

  it('in a new process, by the built package', () => {
    const [steps, cut] = [7, 4];
    const runs = [...optimizers].flatMap(([name, Class]) =>
      variants(Class).map(([, options]) => {
        const params = [values(13, 1), values(1, 2)];
        const optimizer = new Class(params, options);
        const grads = Array.from({ length: steps }, (_, t) => [values(13, 10 + t), values(1, 20 + t)]);
        for (const step of grads.slice(0, cut)) optimizer.step(step);
        const saved = { name, params: params.map((one) => one.slice()), dict: optimizer.stateDict() };
        for (const step of grads.slice(cut)) optimizer.step(step);
        return { saved: { ...saved, grads: grads.slice(cut) }, end: { params, dict: optimizer.stateDict() } };
      }),
    );
    const directory = mkdtempSync(join(tmpdir(), 'adamas-'));
    const file = join(directory, 'saved');
    writeFileSync(file, serialize(runs.map(({ saved }) => saved)));
    const program = fileURLToPath(new URL('resume-program.mjs', import.meta.url));
    const printed = execFileSync(process.execPath, [program, file], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    rmSync(directory, { recursive: true });
    expect(deserialize(Buffer.from(printed.trim(), 'base64'))).toEqual(runs.map(({ end }) => end));
  });
});

describe('loadStateDict', () => {
  const make = () => new Adam([{ params: [values(3, 1)] }, { params: [values(2, 2), values(4, 3)], lr: 0.1 }]);
  const trained = () => {
    const optimizer = make();
    optimizer.step([values(3, 4), values(2, 5), values(4, 6)]);
    return optimizer.stateDict();
  };
  type Change = (dict: { state: Record<number, never>; param_groups: Record<string, unknown>[] }) => unknown;
  const changed = (change: Change) => {
    const dict = trained();
    change(dict as never);
    return dict;
  };
  const at = 'Adam: loadStateDict';
  /** The fault, the message, and the parameters that keep their state when it is left out. */
  const wrong: readonly [Change, string, readonly string[]][] = [
    [({ param_groups }) => param_groups.pop(), `${at}: dict must have 2 parameter groups, got 1`, ['0']],
    [
      ({ param_groups }) => param_groups.push({ params: [] }),
      `${at}: dict must have 2 parameter groups, got 3`,
      ['0', '1', '2'],
    ],
    [
      ({ param_groups }) => (param_groups[1]!.params = [1]),
      `${at}: param_groups[1].params must list 2 parameters, got [1]`,
      ['0', '1'],
    ],
    [
      ({ param_groups }) => delete param_groups[0]!.params,
      `${at}: param_groups[0].params must list 1 parameters, got undefined`,
      ['1', '2'],
    ],
    [
      ({ param_groups }) => (param_groups[1]!.lr = -1),
      `${at}: param_groups[1]: lr must be a finite number of at least 0, got -1`,
      ['0', '1', '2'],
    ],
    [
      ({ param_groups }) => (param_groups[0]!.betas = [0.9, 1]),
      `${at}: param_groups[0]: betas[1] must be in [0, 1), got 1`,
      ['0', '1', '2'],
    ],
    [
      ({ param_groups }) => (param_groups[0]!.amsgrad = 'no'),
      `${at}: param_groups[0]: amsgrad must be true or false, got "no"`,
      ['0', '1', '2'],
    ],
    [
      ({ param_groups }) => (param_groups[1]!.amsgrad = true),
      `${at}: state[1].max_exp_avg_sq must be a Float32Array of 2 numbers, got undefined`,
      ['0'],
    ],
    [
      ({ state }) => Object.assign(state[1]!, { exp_avg: new Float32Array(3) }),
      `${at}: state[1].exp_avg must hold 2 numbers, got 3`,
      ['0', '2'],
    ],
    [
      ({ state }) => Object.assign(state[2]!, { exp_avg_sq: [1, 2, 3, 4] }),
      `${at}: state[2].exp_avg_sq must be a Float32Array of 4 numbers, got [1, 2, 3, 4]`,
      ['0', '1'],
    ],
    [
      ({ state }) => Object.assign(state[0]!, { step: Number.NaN }),
      `${at}: state[0].step must be a whole number of at least 0, got NaN`,
      ['1', '2'],
    ],
    [
      ({ state }) => delete (state[0] as { step?: number }).step,
      `${at}: state[0].step must be a number, got undefined`,
      ['1', '2'],
    ],
    [
      ({ state }) => Object.assign(state, { 7: state[0] }),
      `${at}: state[7] must belong to a parameter of a group, got one that does not`,
      ['0', '1', '2'],
    ],
  ];

  it.each(wrong.map(([change, message, kept]) => ({ change, message, kept })))(
    '$message',
    ({ change, message, kept }) => {
      const dict = changed(change);
      const strict = make();
      strict.step([null, values(2, 9), null]);
      const before = strict.stateDict();
      expect(() => strict.loadStateDict(dict)).toThrow(message);
      expect(strict.stateDict()).toEqual(before);

      const lenient = make();
      const leftOut = lenient.loadStateDict(dict, { strict: false });
      expect(leftOut[0]).toBe(message);
      const { state } = lenient.stateDict();
      expect(Object.keys(state)).toEqual(kept);
      for (const i of kept) expect(state[Number(i)]).toEqual(trained().state[Number(i)]);
      lenient.step([values(3, 7), values(2, 8), values(4, 9)]);
      expect(Object.values(lenient.stateDict().state).map(({ step }) => step)).toEqual(
        ['0', '1', '2'].map((i) => (kept.includes(i) ? 2 : 1)),
      );
    },
  );

  it('takes a dict of an optimizer with other numbers for the parameters, as torch does', () => {
    const renumbered = changed(({ state, param_groups }) => {
      param_groups[0]!.params = [5];
      Object.assign(state, { 5: state[0] });
      delete state[0];
    });
    const optimizer = make();
    optimizer.loadStateDict(renumbered);
    expect(optimizer.stateDict()).toEqual(trained());
  });

  it('refuses the state of another class, naming what is missing', () => {
    const optimizer = new SGD([values(3, 1), values(2, 2), values(4, 3)], { momentum: 0.9 });
    const dict = new Adam([values(3, 1), values(2, 2), values(4, 3)]);
    dict.step([values(3, 4), values(2, 5), values(4, 6)]);
    expect(() => optimizer.loadStateDict(dict.stateDict())).toThrow(
      new TypeError('SGD: loadStateDict: state[0].momentum_buffer must be a Float32Array of 3 numbers, got undefined'),
    );
    expect(optimizer.loadStateDict(dict.stateDict(), { strict: false })).toHaveLength(3);
  });
});

it('a long text is refused without being shown', () => {
  const optimizer = new SGD([parameter([1])]);
  const text = JSON.stringify({ state: {}, param_groups: [], more: 'x'.repeat(500) });
  expect(() => optimizer.loadStateDict(text as never)).toThrow(
    `SGD: loadStateDict: dict must be { state, param_groups }: take decodeStateDict(JSON.parse(text)), got a text of ${text.length} characters`,
  );
});

it.each(
  [...optimizers].flatMap(([name, Class]) => {
    const p = parameter([1, 2]);
    const optimizer = new Class([p]);
    optimizer.step();
    const state = optimizer.stateDict();
    const numbers = Object.entries(state.state[0] ?? {}).filter(([, value]) => typeof value === 'number');
    return numbers.map(([key]) => [name, key, optimizer, state] as const);
  }),
)('%s refuses %s that is no finite number, and stays as it is', (_, key, optimizer, state) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const wrong = { ...state, state: { 0: { ...state.state[0], [key]: value } } } as OptimizerStateDict;
    expect(() => optimizer.loadStateDict(wrong)).toThrow(new RegExp(`${key} must be a `));
    expect(optimizer.stateDict()).toEqual(state);
  }
});
