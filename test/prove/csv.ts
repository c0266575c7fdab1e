// CSV texts by a grammar, read whole and in pieces, against the fields they were made of and against Papa Parse: 1,000,000 texts.
import Papa from 'papaparse';
import { textOf } from '../../src/data/csv/source.js';
import type { Layout } from '../../src/data/csv/textLayout.js';
import { Tokenizer } from '../../src/data/csv/tokenizer.js';
import { CsvError, parseCsv, readCsv } from '../../src/datasets.js';
import { type MadeText, makeText } from './csvTexts.js';
import { Draw, proofArguments, writeFigures } from './proof.js';

interface ReadRow {
  readonly line: number;
  readonly fault?: string;
  readonly fields: readonly string[];
}

function rowsOf(tokenizer: Tokenizer): ReadRow[] {
  const rows: ReadRow[] = [];
  while (tokenizer.next()) {
    const { line, fault, count } = tokenizer;
    rows.push({ line, ...(fault && { fault }), fields: Array.from({ length: count }, (_, i) => tokenizer.text(i)) });
  }
  return rows;
}

function readWhole(text: string, layout: Layout): ReadRow[] {
  const tokenizer = new Tokenizer(layout);
  tokenizer.push(text, true);
  return rowsOf(tokenizer);
}

function readInPieces(text: string, layout: Layout, draw: Draw): ReadRow[] {
  const tokenizer = new Tokenizer(layout);
  const rows: ReadRow[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + draw.below(12);
    tokenizer.push(text.slice(at, at + length));
    rows.push(...rowsOf(tokenizer));
    at += length;
  }
  tokenizer.push('', true);
  rows.push(...rowsOf(tokenizer));
  return rows;
}

/** The rows of Papa Parse, trimmed and without empty lines, where it knows the layout; undefined elsewhere. */
function readByPapa({ text, layout, spaced }: MadeText): string[][] | undefined {
  if (spaced || layout.delimiter === ' ' || layout.comment !== undefined || layout.skip !== 0) return undefined;
  if (layout.escape !== 'double' || /^[ \t]+[\r\n]/m.test(text)) return undefined;
  const { delimiter, quote } = layout;
  // It takes one kind of line end for a whole text.
  const newline = text.includes('\r\n') ? '\r\n' : text.includes('\r') ? '\r' : '\n';
  if (text.replaceAll(newline, '').match(/[\r\n]/)) return undefined;
  const { data } = Papa.parse(text, { delimiter, quoteChar: quote as string, newline });
  return data.map((row) => row.map((field) => field.trim())).filter((row) => row.length > 1 || row[0] !== '');
}

/** Removes, doubles or inserts a character. */
function damage(text: string, draw: Draw): string {
  const at = draw.below(text.length + 1);
  const kind = draw.below(3);
  const insert =
    kind === 2 ? draw.one(['"', "'", ',', ';', '\n', '\r', ' ', '\\'] as const) : kind === 1 ? (text[at] ?? '') : '';
  return text.slice(0, at) + insert + text.slice(kind === 0 ? at + 1 : at);
}

/** The bytes of a text in an encoding, with its mark. */
function encode(text: string, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const bytes = new Uint8Array(2 * text.length + 2);
  const view = new DataView(bytes.buffer);
  const marked = `\uFEFF${text}`;
  for (let i = 0; i < marked.length; i++) view.setUint16(2 * i, marked.charCodeAt(i), encoding === 'utf-16le');
  return bytes;
}

function* pieces(bytes: Uint8Array, draw: Draw): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + draw.below(20);
    yield bytes.slice(at, at + length);
    at += length;
  }
}

function same(label: string, seed: number, text: string, got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a === b) return;
  console.error(`${label} differs for text ${seed}: ${JSON.stringify(text)}\n  got      ${a}\n  expected ${b}`);
  process.exit(1);
}

/** The message of what refuses a table, or its numbers. */
const outcome = (error: unknown) => {
  if (!(error instanceof CsvError)) throw error;
  return { problems: error.problems };
};

const { count, seed, write } = proofArguments(1_000_000);
const start = performance.now();
const counts = { texts: 0, papa: 0, damaged: 0, bytes: 0, tables: 0 };
for (let i = 0; i < count; i++) {
  const one = seed * 1_000_003 + i;
  const draw = new Draw(one);
  const made = makeText(draw);
  const { text, layout, rows } = made;
  const whole = readWhole(text, layout);
  same('the text', one, text, whole, rows);
  same('the text in pieces', one, text, readInPieces(text, layout, draw), rows);
  counts.texts++;
  const papa = readByPapa(made);
  if (papa) {
    same(
      'Papa Parse',
      one,
      text,
      papa,
      rows.map(({ fields }) => fields),
    );
    counts.papa++;
  }
  const damaged = damage(text, draw);
  same('a damaged text in pieces', one, damaged, readInPieces(damaged, layout, draw), readWhole(damaged, layout));
  counts.damaged++;
  if (i % 20 === 0) {
    const encoding = draw.one(['utf-8', 'utf-16le', 'utf-16be'] as const);
    let decoded = '';
    for await (const piece of textOf('prove', pieces(encode(text, encoding), draw), undefined)) decoded += piece.text;
    same(encoding, one, text, decoded, text);
    counts.bytes++;
  }
  if (i % 20 === 10) {
    const options = { ...layout, target: '1', header: false, skip: layout.skip as number } as const;
    // Half a character cannot be encoded.
    const sound = damaged.replace(/\p{Surrogate}/gu, '');
    const expected = await Promise.resolve()
      .then(() => parseCsv(sound, options).describe())
      .catch(outcome);
    const array = Array.from(pieces(encode(sound, 'utf-8'), draw));
    const got = await readCsv(array, options)
      .then((table) => table.describe())
      .catch(outcome);
    same('a table', one, sound, got, expected);
    counts.tables++;
  }
}
const seconds = Math.round((performance.now() - start) / 1000);
const figures = `${counts.texts.toLocaleString('en')} texts of seed ${seed}: their fields whole and in pieces, ${counts.papa.toLocaleString('en')} of them also by Papa Parse; ${counts.damaged.toLocaleString('en')} damaged texts, with equal fields and faults whatever the pieces; ${counts.bytes.toLocaleString('en')} in encodings; ${counts.tables.toLocaleString('en')} as tables, with equal errors. No difference, in ${seconds} s.`;
console.log(figures);
if (write) writeFigures('csv', figures);
