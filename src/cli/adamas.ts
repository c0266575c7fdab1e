#!/usr/bin/env node
// The command `adamas`. Each command's module is loaded when it is called.
import { nearest } from '../suggest.js';
import { readArguments, type Values } from './arguments.js';
import { COMMANDS } from './commands.js';
import { help } from './help.js';
import { Interrupted, listen } from './interrupt.js';
import type { Name } from './options.js';
import { note, print, red } from './terminal.js';
import { UsageError } from './usageError.js';

/** Function of each command. */
const RUN: Readonly<Record<Name, () => Promise<(files: readonly string[], values: Values) => Promise<void>>>> = {
  train: async () => (await import('./train.js')).train,
  predict: async () => (await import('./predict.js')).predict,
  evaluate: async () => (await import('./evaluate.js')).evaluate,
  inspect: async () => (await import('./inspect.js')).inspect,
  compare: async () => (await import('./compare.js')).compare,
  convert: async () => (await import('./convert.js')).convert,
  worker: async () => (await import('./worker.js')).worker,
  chapter: async () => (await import('./chapter.js')).chapter,
  doctor: async () => (await import('./doctor.js')).checkHost,
};

const isCommand = (name: string): name is Name => Object.hasOwn(COMMANDS, name);

async function main([first, ...rest]: readonly string[]): Promise<void> {
  if (first === undefined || first === '--help' || first === '-h') return print(help());
  if (first === '--version' || first === '-v') return print((await import('../doctor/version.js')).VERSION);
  if (first === 'help') return print(help(rest[0] === undefined ? undefined : commandOf(rest[0])));
  const { command, files, values } = readArguments(commandOf(first), rest);
  if (values.help) return print(help(command));
  const run = await RUN[command]();
  await run(files, values);
}

function commandOf(name: string): Name {
  if (isCommand(name)) return name;
  const names = Object.keys(COMMANDS);
  const way = /\.(csv|tsv|txt)(\.gz)?$/.test(name) ? `; did you mean adamas train ${name}?` : nearest(name, names);
  throw new UsageError(`there is no command ${JSON.stringify(name)}${way || `: ${names.join(', ')}`}`);
}

async function fail(error: unknown): Promise<void> {
  if (error instanceof Interrupted) {
    note(error.message);
    process.exitCode = error.exitCode;
    return;
  }
  const { messageOf } = await import('./problems.js');
  const wrongUse = error instanceof UsageError;
  const help = wrongUse ? '\nadamas help lists the commands, adamas help <command> its options' : '';
  note(`${red('adamas:')} ${wrongUse ? error.message : messageOf(error)}${help}`);
  process.exitCode = wrongUse ? 2 : 1;
}

// Without a listener an error of these streams would end the process: print() reports those of stdout, and those of stderr cannot be reported.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
listen();
try {
  await main(process.argv.slice(2));
} catch (error) {
  await fail(error);
}
