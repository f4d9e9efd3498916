import { expect, openWidget, ownBell, said, standing, test, write } from '../support/deskbell.ts';

test('with storage blocked everything works for the life of the page, and the chat says so', async ({
  page,
  context,
  deskbell,
}) => {
  await context.addInitScript(() => {
    const denied = () => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: denied });
  });
  const chat = await openWidget(page, deskbell);
  await expect(chat.getByText('Your browser does not let us keep this chat: it lasts until you leave this page.')).toBeVisible();
  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
});
