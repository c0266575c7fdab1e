// A Redis server for the tests, and workers of the built command.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** True where Debian's redis-server, or any, is installed. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A port that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A program with what it has printed. */
export class Program {
  readonly child: ChildProcess;
  printed = '';
  readonly ended: Promise<number | string>;

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(command[0]!, command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...env },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (piece) => {
        this.printed += piece;
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => resolve(code ?? signal!));
    });
  }

  /** Waits until it has printed a text. */
  async prints(text: string | RegExp): Promise<void> {
    const start = performance.now();
    while (!(typeof text === 'string' ? this.printed.includes(text) : text.test(this.printed))) {
      const over = performance.now() - start > 120_000 || this.child.exitCode !== null;
      if (over) throw new Error(`${this.child.spawnargs.join(' ')} has not printed ${text}, but: ${this.printed}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A Redis server in a folder of its own. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'adamas-redis-'));
  readonly host: string;
  readonly port: number;
  readonly #options: readonly string[];
  readonly #prefix: readonly string[];
  #server: Program | undefined;

  static async start(
    options: readonly string[] = [],
    host = '127.0.0.1',
    prefix: readonly string[] = [],
  ): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options, host, prefix);
    await server.start();
    return server;
  }

  private constructor(port: number, options: readonly string[], host: string, prefix: readonly string[]) {
    this.host = host;
    this.port = port;
    this.#options = options;
    this.#prefix = prefix;
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  async start(): Promise<void> {
    const own = [
      '--port',
      String(this.port),
      '--bind',
      this.host,
      '--dir',
      this.folder,
      '--save',
      '',
      '--protected-mode',
      'no',
    ];
    this.#server = new Program([...this.#prefix, 'redis-server', ...own, ...this.#options]);
    await this.#server.prints('Ready to accept connections');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#server!.end(signal);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Output of redis-cli. */
  cli(...args: string[]): string {
    const { stdout } = spawnSync(
      this.#prefix[0] ?? 'redis-cli',
      [
        ...this.#prefix.slice(1),
        ...(this.#prefix.length ? ['redis-cli'] : []),
        '-h',
        this.host,
        '-p',
        String(this.port),
        ...args,
      ],
      { encoding: 'utf8' },
    );
    return stdout;
  }

  /** Counts since the start: commands, those of scripts too; scripts; milliseconds of its core; bytes received and sent. */
  counters() {
    const info = this.cli('info', 'all');
    const value = (name: string) => Number(new RegExp(`^${name}:(?:calls=)?([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
    return {
      commands: value('total_commands_processed'),
      scripts: value('cmdstat_evalsha') + value('cmdstat_eval'),
      cpu: 1000 * (value('used_cpu_sys') + value('used_cpu_user')),
      received: value('total_net_input_bytes'),
      sent: value('total_net_output_bytes'),
    };
  }

  /** Writes a job module beside the server's files, and returns its path. */
  module(name: string, text: string): string {
    const path = join(this.folder, `${name}.mjs`);
    writeFileSync(path, text);
    return path;
  }
}

/** Starts `adamas worker`, and waits until it takes jobs. */
export async function startWorker(
  url: string,
  args: readonly string[],
  prefix: readonly string[] = [],
): Promise<Program> {
  const worker = new Program([...prefix, process.execPath, cli, 'worker', ...args], { REDIS_URL: url });
  await worker.prints(' from the queue ');
  return worker;
}
