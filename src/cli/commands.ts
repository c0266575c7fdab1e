// The commands: their arguments, and what each does.
import type { Values } from './arguments.js';
import type { Name } from './options.js';

/** A command of the command line. */
export interface Command {
  /** Arguments that are not options: names of files. */
  readonly files: readonly string[];
  readonly text: string;
  /** A command line to try. */
  readonly example: string;
  /** Its module is loaded when it is called. */
  readonly load: () => Promise<(files: readonly string[], values: Values) => Promise<void>>;
}

/** The commands by name, in the order of the help. */
export const COMMANDS: Readonly<Record<Name, Command>> = {
  train: {
    files: ['data.csv'],
    text: 'Trains a model on a table, prints its scores on held-out rows, and writes it to a file.',
    example: 'adamas train cars.csv --target price --missing median --plot curve.svg',
    load: async () => (await import('./train.js')).train,
  },
  predict: {
    files: ['model.safetensors', 'new.csv'],
    text: 'Adds a column with predictions to a table.',
    example: 'adamas predict model.safetensors new.csv --out predicted.csv',
    load: async () => (await import('./predict.js')).predict,
  },
  evaluate: {
    files: ['model.safetensors', 'data.csv'],
    text: 'Scores a model on a table that has the target too.',
    example: 'adamas evaluate model.safetensors test.csv --plot confusion.svg',
    load: async () => (await import('./evaluate.js')).evaluate,
  },
  inspect: {
    files: ['data.csv'],
    text: 'Shows the columns of a table, and all problems in it at once, each with the option that fixes it.',
    example: 'adamas inspect data.csv',
    load: async () => (await import('./inspect.js')).inspect,
  },
  compare: {
    files: ['data.csv'],
    text: 'Trains with several optimizers, learning rates and seeds, on all cores, and prints which is best.',
    example: 'adamas compare data.csv --target price --optimizers adam,sgd --lrs 0.1,0.01 --seeds 5 --plot curves.svg',
    load: async () => (await import('./compare.js')).compare,
  },
  convert: {
    files: ['model.safetensors'],
    text: 'Converts a model to ONNX or JavaScript.',
    example: 'adamas convert model.safetensors --onnx model.onnx --js model.js',
    load: async () => (await import('./convert.js')).convert,
  },
  chapter: {
    files: [],
    text: 'Runs the chapter "Adam" of Dive into Deep Learning: a curve and its last loss in a second.',
    example: 'adamas chapter --plot curve.svg',
    load: async () => (await import('./chapter.js')).chapter,
  },
  doctor: {
    files: [],
    text: 'Checks that training gives the bytes on this machine that it gives everywhere.',
    example: 'adamas doctor --json',
    load: async () => (await import('./doctor.js')).checkHost,
  },
};
