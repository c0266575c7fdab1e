// Files of every released version load for ever, and predict what they predicted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/io.js';
import { fixtures, version, written } from './kept/fixtures.js';
import { describedIn, withDescription } from './sealing.js';

const versions = readdirSync(fixtures);

it('this version has its files', () => {
  expect(versions, 'run `npx tsx test/io/kept/fixtures.ts`').toContain(version);
});

describe.each(versions)('files of adamas %s', (of) => {
  const folder = join(fixtures, of);
  const digests: Record<string, string> = JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8'));

  it('are all known here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
    expect(files.map((name) => name.replace('.safetensors', '')).sort()).toEqual(Object.keys(digests).sort());
  });

  it.each(Object.entries(digests))('%s', async (name, digest) => {
    expect(await written[name]!.predictions(join(folder, `${name}.safetensors`))).toBe(digest);
  });
});

it.each(['mlp', 'table-iris', 'checkpoint-fit', 'checkpoint-partialFit'])(
  'a file of a newer format is refused with both numbers: %s',
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'adamas-newer-'));
    const path = join(folder, 'newer');
    const bytes = new Uint8Array(readFileSync(join(fixtures, version, `${name}.safetensors`)));
    writeFileSync(path, withDescription(bytes, { ...describedIn(bytes), version: 7 }));
    const reading = written[name]!.predictions(path);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow('the file has version 7, and this adamas reads up to 1: update adamas');
    rmSync(folder, { recursive: true });
  },
);
