import type { Parameter } from '../tensor.js';
import type { Layer } from './layer.js';

/** A plain-text table of a model's layers. */
export function summaryOf(layers: readonly Layer[], inputs: number): string {
  const parameters = layers.flatMap((layer) => Object.values(layer.parameters));
  const count = (of: readonly Parameter[]) => of.reduce((sum, { size }) => sum + size, 0);
  let width = inputs;
  const rows = layers.map((layer) => {
    width = layer.outputs(width);
    return [layer.name, `[B, ${width}]`, count(Object.values(layer.parameters))];
  });
  const table = [
    ['layer', 'output', 'parameters'],
    ...rows,
    ['total', '', count(parameters)],
    ['trainable', '', count(parameters.filter(({ requiresGrad }) => requiresGrad))],
  ].map((row) => row.map(String));
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = ([name, shape, size]: string[]) =>
    `${name!.padEnd(widths[0]!)}  ${shape!.padEnd(widths[1]!)}  ${size!.padStart(widths[2]!)}`;
  return table.map(line).join('\n');
}
