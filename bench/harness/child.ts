import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A contender in a process of its own, which stays up so that it takes its turns warm. It says what it is in its first line; then, for every
 * line with a number of milliseconds, it answers with the nanoseconds of one call, the median over about so long.
 */
export class Child {
  /** What it says it is. */
  readonly title: string;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: AsyncIterator<string>, title: string) {
    this.#process = process;
    this.#lines = lines;
    this.title = title;
  }

  /** Starts it; undefined when it cannot be. */
  static async start(command: string, ...args: readonly string[]): Promise<Child | undefined> {
    const process = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    process.on('error', () => {});
    const lines = createInterface(process.stdout!)[Symbol.asyncIterator]();
    const { done, value } = await lines.next();
    return done ? undefined : new Child(process, lines, value);
  }

  async nanoseconds(budgetMs: number): Promise<number> {
    this.#process.stdin!.write(`${budgetMs}\n`);
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`${this.title} has ended`);
    return Number(value);
  }

  dispose(): void {
    this.#process.stdin!.end();
  }
}
