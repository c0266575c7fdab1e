// The whole jobs by adamas: `fit`, `fitSync`, or `fit` in a worker, of arrays or of a dataset.
import { Adam, dataset, fit, fitInWorker, fitSync, linear, relu, sequential, tensor } from '../adamas.mjs';
import { accuracy, digitsData, epochOrder, initialWeights, JOB, jobData, MAX_EPOCHS, TARGET } from '../problem.mjs';
import { readDigits } from './digits.mjs';

function network(weights) {
  const [inputs, hidden, outputs] = JOB.widths;
  const model = sequential(linear(inputs, hidden), relu(), linear(hidden, outputs));
  model.parameters().forEach((parameter, i) => {
    parameter.set(weights[i]);
  });
  return { model, optimizer: new Adam(model.parameters(), { lr: JOB.lr }) };
}

const dataOf = ({ features, classes }) =>
  dataset(tensor(features, [classes.length, features.length / classes.length]), classes);

/** The same rows as they are, as views of the array, which the worker alone makes a dataset of. */
const arraysOf = ({ features, classes }) => {
  const width = features.length / classes.length;
  const rows = Array.from(classes, (_, i) => features.subarray(i * width, (i + 1) * width));
  return { features: rows, targets: classes };
};

const fits = { fit, fitSync, worker: fitInWorker, 'worker, dataset': fitInWorker };

/** Versions before take a dataset alone. */
const takesArrays = globalThis.process?.env.ADAMAS_DIST === undefined;

export async function peer(variant) {
  const train = fits[variant];
  const givenOf = variant === 'worker' && takesArrays ? arraysOf : dataOf;
  return {
    title: `adamas ${variant}`,
    works: {
      job({ rows }) {
        const given = jobData(rows);
        const { heldOut } = given;
        const weights = initialWeights(JOB.widths);
        let model;
        return {
          async call() {
            const made = network(weights);
            model = made.model;
            await train(model, givenOf(given), {
              loss: 'crossEntropy',
              optimizer: made.optimizer,
              epochs: 1,
              batchSize: JOB.batch,
            });
            return model.parameters().map(({ data }) => data.slice());
          },
          result: () => [accuracy(model.predict(heldOut.features), heldOut.classes)],
        };
      },
      async digits() {
        const given = digitsData(await readDigits());
        const { classes, heldOut } = given;
        const weights = initialWeights(JOB.widths);
        const orders = Array.from({ length: MAX_EPOCHS }, (_, epoch) => epochOrder(classes.length, epoch));
        let reached = 0;
        return {
          async call() {
            const { model, optimizer } = network(weights);
            const test = tensor(heldOut.features, [heldOut.classes.length, JOB.widths[0]]);
            await train(model, givenOf(given), {
              loss: 'crossEntropy',
              optimizer,
              epochs: MAX_EPOCHS,
              batchSize: JOB.batch,
              sampleOrder: (epoch) => orders[epoch],
              onEpoch() {
                reached = accuracy(model.predict(test), heldOut.classes);
                return reached < TARGET;
              },
            });
          },
          result: () => [reached],
        };
      },
    },
  };
}
