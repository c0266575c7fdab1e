/** The page's end of a job, as the job in the worker sees it. */
export interface Channel<Message, Command> {
  /** Sends a message to the page; buffers in `transfer` go over without a copy. */
  send(message: Message, transfer?: ArrayBuffer[]): void;
  /** Sets what is called with each command of the page. */
  onCommand(listener: (command: Command) => void): void;
  /** Aborted when the page ends the job. */
  readonly signal: AbortSignal;
}
