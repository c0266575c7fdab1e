// Entry point `adamas/tabular`: from a table to a trained model, and back to predictions in the table's own terms.

export { type CrossValidation, crossValidate } from './tabular/crossValidate.js';
export type { OptimizerName, ScheduleName, TrainTableOptions } from './tabular/options.js';
export type { TableSource } from './tabular/source.js';
export {
  type LoadTableOptions,
  type Prediction,
  TableModel,
  type TableScores,
} from './tabular/tableModel.js';
export { trainTable } from './tabular/trainTable.js';
