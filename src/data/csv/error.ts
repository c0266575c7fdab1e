/** Something in a CSV text that cannot be read: where it stands, and what was expected. */
export class CsvError extends RangeError {
  override readonly name = 'CsvError';
  /** The line it stands on, counted from 1: that on which its row starts. Undefined when it is about no line. */
  readonly line: number | undefined;
  /** The name of its column. Undefined when it is about no column. */
  readonly column: string | undefined;

  /** @internal */
  constructor(place: string, problem: string, line?: number, column?: string) {
    const parts = [
      place,
      ...(line === undefined ? [] : [`line ${line}`]),
      ...(column === undefined ? [] : [`column ${JSON.stringify(column)}`]),
    ];
    super(`${parts.join(', ')}: ${problem}`);
    this.line = line;
    this.column = column;
  }
}
