// Goes on with what train.py trained in PyTorch, and saves it for go_on.py: npx tsx go-on.ts folder
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Adam, dataset, fitSync, linear, sequential, tanh } from 'adamas';
import { save } from 'adamas/io';
import { readTraining } from './torchState.js';

const folder = process.argv[2] ?? '.';
const x = Array.from({ length: 61 }, (_, i) => -3 + i / 10);
const data = dataset(
  x.map((value) => [value]),
  x.map(Math.sin),
);

const model = sequential(linear(1, 16), tanh(), linear(16, 1));
const optimizer = new Adam(model.parameters());
const trained = readTraining(readFileSync(join(folder, 'torch.safetensors')));
model.loadStateDict(trained.model);
optimizer.loadStateDict(trained.optimizer);

fitSync(model, data, { loss: 'mse', optimizer, epochs: 200, batchSize: 61 });
console.log(`adamas, 400 steps: loss ${model.evaluate(data, { loss: 'mse' }).loss.toFixed(6)}`);
await save(model, join(folder, 'adamas.safetensors'), { optimizer });
