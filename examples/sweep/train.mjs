// The job of examples/sweep.ts: one training. On other machines: npx adamas worker --redis <url> --allow train=examples/sweep/train.mjs
import { Adam, fit, mlp, SGD } from 'adamas';
import { stratifiedSplit, twoMoons } from 'adamas/datasets';
import { toBytes } from 'adamas/io';

export default async function train({ params, seed, budget, signal }) {
  const [training, held] = stratifiedSplit(twoMoons(600, { noise: 0.15, seed: 1 }), 0.8, { seed: 1 });
  const model = mlp({ inputs: 2, hidden: [params.units], outputs: 2, activation: 'tanh', loss: 'crossEntropy', seed });
  const Optimizer = params.optimizer === 'adam' ? Adam : SGD;
  const optimizer = new Optimizer(model.parameters(), { lr: params.lr });
  const { losses } = await fit(model, training, { optimizer, epochs: budget, batchSize: 32, seed, signal });
  const { loss } = model.evaluate(held);
  const bytes = toBytes(model);
  for (const one of [model, optimizer, training, held]) one.dispose();
  return { value: loss, model: bytes, losses };
}
