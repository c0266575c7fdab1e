import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, installed } from './project.mjs';

/** The targets of links and images in Markdown, without its code. */
function targets(markdown) {
  const text = markdown.replace(/```[\s\S]*?```|`[^`\n]*`(?!\])/g, '');
  const inline = Array.from(text.matchAll(/\]\(\s*<?([^)\s>]+)/g), ([, target]) => target);
  const html = Array.from(text.matchAll(/\b(?:src|href)="([^"]+)"/g), ([, target]) => target);
  return [...inline, ...html];
}

/** The anchor of a heading, as GitHub and npm make it. */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** The fault of a link for someone who has only the package; undefined if it has none. */
function fault(file, target) {
  // Papers and other works are references; the repository has no address yet.
  if (/^(https?|mailto):/.test(target)) return /adamas/i.test(target) ? 'has no address yet' : undefined;
  const [path, anchor] = target.split('#');
  const found = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
  if (relative(installed, found).startsWith('..') || !existsSync(found)) return 'is not in the package';
  if (!anchor || !found.endsWith('.md')) return undefined;
  const headings = Array.from(readFileSync(found, 'utf8').matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading));
  return headings.includes(anchor) ? undefined : 'has no such heading';
}

/** Links and images of the packed documents stay within the package. */
export const linkChecks = {
  'links of README and docs': () => {
    const names = readdirSync(installed, { recursive: true }).filter((name) => name.endsWith('.md'));
    const links = names.flatMap((name) => {
      const file = join(installed, name);
      return targets(readFileSync(file, 'utf8')).map((target) => ({ name, target, fault: fault(file, target) }));
    });
    const wrong = links.filter(({ fault }) => fault).map(({ name, target, fault }) => `${name}: ${target} ${fault}`);
    expect(wrong.length === 0, wrong.join('\n'));
    return `${links.length} links in ${names.length} files`;
  },
};
