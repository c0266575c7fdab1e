// Numbers in another notation than a program's, which a column of text may turn out to be.
import { numberIn } from './values.js';

/** The notation of a number: how errors call it, and the sign or unit in it. */
export interface Notation {
  readonly kind: 'thousands' | 'decimal' | 'unit' | 'minus' | 'parentheses' | 'infinity' | 'range';
  readonly sign: string;
}

const GROUPED = /^[-+]?\d{1,3}(?:([,.'’_ \u00A0\u202F])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/;
const DECIMAL_COMMA = /^[-+]?(?:\d+,\d*|,\d+)(?:e[-+]?\d+)?$/i;
const INFINITY = /^[-+]?inf(?:inity)?$/i;
const BEFORE = /^[-+]?(\p{Sc}) ?[-+]?(?=[\d.,])/u;
const AFTER = /(?<=[\d.,]) ?(\p{Sc}|[%‰°]|(?!(?:st|nd|rd|th)$)[a-zµ°]{1,5}[²³]?(?:\/[a-z]{1,3}[²³]?)?)$/iu;
/** Hyphens and minus signs that are no ASCII. */
const OTHER_MINUS = /^[−–‒—﹣－](?=[\d.,])/;

/** The notation of a text that is a number, though not one that `Number()` reads; undefined for any other text. */
export function notationOf(text: string): Notation | undefined {
  const first = text.charCodeAt(0);
  // A name, in most cases.
  if (text.length > 40 || (!/\d/.test(text) && !INFINITY.test(text))) return undefined;
  if (INFINITY.test(text)) return { kind: 'infinity', sign: text };
  if (OTHER_MINUS.test(text)) return isNumber(text.slice(1)) ? { kind: 'minus', sign: text[0]! } : undefined;
  if (first === 40 && text.endsWith(')')) {
    return isNumber(text.slice(1, -1)) ? { kind: 'parentheses', sign: '()' } : undefined;
  }
  const grouped = GROUPED.exec(text);
  if (grouped) return { kind: 'thousands', sign: /[\u00A0\u202F]/.test(grouped[1]!) ? ' ' : grouped[1]! };
  if (DECIMAL_COMMA.test(text)) return { kind: 'decimal', sign: ',' };
  const unit = BEFORE.exec(text) ?? AFTER.exec(text);
  if (unit && !/^e$/i.test(unit[1]!) && isNumber(withoutUnit(text, unit[1]!))) return { kind: 'unit', sign: unit[1]! };
  if (Number.isFinite(Number(text)) && Number.isNaN(numberIn(text, 0, text.length)) && !/^[-+]?0[xob]/i.test(text)) {
    return { kind: 'range', sign: text };
  }
  return undefined;
}

/** A number in any of these notations but a unit. */
function isNumber(text: string): boolean {
  const plain = text.trim();
  return !Number.isNaN(numberIn(plain, 0, plain.length)) || GROUPED.test(plain) || DECIMAL_COMMA.test(plain);
}

/** The text without a unit before or after its number. */
export function withoutUnit(text: string, unit: string): string {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest.startsWith(unit)) return sign + rest.slice(unit.length).trimStart();
  return text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text;
}

/** The notation of most of these texts, and how many are in it. */
export function commonNotation(
  texts: Iterable<string>,
): { readonly notation: Notation; readonly texts: number } | undefined {
  const found = new Map<string, { notation: Notation; texts: number }>();
  for (const text of texts) {
    const notation = notationOf(text);
    if (notation === undefined) continue;
    const key =
      notation.kind === 'unit' || notation.kind === 'thousands' ? notation.kind + notation.sign : notation.kind;
    const entry = found.get(key);
    if (entry) entry.texts++;
    else found.set(key, { notation, texts: 1 });
  }
  // 1,234 is in groups, and 1,5 beside it says that its comma was a decimal one.
  const decimal = found.get('decimal');
  const grouped = found.get('thousands,');
  if (decimal && grouped) decimal.texts += grouped.texts;
  let best: { notation: Notation; texts: number } | undefined;
  for (const entry of found.values()) if (best === undefined || entry.texts > best.texts) best = entry;
  return best;
}
