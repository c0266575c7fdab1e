import { dataset, ExponentialMovingAverage, fit, fitSync, tensor } from '../adamas.mjs';
import type { Row, Run } from '../harness/row.js';
import { median } from '../harness/statistics.js';
import { fillNormals } from '../random.mjs';
import { trained } from './training.js';

const EPOCHS = 5;

/** A model with data of this number of batches, and as many rows again for validation. */
function parts(run: Run, widths: readonly number[], batch: number, batches: number) {
  const { model, optimizer, features, classes } = trained(run, { widths, batch }, batches);
  const rows = batches * batch;
  const held = run.hold(tensor(fillNormals(new Float32Array(features.length)), [rows, model.inputs]));
  const data = run.hold(dataset(run.hold(tensor(features, [rows, model.inputs])), classes));
  return { model, optimizer, data, validation: run.hold(dataset(held, classes)), rows };
}

export const fitOptionRows: readonly Row[] = [
  {
    name: 'MLP 64-128-10, batch 32: all options on, beyond the passes of validation',
    pieces: { count: EPOCHS, name: 'epoch' },
    setup(run) {
      const { model, optimizer, data, validation, rows } = parts(run, [64, 128, 10], 32, 40);
      const average = run.hold(new ExponentialMovingAverage(model.parameters()));
      const sampleWeights = new Float32Array(rows).fill(1);
      const plain = { loss: 'crossEntropy', optimizer, epochs: EPOCHS, batchSize: 32 } as const;
      const more = { validation, sampleWeights, classWeights: 'balanced', average, metrics: ['accuracy'] } as const;
      const out = new Float32Array(rows * 10);
      const withAll = () => fitSync(model, data, { ...plain, ...more });
      /** Forward passes over the rows of the validation, one per epoch. */
      const passes = () => {
        for (let epoch = 0; epoch < EPOCHS; epoch++) model.predict(validation.features, out);
      };
      for (let warm = 0; warm < 5; warm++) {
        withAll();
        passes();
      }
      // Processor time: by the clock, interruptions by other processes would decide.
      const processor = (call: () => void) => {
        const before = process.cpuUsage();
        call();
        const { user, system } = process.cpuUsage(before);
        return 1e3 * (user + system);
      };
      const repeated = (once: () => number) => ({
        async nanoseconds(budgetMs: number) {
          const times: number[] = [];
          const end = performance.now() + budgetMs;
          while (times.length < 3 || performance.now() < end) times.push(once());
          return median(times);
        },
      });
      return {
        adamas: repeated(() => processor(() => fitSync(model, data, plain))),
        'all, less passes': repeated(() => processor(withAll) - processor(passes)),
      };
    },
  },
  {
    name: 'MLP 784-256-10, batch 128: the event loop waits for fit',
    setup(run) {
      const { model, optimizer, data, validation } = parts(run, [784, 256, 10], 128, 20);
      /** Length of each turn of the event loop while a fit ran: by the clock, and of this process's processor time; in nanoseconds. */
      async function turns(): Promise<{ wall: number; processor: number }[]> {
        const gaps: { wall: number; processor: number }[] = [];
        let [last, used] = [performance.now(), process.cpuUsage()];
        const tick = () => {
          const { user, system } = process.cpuUsage(used);
          const now = performance.now();
          gaps.push({ wall: 1e6 * (now - last), processor: 1e3 * (user + system) });
          [last, used] = [now, process.cpuUsage()];
          timer = setImmediate(tick);
        };
        let timer = setImmediate(tick);
        await fit(model, data, { loss: 'crossEntropy', optimizer, epochs: 3, batchSize: 128, validation });
        clearImmediate(timer);
        // Turns in which the fit did nothing are left out: nobody waits for them.
        return gaps.filter(({ wall }) => wall > 1e6);
      }
      const of = (take: typeof median, key: 'wall' | 'processor') => ({
        nanoseconds: async () => take((await turns()).map((gap) => gap[key])),
      });
      const most = (values: readonly number[]) => Math.max(...values);
      return { adamas: of(median, 'wall'), 'at most': of(most, 'wall'), 'at most, processor': of(most, 'processor') };
    },
  },
];
