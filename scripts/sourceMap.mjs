import { readFileSync, writeFileSync } from 'node:fs';
import { decode, encode } from '@jridgewell/sourcemap-codec';

/**
 * Rewrites a bundle's source map so that it maps whole lines, a quarter of the bytes: a stack trace and a breakpoint need no more. In a
 * checkout the sources are found beside dist; a package made where package.json names its repository finds them there, at the tag of its
 * version.
 */
export function rewriteSourceMap(path, { repository, version }) {
  const map = JSON.parse(readFileSync(path, 'utf8'));
  const lines = decode(map.mappings).map((segments) => segments.slice(0, 1).map((segment) => segment.slice(0, 4)));
  const github = /github\.com\/([\w.-]+\/[\w.-]+?)(\.git)?$/.exec(repository?.url ?? '');
  const sourceRoot = github ? `https://raw.githubusercontent.com/${github[1]}/v${version}/dist/` : undefined;
  writeFileSync(path, JSON.stringify({ ...map, sourceRoot, names: [], mappings: encode(lines) }));
}
