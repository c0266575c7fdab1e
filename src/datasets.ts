// Entry point `adamas/datasets`.
export { type AirfoilTable, airfoil, airfoilTable, type Column } from './data/airfoil.js';
export { type CsvBatch, type CsvBatches, type CsvBatchesOptions, csvBatches } from './data/csv/batches.js';
export type { CategoryColumn, CsvColumn, NumberColumn } from './data/csv/column.js';
export type { DateOrder } from './data/csv/dates.js';
export { CsvError, type CsvFix, type CsvNote, type CsvProblem, type CsvProblemCode } from './data/csv/error.js';
export type { ReadOptions, ReadProgress } from './data/csv/hostTurns.js';
export { CsvInspection, type InspectedColumn, type InspectOptions, inspectCsv } from './data/csv/inspect.js';
export type { MissingPolicy } from './data/csv/missing.js';
export type { CsvRow, FieldValue } from './data/csv/objectRow.js';
export { type ReadTableOptions, type RowSource, readTable, type TableOptions, table } from './data/csv/objects.js';
export type { ColumnKind, ColumnOptions, ColumnReading, CsvOptions, FieldFunction } from './data/csv/options.js';
export { CsvSchema, type CsvSchemaData } from './data/csv/schema.js';
export { type CsvSchemaOptions, csvSchema } from './data/csv/schemaJson.js';
export type { CsvSource } from './data/csv/source.js';
export { parseCsv, type ReadCsvOptions, readCsv, scanCsv, Table } from './data/csv/table.js';
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
