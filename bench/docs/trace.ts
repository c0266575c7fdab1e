// Every measured number in README and docs comes from a recording: generated, or marked in place as
//
//     <!-- bench: "<row>" "<contender>" value -->44 us<!-- /bench -->
//
// with `value`, `ratio` or `slope`, and updated by `npm run bench:docs`. A number with the unit of a measurement that is neither is an error.
import type { Line } from '../harness/record.js';
import { significant } from '../harness/report.js';
import { shownValue } from './readme.js';
import { findLine } from './recordings.js';

const MARK = /<!-- bench: "([^"]+)" "([^"]+)" (value|ratio) -->([^<]*)<!-- \/bench -->/g;

/** Times, ratios, rates and sizes of files. */
const MEASURED =
  /\b\d[\d,.]*(?: to \d[\d,.]*)? ?(?:ns|us|µs|ms|microseconds|milliseconds|GFLOP\/s|KB|times (?:as|faster|slower|less|the time))\b/g;

/** Numbers with such a unit that are not measured: settings and limits. */
const SET: readonly RegExp[] = [
  /every 10 ms/,
  /slices? of (about )?10 ms/,
  /no more than 4 KB at once/,
  /tasks above 50 ms/,
  /run for 100 ms or more/,
  /jobs of 100 ms/,
  /models of 20 KB/,
];

/** Written by `npm run bench:docs`, or by a proof between marks of its name. */
const GENERATED = /<!-- bench: start -->[\s\S]*?<!-- bench: end -->|<!-- ([a-z-]+) -->[\s\S]*?<!-- \/\1 -->/g;
const CODE = /```[\s\S]*?```|`[^`\n]*`|^ {4}.*$/gm;

/** The text with its marked numbers as they are recorded. */
export function withMarks(text: string, lines: readonly Line[]): string {
  return text.replace(MARK, (_, row: string, contender: string, kind: string) => {
    const line = findLine(lines, row, contender);
    const shown = kind === 'value' ? shownValue(line) : `${significant(line.ratio, 2)} times`;
    return `<!-- bench: "${row}" "${contender}" ${kind} -->${shown}<!-- /bench -->`;
  });
}

/** The measured numbers of a text that no recording has, each with its line number. */
export function untraced(text: string): string[] {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  const bare = text.replace(GENERATED, blank).replace(MARK, blank).replace(CODE, blank);
  return bare.split('\n').flatMap((line, i) => {
    const rest = SET.reduce((left, phrase) => left.replace(phrase, ''), line);
    return Array.from(rest.matchAll(MEASURED), ([found]) => `line ${i + 1}: ${found}`);
  });
}
