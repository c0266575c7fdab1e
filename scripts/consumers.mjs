// Packs the package and uses it in the projects of test/consumers: `node scripts/consumers.mjs [--write] [name...]`, all of them by default.
// --write, with all of them, writes the results to test/consumers/results.json and the table of docs/hosts.md.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBrowsers, openPage } from './consumers/browser.mjs';
import { serveFolder, startScript } from './consumers/serve.mjs';
import { writeTable } from './consumers/table.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const fixtures = join(root, 'test/consumers');
const temp = mkdtempSync(join(tmpdir(), 'adamas-consumers-'));
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', npm_config_update_notifier: 'false' };
const { found: browsers, missing } = findBrowsers();
const notices = missing.map((name) => `LEFT OUT on this machine: ${name}`);

const names = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, 'package.json')));
const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No consumer ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}
const chosen = positionals.length > 0 ? positionals : names;

/** Output of a command, on both streams. Rejects with an Error that has it when the command fails. */
function run(cwd, command, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [printed, errors] = ['', ''];
    child.stdout.on('data', (text) => {
      printed += text;
    });
    child.stderr.on('data', (text) => {
      errors += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve({ printed, errors });
      else reject(new Error(`${command} ${args.join(' ')} failed\n${`${printed}${errors}`.slice(-3000)}`));
    });
  });
}

/** Copies a project with the files that all share, and installs it with the package. */
async function install(name) {
  const project = join(temp, name);
  cpSync(join(fixtures, name), project, { recursive: true });
  for (const shared of ['command.js', 'program.js', 'realm.js', 'report.js', 'saving.js'])
    cpSync(join(fixtures, shared), join(project, shared));
  await run(project, 'npm', 'install', '--no-audit', '--no-fund', '--prefer-offline');
  return project;
}

/** Reports of the page at a URL, from each browser of this machine. */
async function openEverywhere(url) {
  const results = [];
  for (const [name, command] of Object.entries(browsers)) results.push(await openPage(name, command, url));
  return results;
}

/** The results of one row: of one program, or of a page in each browser. */
async function tryRow(project, { run: script, open, serve, page, fetch: path }) {
  if (script !== undefined)
    return [JSON.parse((await run(project, 'npm', 'run', '-s', script)).printed.trim().split('\n').at(-1))];
  const server = open !== undefined ? await serveFolder(join(project, open)) : await startScript(project, serve, env);
  try {
    if (path === undefined) return await openEverywhere(`${server.url}${page ?? ''}`);
    return [await (await fetch(new URL(path, server.url))).json()];
  } finally {
    await server.close();
  }
}

/** The digests of the models that the command wrote: the same in every runtime. */
const written = new Set();

/** Runs the script that trains and predicts by the command. */
async function tryCommand(project, script) {
  const text = (await run(project, 'npm', 'run', '-s', script)).printed.trim().split('\n').at(-1);
  const { samePredictions, sameFile, model } = JSON.parse(text);
  if (!samePredictions || !sameFile) throw new Error(`${script}: ${text}`);
  written.add(model);
  if (written.size > 1) throw new Error(`${script}: the model's file must be the same everywhere, got ${[...written]}`);
}

/** The versions of a project's bundlers and frameworks; that of Node comes with the results. */
function versionsOf(project) {
  const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  const shown = ['esbuild', 'jest', 'next', 'rollup', 'vite', 'webpack', 'workerd'];
  return shown.filter((name) => dependencies[name]).map((name) => `${name} ${dependencies[name]}`);
}

const rows = [];
let failed = 0;

async function consume(name) {
  const { consumer } = JSON.parse(readFileSync(join(fixtures, name, 'package.json'), 'utf8'));
  const built = new Set();
  let project;
  for (const one of consumer) {
    const start = Date.now();
    const row = { row: one.row, consumer: name, engines: [], imports: false, trains: false, sameDigest: false };
    try {
      project ??= await install(name);
      if (one.build !== undefined && !built.has(one.build)) {
        const { printed, errors } = await run(project, 'npm', 'run', '-s', one.build);
        if (/node:|externali/.test(printed + errors)) {
          throw new Error(`the bundler must not mention modules of Node:\n${printed}${errors}`);
        }
      }
      built.add(one.build);
      const results = await tryRow(project, one);
      const wrong = results.find(({ error }) => error !== undefined);
      if (wrong) throw new Error(wrong.error);
      if (results.length === 0) continue;
      row.versions = versionsOf(project);
      row.engines = results.map(({ engine }) => engine);
      row.imports = true;
      row.trains = results.every(({ trains }) => trains);
      row.sameDigest = results.every(({ sameDigest }) => sameDigest);
      const saves = results.every(({ saved = {} }) => Object.values(saved).every(Boolean));
      if (!row.trains || !row.sameDigest || !saves) throw new Error(JSON.stringify(results, null, 2));
      if (one.command !== undefined) await tryCommand(project, one.command);
      console.log(
        `pass: ${name}: ${one.row} (${row.engines.join(', ')}; ${((Date.now() - start) / 1000).toFixed(0)} s)`,
      );
    } catch (error) {
      failed++;
      console.log(`fail: ${name}: ${one.row}\n${error.message}`);
    }
    rows.push(row);
  }
  if (project) rmSync(project, { recursive: true, force: true });
}

try {
  for (const notice of notices) {
    if (process.env.CI) failed++;
    console.log(process.env.CI ? `fail: ${notice}, which CI does not allow` : notice);
  }
  await run(root, 'npm', 'pack', '--pack-destination', temp);
  const packed = readdirSync(temp).find((file) => file.endsWith('.tgz'));
  renameSync(join(temp, packed), join(temp, 'adamas.tgz'));
  // Two at a time: one runs while the other waits for the network.
  const queue = [...chosen];
  await Promise.all(
    [0, 1].map(async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) await consume(name);
    }),
  );
  if (values.write && chosen.length === names.length && missing.length === 0) {
    const order = (row) => names.indexOf(row.consumer);
    rows.sort((a, b) => order(a) - order(b));
    const date = new Date().toISOString().slice(0, 10);
    writeTable(root, { date, machine: `${platform()} ${arch()}`, rows });
  }
} finally {
  rmSync(temp, { recursive: true, force: true });
}
console.log(`${rows.length - failed} of ${rows.length} consumers passed`);
process.exitCode = failed > 0 ? 1 : 0;
