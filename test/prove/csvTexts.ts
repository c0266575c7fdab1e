// CSV texts by a grammar, with the fields they should be read as.
import type { Layout } from '../../src/data/csv/textLayout.js';
import type { Draw } from './proof.js';

export interface MadeText {
  readonly text: string;
  readonly layout: Layout;
  /** The fields of each row and the line it starts on. */
  readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[];
  /** Spaces stand between a delimiter and a quote, which other parsers take for text. */
  readonly spaced: boolean;
}

const WORDS = ['a', 'red', '1', '-2.5', '1e5', 'NA', 'größe', '𝄞', 'x y', '0', '2024-01-31', "it's", '#', 'null'];

/** A text with quotes, spaces, empty lines and line ends of every kind, and what is in it. */
export function makeText(draw: Draw): MadeText {
  // Half of the texts are such that other parsers read them too.
  const plain = draw.chance(0.5);
  const delimiter = draw.one(plain ? ',;\t|' : ',;\t| ') as string;
  const quote = draw.one(['"', '"', "'"] as const);
  const escaping = plain || draw.chance(0.7) ? 'double' : 'backslash';
  const comment = !plain && draw.chance(0.4) ? '#' : undefined;
  const end = draw.one(['\n', '\r\n', '\r'] as const);
  const columns = 1 + draw.below(5);
  const spaces = delimiter === ' ';
  let line = 1;
  let text = '';
  let spaced = false;
  const rows: { line: number; fields: string[] }[] = [];

  const skip = !plain && draw.chance(0.4) ? draw.below(3) : 0;
  for (let i = 0; i < skip; i++) {
    text += `${draw.one(WORDS)}"${end}`;
    line++;
  }
  const padding = () => (draw.chance(0.15) ? draw.one([' ', '  '] as const) : '');
  const field = (): { written: string; read: string } => {
    let raw = '';
    for (let n = draw.below(4); n > 0; n--) raw += draw.one(WORDS);
    const quoted = draw.chance(0.4);
    if (!quoted) {
      const plain = raw
        .replaceAll(delimiter, '')
        .replaceAll(quote, '')
        .replace(/[\r\n ]/g, spaces ? '' : ' ');
      // A plain field of a table with runs of spaces cannot be empty.
      const written = (spaces && plain === '' ? 'e' : plain).replace(/^#/, 'h');
      const before = spaces ? '' : padding();
      return { written: `${before}${written}${spaces ? '' : padding()}`, read: written.trim() };
    }
    for (let n = draw.below(3); n > 0; n--) raw += draw.one([delimiter, quote, '\n', '\r\n', ' ', '\\'] as const);
    const escaped =
      escaping === 'double'
        ? raw.replaceAll(quote, quote + quote)
        : raw.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
    const [before, after] = spaces || plain ? ['', ''] : [padding(), padding()];
    if (before !== '' || after !== '') spaced = true;
    return { written: `${before}${quote}${escaped}${quote}${after}`, read: raw.trim() };
  };

  const count = 1 + draw.below(6);
  for (let i = 0; i < count; i++) {
    while (draw.chance(0.1)) {
      text += (plain || draw.chance(0.5) ? '' : draw.one(delimiter === '\t' ? ' ' : ' \t')) + end;
      line++;
    }
    if (comment !== undefined && draw.chance(0.2)) {
      text += `${draw.chance(0.3) ? ' ' : ''}#${draw.one(WORDS)}${quote}${delimiter}${end}`;
      line++;
    }
    const fields = Array.from({ length: columns }, field);
    const between = () => (spaces ? draw.one([' ', '  ', '\t'] as const) : delimiter);
    const written = fields.map((one) => one.written).reduce((row, one) => row + between() + one);
    const last = i === count - 1 && draw.chance(0.3);
    text += written + (last ? '' : end);
    // A row of one empty field is an empty line.
    if (columns > 1 || fields[0]!.read !== '') rows.push({ line, fields: fields.map((one) => one.read) });
    line += written.split(/\r\n|\r|\n/).length;
  }
  return { text, layout: { delimiter, quote, escape: escaping, comment, skip }, rows, spaced };
}
