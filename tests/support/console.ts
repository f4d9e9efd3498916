import { expect, type Locator, type Page } from '@playwright/test';

/** Says that the agent is there. */
export async function goOnline(console: Page): Promise<void> {
  await console.getByRole('switch', { name: 'Online' }).click();
  await expect(console.getByText('You are online: customers can see that someone is here.')).toBeVisible();
}

/** The conversations that wait for a person. */
export function waiting(console: Page): Locator {
  return console.locator('h2:has-text("Waiting") + ul > li');
}

/** The agent's own conversations. */
export function mine(console: Page): Locator {
  return console.locator('h2:has-text("Mine") + ul > li');
}

/** What stands in the open conversation. */
export function transcript(console: Page): Locator {
  return console.getByRole('region', { name: 'Conversation' });
}

/** Where the agent writes. */
export function replyBox(console: Page): Locator {
  return console.getByRole('textbox', { name: 'Reply' });
}

/** Opens a waiting conversation and takes it. */
export async function take(console: Page, card: Locator): Promise<void> {
  await card.getByRole('link').click();
  await console.getByRole('button', { name: 'Take' }).click();
  await expect(replyBox(console)).toBeFocused();
}

/** Writes to the customer and sends it with Enter. */
export async function reply(console: Page, text: string): Promise<void> {
  await replyBox(console).fill(text);
  await replyBox(console).press('Enter');
}
