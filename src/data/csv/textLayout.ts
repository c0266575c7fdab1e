/** The layout of a text: how it divides into rows and fields. */
export interface Layout {
  /** One character. A space stands for a run of spaces and tabs. */
  readonly delimiter: string;
  /** The character around a field that holds delimiters or line ends; false if quotes are ordinary characters. */
  readonly quote: string | false;
  /** Escapes a quote within quotes: by doubling it, or by a backslash before it. */
  readonly escape: 'double' | 'backslash';
  /** A line that begins with it is left out. */
  readonly comment: string | undefined;
  /** Lines at the start to leave out, or the numbers of the lines. */
  readonly skip: number | ReadonlySet<number>;
}

/** A violation of the layout by a row. */
export type LayoutFault = 'quoteNotClosed' | 'textAfterQuote' | 'rowTooLong';
