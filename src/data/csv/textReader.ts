import { CsvError } from './error.js';
import { HostTurns, type ReadOptions } from './hostTurns.js';
import { type CsvSource, placeOf, type TextPiece, textOf } from './source.js';
import type { TableReader } from './tableReader.js';
import { Tokenizer } from './tokenizer.js';

/** The part of a reader that takes the rows of a text. */
type RowTaker = Pick<TableReader, 'plan' | 'rows' | 'addText'>;

/** Characters of a text that are read at once. */
const PIECE = 2 ** 16;

/** Reads a text as a whole into a table. */
export function readText(text: string, table: RowTaker): void {
  const tokenizer = new Tokenizer(table.plan.layout);
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; ; at += PIECE) {
    tokenizer.push(text.slice(at, at + PIECE), at + PIECE >= text.length);
    while (tokenizer.next()) table.addText(tokenizer);
    if (at + PIECE >= text.length) return;
  }
}

/** Reads a source into a table, yielding to the event loop. */
export function readSource(call: string, source: CsvSource, table: RowTaker, options: ReadOptions): Promise<HostTurns> {
  const pieces = textOf(call, source, table.plan.encoding, options.signal);
  return readPieces(placeOf(call, source), pieces, table, new HostTurns(options));
}

/** Reads pieces of text into a table, yielding to the event loop. */
export async function readPieces(
  place: string,
  pieces: AsyncIterable<TextPiece>,
  table: RowTaker,
  turns: HostTurns,
): Promise<HostTurns> {
  const tokenizer = new Tokenizer(table.plan.layout);
  try {
    for await (const { text, bytes } of pieces) {
      turns.bytes = bytes;
      tokenizer.push(text);
      while (tokenizer.next()) table.addText(tokenizer);
      await turns.pass(table.rows);
    }
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'encoding') throw error;
    throw new CsvError(place, [{ ...error.problems[0]!, line: tokenizer.lastLine }]);
  }
  tokenizer.push('', true);
  while (tokenizer.next()) table.addText(tokenizer);
  await turns.end(table.rows);
  return turns;
}
