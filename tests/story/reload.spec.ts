import {
  composer,
  expect,
  launcher,
  modelReady,
  openWidget,
  type Page,
  reply,
  said,
  test,
  transcript,
  widget,
  withAgent,
  write,
} from '../support/deskbell.ts';

/** The conversations that a page's requests name. */
function conversationsOf(page: Page): Set<string> {
  const seen = new Set<string>();
  page.on('request', (request) => {
    const id = /\/v1\/conversations\/([^/]+)\//.exec(request.url())?.[1];
    if (id) seen.add(id);
  });
  return seen;
}

test('after a reload the conversation goes on, with its history once', async ({ page, deskbell }) => {
  const conversations = conversationsOf(page);
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  const before = await said(chat).allTextContents();

  await page.reload();
  await launcher(page).click();
  await expect(said(chat)).toHaveText(before);
  await modelReady(chat);
  await write(chat, 'where do I find my invoice');
  await expect(said(chat, 'bot')).toHaveCount(2);
  await expect(said(chat)).toHaveText([...before, 'where do I find my invoice', /^Your invoice is next to the order/]);
  expect(conversations.size).toBe(1);
});

test('a second tab shows the same conversation, live in both', async ({ page, context, deskbell }) => {
  const conversations = conversationsOf(page);
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);

  const tab = await context.newPage();
  const conversationsOfTab = conversationsOf(tab);
  const other = await openWidget(tab, deskbell);
  await expect(said(other)).toHaveText(await said(chat).allTextContents());
  await modelReady(other);
  await write(other, 'where do I find my invoice');
  await expect(said(other, 'bot')).toHaveCount(2);
  await expect(said(chat)).toHaveText(await said(other).allTextContents());
  expect(conversationsOfTab).toEqual(conversations);
});

test('a reload while a person answers misses nothing and repeats nothing', async ({ page, newPage, deskbell }) => {
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await write(chat, 'one moment, my browser hangs');
  await expect(transcript(agentPage)).toContainText('one moment');
  await page.goto('about:blank');
  await reply(agentPage, 'Take your time.');
  await expect(transcript(agentPage)).toContainText('Take your time.');
  await page.goto(deskbell.shop.origin);
  await launcher(page).click();
  await expect(composer(widget(page))).toBeVisible();
  await expect(said(chat)).toHaveText([
    'You asked for a person.',
    /^Sam joined/,
    'one moment, my browser hangs',
    'Take your time.',
  ]);
});
