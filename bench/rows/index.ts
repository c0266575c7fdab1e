import type { Row } from '../harness/row.js';
import { adamStep } from './adamStep.js';
import { bundleRows } from './bundles.js';
import { chapterRows } from './chapter.js';
import { coldRows } from './cold.js';
import { datasetRows } from './datasets.js';
import { fitOptionRows } from './fitOptions.js';
import { growthRows } from './growth.js';
import { jobRows } from './jobs.js';
import { kernelRows } from './kernel.js';
import { optimizerRows } from './optimizers.js';
import { smallSteps } from './smallStep.js';
import { streamingRows } from './streaming.js';
import { trainingRows } from './training.js';

/** All rows, in the order of the report. */
export const rows: readonly Row[] = [
  ...adamStep,
  ...optimizerRows,
  ...smallSteps,
  ...chapterRows,
  ...kernelRows,
  ...trainingRows,
  ...jobRows,
  ...growthRows,
  ...streamingRows,
  ...datasetRows,
  ...fitOptionRows,
  ...coldRows,
  ...bundleRows,
];
