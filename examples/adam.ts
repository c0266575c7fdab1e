// The chapter "Adam" of Dive into Deep Learning, concise version: linear regression on NASA's airfoil measurements.
import { Adam, fit, fitSync, type Progress } from 'adamas';
import { lossCurve, type Point } from 'adamas/plot';
import { chapterFit, chapterModel, data, epochAxis, epochOf } from './chapter.js';
import { saveSvg, terminalPlot } from './pictures.js';

const model = chapterModel();
const optimizer = new Adam(model.parameters(), { lr: 0.01 });

let printed = 0;
const onProgress = ({ losses }: Progress) => {
  for (; printed < losses.length; printed++) {
    console.log(`epoch ${epochOf(printed).toFixed(2)}, loss ${losses[printed]!.toFixed(6)}`);
  }
};
const result = await fit(model, data, { ...chapterFit, optimizer, onProgress });
const { losses, secondsPerEpoch } = result;

const points = losses.map((loss, i): Point => [epochOf(i), loss]);
console.log(`\n${terminalPlot(points, 'epoch', 'loss')}`);
const title = 'Adam, lr 0.01: linear regression on the airfoil table, 2 epochs';
console.log(`\nThe curve as an SVG: ${saveSvg('adam', lossCurve(result, { title, ...epochAxis }))}`);

// The first run pays for printing and for the engine's compilers: what an epoch takes from then on, more fits tell.
const FITS = 101;
const times = Array.from(
  { length: FITS },
  () => fitSync(model, data, { ...chapterFit, optimizer, epochs: 10 }).secondsPerEpoch,
);
const median = times.sort((a, b) => a - b)[FITS >> 1]!;
console.log(
  `This run, printing included: ${secondsPerEpoch.toFixed(6)} sec per epoch; the median of ${FITS} further fits:`,
);
console.log(`loss: ${losses.at(-1)!.toFixed(6)}, ${median.toFixed(6)} sec per epoch`);
