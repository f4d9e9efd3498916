import { writeFile } from 'node:fs/promises';
import { test } from '@playwright/test';

// `cargo xtask bench inference` serves the page, says where it is, and reads what was measured.
const { DESKBELL_BENCH_PAGE: address, DESKBELL_BENCH_RESULT: result } = process.env;

test('inference side by side with onnxruntime-web', async ({ page, browser }) => {
  if (!address || !result) throw new Error('to be called by `cargo xtask bench inference`');
  page.on('console', (message) => console.log(`page: ${message.text()}`));
  await page.goto(address);
  const measured = await page.evaluate(() => (globalThis as unknown as { measured: Promise<object> }).measured);
  await writeFile(result, JSON.stringify({ chromium: browser.version(), ...measured }));
});
