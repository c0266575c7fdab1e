// Entry point `adamas/plot`.

export { type BarsOptions, bars, type Values } from './plot/bars.js';
export { type ConfusionMatrixOptions, confusionMatrix } from './plot/confusionMatrix.js';
export {
  type Classifier,
  type DecisionBoundaryOptions,
  decisionBoundary,
  type LabelledPoints,
} from './plot/decisionBoundary.js';
export { type LossCurveOptions, type Losses, lossCurve } from './plot/lossCurve.js';
export type { Point } from './plot/marks.js';
export type { AxesOptions, PlotOptions } from './plot/options.js';
export { type PredictedAgainstTrueOptions, predictedAgainstTrue } from './plot/predictedAgainstTrue.js';
export type { Range, ScaleName } from './plot/scale.js';
export { type PointsByName, type ScatterOptions, scatter } from './plot/scatter.js';
