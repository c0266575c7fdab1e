// What every consumer does with the package: import it, train, and take the digest by `fit`, by `fitSync`, and whatever else trains.
import { Adam, dataset, fit, fitSync, linear, sequential } from 'adamas';
import { digest, doctor, RECORDED_DIGEST } from 'adamas/doctor';

/** A worker's `fit` that is given the rows of each dataset as plain numbers. */
const ofNumbers =
  (fit) =>
  (model, { features, targets }, options) => {
    const [N, D] = features.shape;
    const rows = Array.from({ length: N }, (_, i) => features.data.slice(i * D, (i + 1) * D));
    return fit(model, { features: rows, targets }, options);
  };

export async function run(others = {}) {
  const data = dataset([[0], [1], [2], [3]], [1, 3, 5, 7]); // y = 2 x + 1
  const model = sequential(linear(1, 1, { seed: 1 }));
  const optimizer = new Adam(model.parameters(), { lr: 0.1 });
  fitSync(model, data, { loss: 'halfSquaredError', optimizer, epochs: 500, batchSize: 4 });
  const nine = model.predict(new Float32Array([4]))[0];
  const { engine, problems } = await doctor();
  const digests = {};
  const all = { fitSync, fit, ...others, ...(others.worker && { numbers: ofNumbers(others.worker) }) };
  for (const [name, by] of Object.entries(all)) digests[name] = await digest({ fit: by });
  return {
    engine: `${engine.name} ${engine.version}`.trim(),
    trains: Math.abs(nine - 9) < 0.01,
    sameDigest: Object.values(digests).every((one) => one === RECORDED_DIGEST),
    digests,
    problems,
  };
}
