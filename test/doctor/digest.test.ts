// The same bytes by fit and fitSync, and by each of V8's compilers; test/consumers holds the packed package to them on every engine.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Engine, engineOf, MINIMUMS, newEnough } from '../../src/doctor/engine.js';
import { VERSION } from '../../src/doctor/version.js';
import { type Diagnosis, digest, doctor, RECORDED_DIGEST, report } from '../../src/doctor.js';
import { fit, fitSync, memoryUsage } from '../../src/index.js';

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const command = fileURLToPath(new URL('dist/cli.js', root));
const run = promisify(execFile);

describe('digest', () => {
  it.each([
    ['fitSync', fitSync],
    ['fit', fit],
  ])('is the recorded one by %s, and nothing is left in memory', async (_, by) => {
    const before = memoryUsage();
    expect(await digest({ fit: by })).toBe(RECORDED_DIGEST);
    expect(memoryUsage()).toBe(before);
  });

  it('is another when one number of the training is', async () => {
    const found = await digest({
      fit: (model, data, options) => {
        const result = fitSync(model, data, options);
        const [first] = model.parameters();
        first!.data[0]! *= 1 + 2 ** -22;
        return result;
      },
    });
    expect(found).not.toBe(RECORDED_DIGEST);
  });

  it('says so where there is no WebCrypto', async () => {
    vi.stubGlobal('crypto', {});
    await expect(digest()).rejects.toThrow('digest: this page has no WebCrypto to hash with; serve it by https');
    const { digest: none, problems } = await doctor();
    expect(none).toBeUndefined();
    expect(problems).toHaveLength(1);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
});

describe('npx adamas', () => {
  it('doctor prints what it found; run npm run build first', async () => {
    const { stdout } = await run(process.execPath, [command, 'doctor']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`adamas   ${manifest.version}`);
    expect(lines[1]).toMatch(`engine   Node ${process.versions.node} (V8 `);
    expect(lines[2]).toBe('SIMD     yes');
    expect(lines[3]).toMatch(/^memory {3}0 MiB in use, WebAssembly may have \d+ MiB$/);
    expect(lines.slice(4)).toEqual([`digest   ${RECORDED_DIGEST}`, '         as recorded', '']);
  });

  it.each([['--no-liftoff'], ['--liftoff', '--no-wasm-tier-up']])(
    'doctor has the recorded digest with V8’s %s',
    async (...flags) => {
      const { stdout } = await run(process.execPath, [...flags, command, 'doctor', '--json']);
      expect(JSON.parse(stdout) as Diagnosis).toMatchObject({ sameDigest: true, problems: [] });
    },
  );

  it.runIf(process.arch === 'x64')('doctor says that there is no SIMD, as V8 has none without SSE 4.1', async () => {
    const flags = ['--no-enable-sse4-1'];
    const { code, stdout } = await run(process.execPath, [...flags, command, 'doctor']).catch((error) => error);
    expect(code).toBe(1);
    expect(stdout).toMatch('SIMD     no\n');
    expect(stdout).toMatch('digest   none\n');
    expect(stdout).toMatch('problem  SimdUnsupportedError: This host has no WebAssembly with SIMD: take Chrome 98, ');
  });
});

describe('doctor', () => {
  it('tells the version of package.json, and its minimum of Node', () => {
    expect(VERSION).toBe(manifest.version);
    expect(manifest.engines.node).toBe(`>=${MINIMUMS.Node}`);
  });

  it('has the minimums of docs/hosts.md; test/consumers runs those that npm has', () => {
    const page = readFileSync(new URL('docs/hosts.md', root), 'utf8');
    for (const [name, version] of Object.entries(MINIMUMS)) expect(page).toMatch(`${name} ${version}`);
    for (const name of ['Node', 'Deno', 'Bun']) {
      const consumer = readFileSync(new URL(`test/consumers/${name.toLowerCase()}/package.json`, root), 'utf8');
      expect(consumer).toMatch(`npx -y ${name.toLowerCase()}@${MINIMUMS[name]}`);
    }
  });

  it('says that an engine is too old, and that the bytes are not as recorded', async () => {
    vi.stubGlobal('process', { ...process, versions: { ...process.versions, node: '18.20.1' } });
    const { problems } = await doctor();
    vi.unstubAllGlobals();
    expect(problems).toEqual(['Node 18.20.1 is too old: take 20.19 or newer.']);
    const diagnosis = {
      ...(await doctor()),
      digest: 'cafe',
      sameDigest: false,
      problems: ['Training gives other bytes'],
    };
    expect(report(diagnosis).split('\n').slice(4)).toEqual([
      'digest   cafe',
      `         not as recorded: ${RECORDED_DIGEST}`,
      'problem  Training gives other bytes',
    ]);
  });

  it.each([
    ['20.19.0', true],
    ['20.18.9', false],
    ['20.2.0', false],
    ['22.0.0', true],
    ['26.1', true],
    ['18.20.0', false],
  ])('takes Node %s: %s', (version, taken) => {
    expect(newEnough({ name: 'Node', version, detail: '' })).toBe(taken);
  });

  const agent = (userAgent: string) => ({ navigator: { userAgent } });
  it.each<[Parameters<typeof engineOf>[0], Engine['name'], Engine['version']]>([
    [{ process: { versions: { node: '22.1.0', v8: '12' } }, navigator: { userAgent: 'Node.js/22' } }, 'Node', '22.1.0'],
    [
      { process: { versions: { node: '22' } }, Deno: { version: { deno: '2.1.0', v8: '13' }, build: { target: 'x' } } },
      'Deno',
      '2.1.0',
    ],
    [{ process: { versions: { node: '22' } }, Bun: { version: '1.2.3' } }, 'Bun', '1.2.3'],
    [agent('Cloudflare-Workers'), 'workerd', ''],
    [agent('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'), 'Firefox', '128.0'],
    [
      agent('Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36'),
      'Chrome',
      '130.0.0.0',
    ],
    [
      agent('Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15'),
      'Safari',
      '17.4',
    ],
    [agent('curl'), 'unknown', ''],
    [{}, 'unknown', ''],
  ])('%j is %s %s', (globals, name, version) => {
    const engine = engineOf(globals);
    expect([engine.name, engine.version]).toEqual([name, version]);
    expect(newEnough(engine)).toBe(true);
  });
});
