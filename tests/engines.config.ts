import { defineConfig } from '@playwright/test';
import type { Choice } from './engines/support/story.ts';

// The core of the stories in the other engines. Playwright runs them, and drives no browser here: WebDriver does.
export default defineConfig<object, Choice>({
  testDir: 'engines',
  outputDir: '../target/story-engines',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  // Limits, not waits: a busy machine may take its time, and each story starts a browser or two.
  timeout: 300_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
  projects: [
    { name: 'firefox', use: { engine: 'firefox' } },
    // WebKit's driver cannot take the network away: there `server-killed.spec.ts` stands alone.
    { name: 'webkit', use: { engine: 'webkit' }, testIgnore: 'offline.spec.ts' },
  ],
});
