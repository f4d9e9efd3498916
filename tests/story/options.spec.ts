import { readFile } from 'node:fs/promises';
import { expect, type FrameLocator, launcher, openWidget, reply, said, test, widget, withAgent, write } from '../support/deskbell.ts';

const options = (chat: FrameLocator) => chat.getByRole('button', { name: 'More options' });

test('a conversation can be taken along as a text that says when and who', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await options(chat).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chat.getByRole('button', { name: 'Download this conversation' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('conversation.txt');
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toMatch(/^Conversation with Fern & Field\nSaved on /);
  expect(text).toMatch(/  You\nwhere is my parcel\?\? order 1042\n\n.*  Automated assistant\nHello! I am/);
});

test('new messages are silent until the customer wants to hear them, and that is remembered', async ({
  page,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  const sound = chat.getByRole('switch', { name: 'Sound for new messages' });
  await options(chat).click();
  await expect(sound).not.toBeChecked();
  await sound.click();
  await expect(sound).toBeChecked();
  await sound.press('Escape');
  await expect(sound).toBeHidden();
  await expect(chat.getByRole('textbox')).toBeVisible();

  await page.reload();
  await launcher(page).click();
  await options(widget(page)).click();
  await expect(widget(page).getByRole('switch')).toBeChecked();
});

test('what came while the chat was closed begins under a mark, until the customer writes', async ({
  page,
  newPage,
  deskbell,
}) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await expect(chat.locator('.separator.day')).toHaveText(['Today']);
  await launcher(page).click();
  await reply(agentPage, 'Are you still there?');
  await expect(launcher(page)).toContainText('1 new');
  await launcher(page).click();
  await expect(chat.locator('.separator.new')).toHaveText('New');
  await expect(chat.locator('.separator.new + .agent .text')).toHaveText('Are you still there?');
  await write(chat, 'yes');
  await expect(chat.locator('.separator.new')).toHaveCount(0);
});
