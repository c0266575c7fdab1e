/** A JavaScript engine or host. */
export interface Engine {
  /** `Node`, `Deno`, `Bun`, `workerd`, `Chrome`, `Firefox`, `Safari`, or `unknown`. */
  readonly name: string;
  /** Its version; empty when it does not tell. */
  readonly version: string;
  /** Details that it reports of itself: engine version, platform, user agent. */
  readonly detail: string;
}

/** The oldest versions that adamas runs on; package.json says the same of Node, and test/consumers runs those of Node, Deno and Bun. */
export const MINIMUMS: Readonly<Record<string, string>> = {
  Node: '20.19',
  Deno: '2.0',
  Bun: '1.1.20',
  Chrome: '98',
  Firefox: '94',
  Safari: '16.4',
};

/** Globals of some hosts. */
interface Globals {
  readonly process?: {
    readonly versions?: Readonly<Record<string, string>>;
    readonly platform?: string;
    readonly arch?: string;
  };
  readonly Deno?: {
    readonly version: { readonly deno: string; readonly v8: string };
    readonly build: { readonly target: string };
  };
  readonly Bun?: { readonly version: string };
  readonly navigator?: { readonly userAgent?: string };
}

/** Identifies the host that runs this. Deno and Bun come first: they have a `process` too. */
export function engineOf({ process, Deno, Bun, navigator }: Globals = globalThis as Globals): Engine {
  const userAgent = navigator?.userAgent ?? '';
  const system = `${process?.platform} ${process?.arch}`;
  if (Deno) return { name: 'Deno', version: Deno.version.deno, detail: `V8 ${Deno.version.v8}, ${Deno.build.target}` };
  if (Bun) return { name: 'Bun', version: Bun.version, detail: `JavaScriptCore, ${system}` };
  if (userAgent === 'Cloudflare-Workers') return { name: 'workerd', version: '', detail: 'V8' };
  if (process?.versions?.node) {
    return { name: 'Node', version: process.versions.node, detail: `V8 ${process.versions.v8}, ${system}` };
  }
  for (const [name, pattern] of [
    ['Firefox', /Firefox\/([\d.]+)/],
    ['Chrome', /Chrome\/([\d.]+)/],
    ['Safari', /Version\/([\d.]+).* Safari\//],
  ] as const) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { name, version, detail: userAgent };
  }
  return { name: 'unknown', version: '', detail: userAgent };
}

/** True for an engine of at least its minimum version, and for an unknown one. */
export function newEnough({ name, version }: Engine): boolean {
  const needed = (MINIMUMS[name] ?? '').split('.').map(Number);
  const has = version.split('.').map(Number);
  const at = needed.findIndex((part, i) => part !== (has[i] ?? 0));
  return at < 0 || version === '' || (has[at] ?? 0) > needed[at]!;
}
