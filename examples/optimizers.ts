// The chapter's model by each of the optimizers that the book's chapters come to, in one picture.
import { Adadelta, Adagrad, Adam, fitSync, type Model, RMSprop, SGD } from 'adamas';
import { axes, chapterFit, chapterModel, data, lossCurve } from './chapter.js';
import { svgPlot } from './plot.js';

const optimizers = {
  SGD: (model: Model) => new SGD(model.parameters(), { lr: 0.05 }),
  Momentum: (model: Model) => new SGD(model.parameters(), { lr: 0.02, momentum: 0.5 }),
  Adagrad: (model: Model) => new Adagrad(model.parameters(), { lr: 0.1 }),
  RMSprop: (model: Model) => new RMSprop(model.parameters(), { lr: 0.01, alpha: 0.9 }),
  Adadelta: (model: Model) => new Adadelta(model.parameters(), { rho: 0.9 }),
  Adam: (model: Model) => new Adam(model.parameters(), { lr: 0.01 }),
};

const curves = Object.entries(optimizers).map(([name, make]) => {
  const model = chapterModel();
  const optimizer = make(model);
  const { losses, secondsPerEpoch } = fitSync(model, data, { ...chapterFit, optimizer });
  console.log(`${name.padEnd(9)} loss: ${losses.at(-1)!.toFixed(6)}, ${secondsPerEpoch.toFixed(6)} sec per epoch`);
  optimizer.dispose();
  model.dispose();
  return lossCurve(name, losses);
});
console.log(`The curves as an SVG: ${svgPlot('optimizers', curves, { ...axes, yRange: [0.2, 0.5], yStep: 0.05 })}`);
