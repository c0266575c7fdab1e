// Saved, and loaded by another process: whatever leaves a state predicts with the same bits there, and trains on with them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { save } from '../../src/io.js';
import * as nn from '../../src/nn/index.js';
import * as optim from '../../src/optim/index.js';
import { begun, cases, goOn, saved } from './kept/cases.js';

/** Exports that keep no state of their own, or only through what extends them. */
const STATELESS = ['Model', 'Optimizer', 'clipGradNorm', 'clipGradValue'];

it('every layer, model, optimizer, schedule and average is among the cases', () => {
  const exported = [...Object.keys(nn), ...Object.keys(optim)].filter((name) => !STATELESS.includes(name));
  expect(Object.keys(cases).sort()).toEqual(exported.sort());
});

describe('in a new process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'adamas-new-process-'));
  const here: Record<string, object> = {};
  let there: Record<string, object>;

  beforeAll(async () => {
    for (const [name, one] of Object.entries(cases)) {
      const training = begun(one);
      await save(training.model, join(folder, name), saved(training));
      here[name] = goOn(training);
    }
    const program = fileURLToPath(new URL('./kept/goOn.ts', import.meta.url));
    there = JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', program, folder], { encoding: 'utf8' }));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.keys(cases))('%s predicts, and takes ten further steps, with the same bits', (name) => {
    expect(there[name]).toEqual(here[name]);
  });
});
