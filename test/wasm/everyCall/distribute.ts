// Calls of `adamas/distribute`, whose jobs run in threads with memory of their own.
import {
  bullmq,
  federated,
  fitMany,
  JobTimeoutError,
  local,
  proximal,
  QueueError,
  StudyError,
  sweep,
} from '../../../src/distribute.js';
import { type Calls, makeModel, plain } from './table.js';

const runner = local({ workers: 1 });
const job = (body: string) => `data:text/javascript,export default (input) => (${body})`;

export const distribute: Calls = {
  ...plain({
    'new JobTimeoutError': () => new JobTimeoutError('mine'),
    'new QueueError': () => new QueueError('mine'),
    'new StudyError': () => new StudyError('mine'),
    local: () => local(),
    bullmq: () => bullmq({ connection: 'redis://127.0.0.1:6379' }),
    sweep: () => sweep({ job: job('{ value: input.params.lr }'), space: { lr: [1, 2] }, runner }),
    fitMany: () => fitMany([{ key: 'a', rows: [1] }], { job: job('Uint8Array.of(1)'), results() {}, runner }),
  }),
  federated: (hold) => {
    const model = hold(makeModel());
    const clients = [{ name: 'a' }];
    return () => federated({ model, job: job('{ model: input.model, samples: 1 }'), clients, rounds: 1, runner });
  },
  proximal: (hold) => {
    const model = hold(makeModel());
    return () => {
      const term = proximal(model.parameters(), 1);
      term.addGrad();
      return term.penalty;
    };
  },
};
