// Uses the package with typed arrays of another realm, which `there` has the constructors of: a page's iframe, a `vm` context, Jest.
import { Adam, dataset, ExponentialMovingAverage, fitSync, LBFGS, linear, sequential } from 'adamas';

function equal(got, wanted) {
  if (Math.abs(got - wanted) > 1e-6) throw new Error(`expected ${wanted}, got ${got}`);
}

export function useRealm(there) {
  const floats = (...values) => there.Float32Array.from(values);
  const model = sequential(linear(2, 1, { init: 'zeros' }));
  equal(model.lossAndGrad('mse', floats(1, 2), floats(3)), 9);
  model.loadStateDict({
    '0.weight': { shape: [1, 2], data: floats(1, 2) },
    '0.bias': { shape: [1], data: floats(0) },
  });
  const out = floats(0);
  model.predict(floats(1, 2), out);
  equal(out[0], 5);

  const own = floats(1, 2);
  new Adam([own], { lr: 0.5 }).step([floats(1, -1)]);
  equal(own[0], 0.5);
  const lbfgs = new LBFGS([own]);
  lbfgs.step((grads) => {
    grads[0].set([2 * own[0], 2 * own[1]]);
    return own[0] ** 2 + own[1] ** 2;
  });
  new LBFGS([own]).loadStateDict(lbfgs.stateDict());
  const average = new ExponentialMovingAverage([own]);
  average.update();
  average.loadStateDict({ n_averaged: 2, averages: [floats(1, 1)] });

  const data = dataset([floats(1, 2), floats(3, 4)], there.Uint32Array.from([0, 1]));
  const classes = sequential(linear(2, 2));
  const options = { loss: 'crossEntropy', optimizer: new Adam(classes.parameters()), epochs: 2 };
  fitSync(classes, data, {
    ...options,
    sampleWeights: floats(1, 2),
    sampleOrder: () => there.Uint32Array.from([1, 0]),
  });
}
