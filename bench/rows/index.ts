import type { Row } from '../harness/row.js';
import { adamStep } from './adamStep.js';
import { chapterRows } from './chapter.js';
import { coldRows } from './cold.js';
import { smallSteps } from './smallStep.js';

/** All rows, in the order of the report. */
export const rows: readonly Row[] = [...adamStep, ...smallSteps, ...chapterRows, ...coldRows];
