// Writes the help that dist/cli.js prints below its marks, such as `<!-- adamas help train -->`, in README.md and docs/command.md.
// test/cli/help.test.ts fails where they differ.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
for (const path of ['README.md', 'docs/command.md']) {
  const page = readFileSync(path, 'utf8');
  const text = page.replace(/(<!-- adamas (help(?: \w+)?) -->\n```text\n)[\s\S]*?(?=```)/g, (_, mark, args) => {
    return mark + execFileSync(process.execPath, ['dist/cli.js', ...args.split(' ')], { encoding: 'utf8' });
  });
  writeFileSync(path, text);
}
