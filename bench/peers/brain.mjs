// brain.js: one row at a time, sigmoids, squared error, its own gradient descent. It has no batches, no Adam and no cross-entropy, so that it
// takes part only where what is reached counts.
import brain from 'brain.js';
import { accuracy, digitsData, epochOrder, JOB, MAX_EPOCHS, TARGET } from '../problem.mjs';
import { uniforms } from '../random.mjs';
import { readDigits } from './digits.mjs';
import manifest from './node_modules/brain.js/package.json' with { type: 'json' };

const works = {
  async digits() {
    const { features, classes, heldOut } = digitsData(await readDigits());
    const [inputs, hidden, outputs] = JOB.widths;
    // It takes anything but plain arrays for objects with names.
    const row = (of, i) => Array.from(of.subarray(i * inputs, (i + 1) * inputs));
    const orders = Array.from({ length: MAX_EPOCHS }, (_, epoch) => epochOrder(classes.length, epoch));
    let reached = 0;
    return {
      call() {
        // It draws its weights from Math.random.
        Math.random = uniforms(1);
        const net = new brain.NeuralNetwork({ hiddenLayers: [hidden], activation: 'sigmoid' });
        const samples = Array.from(classes, (one, i) => ({
          input: row(features, i),
          output: Array.from({ length: outputs }, (_, j) => (j === one ? 1 : 0)),
        }));
        for (const order of orders) {
          net.train(
            Array.from(order, (i) => samples[i]),
            { iterations: 1, errorThresh: 1e-9, learningRate: 0.1, momentum: 0.1 },
          );
          const found = Array.from(heldOut.classes, (_, i) => Array.from(net.run(row(heldOut.features, i))));
          reached = accuracy(found.flat(), heldOut.classes);
          if (reached >= TARGET) break;
        }
      },
      result: () => [reached],
    };
  },
};

export async function peer() {
  return { title: `brain.js ${manifest.version}`, works };
}
