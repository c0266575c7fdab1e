// What this project uses of Papa Parse: its parser of one piece of text.
declare module 'papaparse' {
  interface Parsed {
    readonly data: string[][];
    /** `row` counts from 0; it is that of a row still to come when the text ends inside of it. */
    readonly errors: readonly { readonly code: string; readonly row: number }[];
    /** `cursor`: the characters that the rows of `data` take. */
    readonly meta: { readonly cursor: number };
  }
  const Papa: {
    readonly Parser: new (config: {
      delimiter: string;
      newline: '\n';
    }) => { parse(input: string, baseIndex: number, ignoreLastRow: boolean): Parsed };
  };
  export default Papa;
}
