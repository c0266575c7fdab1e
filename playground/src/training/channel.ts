/** The page's end of a job, as the job in the worker sees it. */
export interface Channel<Message, Command> {
  /** Sends a message to the page; what is in `transfer` goes over without a copy. */
  send(message: Message, transfer?: Transferable[]): void;
  /** Sets what is called with each command of the page. */
  onCommand(listener: (command: Command) => void): void;
  /** Aborted when the page ends the job. */
  readonly signal: AbortSignal;
}
