// Types of what a host provides, by the members that adamas uses. The DOM's own types fit them; projects without that library compile too.

/** An `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A `URL`. */
export interface URLLike {
  readonly href: string;
  readonly protocol: string;
  readonly searchParams: object;
}

/** A `ReadableStream`. */
export interface ReadableStreamLike<T> {
  readonly locked?: boolean;
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** A `Blob` or `File`. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  slice(start: number, end: number): BlobLike;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A `Response` of `fetch`. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly bodyUsed: boolean;
  readonly body: ReadableStreamLike<Uint8Array> | null;
}

/** A URL of any realm: `instanceof` fails for one of an iframe, of `vm` or of Jest. */
export function isURL(value: unknown): value is URLLike {
  return tagOf(value) === 'URL';
}

/** A Blob or File of any realm. */
export function isBlob(value: unknown): value is BlobLike {
  return /^(Blob|File)$/.test(tagOf(value));
}

/** A Response of any realm. */
export function isResponse(value: unknown): value is ResponseLike {
  return tagOf(value) === 'Response';
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
