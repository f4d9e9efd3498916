import { expect, openConsole, openWidget, ownBell, standing, take, test, transcript, waiting, write } from '../support/deskbell.ts';

test('whoever writes faster than the server takes it loses nothing, and the bell does not wait', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(new RegExp(`status of 429.*${deskbell.origin}/v1/conversations/[^/]+/messages`));
  const refused: string[] = [];
  page.on('response', (response) => {
    if (response.status() === 429) refused.push(response.headers()['retry-after'] ?? '');
  });
  const chat = await openWidget(page, deskbell);
  // The manual's limit is 20 at once.
  const texts = Array.from({ length: 24 }, (_, n) => `my fern has ${n + 10} leaves`);
  for (const text of texts) await write(chat, text);
  const customer = chat.locator('ol.lines .customer');
  await expect(customer, 'everything is shown at once').toHaveCount(texts.length);
  await expect.poll(() => refused.length, { message: 'the server had enough' }).toBeGreaterThan(0);
  expect(refused.every((seconds) => Number(seconds) >= 1)).toBe(true);
  await expect(customer.last()).toContainText('Sending…');
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(chat.getByText('Sending…'), 'in the end all is sent').toHaveCount(0, { timeout: 30_000 });
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  for (const text of texts) await expect(transcript(agentPage).getByText(text)).toHaveCount(1);
});
