/** A job's channel to the page. */
export interface Channel<Message, Command> {
  /** Sends a message to the page; buffers in `transfer` are moved, not copied. */
  send(message: Message, transfer?: Transferable[]): void;
  /** Sets the function that is called with each command of the page. */
  onCommand(listener: (command: Command) => void): void;
  /** Aborted when the page ends the job. */
  readonly signal: AbortSignal;
}
