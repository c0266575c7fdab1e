// Packs a plain copy of the tree, installs the tarball into an empty project and uses it there as a newcomer would. Prints a line for each check.
import { existsSync, rmSync } from 'node:fs';
import { installChecks } from './pack/install.mjs';
import { linkChecks } from './pack/links.mjs';
import { installed, temp } from './pack/project.mjs';
import { sizeChecks } from './pack/size.mjs';
import { typeChecks } from './pack/types.mjs';
import { useChecks } from './pack/use.mjs';

/** Each returns a note that is printed beside its name. */
const checks = { ...installChecks, ...linkChecks, ...typeChecks, ...useChecks, ...sizeChecks };

try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      const note = await check();
      console.log(`pass: ${name}${note ? ` (${note})` : ''}`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`fail: ${name}\n${error.message}\n${error.stdout ?? ''}`);
      if (!existsSync(installed)) break;
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true });
}
