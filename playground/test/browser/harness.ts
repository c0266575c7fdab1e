// Opens the built page in Chromium, with its policy, and gathers what it prints.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { headersOf } from '../../headers.js';

export const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Set where this machine has a browser to test in. */
export const hasBrowser = CHROMIUM !== undefined;

/** The site and a browser. */
export class Site {
  #server!: Server;
  #browser!: Browser;
  /** Output of the pages, and errors that they did not catch. */
  readonly printed: string[] = [];
  /** Files that were asked for. */
  readonly asked = new Set<string>();

  async start(): Promise<this> {
    this.#server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url!, 'http://site');
      const path = join(DIST, pathname === '/' ? 'index.html' : pathname);
      this.asked.add(relative(DIST, path));
      const body = await readFile(path).catch(() => undefined);
      response.writeHead(body ? 200 : 404, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        ...headersOf(pathname),
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    return this;
  }

  /** The version of the browser. */
  get version(): string {
    return this.#browser.version();
  }

  /** The address of a scene, by what stands behind the #. */
  url(hash: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/#${hash}`;
  }

  /** An empty page in a profile of its own. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    page.on('console', (message) => this.printed.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.printed.push(`error: ${error.stack}`));
    return page;
  }

  /** Opens a scene by its address behind the #. */
  async open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.newPage(options);
    await page.goto(this.url(hash));
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
  }
}

/** The text of the element. */
export async function text(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector))!;
}
