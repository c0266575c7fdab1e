import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Timed } from './row.js';

/** A program, its arguments, and what its environment has beside this process's. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A child's first answer: what it is and what it computes, or why it takes no part. */
export type Introduction =
  | { readonly title: string; readonly check?: readonly number[] }
  | { readonly refused: string };

interface Answer {
  readonly nanoseconds: number;
  readonly check?: readonly number[];
  readonly peakBytes?: number;
}

/** A contender in a process of its own, which stays up so that it takes its turns warm; peers/serve.mjs is one. */
export class Child implements Timed {
  readonly introduction: Introduction;
  peakBytes?: number;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: AsyncIterator<string>, introduction: Introduction) {
    this.#process = process;
    this.#lines = lines;
    this.introduction = introduction;
  }

  /** Starts it, with its work as the first line; refused with what it printed when it cannot be. */
  static async start({ program, args, env }: Command, work?: unknown): Promise<Child> {
    const child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    let printed = '';
    child.stderr.on('data', (text) => {
      printed = `${printed}${text}`.slice(-2000);
    });
    child.on('error', (error) => {
      printed = String(error);
    });
    child.stdin.on('error', () => {});
    if (work !== undefined) child.stdin.write(`${JSON.stringify(work)}\n`);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const first = await nextJson<Introduction>(lines);
    return new Child(child, lines, first ?? { refused: `${program} ${args.join(' ')} ended: ${lastLine(printed)}` });
  }

  async ask(budgetMs: number): Promise<Answer> {
    this.#process.stdin!.write(`${budgetMs}\n`);
    const answer = await nextJson<Answer>(this.#lines);
    if (answer === undefined) throw new Error(`${JSON.stringify(this.introduction)} has ended`);
    return answer;
  }

  async nanoseconds(budgetMs: number): Promise<number> {
    return (await this.ask(budgetMs)).nanoseconds;
  }

  dispose(): void {
    this.#process.stdin!.end();
  }
}

/** A whole job, in a new process each time. `accept` looks at what came of it before its time counts. */
export class FreshChildren implements Timed {
  peakBytes?: number;
  readonly #command: Command;
  readonly #work: unknown;
  readonly #accept: (check: readonly number[]) => void;

  constructor(command: Command, work: unknown, accept: (check: readonly number[]) => void) {
    this.#command = command;
    this.#work = work;
    this.#accept = accept;
  }

  async nanoseconds(): Promise<number> {
    const child = await Child.start(this.#command, this.#work);
    try {
      const { nanoseconds, peakBytes, check } = await child.ask(0);
      this.#accept(check ?? []);
      this.peakBytes = peakBytes;
      return nanoseconds;
    } finally {
      child.dispose();
    }
  }
}

/** The next line that is JSON, past what a program prints beside; undefined at the end. */
async function nextJson<T>(lines: AsyncIterator<string>): Promise<T | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return undefined;
    if (value.startsWith('{')) return JSON.parse(value);
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.find((line) => /error/i.test(line)) ?? lines.filter((line) => line !== '').at(-1) ?? 'no output';
}
