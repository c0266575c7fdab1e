// Opens pages in real browsers, headless, by their own command lines: a page tells what came of it by a POST to `?report=`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What Firefox must not do while it is tested; and it prints the console of pages. */
const FIREFOX_PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'devtools.console.stdout.content': true,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
};

const BROWSERS = {
  chromium: {
    commands: ['chromium', 'chromium-browser', 'google-chrome'],
    args: (profile, url) => [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--enable-logging=stderr', `--user-data-dir=${profile}`, url],
    ],
  },
  firefox: {
    commands: ['firefox-esr', 'firefox'],
    args: (profile, url) => {
      const lines = Object.entries(FIREFOX_PREFERENCES).map(
        ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
      );
      writeFileSync(join(profile, 'user.js'), lines.join(''));
      return ['--headless', '--no-remote', '--profile', profile, url];
    },
  },
};

/** The browsers that this machine has, by name, and those that it lacks. */
export function findBrowsers() {
  const found = {};
  const missing = [];
  for (const [name, { commands }] of Object.entries(BROWSERS)) {
    const command = commands.find((one) => spawnSync(one, ['--version']).status === 0);
    if (command === undefined) missing.push(name);
    else found[name] = command;
  }
  return { found, missing };
}

/**
 * What a page in a browser reports.
 *
 * @param {string} name - of the browser
 * @param {string} command - as `findBrowsers` gave it
 * @param {string} url - of the page
 * @param {number} seconds - that it may take
 * @returns {Promise<any>} the JSON that the page posted; an Error with what the browser printed when it posted nothing
 */
export async function openPage(name, command, url, seconds = 90) {
  const profile = mkdtempSync(join(tmpdir(), `adamas-${name}-`));
  const server = createServer();
  const port = await listen(server);
  const address = new URL(url);
  address.searchParams.set('report', `http://localhost:${port}/`);
  let printed = '';
  // A group of its own, so that it ends with all of its processes.
  const browser = spawn(command, BROWSERS[name].args(profile, address.href), { detached: true });
  for (const stream of [browser.stdout, browser.stderr]) {
    stream.on('data', (text) => {
      printed += text;
    });
  }
  let timer;
  try {
    const text = await new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${name}: ${url} ${why}. It printed:\n${printed.slice(-3000)}`));
      server.on('request', (request, response) => {
        let body = '';
        request.on('data', (part) => {
          body += part;
        });
        request.on('end', () => {
          response.end();
          resolve(body);
        });
      });
      browser.once('error', reject);
      browser.once('exit', (code) => fail(`ended with code ${code}`));
      timer = setTimeout(() => fail(`reported nothing in ${seconds} s`), 1000 * seconds);
    });
    return JSON.parse(text);
  } finally {
    clearTimeout(timer);
    await endGroup(browser);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Listens on a free port of this machine. */
export async function listen(server, port = 0) {
  await new Promise((resolve) => server.listen(port, 'localhost', resolve));
  return server.address().port;
}

/** Ends a process that was started with `detached`, and its children. */
export async function endGroup(child) {
  const ended =
    child.exitCode !== null || child.signalCode !== null || new Promise((resolve) => child.once('exit', resolve));
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  await ended;
}
