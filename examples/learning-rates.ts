// An exercise of the chapter "Adam": change the learning rate and look at what happens.
import { Adam, type FitResult, fitSync } from 'adamas';
import { lossCurve } from 'adamas/plot';
import { chapterFit, chapterModel, data, epochAxis } from './chapter.js';
import { saveSvg } from './pictures.js';

const results: Record<string, FitResult> = {};
for (const lr of [0.001, 0.003, 0.01, 0.03, 0.1]) {
  const model = chapterModel();
  const optimizer = new Adam(model.parameters(), { lr });
  const result = fitSync(model, data, { ...chapterFit, optimizer });
  const { losses } = result;
  console.log(
    `lr ${String(lr).padEnd(5)}  lowest loss ${Math.min(...losses).toFixed(4)}  last ${losses.at(-1)!.toFixed(4)}`,
  );
  optimizer.dispose();
  model.dispose();
  results[`lr ${lr}`] = result;
}
const title = 'Adam on the airfoil table, by learning rate';
console.log(`The curves as an SVG: ${saveSvg('learning-rates', lossCurve(results, { title, ...epochAxis }))}`);
