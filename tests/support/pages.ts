import { AxeBuilder } from '@axe-core/playwright';
import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';
import { agent, type Deskbell } from './server.ts';

/** The button that opens and closes the chat; its words change with the state, its place does not. */
export function launcher(page: Page): Locator {
  return page.locator('deskbell-chat button.launcher');
}

/** The loader's bell, in the shop page itself. */
export function bell(page: Page): Locator {
  return page.locator('deskbell-chat').getByRole('button', { name: 'Talk to a human' });
}

/** The widget in its frame. */
export function widget(page: Page): FrameLocator {
  return page.frameLocator('deskbell-chat iframe');
}

/** Visits a page of the shop and opens the chat there, as a customer does. */
export async function openWidget(page: Page, desk: Deskbell, path = '/'): Promise<FrameLocator> {
  await page.goto(`${desk.shop.origin}${path}`);
  await launcher(page).click();
  const frame = widget(page);
  await expect(frame.getByRole('textbox')).toBeVisible();
  return frame;
}

/** Opens the console and signs in. */
export async function openConsole(page: Page, desk: Deskbell, who = agent): Promise<Page> {
  await page.goto(`${desk.origin}/console`);
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText(who.name, { exact: true }).first()).toBeVisible();
  return page;
}

/** Presses Tab, or Shift+Tab, until `target` has the focus. A customer without a mouse has no other way to it. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target}`);
}

/** The success criteria of WCAG 2.2 at level AA, and with them those of all versions before. */
const wcag22aa = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Fails if axe finds anything on the page, however small, frames and shadow roots included. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(wcag22aa).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(found, 'what axe finds').toEqual([]);
}
