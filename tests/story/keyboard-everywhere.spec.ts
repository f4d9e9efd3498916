import {
  composer,
  expect,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  standing,
  tabTo,
  take,
  test,
  waiting,
  widget,
  withAgent,
} from '../support/deskbell.ts';

test('suggestions, the answer to "did this help", and how a message was read are reached with the keyboard alone', async ({
  page,
  deskbell,
}) => {
  const keys = page.keyboard;
  await page.goto(deskbell.shop.origin);
  await tabTo(page, launcher(page));
  await keys.press('Enter');
  const chat = widget(page);
  await expect(composer(chat)).toBeFocused();
  await modelReady(chat);

  await tabTo(page, chat.getByRole('button', { name: 'Where is my order?' }), 'Shift+Tab');
  await keys.press('Enter');
  await expect(said(chat, 'customer')).toHaveText(['Where is my order?']);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect(chat.getByRole('region', { name: 'Conversation' }), 'what was pressed is gone').toBeFocused();

  const reading = chat.locator('ol.lines summary');
  await tabTo(page, reading);
  await keys.press('Enter');
  await expect(chat.getByText('the text never left your device')).toBeVisible();

  const yes = chat.getByRole('group', { name: 'Did this help?' }).getByRole('button', { name: 'Yes' });
  await tabTo(page, yes);
  await keys.press('Space');
  await expect(chat.getByText('Good to know. Thank you.')).toBeVisible();
  await expect(yes).toHaveCount(0);
  await expect(chat.getByRole('region', { name: 'Conversation' })).toBeFocused();
  await tabTo(page, composer(chat));
  await expect(composer(chat), 'from there on writing is a few keys away').toBeFocused();
});

test('the options and the download are reached, used and left with the keyboard alone', async ({ page, deskbell }) => {
  const keys = page.keyboard;
  const chat = await openWidget(page, deskbell);
  await composer(chat).focus();
  await keys.type('where is my parcel?? order 1042');
  await keys.press('Enter');
  await expect(said(chat, 'bot')).toHaveCount(1);
  const options = chat.getByRole('button', { name: 'More options' });
  await tabTo(page, options, 'Shift+Tab');
  await keys.press('Enter');
  await expect(options).toHaveAttribute('aria-expanded', 'true');

  const sound = chat.getByRole('switch', { name: 'Sound for new messages' });
  await keys.press('Tab');
  await expect(sound).toBeFocused();
  await keys.press('Space');
  await expect(sound).toBeChecked();
  await keys.press('Space');
  await expect(sound).not.toBeChecked();
  await keys.press('Tab');
  const download = chat.getByRole('button', { name: 'Download this conversation' });
  await expect(download).toBeFocused();
  const [file] = await Promise.all([page.waitForEvent('download'), keys.press('Enter')]);
  expect(file.suggestedFilename()).toBe('conversation.txt');
  await expect(download).toBeHidden();

  await tabTo(page, options, 'Shift+Tab');
  await keys.press('Enter');
  await keys.press('Tab');
  await keys.press('Escape');
  await expect(sound, 'Escape closes the options, not the chat').toBeHidden();
  await expect(composer(chat)).toBeVisible();
});

test('how to be reached is left with the keyboard alone, and the other ways are links in its path', async ({
  page,
  newPage,
  deskbell,
}) => {
  const keys = page.keyboard;
  const chat = await openWidget(page, deskbell);
  await composer(chat).focus();
  await tabTo(page, ownBell(chat), 'Shift+Tab');
  await keys.press('Enter');
  await expect(standing(chat)).toContainText('Nobody is online right now.');

  const form = page.context().waitForEvent('page');
  await tabTo(page, chat.getByRole('link', { name: 'Write on the contact page' }));
  await keys.press('Enter');
  await (await form).close();
  await page.bringToFront();

  const field = chat.getByRole('textbox', { name: 'How can we reach you if you leave?' });
  await tabTo(page, field);
  await keys.press('Enter');
  await expect(chat.locator('#contact-help')).toHaveText('Write something first.');
  await expect(field).toBeFocused();
  await keys.type('ann@example.org');
  await keys.press('Enter');
  await expect(chat.locator('.reach')).toHaveText('We can reach you at ann@example.org.');
  await expect(chat.getByRole('region', { name: 'Conversation' }), 'the field is gone').toBeFocused();

  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await expect(agentPage.getByText('ann@example.org').first()).toBeVisible();
});

test('a link that a person sends is followed with the keyboard alone, into a tab of its own', async ({
  page,
  context,
  newPage,
  deskbell,
}) => {
  const care = { contentType: 'text/html', body: '<h1>Care</h1>' };
  await context.route('https://example.org/**', (route) => route.fulfill(care));
  const { chat, agentPage } = await withAgent({ page, newPage, deskbell });
  await reply(agentPage, 'See https://example.org/care for ferns');
  await composer(chat).focus();
  const opened = context.waitForEvent('page');
  await tabTo(page, chat.getByRole('link', { name: 'https://example.org/care' }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect((await opened).getByRole('heading', { name: 'Care' })).toBeVisible();
  expect(await (await opened).evaluate(() => window.opener)).toBeNull();
  await expect(composer(chat), 'the chat is as it was').toBeVisible();
});
