// Stands first in the page: gathers what it prints, and what its policy stops.
globalThis.printed = [];
for (const level of ['debug', 'info', 'log', 'warn', 'error'])
  console[level] = (...parts) => printed.push(`${level}: ${parts.join(' ')}`);
addEventListener('error', ({ message, target }) => printed.push(`error: ${message ?? target.src}`), true);
addEventListener('unhandledrejection', ({ reason }) => printed.push(`error: ${reason}`));
addEventListener('securitypolicyviolation', (event) => printed.push(`${event.violatedDirective}: ${event.blockedURI}`));
