// Runs tests of the built package inside Chromium and Firefox: kernels, golden cases, the chapter, and pages with strict policies.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findBrowsers, openPage } from './consumers/browser.mjs';
import { serveFolder } from './consumers/serve.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const temp = mkdtempSync(join(tmpdir(), 'adamas-browsers-'));

/** Tests that compile parts of assembly/, which needs Node. */
const COMPILED = ['transcendentals.test.ts'];

const FILES = [
  ...readdirSync(join(root, 'test/kernels'))
    .filter((name) => name.endsWith('.test.ts') && !COMPILED.includes(name))
    .map((name) => `test/kernels/${name}`),
  'test/optim/golden.test.ts',
  'test/nn/networks.test.ts',
  'test/train/chapter.test.ts',
];

/** Replaces the sources by the built package, and vitest and the reading of files by versions for browsers. */
const forBrowsers = {
  name: 'for-browsers',
  setup({ onResolve, onLoad }) {
    const replace = (filter, path) => onResolve({ filter }, () => ({ path: join(root, path) }));
    replace(/^vitest$/, 'test/browser/vitest.ts');
    replace(/\/src\/index\.js$/, 'dist/index.js');
    replace(/\/src\/datasets\.js$/, 'dist/datasets.js');
    replace(/\/(src\/wasm\/kernels|testingKernels)\.js$/, 'test/browser/kernels.ts');
    onResolve({ filter: /^\.\/kernels\.js$/ }, ({ resolveDir }) =>
      resolveDir === join(root, 'src/wasm') ? { path: join(root, 'test/browser/kernels.ts') } : undefined,
    );
    onResolve({ filter: /^node:fs$/ }, () => ({ path: 'fs', namespace: 'golden' }));
    onLoad({ filter: /.*/, namespace: 'golden' }, () => {
      const names = readdirSync(join(root, 'test/golden')).filter((name) => name.endsWith('.json'));
      const entries = names.map((name) => `${JSON.stringify(name)}: require('./test/golden/${name}')`);
      const contents = `const files = { ${entries.join(', ')} };
        exports.readFileSync = (url) => JSON.stringify(files[String(url).split('/').at(-1)]);`;
      return { contents, resolveDir: root };
    });
  },
};

/** The page that runs the tests. */
async function writeTests() {
  const imports = FILES.map((path) => `${JSON.stringify(path)}: () => import('./${path}')`);
  await build({
    stdin: {
      contents: `import { runTests } from './test/browser/run.ts';
        import { report } from './test/consumers/report.js';
        globalThis.Buffer = class extends Uint8Array {
          static from(text) { return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)); }
        };
        report(runTests({ ${imports.join(', ')} }));`,
      resolveDir: root,
    },
    outfile: join(temp, 'tests.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    loader: { '.wasm': 'binary' },
    define: { 'process.env.NODE_ENV': '"test"' },
    plugins: [forBrowsers],
    logLevel: 'error',
  });
  writeFileSync(join(temp, 'tests.html'), page('tests.js'));
}

const page = (script) =>
  `<!doctype html><meta charset="utf-8"><body></body><script type="module" src="${script}"></script>`;

/** Pages that take the digest under a Content-Security-Policy, one that imports the worker's program, and one that exceeds a quota. */
function writePages() {
  cpSync(join(root, 'dist'), join(temp, 'dist'), { recursive: true });
  cpSync(join(root, 'test/consumers/report.js'), join(temp, 'report.js'));
  writeFileSync(
    join(temp, 'policy.js'),
    `import { digest, RECORDED_DIGEST } from './dist/doctor.js';
    import { report } from './report.js';
    report(digest().then((found) => ({ same: found === RECORDED_DIGEST })));`,
  );
  for (const name of ['allowed', 'forbidden']) writeFileSync(join(temp, `${name}.html`), page('policy.js'));
  writeFileSync(
    join(temp, 'outside.js'),
    "import { report } from './report.js'; report(import('./dist/worker-thread.js').then(() => ({})));",
  );
  writeFileSync(join(temp, 'outside.html'), page('outside.js'));
  cpSync(join(root, 'test/browser/quota.js'), join(temp, 'quota.js'));
  writeFileSync(join(temp, 'quota.html'), page('quota.js'));
}

/** Bytes that the page of the quota check may store: Firefox allows no smaller quota. */
const QUOTA = 10_000_000;

const REPORTS = "default-src 'none'; connect-src http://localhost:*";
const POLICIES = {
  '/allowed.html': `${REPORTS}; script-src 'self' 'wasm-unsafe-eval'`,
  '/forbidden.html': `${REPORTS}; script-src 'self'`,
};

const checks = {
  'kernels, golden cases and the chapter': async (open) => {
    const { passed, failed, error } = await open('tests.html', 300);
    if (error || failed.length > 0 || passed === 0)
      throw new Error(error ?? `${failed.length} failed\n${failed.join('\n')}`);
    return `${passed} tests`;
  },
  "a policy that allows 'wasm-unsafe-eval' alone": async (open) => {
    const { same, error } = await open('allowed.html');
    if (!same) throw new Error(error ?? 'another digest');
  },
  'a policy that forbids WebAssembly says what to allow': async (open) => {
    const { error } = await open('forbidden.html');
    if (!error?.includes("forbids compiling WebAssembly. Allow 'wasm-unsafe-eval' in script-src"))
      throw new Error(String(error));
  },
  'adamas/worker-thread in a page says what it is': async (open) => {
    const { error } = await open('outside.html');
    if (!error?.includes('adamas/worker-thread is the program of a worker')) throw new Error(String(error));
  },
  'a quota that is exceeded leaves the model that was saved before': async (open) => {
    const { places, error } = await open('quota.html', 90, QUOTA);
    if (error) throw new Error(error);
    for (const [place, { kind, cause, message, whole, usable, savedAgain }] of Object.entries(places)) {
      const isClear = message.startsWith(`${place}("kept") cannot be written, and is as it was before: `);
      // Chromium sometimes closes the pipe of a write to OPFS before it names the quota.
      const isQuota = cause === 'QuotaExceededError' || (place === 'opfs' && /data pipe/.test(message));
      if (kind !== 'PlaceError' || !isQuota || !isClear || !whole || !usable || !savedAgain)
        throw new Error(JSON.stringify(places, null, 2));
    }
    return Object.values(places)
      .map(({ message }) => message)
      .join('; ');
  },
};

const { found, missing } = findBrowsers();
for (const name of missing) {
  console.log(`${process.env.CI ? 'fail: ' : ''}LEFT OUT on this machine: ${name}`);
  if (process.env.CI) process.exitCode = 1;
}
const server = await serveFolder(temp, (path) => POLICIES[path] && { 'content-security-policy': POLICIES[path] });
try {
  await writeTests();
  writePages();
  for (const [name, command] of Object.entries(found)) {
    for (const [what, check] of Object.entries(checks)) {
      try {
        const note = await check((path, ...limits) => openPage(name, command, `${server.url}${path}`, ...limits));
        console.log(`pass: ${name}: ${what}${note ? ` (${note})` : ''}`);
      } catch (error) {
        process.exitCode = 1;
        console.log(`fail: ${name}: ${what}\n${error.message}`);
      }
    }
  }
} finally {
  server.close();
  rmSync(temp, { recursive: true, force: true });
}
