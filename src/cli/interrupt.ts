import { note } from './terminal.js';

/** Ctrl-C or SIGTERM ended the command; the message says what was kept. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;
  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

const controller = new AbortController();

/** State of an interruption. A second one ends the process at once in any case. */
export const interruption = {
  /** Aborted by the first interruption, if `awaited`. */
  signal: controller.signal,
  /** If true, the command ends itself when the signal is aborted; else the process ends at once. */
  awaited: false,
  message: 'stopped: nothing was written',
};

/** Listens to Ctrl-C and SIGTERM. */
export function listen(): void {
  for (const [name, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(name, () => {
      const { awaited, signal, message } = interruption;
      if (awaited && !signal.aborted) return controller.abort(new Interrupted(exitCode, message));
      note(message);
      process.exit(exitCode);
    });
  }
}
