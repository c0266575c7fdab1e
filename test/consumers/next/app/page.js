'use client';

import { useEffect } from 'react';
import { run } from '../program.js';
import { report } from '../report.js';

export default function Page() {
  useEffect(() => {
    report(run());
  }, []);
  return <main>adamas</main>;
}
