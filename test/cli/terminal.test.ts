// The command in a real terminal (tmux): progress, widths, a change of size, colours, Ctrl-C.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { lacking } from '../lacking.js';
import { adamas, bytes, cli, folder } from './command.js';

/** A table whose training takes some seconds, and the training. */
function longTraining(at: string): string[] {
  const rows = Array.from({ length: 4000 }, (_, i) => `${(i * 37) % 101},${(i * 61) % 97},${(i * i) % 89}`);
  writeFileSync(join(at, 'data.csv'), `a,b,y\n${rows.join('\n')}\n`);
  return ['train', 'data.csv', '--target', 'y', '--epochs', '1000', '--hidden', '64,64', '--early-stopping', 'off'];
}

/** A terminal that runs the command in a folder. */
class Terminal {
  readonly #socket: string;

  constructor(at: string, args: readonly string[], columns: number, env = '') {
    this.#socket = join(at, 'tmux');
    const line = `cd ${at} && ${env} ${process.execPath} ${cli} ${args.join(' ')}; echo "exit code $?"; sleep 60`;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', '40', line);
    onTestFinished(() => {
      this.#tmux('kill-server');
    });
  }

  #tmux(...args: string[]): string {
    const { stdout, stderr, status } = spawnSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`);
    return stdout;
  }

  /** The lines on the screen. With `colours` they hold its escape sequences. */
  screen(colours = false): string[] {
    return this.#tmux('capture-pane', '-p', ...(colours ? ['-e'] : []))
      .trimEnd()
      .split('\n');
  }

  resize(columns: number): void {
    this.#tmux('resize-window', '-x', String(columns));
  }

  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** Waits until a line of the screen matches. */
  async sees(pattern: RegExp): Promise<string[]> {
    for (let i = 0; i < 400; i++) {
      const lines = this.screen();
      if (lines.some((line) => pattern.test(line))) return lines;
      await sleep(50);
    }
    throw new Error(`${pattern} was not seen:\n${this.screen().join('\n')}`);
  }
}

/** True where tmux is missing. */
function noTmux(context: TestContext): boolean {
  const missing = spawnSync('tmux', ['-V']).status !== 0;
  if (missing) lacking(context, 'the command in a terminal, which needs tmux');
  return missing;
}

const progressOf = (lines: readonly string[]) => lines.filter((line) => line.startsWith('epoch '));

describe('on a terminal', { timeout: 60_000 }, () => {
  it('one line of progress has loss, rows a second and time left, and goes at the end', async (context) => {
    if (noTmux(context)) return;
    const at = folder();
    const args = longTraining(at);
    args[args.indexOf('1000')] = '200';
    const terminal = new Terminal(at, args, 100);
    const lines = await terminal.sees(/^epoch \d+\/200, loss \d\S*, [\d,]+ rows\/s, [\d.]+ s left$/);
    expect(progressOf(lines)).toHaveLength(1);
    const end = await terminal.sees(/^exit code 0$/);
    expect(progressOf(end)).toHaveLength(0);
    expect(end.slice(-3)).toEqual([
      'wrote model.safetensors',
      expect.stringMatching(/^y, 800 rows held out: R2/),
      'exit code 0',
    ]);
  });

  it('20 columns wide shows what has room, and stays one line when the size changes', async (context) => {
    if (noTmux(context)) return;
    const at = folder();
    const terminal = new Terminal(at, longTraining(at), 100);
    await terminal.sees(/^epoch \d+\/1000, .* left$/);
    terminal.resize(20);
    const narrow = await terminal.sees(/^epoch \d+\/1000$/);
    expect(narrow.at(-1)).toMatch(/^epoch \d+\/1000$/);
    // Lines drawn before the command knew of the change may stay; no more than those come.
    await sleep(700);
    const later = terminal.screen();
    expect(later.slice(0, -1)).toEqual(narrow.slice(0, -1));
    expect(later.at(-1)).toMatch(/^epoch \d+\/1000$/);
    terminal.resize(120);
    const wide = await terminal.sees(/^epoch \d+\/1000, .* left$/);
    expect(wide.at(-1)).toMatch(/ left$/);
  });

  it('errors are red, unless NO_COLOR is set', async (context) => {
    if (noTmux(context)) return;
    const red = new Terminal(folder(), ['train'], 80, 'env -u NO_COLOR');
    await red.sees(/exit code 2/);
    expect(red.screen(true)[0]).toContain('\u001b[31madamas:\u001b[39m ');
    const plain = new Terminal(folder(), ['train'], 80, 'NO_COLOR=1');
    await plain.sees(/exit code 2/);
    expect(plain.screen(true)[0]).toMatch(/^adamas: /);
  });

  it('20 columns wide prints errors, help and results as they are', async (context) => {
    if (noTmux(context)) return;
    const terminal = new Terminal(folder(), ['train', 'none.csv', '--target', 'y'], 20);
    const lines = await terminal.sees(/^exit code 1$/);
    expect(lines.slice(0, 2)).toEqual(['adamas: there is no', 'file "none.csv"']);
  });

  it('Ctrl-C without --checkpoint says that nothing was kept, with exit code 130', async (context) => {
    if (noTmux(context)) return;
    const at = folder();
    const terminal = new Terminal(at, longTraining(at), 100);
    await terminal.sees(/^epoch /);
    terminal.press('C-c');
    const lines = await terminal.sees(/^exit code 130$/);
    expect(lines.at(-2)).toBe('stopped: nothing was kept. With --checkpoint <file> a training can be resumed');
    expect(readdirSync(at).sort()).toEqual(['data.csv', 'tmux']);
  });

  it('Ctrl-C with --checkpoint leaves one, and the line that goes on to the same bytes', async (context) => {
    if (noTmux(context)) return;
    const at = folder();
    const args = longTraining(at);
    args[args.indexOf('1000')] = '60';
    const terminal = new Terminal(at, [...args, '--checkpoint', 'c'], 200);
    await terminal.sees(/^epoch \d+\/60, loss/);
    terminal.press('C-c');
    const lines = await terminal.sees(/^exit code 130$/);
    expect(lines.at(-3)).toBe('stopped: c holds a checkpoint. To resume:');
    expect(existsSync(join(at, 'model.safetensors'))).toBe(false);
    const line = lines.at(-2)!;
    expect(line).toBe(`adamas ${args.join(' ')} --checkpoint c --resume c`);
    expect(adamas(at, line.split(' ').slice(1)).status).toBe(0);
    adamas(at, [...args, '--out', 'whole']);
    expect(bytes(at, 'model.safetensors')).toBe(bytes(at, 'whole'));
  });
});

describe('without a terminal', { timeout: 60_000 }, () => {
  it('progress is plain lines on standard error', async () => {
    const at = folder();
    const args = longTraining(at);
    const child = spawn(process.execPath, [cli, ...args], { cwd: at, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    const closed = new Promise((resolve) => child.on('close', resolve));
    while (!/^epoch .*left\n/m.test(stderr)) await sleep(50);
    child.kill('SIGINT');
    expect(await closed).toBe(130);
    for (const control of ['\u001b', '\r']) expect(stderr).not.toContain(control);
    expect(stderr).toMatch(/\nstopped: nothing was kept.*\n$/);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends other commands with exit code %i and nothing written', async (signal, code) => {
    const at = folder();
    const child = spawn(process.execPath, [cli, 'inspect', '-'], { cwd: at });
    let stderr = '';
    child.stderr.on('data', (piece) => {
      stderr += piece;
    });
    child.stdin.write('a,b\n');
    await sleep(1500);
    child.kill(signal);
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(code);
    expect(stderr).toBe('stopped: nothing was written\n');
    expect(readdirSync(at)).toEqual([]);
  });
});
