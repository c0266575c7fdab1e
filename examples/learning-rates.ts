// An exercise of the chapter "Adam": change the learning rate and look at what happens.
import { Adam, fitSync } from 'adamas';
import { axes, chapterFit, chapterModel, data, lossCurve } from './chapter.js';
import { svgPlot } from './plot.js';

const curves = [0.001, 0.003, 0.01, 0.03, 0.1].map((lr) => {
  const model = chapterModel();
  const optimizer = new Adam(model.parameters(), { lr });
  const { losses } = fitSync(model, data, { ...chapterFit, optimizer });
  console.log(
    `lr ${String(lr).padEnd(5)}  lowest loss ${Math.min(...losses).toFixed(4)}  last ${losses.at(-1)!.toFixed(4)}`,
  );
  optimizer.dispose();
  model.dispose();
  return lossCurve(`lr ${lr}`, losses);
});
console.log(`The curves as an SVG: ${svgPlot('learning-rates', curves, { ...axes, yRange: [0.2, 0.5], yStep: 0.05 })}`);
