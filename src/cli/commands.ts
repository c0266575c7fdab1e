// The commands and their texts in the help.
import type { Name } from './options.js';

/** A command of the command line. */
export interface Command {
  /** The arguments that are not options: names of files, as the help shows them. */
  readonly files: readonly string[];
  readonly text: string;
  /** A command line to try. */
  readonly example: string;
}

/** The commands by name, in the order of the help. */
export const COMMANDS: Readonly<Record<Name, Command>> = {
  train: {
    files: ['data.csv'],
    text: 'Trains a model on a table, prints its scores on held-out rows, and writes it to a file.',
    example: 'adamas train cars.csv --target price --missing median --plot curve.svg',
  },
  predict: {
    files: ['model.safetensors', 'new.csv'],
    text: 'Adds a column with predictions to a table.',
    example: 'adamas predict model.safetensors new.csv --out predicted.csv',
  },
  evaluate: {
    files: ['model.safetensors', 'data.csv'],
    text: 'Scores a model on a table that has the target.',
    example: 'adamas evaluate model.safetensors test.csv --plot confusion.svg',
  },
  inspect: {
    files: ['data.csv'],
    text: 'Shows the columns of a table and all problems in it, each with the option that fixes it.',
    example: 'adamas inspect data.csv',
  },
  compare: {
    files: ['data.csv'],
    text: 'Trains with several optimizers, learning rates and seeds, on all cores, and prints which is best.',
    example: 'adamas compare data.csv --target price --optimizers adam,sgd --lrs 0.1,0.01 --seeds 5 --plot curves.svg',
  },
  convert: {
    files: ['model.safetensors'],
    text: 'Converts a model to ONNX or JavaScript.',
    example: 'adamas convert model.safetensors --onnx model.onnx --js model.js',
  },
  worker: {
    files: [],
    text: 'Takes jobs from a queue and runs them, until it is stopped; see docs/distribute.md.',
    example: 'adamas worker --redis redis://127.0.0.1:6379 --allow sweep=./train.js --concurrency 4',
  },
  chapter: {
    files: [],
    text: 'Runs the chapter "Adam" of Dive into Deep Learning: prints its losses and their curve, in a second.',
    example: 'adamas chapter --plot curve.svg',
  },
  doctor: {
    files: [],
    text: 'Checks that training on this machine gives the same bytes as everywhere else.',
    example: 'adamas doctor --json',
  },
};
