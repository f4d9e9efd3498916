import {
  bell,
  expect,
  expectAccessible,
  type Frame,
  openConsole,
  openWidget,
  type Page,
  said,
  standing,
  test,
  waiting,
  widget,
  write,
} from '../support/deskbell.ts';

const question = 'where is my parcel?? order 1042';

/** The document that the chat runs in. */
function frameOf(page: Page, origin: string): Frame {
  const frame = page.frames().find((it) => it.url().startsWith(`${origin}/widget`));
  if (!frame) throw new Error('the page has no chat');
  return frame;
}

test('a chat that breaks down in the middle becomes a card with the bell, and that bell reaches a person', async ({
  page,
  newPage,
  deskbell,
  guard,
}) => {
  // What the program says with its last breath, and how the browser calls a program that stopped itself.
  guard.expectError(/the browser has a source of randomness/);
  guard.expectError(/RuntimeError: unreachable/);
  const chat = await openWidget(page, deskbell);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);

  // The one thing that the program takes for granted of every browser; the ids of messages are made of it.
  await frameOf(page, deskbell.origin).evaluate(() => {
    const { getRandomValues } = Crypto.prototype;
    Crypto.prototype.getRandomValues = () => {
      Crypto.prototype.getRandomValues = getRandomValues;
      throw new DOMException('There is no randomness.', 'OperationError');
    };
  });
  await write(chat, 'and my second question');
  await expect(chat.getByText('The chat did not start on this device.')).toBeVisible();
  await expect(chat.locator('#app')).toBeHidden();
  const wayOut = chat.getByRole('link', { name: 'Talk to a human' });
  await expect(wayOut).toBeInViewport({ ratio: 1 });
  await expect(wayOut).toHaveAttribute('href', /^\/contact\/demo\?/);
  await expectAccessible(page);

  // It rings, and has the chat started anew.
  await bell(page).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat, 'customer'), 'nothing that was stored is lost').toHaveText([question]);
  await expect(said(chat).last()).toHaveText('You asked for a person.');
  const agentPage = await openConsole(await newPage(), deskbell);
  await expect(waiting(agentPage)).toHaveCount(1);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await expect(waiting(agentPage), 'it is the conversation from before').toContainText(question);
});

test('a chat that breaks down while it starts becomes a card with the bell, and a ring from before it arrives', async ({
  page,
  context,
  newPage,
  deskbell,
  guard,
}) => {
  guard.expectError(/the browser has a source of randomness/);
  guard.expectError(/RuntimeError: unreachable/);
  // The frame's own script makes the customer's secret with it, and the ids of what it sends; then it fails.
  await context.addInitScript(() => {
    const { compileStreaming, instantiateStreaming } = WebAssembly;
    const { getRandomValues } = Crypto.prototype;
    const breaks = () => {
      Crypto.prototype.getRandomValues = () => {
        Crypto.prototype.getRandomValues = getRandomValues;
        throw new DOMException('There is no randomness.', 'OperationError');
      };
    };
    if (!location.pathname.startsWith('/widget')) return;
    WebAssembly.compileStreaming = (source) => (breaks(), compileStreaming(source));
    WebAssembly.instantiateStreaming = (source, imports) => (breaks(), instantiateStreaming(source, imports));
  });
  await page.goto(deskbell.shop.origin);
  await bell(page).click();
  const chat = widget(page);
  await expect(chat.getByText('The chat did not start on this device.')).toBeVisible();
  await expect(chat.getByText('A person has been called.', { exact: true })).toBeVisible();
  await expect(bell(page)).toBeInViewport({ ratio: 1 });
  await expect(waiting(await openConsole(await newPage(), deskbell))).toContainText('Rang the bell');
});
