// Entry point `adamas/datasets`.
export { type AirfoilTable, airfoil, airfoilTable, type Column } from './data/airfoil.js';
export { type CsvBatch, type CsvBatchesOptions, csvBatches } from './data/csv/batches.js';
export type { CategoryColumn, CsvColumn, NumberColumn } from './data/csv/column.js';
export { CsvError } from './data/csv/error.js';
export type { ColumnKind, CsvOptions } from './data/csv/options.js';
export { csvSchema } from './data/csv/saved.js';
export { type CsvRow, CsvSchema, type CsvSchemaData } from './data/csv/schema.js';
export type { CsvSource } from './data/csv/source.js';
export { parseCsv, readCsv, scanCsv, Table } from './data/csv/table.js';
export { type DescribeOptions, describe } from './data/describe.js';
export { type FoldOptions, kFolds, type SplitOptions, stratifiedSplit } from './data/folds.js';
export {
  type BlobsOptions,
  blobs,
  type LinearDataOptions,
  linearData,
  type NoiseOptions,
  type SpiralOptions,
  spiral,
  twoMoons,
} from './data/generators.js';
