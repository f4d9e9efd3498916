import { bell, expect, launcher, openConsole, type Page, test, waiting, widget } from '../support/deskbell.ts';
import type { Deskbell } from '../support/deskbell.ts';

/** The chat says that it did not start; one press on the bell calls a person all the same, and the way out is there. */
async function expectBellWithoutChat(page: Page, agentPage: Page, deskbell: Deskbell): Promise<void> {
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat did not start on this device.')).toBeVisible();
  await expect(chat.getByRole('link', { name: 'Talk to a human' })).toBeInViewport({ ratio: 1 });
  await bell(page).click();
  await expect(chat.getByText('A person has been called.', { exact: true })).toBeVisible();
  await openConsole(agentPage, deskbell);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(waiting(agentPage)).toHaveCount(1);
}

test('where a policy forbids to compile WebAssembly the bell rings', async ({ page, context, newPage, deskbell, guard }) => {
  guard.expectError(/Content Security Policy.*unsafe-eval|unsafe-eval.*Content Security Policy/);
  // As a company's proxy that tightens what it lets through.
  await context.route('**/widget?*', async (route) => {
    const answer = await route.fetch();
    const policy = answer.headers()['content-security-policy']?.replace(" 'wasm-unsafe-eval'", '') ?? '';
    expect(policy).toContain("script-src 'self';");
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'content-security-policy': policy } });
  });
  await expectBellWithoutChat(page, await newPage(), deskbell);
});

test('in a browser that has no WebAssembly, as in lockdown mode, the bell rings', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  await context.addInitScript(() => Reflect.deleteProperty(window, 'WebAssembly'));
  await expectBellWithoutChat(page, await newPage(), deskbell);
});
