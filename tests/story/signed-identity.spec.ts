import { createHmac } from 'node:crypto';
import {
  bell,
  expect,
  identify,
  launcher,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  sayOnEveryPage,
  standing,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';
import type { Page } from '../support/deskbell.ts';
import { deskbell as runDeskbell } from '../support/server.ts';

/** What the agent sees of the customer, in the conversation's head. */
const head = (console: Page) => console.locator('.pane header');

/** Makes a secret for the shop; gives what its server signs tokens with. */
const shopServer = async (database: string) => {
  const made = await runDeskbell(database, ['site', 'identity', 'new-secret', '--key', 'demo']);
  const secret = /^ {2}(\S+)$/m.exec(made)![1]!;
  const part = (text: string) => Buffer.from(text).toString('base64url');
  return (claims: object, life = 600) => {
    const exp = Math.floor(Date.now() / 1000) + life;
    const signed = `${part('{"alg":"HS256","typ":"JWT"}')}.${part(JSON.stringify({ exp, ...claims }))}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
};

const ana = { sub: 'customer-7', name: 'Ana Ruiz', email: 'ana@example.com' };
const ben = { sub: 'customer-8', name: 'Ben Ode' };

test('two customers, one after the other on one device, are each verified in a conversation of their own', async ({ page, newPage, deskbell }) => {
  const sign = await shopServer(deskbell.database);
  const chat = await openWidget(page, deskbell);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await identify(page, { token: sign(ana) });
  await ownBell(chat).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(head(agentPage)).toContainText('Ana Ruiz, ana@example.com, customer-7 · ✓ verified by the shop, which has signed it');
  await expect(head(agentPage)).not.toContainText('not verified');
  await expect(agentPage.getByText('order 1042').last(), 'what she wrote before she signed in is hers').toBeVisible();
  await expect(transcript(agentPage)).toContainText('The shop has verified the customer: Ana Ruiz, ana@example.com, number customer-7.');
  // The same customer on the shop's next page, with a new token.
  await identify(page, { token: sign({ ...ana, iat: Math.floor(Date.now() / 1000) }) });
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveText(['Good day.']);

  await identify(page, { token: sign(ben) });
  await expect(said(chat)).toHaveCount(0);
  await write(chat, 'do you have gift cards?');
  await ownBell(chat).click();
  await take(agentPage, waiting(agentPage));
  await expect(head(agentPage)).toContainText('Ben Ode, customer-8 · ✓ verified');
  await expect(transcript(agentPage)).toContainText('gift cards');
  await expect(transcript(agentPage)).not.toContainText('order 1042');

  // Somebody who is merely named is nobody whom the shop has signed.
  await identify(page, { name: 'Ben Ode' });
  await expect(said(chat)).toHaveCount(0);
});

test('a token that is not believed is told to whoever builds the page, and the customer chats and rings as before', async ({ page, newPage, deskbell, guard }) => {
  guard.expectError(/422.*\/introduction/);
  const warnings: string[] = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const sign = await shopServer(deskbell.database);
  await sayOnEveryPage(page, 'identify', { token: sign(ana, -600) });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const chat = page.frameLocator('deskbell-chat iframe');
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect.poll(() => warnings).toContain('Deskbell: identify: the token has expired: make one for every page view');
  await write(chat, 'hello?');
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText('hello?');
  await expect(head(agentPage)).not.toContainText('verified');
  await reply(agentPage, 'Here I am.');
  await expect(said(chat, 'agent')).toHaveText(['Here I am.']);
});

test('a conversation that the server knows as another customer’s is left for a new one', async ({ page, context, newPage, deskbell, guard }) => {
  guard.expectError(/409.*\/introduction/);
  const sign = await shopServer(deskbell.database);
  const chat = await openWidget(page, deskbell);
  await identify(page, { token: sign(ana) });
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  // Something clears the device's memory of who it was, but not of the conversation.
  await context.addInitScript(() => {
    if (location.pathname !== '/widget' || sessionStorage.cleared) return;
    localStorage.removeItem('deskbell:demo:who');
    sessionStorage.cleared = '1';
  });
  await sayOnEveryPage(page, 'identify', { token: sign(ben) });
  await page.reload();
  const left = page.waitForResponse((answer) => answer.url().endsWith('/introduction') && answer.status() === 409);
  await launcher(page).click();
  await left;
  await expect(chat.getByText('Hello! This is the chat of Fern & Field.')).toBeVisible();
  await expect(said(chat, 'customer')).toHaveCount(0);
  await write(chat, 'do you have gift cards?');
  await ownBell(chat).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(head(agentPage)).toContainText('Ben Ode, customer-8 · ✓ verified');
  await expect(transcript(agentPage)).not.toContainText('order 1042');
});
