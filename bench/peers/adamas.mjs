// The whole jobs by adamas: `fit`, `fitSync`, or `fit` in a worker.
import { Adam, dataset, fit, fitInWorker, fitSync, linear, relu, sequential, tensor } from '../adamas.mjs';
import { accuracy, digitsData, epochOrder, initialWeights, JOB, jobData, MAX_EPOCHS, TARGET } from '../problem.mjs';
import { readDigits } from './digits.mjs';

function network() {
  const [inputs, hidden, outputs] = JOB.widths;
  const model = sequential(linear(inputs, hidden), relu(), linear(hidden, outputs));
  const weights = initialWeights(JOB.widths);
  model.parameters().forEach((parameter, i) => {
    parameter.set(weights[i]);
  });
  return { model, optimizer: new Adam(model.parameters(), { lr: JOB.lr }) };
}

const dataOf = ({ features, classes }) =>
  dataset(tensor(features, [classes.length, features.length / classes.length]), classes);

const fits = { fit, fitSync, worker: fitInWorker };

export async function peer(variant) {
  const train = fits[variant];
  return {
    title: `adamas ${variant}`,
    works: {
      job({ rows }) {
        const given = jobData(rows);
        const { heldOut } = given;
        let model;
        return {
          async call() {
            const made = network();
            model = made.model;
            await train(model, dataOf(given), {
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
        const orders = Array.from({ length: MAX_EPOCHS }, (_, epoch) => epochOrder(classes.length, epoch));
        let reached = 0;
        return {
          async call() {
            const { model, optimizer } = network();
            await train(model, dataOf(given), {
              loss: 'crossEntropy',
              optimizer,
              epochs: MAX_EPOCHS,
              batchSize: JOB.batch,
              sampleOrder: (epoch) => orders[epoch],
              onEpoch() {
                reached = accuracy(model.predict(heldOut.features), heldOut.classes);
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
