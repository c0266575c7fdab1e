import { readFileSync } from 'node:fs';

/** The page's policy, from its own meta element. */
const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(
  readFileSync(new URL('index.html', import.meta.url), 'utf8'),
)!;

/**
 * Headers of a file of the site. The page holds its policy by itself; a header extends it to workers, whose policy is that of their own file, and keeps
 * other sites from framing the page, which a meta element cannot. `apart.html` is framed by the page and has a policy of its own.
 */
export const headersOf = (path: string): Record<string, string> => ({
  'content-security-policy': path.endsWith('apart.html')
    ? "frame-ancestors 'self'"
    : `${policy}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
});
