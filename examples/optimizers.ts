// The chapter's model by each of the optimizers that the book's chapters come to, in one picture.
import { Adadelta, Adagrad, Adam, type FitResult, fitSync, type Model, RMSprop, SGD } from 'adamas';
import { lossCurve } from 'adamas/plot';
import { chapterFit, chapterModel, data, epochAxis } from './chapter.js';
import { saveSvg } from './pictures.js';

const optimizers = {
  SGD: (model: Model) => new SGD(model.parameters(), { lr: 0.05 }),
  Momentum: (model: Model) => new SGD(model.parameters(), { lr: 0.02, momentum: 0.5 }),
  Adagrad: (model: Model) => new Adagrad(model.parameters(), { lr: 0.1 }),
  RMSprop: (model: Model) => new RMSprop(model.parameters(), { lr: 0.01, alpha: 0.9 }),
  Adadelta: (model: Model) => new Adadelta(model.parameters(), { rho: 0.9 }),
  Adam: (model: Model) => new Adam(model.parameters(), { lr: 0.01 }),
};

const results: Record<string, FitResult> = {};
for (const [name, make] of Object.entries(optimizers)) {
  const model = chapterModel();
  const optimizer = make(model);
  const result = fitSync(model, data, { ...chapterFit, optimizer });
  const { losses, secondsPerEpoch } = result;
  console.log(`${name.padEnd(9)} loss: ${losses.at(-1)!.toFixed(6)}, ${secondsPerEpoch.toFixed(6)} sec per epoch`);
  optimizer.dispose();
  model.dispose();
  results[name] = result;
}
const title = 'Linear regression on the airfoil table, by optimizer';
console.log(`The curves as an SVG: ${saveSvg('optimizers', lossCurve(results, { title, ...epochAxis }))}`);
