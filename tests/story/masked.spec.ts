import { readFile } from 'node:fs/promises';
import {
  type Deskbell,
  expect,
  expectAccessible,
  modelReady,
  openWidget,
  ownBell,
  type Page,
  said,
  tabTo,
  test,
  transcript,
  withAgent,
  write,
} from '../support/deskbell.ts';

/** A published test number, never issued. */
const card = '4242 4242 4242 4242';
const written = `please charge ${card} instead`;
const masked = 'please charge •••• 4242 instead';
const note = 'We hid what looks like a card number before sending.';

/** All that the widget keeps on the device. */
async function keptOnDevice(page: Page, deskbell: Deskbell): Promise<string> {
  const frame = page.frames().find((it) => it.url().startsWith(deskbell.origin));
  return (await frame?.evaluate(() => JSON.stringify({ ...localStorage }))) ?? '';
}

/** All that the server has written to disk. */
async function keptOnServer({ database }: Deskbell): Promise<string> {
  const files = [database, `${database}-wal`].map((file) => readFile(file, 'utf8').catch(() => ''));
  return (await Promise.all(files)).join('');
}

test('a card number never leaves the device, and one activation sends the message as it was written', async ({
  page,
  newPage,
  deskbell,
}) => {
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await write(chat, written);

  await expect(said(chat, 'customer')).toHaveText([masked]);
  await expect(chat.getByText(note)).toBeVisible();
  await expect(transcript(agentPage)).toContainText(masked);
  await expectAccessible(page);
  expect(sent.join()).toContain(masked);
  for (const text of [sent.join(), await keptOnDevice(page, deskbell), await keptOnServer(deskbell), deskbell.log]) {
    expect(text).not.toContain(card);
  }

  const asWritten = chat.getByRole('button', { name: 'Send as written' });
  await tabTo(page, asWritten, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(said(chat, 'customer')).toHaveText([masked, written]);
  await expect(transcript(agentPage)).toContainText(written);
  await expect(chat.getByText(note)).toHaveCount(0);
  await expect(chat.getByRole('region', { name: 'Conversation' })).toBeFocused();
});

test('while the masked message is not sent yet, the original takes its place', async ({
  page,
  context,
  guard,
  deskbell,
}) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/v1/`));
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await context.setOffline(true);
  await write(chat, written);
  await expect(chat.getByText(note)).toBeVisible();
  expect(await keptOnDevice(page, deskbell)).toContain(masked);
  expect(await keptOnDevice(page, deskbell)).not.toContain(card);

  await chat.getByRole('button', { name: 'Send as written' }).click();
  await expect(said(chat, 'customer')).toHaveText([written]);
  await context.setOffline(false);
  await expect(chat.locator('ol.lines .bot, ol.lines .notice')).not.toHaveCount(0);
  await expect(said(chat, 'customer')).toHaveText([written]);
  expect(await keptOnServer(deskbell)).not.toContain(masked);
});

test('what only looks like a number is sent as it is', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  const harmless = 'where is order 4111 1042? tracking 00340434161094042557';
  await write(chat, harmless);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect(said(chat, 'customer')).toHaveText([harmless]);
  await expect(chat.getByRole('button', { name: 'Send as written' })).toHaveCount(0);
});

test('a card number that is left to be reached by is hidden, and how to be reached is asked again', async ({ page, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  const contact = chat.getByLabel('How can we reach you if you leave?');
  await contact.fill(`my card is ${card}`);
  await contact.press('Enter');
  await expect(chat.getByText('We can reach you at my card is •••• 4242.')).toBeVisible();
  await contact.fill('ana@example.com');
  await contact.press('Enter');
  await expect(chat.locator('.standing').getByText('We can reach you at ana@example.com.')).toBeVisible();
  await expect(contact).toHaveCount(0);
  expect(await keptOnServer(deskbell)).not.toContain(card);
});
