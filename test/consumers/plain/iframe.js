import { run } from './program.js';
import { useRealm } from './realm.js';
import { report } from './report.js';

const iframe = document.createElement('iframe');
document.body.append(iframe);
report(
  Promise.resolve().then(() => {
    useRealm(iframe.contentWindow);
    return run();
  }),
);
