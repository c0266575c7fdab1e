import { parseArgs } from 'node:util';
import { nearest } from '../suggest.js';
import { COMMANDS } from './commands.js';
import { type Name, OPTIONS } from './options.js';
import { UsageError } from './usageError.js';

/** The options of a command line by their names: the values that their texts stand for, or true for a switch. */
export type Values = Readonly<Record<string, unknown>>;

/** A command line that was understood. */
export interface Call {
  readonly command: Name;
  readonly files: readonly string[];
  readonly values: Values;
}

/** Reads the command line after the command's name. Throws UsageError. */
export function readArguments(command: Name, args: readonly string[]): Call {
  const known = Object.keys(OPTIONS).filter((name) => OPTIONS[name]!.commands.includes(command));
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(known.map((name) => [name, { type: OPTIONS[name]!.value ? 'string' : 'boolean' }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, unknown> = {};
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!known.includes(name)) throw unknownOption(command, name, rawName, known);
    const before = values[name];
    const joins = isPairs(before);
    if (before !== undefined && !joins) throw new UsageError(`${rawName} is given twice`);
    const { value: expected, read } = OPTIONS[name]!;
    if (expected === undefined) {
      if (inlineValue) throw new UsageError(`${rawName} takes no value, got ${JSON.stringify(value)}`);
      values[name] = true;
      continue;
    }
    if (!value || (!inlineValue && value.startsWith('--'))) {
      throw new UsageError(`${rawName} needs a value: ${rawName} <${expected}>`);
    }
    try {
      const meant = read ? read(value) : value;
      values[name] = joins && isPairs(meant) ? { ...before, ...meant } : meant;
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`${rawName} ${error.message}`) : error;
    }
  }
  const { files } = COMMANDS[command];
  if (positionals.length !== files.length && !values.help) {
    const expected = files.map((file) => `<${file}>`).join(' ') || 'no file';
    const got = positionals.map((one) => JSON.stringify(one)).join(' ') || 'none';
    throw new UsageError(`${command} expects ${expected}, got ${got}`);
  }
  return { command, files: positionals, values };
}

/** True for pairs of names and values: such an option may be given several times. */
const isPairs = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function unknownOption(command: Name, name: string, rawName: string, known: readonly string[]): UsageError {
  const others = OPTIONS[name]?.commands ?? [];
  const elsewhere = others.length > 0 ? `; it is an option of ${others.join(', ')}` : '';
  const meant = nearest(name, known).replace(/'(.*)'/, '--$1');
  return new UsageError(`${command} has no option ${rawName}${elsewhere || meant}`);
}

/** The options of a command line that set options of the library's part, by the library's names. */
export function optionsFor(part: 'table' | 'training', values: Values): Record<string, unknown> {
  const given = Object.keys(OPTIONS).filter((name) => OPTIONS[name]!.sets === part && Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [camelCase(name), values[name]]));
}

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The command's name of an option of the library: `batchSize` becomes `--batch-size`. */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A text as one word of a shell's command line, in quotes where it needs them. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
