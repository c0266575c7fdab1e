// What a field is taken for.

/** The number that a field is, rounded to float32; NaN for one that is none. It has no spaces around it. */
export function numberOf(field: string): number {
  const value = Math.fround(Number(field));
  // Number() also takes an empty text, Infinity, 0x1f, 0o17 and 0b11.
  if (value - value !== 0 || field === '') return Number.NaN;
  const second = field.charCodeAt(1) | 32;
  return second === 0x78 || second === 0x6f || second === 0x62 ? Number.NaN : value;
}

const DATE =
  /^(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ,]\s*\d{1,2}:\d{2}.*)?$|^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?$|^(\d{1,2}[ -])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -]\d{1,4}(,? \d{4})?$/i;

/** Whether a text looks like a date or a time of day. */
export function isDate(text: string): boolean {
  return /\d/.test(text) && DATE.test(text);
}
