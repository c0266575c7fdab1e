// Errors of bad input: the class, the exact message, and that nothing has changed. Here: optimizers.
import { describe } from 'vitest';
import { Adam, AdamW } from '../../src/index.js';
import { adam, any, type Case, mine, own, p, refuses } from './fixture.js';

describe('optimizers: parameters', () => {
  const group = 'Adam: params[0]';
  refuses([
    [() => new Adam([]), RangeError, 'Adam: params must hold at least one parameter, got none'],
    [() => new AdamW([]), RangeError, 'AdamW: params must hold at least one parameter, got none'],
    [() => new Adam([{ params: [] }]), RangeError, `${group}: params must hold at least one parameter, got none`],
    // By no more than its name: what an object calls like what a parameter holds makes it none.
    [
      () => new Adam(any([{ gradBlock: {} }])),
      TypeError,
      'Adam: params[0]: unknown option "gradBlock", expected one of params, lr, betas, eps, weightDecay, amsgrad, maximize, ' +
        'decoupledWeightDecay',
    ],
    [() => new Adam(any(p)), TypeError, 'Adam: params must be an array, got a Parameter'],
    [() => new Adam(any(undefined)), TypeError, 'Adam: params must be an array, got undefined'],
    [() => new Adam([p, p]), RangeError, `${group}: params[1] must be a parameter not given before, got one twice`],
    [
      () => new Adam([mine, mine]),
      RangeError,
      `${group}: params[1] must be a parameter not given before, got one twice`,
    ],
    [
      () => new Adam([{ params: [p] }, { params: [p] }]),
      RangeError,
      'Adam: params[1]: params[0] must be a parameter not given before, got one twice',
    ],
    [
      () => adam.addParamGroup({ params: [p] }),
      RangeError,
      'Adam: params[1]: params[0] must be a parameter not given before, got one twice',
    ],
    [
      () => new Adam(any([p, [1, 2]])),
      TypeError,
      `${group}: params[1] must be a Parameter or a Float32Array, got [1, 2]`,
    ],
    [
      () => new Adam(any([p, new Float64Array(2)])),
      TypeError,
      `${group}: params[1] must be a Parameter or a Float32Array, got Float64Array(2)`,
    ],
    [
      () => new Adam(any([{ params: p }])),
      TypeError,
      `${group} must be a Parameter, a Float32Array or a group { params }, got an object`,
    ],
    ...(
      [
        [[5], '5'],
        [[new Float64Array(2)], 'Float64Array(2)'],
        [[[1, 2]], '[1, 2]'],
        [[null], 'null'],
        [new Array(2), 'undefined'],
      ] as const
    ).map(
      ([params, shown]): Case => [
        () => new Adam(any(params)),
        TypeError,
        `${group} must be a Parameter, a Float32Array or a group { params }, got ${shown}`,
      ],
    ),
    [
      () => new Adam(any(Object.assign(new Array(3), { 0: p, 2: mine }))),
      TypeError,
      `${group}: params[1] must be a Parameter or a Float32Array, got undefined`,
    ],
  ]);
});

describe('optimizers: options', () => {
  const nonNegative = 'must be a finite number of at least 0';
  const bad: readonly [unknown, string][] = [
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    [Infinity, 'Infinity'],
    [-1e-300, '-1e-300'],
  ];
  for (const option of ['lr', 'eps', 'weightDecay'] as const) {
    refuses([
      ...bad.map(
        ([value, shown]): Case => [
          () => new Adam([mine], { [option]: value }),
          RangeError,
          `Adam: ${option} ${nonNegative}, got ${shown}`,
        ],
      ),
      [() => new AdamW([mine], { [option]: any('1') }), TypeError, `AdamW: ${option} ${nonNegative}, got "1"`],
      [() => new AdamW([mine], { [option]: any(null) }), TypeError, `AdamW: ${option} ${nonNegative}, got null`],
    ]);
  }
  const betas = (value: unknown) => () => new Adam([mine], { betas: any(value) });
  refuses([
    [betas([1, 0.999]), RangeError, 'Adam: betas[0] must be in [0, 1), got 1'],
    [betas([0.9, 1]), RangeError, 'Adam: betas[1] must be in [0, 1), got 1'],
    [betas([-0.1, 0.999]), RangeError, 'Adam: betas[0] must be in [0, 1), got -0.1'],
    [betas([0.9, Number.NaN]), RangeError, 'Adam: betas[1] must be in [0, 1), got NaN'],
    [betas([0.9]), TypeError, 'Adam: betas must be an array of 2 numbers, got [0.9]'],
    [betas(0.9), TypeError, 'Adam: betas must be an array of 2 numbers, got 0.9'],
    [betas([0.9, '0.999']), TypeError, 'Adam: betas[1] must be in [0, 1), got "0.999"'],
    [() => new Adam([mine], { amsgrad: any(1) }), TypeError, 'Adam: amsgrad must be true or false, got 1'],
    [() => new Adam([mine], { maximize: any('yes') }), TypeError, 'Adam: maximize must be true or false, got "yes"'],
    [() => new Adam([mine], any(0.1)), TypeError, 'Adam: options must be an object, got 0.1'],
    [
      () => new Adam([mine], any({ learningRate: 1 })),
      TypeError,
      'Adam: unknown option "learningRate", expected one of lr, betas, eps, weightDecay, amsgrad, maximize, decoupledWeightDecay; did you mean \'lr\'?',
    ],
    [
      () => new Adam([{ params: [mine], lr: -1 }]),
      RangeError,
      'Adam: params[0]: lr must be a finite number of at least 0, got -1',
    ],
    [
      () => adam.addParamGroup({ params: [mine], betas: [2, 0] }),
      RangeError,
      'Adam: params[1]: betas[0] must be in [0, 1), got 2',
    ],
  ]);
});

describe('optimizers: steps', () => {
  refuses([
    [() => own.step(), TypeError, 'Adam: step() needs grads, because parameter 0 is a Float32Array, got none'],
    [() => own.step([]), RangeError, 'Adam: grads must hold 1 gradients, one per parameter, got 0'],
    [() => own.step([mine, mine]), RangeError, 'Adam: grads must hold 1 gradients, one per parameter, got 2'],
    [() => own.step([new Float32Array(3)]), RangeError, 'Adam: grads[0] must hold 2 numbers like its parameter, got 3'],
    [() => own.step(any([[1, 2]])), TypeError, 'Adam: grads[0] must be a Float32Array or null, got [1, 2]'],
    [() => own.step(any([undefined])), TypeError, 'Adam: grads[0] must be a Float32Array or null, got undefined'],
    [
      () => own.step(any(mine)),
      TypeError,
      'Adam: grads must be an array of gradients, Float32Arrays or nulls, or options { grads, ... }, got Float32Array(2)',
    ],
    [
      () => own.step(any(() => 1)),
      TypeError,
      'Adam: step must be an array of gradients, Float32Arrays or nulls, or options { grads, ... }: only LBFGS takes a closure, got a function',
    ],
    [
      () => any(own).step([mine], { clipGradNorm: 1 }),
      TypeError,
      'Adam: step takes gradients or options, got both: write step({ grads, clipGradNorm, ... })',
    ],
    [
      () => own.step(any({ grads: mine })),
      TypeError,
      'Adam: grads must be an array of Float32Arrays or nulls, got Float32Array(2)',
    ],
    [
      () => own.step(any({ grads: [mine], maxNorm: 1 })),
      TypeError,
      'Adam: step: unknown option "maxNorm", expected one of grads, gradScale, clipGradNorm, normType, skipNonFinite',
    ],
    [
      () => adam.step([new Float32Array(2)]),
      RangeError,
      'Adam: grads[0] must hold 3 numbers like its parameter, got 2',
    ],
  ]);
});

describe('optimizers: loadStateDict', () => {
  const dict = adam.stateDict();
  const load = (change: (copy: ReturnType<typeof any>) => void) => () => {
    const copy = structuredClone(dict);
    change(copy);
    adam.loadStateDict(copy);
  };
  const prefix = 'Adam: loadStateDict';
  refuses([
    [() => adam.loadStateDict(any(null)), TypeError, `${prefix}: dict must be { state, param_groups }, got null`],
    [() => adam.loadStateDict(any({})), TypeError, `${prefix}: dict must be { state, param_groups }, got an object`],
    [load((d) => d.param_groups.pop()), RangeError, `${prefix}: dict must have 1 parameter groups, got 0`],
    [
      load((d) => {
        d.param_groups[0].params = [0, 1];
      }),
      RangeError,
      `${prefix}: param_groups[0].params must list 1 parameters, got [0, 1]`,
    ],
    [
      load((d) => {
        d.param_groups[0].lr = -1;
      }),
      RangeError,
      `${prefix}: param_groups[0]: lr must be a finite number of at least 0, got -1`,
    ],
    [
      load((d) => {
        d.state[0].exp_avg = new Float32Array(4);
      }),
      RangeError,
      `${prefix}: state[0].exp_avg must hold 3 numbers, got 4`,
    ],
    [
      load((d) => {
        delete d.state[0].exp_avg_sq;
      }),
      TypeError,
      `${prefix}: state[0].exp_avg_sq must be a Float32Array of 3 numbers, got undefined`,
    ],
    [
      load((d) => {
        d.state[0].step = 1.5;
      }),
      RangeError,
      `${prefix}: state[0].step must be a whole number of at least 0, got 1.5`,
    ],
    [
      load((d) => {
        d.state[0].step = '1';
      }),
      TypeError,
      `${prefix}: state[0].step must be a number, got "1"`,
    ],
  ]);
});
