// Output of the command: results to standard output, everything else to standard error.
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';

/** Prints a result. Rejects where standard output takes no more: a disk that is full, a pipe that is closed. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, (error) => {
      if (!error) return resolve();
      const { code, message } = error as NodeJS.ErrnoException;
      const problem = code === 'EPIPE' ? 'was closed before everything was printed' : `cannot be written: ${message}`;
      reject(new Error(`standard output ${problem}`));
    });
  });
}

/** Prints a message that is no result. */
export function note(text: string): void {
  endProgress();
  process.stderr.write(`${text}\n`);
}

/** The text in red where colours are wanted: on a terminal, unless NO_COLOR is set (https://no-color.org). */
export function red(text: string): string {
  const wanted = process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return wanted ? `\u001b[31m${text}\u001b[39m` : text;
}

/** Milliseconds before any progress is shown, and between two lines of it: on a terminal, and elsewhere. */
const DELAY = 300;
const EVERY = { terminal: 100, elsewhere: 2000 };

let started = performance.now();
let last = Number.NEGATIVE_INFINITY;
/** The line of progress on the terminal. */
let shown = '';

/** Starts the delay after which progress is shown. */
export function startProgress(): void {
  started = performance.now();
  last = Number.NEGATIVE_INFINITY;
}

/**
 * Shows the progress of something that takes a while: one line on a terminal, which the next replaces, plain lines elsewhere.
 *
 * @param parts - the most important first: those that have no room are left out
 */
export function progress(...parts: readonly string[]): void {
  const { stderr } = process;
  const now = performance.now();
  if (now - started < DELAY || now - last < (stderr.isTTY ? EVERY.terminal : EVERY.elsewhere)) return;
  last = now;
  if (!stderr.isTTY) {
    stderr.write(`${parts.join(', ')}\n`);
    return;
  }
  // A terminal wraps a line that fills its width.
  const room = (stderr.columns || 80) - 1;
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}, ${part}`;
    if (longer.length > room) break;
    line = longer;
  }
  clearLine();
  shown = line || parts[0]!.slice(0, room);
  stderr.write(shown);
}

/** Removes the line of progress. */
export function endProgress(): void {
  if (shown !== '') clearLine();
  shown = '';
}

/** Clears the line of progress. A terminal that has become narrower has broken it into several. */
function clearLine(): void {
  const { stderr } = process;
  const rows = Math.ceil(shown.length / (stderr.columns || 80));
  if (rows > 1) moveCursor(stderr, 0, 1 - rows);
  cursorTo(stderr, 0);
  clearScreenDown(stderr);
}

/** A duration in words. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** A number with commas between thousands. */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Formats a number with the given count of significant digits. */
export const short = (value: number, digits = 4): string => String(Number(value.toPrecision(digits)));
