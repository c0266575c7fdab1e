// The airfoil data: the published table to the byte, and the chapter's preparation of it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { airfoil, airfoilTable } from '../../src/datasets.js';

describe('airfoilTable', () => {
  const table = airfoilTable();

  it('is the published table, to the byte', () => {
    // Tab-separated, CRLF after every row, figures as printed, the level with three decimals.
    const text = table.rows.map((row) => `${[...row.slice(0, 5), Number(row[5]).toFixed(3)].join('\t')}\r\n`).join('');
    expect(createHash('sha1').update(text).digest('hex')).toBe('76e5be1548fd8222e5074cf0faae75edff8cf93f');
  });

  it('has 1503 rows of six figures, with names, units and whom to cite', () => {
    expect(table.rows).toHaveLength(1503);
    expect(table.rows.every((row) => row.length === 6 && row.every((figure) => Number.isFinite(Number(figure))))).toBe(
      true,
    );
    expect(table.columns.map(({ name, unit }) => `${name} [${unit}]`)).toEqual([
      'frequency [Hz]',
      'angle of attack [deg]',
      'chord length [m]',
      'free-stream velocity [m/s]',
      'suction-side displacement thickness [m]',
      'scaled sound pressure level [dB]',
    ]);
    expect(table.citation).toContain('NASA RP-1218');
    expect(table.citation).toContain('CC BY 4.0');
  });

  it('is what airfoil.csv, which the golden files were made from, expands to', () => {
    const bands = [
      200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500,
      16000, 20000,
    ];
    const rows = readFileSync(new URL('airfoil.csv', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .flatMap((line) => {
        const [angle, chord, velocity, thickness, first, levels] = line.split(',');
        const k = bands.indexOf(Number(first));
        return levels!
          .split(' ')
          .map((level, i) => [bands[k + i], angle, chord, velocity, thickness, level].map(Number));
      });
    expect(table.rows.map((row) => row.map(Number))).toEqual(rows);
  });
});

describe('airfoil', () => {
  it('has features [1500, 5] and targets [1500], standardised over 1503 rows with the population deviation', () => {
    using data = airfoil();
    expect([data.length, data.features.shape, data.targets.shape]).toEqual([1500, [1500, 5], [1500]]);
    const columns = Array.from({ length: 6 }, (_, j) => airfoilTable().rows.map((row) => Number(row[j])));
    columns.forEach((column, j) => {
      const mean = column.reduce((sum, value) => sum + value, 0) / 1503;
      const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1503);
      for (let i = 0; i < 1500; i++) {
        const actual = j < 5 ? data.features.data[5 * i + j]! : data.targets.data[i]!;
        const expected = (column[i]! - mean) / deviation;
        if (!(Math.abs(actual - expected) <= 1e-6)) expect.fail(`row ${i}, column ${j}: ${actual}, not ${expected}`);
      }
    });
  });

  it('gives each caller data of its own', () => {
    using one = airfoil();
    using other = airfoil();
    one.features.data.fill(0);
    expect(other.features.data[0]).not.toBe(0);
  });
});
