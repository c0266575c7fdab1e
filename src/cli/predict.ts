import { CsvError } from '../data/csv/error.js';
import { textOf } from '../data/csv/source.js';
import { faultProblem } from '../data/csv/tableReader.js';
import { Tokenizer } from '../data/csv/tokenizer.js';
import type { CsvSchema } from '../datasets.js';
import { nearest } from '../suggest.js';
import { TableModel } from '../tabular.js';
import type { Values } from './arguments.js';
import { checkOutputs, nameOf, reading, sourceOf, write } from './files.js';
import { endProgress, grouped, print, progress, startProgress } from './terminal.js';
import { UsageError } from './usageError.js';

/** Rows that are predicted at once. */
const BLOCK = 4096;

/** Adds predictions to a table, and leaves its other columns as they are. */
export async function predict([modelPath, path]: readonly string[], values: Values): Promise<void> {
  const { out } = values as Record<string, string | undefined>;
  await checkOutputs([out], [modelPath!, path!]);
  const model = await reading(modelPath!, TableModel.load(modelPath!));
  const lines: string[] = [];
  const writer = new Predictions(model, nameOf(path!), Boolean(values.proba), lines);
  startProgress();
  // Nothing is written before all rows are predicted.
  for await (const { text } of textOf(nameOf(path!), sourceOf(path!), model.schema.plan.encoding)) {
    writer.push(text);
    progress(`predicted ${grouped(writer.rows)} rows`);
  }
  writer.end();
  endProgress();
  const text = lines.join('');
  await (out === undefined ? print(text) : write(out, text));
}

/** Predicts the rows of a text, piece by piece. */
class Predictions {
  rows = 0;
  readonly #model: TableModel;
  readonly #place: string;
  readonly #proba: boolean;
  readonly #lines: string[];
  readonly #tokenizer: Tokenizer;
  #encoders: ReturnType<CsvSchema['encoders']> | undefined;
  #width = 0;
  /** Rows that wait for their predictions, and their features. */
  #waiting: string[] = [];
  readonly #features: Float32Array;

  constructor(model: TableModel, place: string, proba: boolean, lines: string[]) {
    this.#model = model;
    this.#place = place;
    this.#proba = proba;
    this.#lines = lines;
    this.#tokenizer = new Tokenizer(model.schema.plan.layout);
    this.#features = new Float32Array(BLOCK * model.schema.features.length);
    if (proba && model.classes === undefined)
      throw new UsageError('--proba needs a model of classes, got one of numbers');
    const { header } = model.schema.plan;
    if (typeof header !== 'boolean') this.#find(header);
  }

  push(text: string, last = false): void {
    const tokenizer = this.#tokenizer;
    tokenizer.push(text, last);
    while (tokenizer.next()) {
      if (tokenizer.fault !== undefined)
        throw new CsvError(this.#place, [faultProblem(tokenizer.fault, tokenizer.line)]);
      const fields = Array.from({ length: tokenizer.count }, (_, i) => tokenizer.text(i));
      if (this.#encoders === undefined) {
        const { header } = this.#model.schema.plan;
        this.#find(header ? fields : fields.map((_, i) => String(i + 1)));
        if (header) {
          this.#lines.push(this.#row([...fields, ...this.#added(fields)]));
          continue;
        }
      }
      this.#take(fields);
    }
  }

  end(): void {
    this.push('', true);
    if (this.rows === 0) throw new CsvError(this.#place, [{ code: 'empty', message: 'there must be rows, got none' }]);
    this.#predict();
  }

  #find(header: readonly string[]): void {
    const { columns, plan } = this.#model.schema;
    const offset = Number(plan.rowNames);
    const places = columns.map(({ name }) => {
      const at = header.indexOf(name);
      if (at >= 0) return at + offset;
      const message = `there must be a column ${JSON.stringify(name)}${nearest(name, header)}, got ${header.join(', ')}`;
      throw new CsvError(this.#place, [{ code: 'name', message }]);
    });
    this.#encoders = this.#model.schema.encoders(places);
    this.#width = header.length + offset;
  }

  /** Names of the columns that are added. */
  #added(header: readonly string[]): string[] {
    const { classes, schema } = this.#model;
    const names = schema.targets.map(({ name }) => `predicted ${name}`);
    const all = this.#proba ? [...names, ...classes!.map((name) => `probability of ${name}`)] : names;
    return all.map((name) => (header.includes(name) ? `${name} 2` : name));
  }

  #take(fields: readonly string[]): void {
    const { line, count } = this.#tokenizer;
    if (count !== this.#width) {
      throw new CsvError(this.#place, [
        { code: 'fields', line, message: `expected ${this.#width} fields, got ${count}` },
      ]);
    }
    const start = this.#waiting.length * this.#model.schema.features.length;
    for (const encoder of this.#encoders!) {
      const { missing } = encoder.plan;
      if (!encoder.isMissing(this.#tokenizer)) encoder.write(this.#tokenizer, this.#features, start, this.#place, line);
      else if (missing === 'error' || missing === 'drop') throw encoder.missing(this.#tokenizer, this.#place, line);
      else encoder.fill(this.#features, start);
    }
    this.#waiting.push(this.#row(fields).slice(0, -1));
    this.rows++;
    if (this.#waiting.length === BLOCK) this.#predict();
  }

  /** Predicts the rows that wait. */
  #predict(): void {
    const { model, classes, schema } = this.#model;
    const rows = this.#waiting.length;
    if (rows === 0) return;
    const features = this.#features.subarray(0, rows * schema.features.length);
    const outputs = model.predict(features);
    const names = classes && model.predictClass(features);
    const shares = this.#proba ? model.predictProba(features) : undefined;
    const width = outputs.length / rows;
    for (const [i, row] of this.#waiting.entries()) {
      const part = (numbers: Float32Array) => Array.from(numbers.subarray(i * width, (i + 1) * width), String);
      const added = names ? [classes[names[i]!]!, ...(shares ? part(shares) : [])] : part(outputs);
      this.#lines.push(`${row}${this.#model.schema.plan.layout.delimiter}${this.#row(added)}`);
    }
    this.#waiting = [];
    this.#features.fill(0);
  }

  /** A line of fields (RFC 4180), quoted where they must be. */
  #row(fields: readonly string[]): string {
    const { delimiter, quote, escape: method } = this.#model.schema.plan.layout;
    const mark = quote || '"';
    const special = (field: string) => field.includes(delimiter) || field.includes(mark) || /[\r\n]/.test(field);
    const escaped = method === 'double' ? mark + mark : `\\${mark}`;
    return `${fields.map((field) => (special(field) && quote ? mark + field.replaceAll(mark, escaped) + mark : field)).join(delimiter)}\n`;
  }
}
