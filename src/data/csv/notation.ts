// Numbers in another notation than a program's, which a column of text may turn out to be.
import { numberOfText } from './values.js';

/** The signs of a number that are not those of a program. */
export interface Signs {
  readonly thousands?: string;
  readonly decimal?: string;
}

/** The notation of a number: how errors call it, the unit or sign in it, and the signs of its digits. */
export interface Notation {
  readonly kind:
    | 'thousands'
    | 'decimal'
    | 'unit'
    | 'minus'
    | 'parentheses'
    | 'infinity'
    | 'range'
    | 'fraction'
    | 'digits'
    | 'duration';
  readonly sign: string;
  readonly signs: Signs;
}

const GROUPED = /^[-+]?\d{1,3}(?:([,.'’_ \u00A0\u2009\u202F])\d{3})(?:\1\d{3})*(?:([.,])\d+)?$/;
/** As in India: 12,34,567. */
const IN_PAIRS = /^[-+]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$/;
const DECIMAL_COMMA = /^[-+]?(?:\d+,\d*|,\d+)(?:e[-+]?\d+)?$/i;
const INFINITY = /^[-+]?inf(?:inity)?$/i;
const BEFORE =
  /^[-+]?((?:[A-Z]{1,3})?\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|BRL|MXN|ZAR|Rs\.?|kr\.?) ?[-+]?(?=[\d.,])/u;
const AFTER = /(?<=[\d.,]) ?(\p{Sc}|[%‰°]|(?!(?:st|nd|rd|th)$)[a-zµ°]{1,5}[²³]?(?:\/[a-z]{1,3}[²³]?)?)$/iu;
/** Hyphens and minus signs that are no ASCII, and a minus behind the number. */
const OTHER_MINUS = /^[−–‒—﹣－](?=[\d.,])|(?<=\d)-$/;
const FRACTION = /^[-+]?\d+ ?\/ ?\d+$/;
/** Hours and minutes, or minutes and seconds, that are no time of day. */
const DURATION = /^(?:2[5-9]|[3-9]\d|\d{3,}):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$/;
/** Digits of other scripts. */
const OTHER_DIGITS = /^[-+]?(?=.*[^ -~])\p{Nd}+(?:[.,٫]\p{Nd}+)?$/u;

/** The notation of a text that is a number, though not one that `Number()` reads; undefined for any other text. */
export function notationOf(text: string): Notation | undefined {
  // A name, in most cases.
  if (text.length > 40 || (!/\p{Nd}/u.test(text) && !INFINITY.test(text))) return undefined;
  const found = (kind: Notation['kind'], sign: string, signs: Signs | undefined): Notation | undefined =>
    signs && { kind, sign, signs };
  if (INFINITY.test(text)) return found('infinity', text, {});
  const minus = OTHER_MINUS.exec(text);
  if (minus) return found('minus', minus[0], signsOf(text.replace(OTHER_MINUS, '')) && {});
  if (text.startsWith('(') && text.endsWith(')')) {
    const inner = text.slice(1, -1);
    return found('parentheses', '()', signsOf(withoutUnit(inner, BEFORE.exec(inner)?.[1] ?? '')) && {});
  }
  if (FRACTION.test(text)) return found('fraction', '/', {});
  if (DURATION.test(text)) return found('duration', ':', {});
  if (OTHER_DIGITS.test(text)) return found('digits', text, {});
  const signs = signsOf(text);
  if (signs?.thousands !== undefined) return found('thousands', signs.thousands, signs);
  if (signs?.decimal !== undefined) return found('decimal', signs.decimal, signs);
  const unit = (BEFORE.exec(text) ?? AFTER.exec(text))?.[1];
  if (unit !== undefined && !/^e$/i.test(unit)) {
    const number = found('unit', unit, signsOf(withoutUnit(text, unit)));
    if (number) return number;
  }
  const isRange = Number.isFinite(Number(text)) && signs === undefined && !/^[-+]?0[xob]/i.test(text);
  return isRange ? found('range', text, {}) : undefined;
}

/** The signs of a number; undefined for a text that is not a number. */
function signsOf(text: string): Signs | undefined {
  const plain = text.trim();
  if (!Number.isNaN(numberOfText(plain))) return {};
  const grouped = GROUPED.exec(plain);
  if (grouped && grouped[1] !== grouped[2]) {
    const thousands = /[\u00A0\u2009\u202F]/.test(grouped[1]!) ? ' ' : grouped[1]!;
    return { thousands, ...((grouped[2] === ',' || thousands === '.') && { decimal: ',' }) };
  }
  if (IN_PAIRS.test(plain)) return { thousands: ',' };
  return DECIMAL_COMMA.test(plain) ? { decimal: ',' } : undefined;
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
  const groups = new Map<string, Notation[]>();
  for (const text of texts) {
    const notation = notationOf(text);
    if (notation === undefined) continue;
    const { kind, sign } = notation;
    const key = kind === 'unit' ? kind + sign : kind === 'thousands' || kind === 'decimal' ? 'signs' : kind;
    const group = groups.get(key);
    if (group) group.push(notation);
    else groups.set(key, [notation]);
  }
  let best: { notation: Notation; texts: number } | undefined;
  for (const group of groups.values()) {
    const signs = commonSigns(group.map((one) => one.signs));
    const inIt = group.filter((one) => one.signs.thousands === undefined || isIn(one.signs, signs));
    if (best !== undefined && inIt.length <= best.texts) continue;
    const { kind, sign } = group[0]!;
    const isLocal = kind === 'thousands' || kind === 'decimal';
    const named = signs.thousands === undefined ? ('decimal' as const) : ('thousands' as const);
    best = {
      notation: { kind: isLocal ? named : kind, sign: isLocal ? signs[named]! : sign, signs },
      texts: inIt.length,
    };
  }
  return best;
}

/** The signs in which all of these can be read: 1,234 is in groups, and 1,5 beside it says that its comma is a decimal one. */
function commonSigns(all: readonly Signs[]): Signs {
  const decimal = all.some((one) => one.decimal === ',') && { decimal: ',' };
  const thousands = all.find((one) => one.thousands !== undefined && !(decimal && one.thousands === ','))?.thousands;
  return { ...(thousands !== undefined && { thousands }), ...decimal };
}

/** True if a number in groups can be read by these signs. */
function isIn({ thousands }: Signs, signs: Signs): boolean {
  return thousands === signs.thousands || (thousands === ',' && signs.decimal === ',');
}
