// Entry point `adamas/tabular`: from a table to a trained model, and back to predictions in the table's own terms.

import { keepInPlaces } from './io/checkpoint/places.js';
import { provideCheckpointPlaces } from './train/checkpointPlaces.js';

// The option `checkpoint` works without another import.
provideCheckpointPlaces(keepInPlaces);

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
