/** A text as a number, in float64; NaN if it is not a number, or is beyond float32. Spaces around it are ignored. */
export function numberOf(text: string): number {
  const plain = text.trim();
  const value = Number(plain);
  // Number() also takes an empty text, 0x1f, 0o17 and 0b11.
  return plain === '' || /^[-+]?0[xob]/i.test(plain) || !Number.isFinite(Math.fround(value)) ? Number.NaN : value;
}
