import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { openConsole, openWidget } from './pages.ts';
import { goOnline, take, waiting } from './console.ts';
import type { Deskbell } from './server.ts';

/** Who says something. */
export type Speaker = 'customer' | 'bot' | 'agent';

/** What somebody said, oldest first; without `who` also what happened in between. */
export function said(chat: FrameLocator, who?: Speaker): Locator {
  return chat.locator(who ? `ol.lines .${who} .text` : 'ol.lines :is(.text, .notice)');
}

/** Where the customer writes. */
export function composer(chat: FrameLocator): Locator {
  return chat.getByRole('textbox', { name: 'Your message' });
}

/** Writes a message and sends it with Enter. */
export async function write(chat: FrameLocator, text: string): Promise<void> {
  await composer(chat).fill(text);
  await composer(chat).press('Enter');
}

/** The widget's own bell, whatever it says at the moment. */
export function ownBell(chat: FrameLocator): Locator {
  return chat.locator('#app header button.bell');
}

/** What became of the bell. */
export function standing(chat: FrameLocator): Locator {
  return chat.locator('.standing').getByRole('status');
}

/** The line under a message that was read: where, how fast, and as what. */
export function readings(chat: FrameLocator): Locator {
  return chat.locator('ol.lines summary');
}

/** Waits until the model is loaded. */
export async function modelReady(chat: FrameLocator): Promise<void> {
  await expect(chat.getByText('Messages are read on this device')).toBeVisible();
}

/** A customer who rang the bell, and the agent who took the conversation. */
export async function withAgent(story: {
  page: Page;
  newPage: () => Promise<Page>;
  deskbell: Deskbell;
}): Promise<{ chat: FrameLocator; agentPage: Page }> {
  const agentPage = await openConsole(await story.newPage(), story.deskbell);
  await goOnline(agentPage);
  const chat = await openWidget(story.page, story.deskbell);
  await ownBell(chat).click();
  await take(agentPage, waiting(agentPage));
  await expect(said(chat).last()).toHaveText('Sam joined the conversation. The assistant is silent now.');
  return { chat, agentPage };
}
