import { expect, openWidget, said, test, write } from '../support/deskbell.ts';

// Browsers open no more than six connections to a server that speaks HTTP/1.1.
test('in eight tabs the chat loads, the eighth is answered, and all show it', async ({ context, deskbell }) => {
  const open = async () => {
    const page = await context.newPage();
    return { page, chat: await openWidget(page, deskbell) };
  };
  const first = await open();
  await write(first.chat, 'hello');
  await expect(said(first.chat, 'bot')).toHaveCount(1);
  const between = [];
  for (let tab = 2; tab < 8; tab += 1) between.push(await open());
  const eighth = await open();
  await write(eighth.chat, 'where is my parcel?? order 1042');
  for (const { chat } of [first, ...between, eighth]) await expect(said(chat, 'bot')).toHaveCount(2);

  // The tab that listened is gone: another one listens.
  await eighth.page.close();
  await write(first.chat, 'where do I find my invoice');
  for (const { chat } of [first, ...between]) await expect(said(chat, 'bot')).toHaveCount(3);
});
