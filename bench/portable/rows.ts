import type { Row } from '../harness/row.js';
import { adamStep } from '../rows/adamStep.js';
import { chapterRows } from '../rows/chapter.js';
import { growthRows } from '../rows/growth.js';
import { jobRows } from '../rows/jobs.js';
import { kernelRows } from '../rows/kernel.js';
import { optimizerRows } from '../rows/optimizers.js';
import { smallSteps } from '../rows/smallStep.js';
import { trainingRows } from '../rows/training.js';

/** The rows that need no Node: those of a page, and of other runtimes. */
export const portableRows: readonly Row[] = [
  ...adamStep,
  ...optimizerRows,
  ...smallSteps,
  ...chapterRows,
  ...kernelRows,
  ...trainingRows,
  ...jobRows,
  ...growthRows,
];
