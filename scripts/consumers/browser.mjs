// Opens pages in headless browsers, started by their command lines. A page reports its result by a POST to the URL in `?report=`.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Settings that keep Firefox from requests of its own, and let it print the console of pages. */
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
    args: (profile, url, quota) => [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--enable-logging=stderr', `--user-data-dir=${profile}`],
      ...(quota === undefined ? [url] : ['--remote-debugging-pipe', 'about:blank']),
    ],
  },
  firefox: {
    commands: ['firefox-esr', 'firefox'],
    args: (profile, url, quota) => {
      // In KB, for all sites together; a single site gets a fifth, but at least 10 MB.
      const limit = quota && { 'dom.quotaManager.temporaryStorage.fixedLimit': quota / 1000 };
      const lines = Object.entries({ ...FIREFOX_PREFERENCES, ...limit }).map(
        ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
      );
      writeFileSync(join(profile, 'user.js'), lines.join(''));
      return ['--headless', '--no-remote', '--profile', profile, url];
    },
  },
};

/** Commands of the browsers on this machine, by name, and the names of those that are missing. */
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
 * Opens a page in a browser, and returns its report.
 *
 * @param {string} name - name of the browser
 * @param {string} command - its command, from `findBrowsers`
 * @param {string} url - URL of the page
 * @param {number} seconds - time in which it must report
 * @param {number | undefined} quota - bytes that the page may store
 * @returns {Promise<any>} the JSON that the page posted. Rejects with the browser's output if it posted nothing
 */
export async function openPage(name, command, url, seconds = 90, quota = undefined) {
  const profile = mkdtempSync(join(tmpdir(), `adamas-${name}-`));
  const server = createServer();
  const port = await listen(server);
  const address = new URL(url);
  address.searchParams.set('report', `http://localhost:${port}/`);
  let printed = '';
  // A process group of its own, so that all of its processes can be ended together.
  const stdio = ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'];
  const browser = spawn(command, BROWSERS[name].args(profile, address.href, quota), { detached: true, stdio });
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
      if (name === 'chromium' && quota !== undefined) openWithin(quota, address, browser.stdio, fail);
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

/** Opens a page with a quota, by DevTools messages on Chromium's pipe, each with a NUL after it. */
function openWithin(quotaSize, { href, origin }, [, , , told, telling], fail) {
  const say = (id, method, params, sessionId) =>
    told.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
  let sessionId;
  const next = {
    1: ({ targetId }) => say(2, 'Target.attachToTarget', { targetId, flatten: true }),
    2: (result) => {
      sessionId = result.sessionId;
      say(3, 'Storage.overrideQuotaForOrigin', { origin, quotaSize }, sessionId);
    },
    3: () => say(4, 'Page.navigate', { url: href }, sessionId),
  };
  let text = '';
  telling.on('data', (part) => {
    text += part;
    const messages = text.split('\0');
    text = messages.pop();
    for (const { id, result, error } of messages.map((message) => JSON.parse(message))) {
      if (error) fail(`was not opened: ${error.message}`);
      else next[id]?.(result);
    }
  });
  told.on('error', ({ message }) => fail(`was not opened: ${message}`));
  say(1, 'Target.createTarget', { url: 'about:blank' });
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
