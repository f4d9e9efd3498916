import { defineConfig } from '@playwright/test';

// Each story has a server of its own, so stories run side by side; two of them keep two processors busy.
export default defineConfig({
  testDir: 'story',
  outputDir: '../target/story',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  // Limits, not waits: a busy machine may take its time.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    // Without the film, which costs more than everything else in a story.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.DESKBELL_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Instead of Playwright's own list, which leaves frames of another origin without any storage. What is left of
        // that list keeps the browser from going elsewhere by itself.
        `--disable-features=${[
          'AvoidUnnecessaryBeforeUnloadCheckSync',
          'DestroyProfileOnBrowserClose',
          'HttpsFirstBalancedModeAutoEnable',
          'HttpsUpgrades',
          'MediaRouter',
          'NetworkTimeServiceQuerying',
          'OptimizationHints',
          'PaintHolding',
          'PreconnectToSearch',
        ]}`,
        // Chromium refuses to run its sandbox as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
