import {
  composer,
  expect,
  openConsole,
  openWidget,
  ownBell,
  reply,
  said,
  standing,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';

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

test('a conversation that begins in one tab is in the other as well, which is looked at and had none', async ({
  context,
  newPage,
  deskbell,
}) => {
  const [first, second] = [await context.newPage(), await context.newPage()];
  const begun = await openWidget(first, deskbell);
  const looked = await openWidget(second, deskbell);
  await composer(looked).fill('half a sentence');
  await first.bringToFront();
  await write(begun, 'my fern has no leaves');
  await ownBell(begun).click();
  await expect(standing(begun)).toContainText('Your request is stored.');

  await second.bringToFront();
  const agentPage = await openConsole(await newPage(), deskbell);
  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Good day.');
  for (const chat of [begun, looked]) {
    await expect(said(chat, 'customer')).toHaveText(['my fern has no leaves']);
    await expect(said(chat, 'agent')).toHaveText(['Good day.']);
  }
  await expect(composer(looked)).toHaveValue('half a sentence');
  await write(looked, 'and brown roots');
  await expect(transcript(agentPage)).toContainText('and brown roots');
  await expect(said(begun, 'customer')).toHaveText(['my fern has no leaves', 'and brown roots']);
});
