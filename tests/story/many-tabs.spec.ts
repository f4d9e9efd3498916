import { expect, type FrameLocator, openWidget, said, test, write } from '../support/deskbell.ts';

// Browsers open no more than six connections to a server that speaks HTTP/1.1.
test('in eight tabs the chat loads, the eighth is answered, and all show it', async ({ context, deskbell }) => {
  const tabs = [];
  const chats: FrameLocator[] = [];
  for (let tab = 0; tab < 8; tab += 1) {
    const page = await context.newPage();
    tabs.push(page);
    const chat = await openWidget(page, deskbell);
    chats.push(chat);
    if (tab === 0) {
      await write(chat, 'hello');
      await expect(said(chat, 'bot')).toHaveCount(1);
    }
  }
  await write(chats[7], 'where is my parcel?? order 1042');
  for (const chat of chats) await expect(said(chat, 'bot')).toHaveCount(2);

  // The tab that listened is gone: another one listens.
  await tabs[7].close();
  await write(chats[0], 'where do I find my invoice');
  for (const chat of chats.slice(0, 7)) await expect(said(chat, 'bot')).toHaveCount(3);
});
