import { expect, expectAccessible, launcher, ownBell, reply, said, take, test, transcript, waiting, withAgent, write } from '../support/deskbell.ts';
import type { FrameLocator } from '../support/deskbell.ts';

/** The one question after a chat with a person. */
const question = (chat: FrameLocator) => chat.getByRole('radiogroup', { name: 'How was your chat with Sam?' });

test('a customer rates the chat after it was closed, changes their mind, and the agent sees it', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'It is on its way.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  await expect(question(chat)).toHaveCount(0);
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(question(chat).getByRole('radio')).toHaveCount(5);

  await expectAccessible(page);
  const stored = page.waitForResponse((response) => response.url().endsWith('/rating') && response.ok());
  await question(chat).getByText('2').click();
  await expect(chat.getByText('Thank you. You can still change it.')).toBeVisible();
  await question(chat).getByText('4').click();
  await stored;

  await page.reload();
  await launcher(page).click();
  await expect(question(chat).getByRole('radio', { name: /Good/, checked: true })).toHaveAccessibleName('4 · Good');
  await ownBell(chat).click();
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText('The customer rated this chat 4 of 5.');
});

test('the question is answered with the keyboard, or dismissed for good, and never in the way', async ({ page, newPage, deskbell }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'It is on its way.');
  await agentPage.getByRole('button', { name: 'Hand back to the assistant' }).click();
  const radios = question(chat).getByRole('radio');
  await expect(radios).toHaveCount(5);
  for (const label of await question(chat).locator('b').all()) {
    const box = await label.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
  const wide = await chat.locator('.scroll').evaluate((it) => it.scrollWidth > it.clientWidth);
  expect(wide, 'fits without scrolling sideways').toBe(false);
  await expect(ownBell(chat)).toBeInViewport();
  await expect(chat.getByRole('textbox')).toBeInViewport();

  const sent = page.waitForRequest((request) => request.url().endsWith('/rating') && request.postDataJSON().score === 5);
  await radios.first().focus();
  for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('ArrowRight');
  await sent;
  await expect(radios.last()).toBeFocused();

  await ownBell(chat).click();
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Hello again.');
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await chat.getByRole('button', { name: 'Not now' }).click();
  await expect(question(chat)).toHaveCount(0);
  await page.reload();
  await launcher(page).click();
  await expect(said(chat).last()).toContainText('Sam closed the conversation.');
  await expect(question(chat)).toHaveCount(0);
});

test('a chat is rated while the server is away, and it arrives later', async ({ page, newPage, deskbell, guard }) => {
  guard.expectError(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/);
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'It is on its way.');
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(question(chat)).toBeVisible();
  await deskbell.kill();
  await question(chat).getByText('5').click();
  await expect(chat.getByText('Thank you. You can still change it.')).toBeVisible();
  const stored = page.waitForResponse((response) => response.url().endsWith('/rating') && response.ok());
  await deskbell.start();
  await stored;
});

test('nobody is asked about a person who said nothing', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await agentPage.getByRole('button', { name: 'Close', exact: true }).click();
  await expect(said(chat).last()).toContainText('Sam closed the conversation.');
  await write(chat, 'hello');
  await expect(chat.getByRole('radio')).toHaveCount(0);
});
