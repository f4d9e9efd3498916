import {
  bell,
  blockStorage,
  expect,
  identify,
  launcher,
  openConsole,
  openWidget,
  ownBell,
  reply,
  ringsOf,
  said,
  sayOnEveryPage,
  standing,
  take,
  test,
  transcript,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';
import type { Page } from '../support/deskbell.ts';

const ana = { name: 'Ana Ruiz', email: 'ana@example.com' };

/** What the agent sees of the customer, in the conversation's head. */
const head = (console: Page) => console.locator('.pane header');

test('whom the page named before the chat was there, the agent sees by name, as not verified', async ({ page, newPage, deskbell }) => {
  await sayOnEveryPage(page, 'identify', ana);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(deskbell.shop.origin);
  await expect(bell(page)).toBeVisible();
  expect(requests.filter((url) => url.startsWith(deskbell.origin)), 'naming somebody loads nothing').toHaveLength(1);
  await bell(page).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(head(agentPage)).toContainText('Calls themselves');
  await expect(head(agentPage)).toContainText('Ana Ruiz, ana@example.com · not verified');
});

test('whom the page names later, the agent sees at once, and what is no name is not sent', async ({ page, newPage, deskbell }) => {
  const warnings: string[] = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await identify(page, { name: 'Ana', email: 'nonsense' });
  await expect.poll(() => warnings).toContain(
    'Deskbell: identify: an e-mail address looks like ana@example.com and has at most 254 characters',
  );
  await identify(page, ana);
  await expect(head(agentPage)).toContainText('Ana Ruiz, ana@example.com · not verified');
  await expect(transcript(agentPage).getByText('The customer calls themselves')).toHaveCount(1);
});

test('who signs out leaves nothing of their chat for whoever comes next', async ({ page, context, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  const otherTab = await context.newPage();
  const otherChat = await openWidget(otherTab, deskbell);
  await expect(said(otherChat, 'customer')).toHaveCount(1);

  await identify(page, null);
  await expect(said(chat, 'customer')).toHaveCount(0);
  await expect(chat.getByText('Hello! This is the chat of Fern & Field.')).toBeVisible();
  await expect(said(otherChat, 'customer')).toHaveCount(0);
  await write(chat, 'do you have gift cards?');
  await expect(said(chat, 'customer')).toHaveText(['do you have gift cards?']);
  await identify(page, null);
  await page.reload();
  await launcher(page).click();
  await expect(said(chat, 'customer'), 'a customer whom nobody named keeps their chat').toHaveText(['do you have gift cards?']);
});

test('a bell in the moment of signing out rings once, in a new chat that its customer can read', async ({ page, context, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  const rings = ringsOf(context);
  await page.evaluate(() => {
    window.Deskbell?.('identify', null);
    window.Deskbell?.('bell');
  });
  await expect(standing(chat)).toContainText('Your request is stored.');

  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(1);
  await take(agentPage, waiting(agentPage));
  await expect(agentPage.getByText('order 1042')).toHaveCount(0);
  await reply(agentPage, 'Good day.');
  await expect(said(chat)).toHaveText([
    'You asked for a person.',
    'Sam joined the conversation. The assistant is silent now.',
    'Good day.',
  ]);
  await expect(waiting(agentPage), 'nobody else is called').toHaveCount(0);
  // The chat sends again what was on its way when it came up, under the same id.
  expect(new Set(rings.map(({ conversation, write }) => `${conversation} ${write}`)).size).toBe(1);
});

test('somebody else who signs in begins a chat of their own, also if the page was left in between', async ({ page, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await sayOnEveryPage(page, 'identify', { name: 'Ben', email: 'ben@example.com' });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(head(agentPage)).toContainText('Ben, ben@example.com · not verified');
  await expect(agentPage.getByText('order 1042')).toHaveCount(0);
  await expect(said(widget(page), 'customer')).toHaveCount(0);
});

test('also where nothing can be kept, whoever signs out after somebody else leaves nothing of their chat', async ({ page, context, deskbell }) => {
  await blockStorage(context);
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await identify(page, { name: 'Ben', email: 'ben@example.com' });
  await expect(said(chat, 'customer')).toHaveCount(0);
  await write(chat, 'do you have gift cards?');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await identify(page, null);
  await expect(said(chat, 'customer')).toHaveCount(0);
  await expect(chat.getByText('Hello! This is the chat of Fern & Field.')).toBeVisible();
});

test('who signs out while the network is away reads what to do, and the next customer has a chat when it is back', async ({ page, context, deskbell, guard }) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/`));
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await context.setOffline(true);
  await identify(page, null);
  await expect(page.getByText('The chat did not load. You can still reach a person:').last()).toBeVisible({ timeout: 15_000 });
  await context.setOffline(false);
  await bell(page).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.']);
});

test('that somebody has gone the frame hears as soon as it is up: a ring before the chat comes is not in their conversation', async ({ page, context, newPage, deskbell }) => {
  const chat = await openWidget(page, deskbell);
  await identify(page, ana);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  // Never arrives.
  await context.route('**/widget_bg-*.wasm', () => {});
  await sayOnEveryPage(page, 'identify', null);
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  await expect(chat.getByText('A person has been called. The chat is loading…')).toBeVisible();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText('rang the bell for a person');
  await expect(agentPage.getByText('order 1042')).toHaveCount(0);
});
