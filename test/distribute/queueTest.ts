// A test that needs Redis.
import { it, type TestContext } from 'vitest';
import { lacking } from '../lacking.js';
import { hasRedis } from './redis.js';

export const queueTest = (name: string, act: (context: TestContext) => Promise<void>, timeout?: number) =>
  it(
    name,
    async (context) => {
      if (!hasRedis) return lacking(context, 'redis-server is not installed');
      await act(context);
    },
    timeout,
  );
