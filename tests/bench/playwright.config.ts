import { defineConfig } from '@playwright/test';
import stories from '../playwright.config.ts';

// The browser of the stories, with nothing beside it: no second worker, no trace.
export default defineConfig({
  ...stories,
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../target/bench/playwright',
  workers: 1,
  // A limit for the slowest machine, not a wait.
  timeout: 540_000,
  use: { ...stories.use, trace: 'off', screenshot: 'off' },
});
