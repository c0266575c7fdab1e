// Serves folders of static files, and waits for other servers.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { endGroup, listen } from './browser.mjs';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Serves the files in a folder, with additional headers.
 *
 * @param {string} folder
 * @param {(path: string) => Record<string, string>} headers - additional headers of a path
 */
export async function serveFolder(folder, headers = () => ({})) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    try {
      const body = await readFile(join(folder, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...headers(path) });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>Not found</title>');
    }
  });
  const url = `http://localhost:${await listen(server)}/`;
  return {
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Starts `npm run <script>` with a free PORT in its environment, and waits until something answers there. */
export async function startScript(cwd, script, env, seconds = 60) {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  let printed = '';
  const child = spawn('npm', ['run', '-s', script], { cwd, detached: true, env: { ...env, PORT: String(port) } });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      printed += text;
    });
  }
  const url = `http://localhost:${port}/`;
  for (const end = Date.now() + 1000 * seconds; ; ) {
    if (child.exitCode !== null || Date.now() > end) {
      await endGroup(child);
      throw new Error(`npm run ${script} does not answer at ${url}. It printed:\n${printed.slice(-3000)}`);
    }
    try {
      await fetch(url, { method: 'HEAD' });
      return { url, close: () => endGroup(child) };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
