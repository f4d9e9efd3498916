import {
  expect,
  modelReady,
  openWidget,
  ownBell,
  readings,
  said,
  standing,
  test,
  write,
} from '../support/deskbell.ts';

test.beforeEach(({ guard, deskbell }) => {
  guard.expectError(new RegExp(`ERR_INTERNET_DISCONNECTED.*${deskbell.origin}/v1/`));
});

test('what is written offline is read on the device, kept, and delivered in order when the network is back', async ({
  page,
  context,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await context.setOffline(true);
  await write(chat, 'where is my parcel?? order 1042');
  await write(chat, 'where do I find my invoice');
  await expect(said(chat)).toHaveText(['where is my parcel?? order 1042', 'where do I find my invoice']);
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toHaveCount(2);

  await context.setOffline(false);
  await expect(said(chat, 'bot')).toHaveText([/You can see where your order is/, /Your invoice is next to the order/]);
  await expect(said(chat, 'customer')).toHaveText(['where is my parcel?? order 1042', 'where do I find my invoice']);
  await expect(readings(chat)).toHaveText([/^Read on this device.*Order tracking/, /^Read on this device.*Invoice/]);
});

test('a bell rung offline is kept, and goes before everything when the network is back', async ({
  page,
  context,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await context.setOffline(true);
  await write(chat, 'my plant is ill');
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is kept on this device and tried again by itself.');
  await expect(chat.getByRole('link', { name: 'Write on the contact page' })).toBeVisible();

  await context.setOffline(false);
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(said(chat)).toHaveText(['You asked for a person.', 'my plant is ill']);
});
