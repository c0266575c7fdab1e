import { CsvError } from './error.js';

/** Decodes bytes, in the encoding of their byte order mark unless one is given. */
export class Decoder {
  readonly #place: string;
  #encoding: string | undefined;
  #decoder: TextDecoder | undefined;

  constructor(place: string, encoding: string | undefined) {
    this.#place = place;
    this.#encoding = encoding;
  }

  /** The text of these bytes; if some are invalid, the text before them and the error. The first call must get three bytes, or all. */
  decode(bytes: Uint8Array): { text: string; fault: CsvError | undefined } {
    if (this.#decoder === undefined) {
      const marked =
        bytes[0] === 0xff && bytes[1] === 0xfe
          ? 'utf-16le'
          : bytes[0] === 0xfe && bytes[1] === 0xff
            ? 'utf-16be'
            : bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
              ? 'utf-8'
              : undefined;
      const zeros =
        bytes[1] === 0 && bytes[0] !== 0
          ? 'utf-16le'
          : bytes[0] === 0 && bytes[1] !== 0 && bytes.length > 1
            ? 'utf-16be'
            : undefined;
      if (this.#encoding === undefined && marked === undefined && zeros !== undefined) {
        return { text: '', fault: this.#fault(`is no UTF-8 text; it looks like ${zeros.toUpperCase()}`, zeros) };
      }
      if (this.#encoding !== undefined && marked !== undefined && new TextDecoder(this.#encoding).encoding !== marked) {
        const message = `begins with the byte order mark of ${marked.toUpperCase()}, and encoding says ${this.#encoding}`;
        return { text: '', fault: this.#fault(message, marked) };
      }
      this.#encoding ??= marked ?? 'utf-8';
      this.#decoder = new TextDecoder(this.#encoding, { fatal: true });
    }
    return this.#run(bytes, true);
  }

  /** The text that is left. */
  end(): { text: string; fault: CsvError | undefined } {
    return this.#decoder === undefined ? { text: '', fault: undefined } : this.#run(new Uint8Array(), false);
  }

  #run(bytes: Uint8Array, stream: boolean): { text: string; fault: CsvError | undefined } {
    try {
      return { text: this.#decoder!.decode(bytes, { stream }), fault: undefined };
    } catch {
      const lenient = new TextDecoder(this.#encoding).decode(bytes);
      const at = lenient.indexOf('\uFFFD');
      const name = this.#encoding!.toUpperCase();
      const other = /^utf-?8$/i.test(this.#encoding!) ? 'windows-1252' : undefined;
      return {
        text: at > 0 ? lenient.slice(0, at) : '',
        fault: this.#fault(`must be ${name} text, got other bytes; set encoding to the one it has`, other),
      };
    }
  }

  #fault(message: string, encoding: string | undefined): CsvError {
    return new CsvError(this.#place, [
      { code: 'encoding', message: `source ${message}`, ...(encoding !== undefined && { fix: { encoding } }) },
    ]);
  }
}
