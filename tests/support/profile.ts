import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type LaunchOptions } from '@playwright/test';
import type { Guard } from './guard.ts';

/**
 * Tells a story in a browser with a profile of its own, where Playwright's contexts are private windows: what is only
 * offered outside of those is offered here, and `preferences` are the browser's own settings. Guarded as `page` is.
 */
export async function withProfile(
  { launchOptions, guard }: { launchOptions: LaunchOptions; guard: Guard },
  preferences: object,
  story: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const profile = await mkdtemp(join(tmpdir(), 'deskbell-profile-'));
  await mkdir(join(profile, 'Default'));
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, launchOptions);
  guard.watch(context);
  try {
    await story(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true });
  }
}
