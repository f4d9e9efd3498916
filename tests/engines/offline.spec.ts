import { modelReady, openChat, ownBell, readings, said, standing, test } from './support/story.ts';

const notSent = 'Waiting for the network: it will be sent by itself';

test('what is written and rung offline is kept, and delivered when the network is back', async ({ customer, deskbell }) => {
  const chat = await openChat(customer, deskbell);
  await modelReady(chat);
  const { session } = customer.browser;
  await session.setOffline(true);
  await chat.send('#message', 'where is my parcel?? order 1042');
  await chat.shows('ol.lines .customer', notSent);
  await chat.shows(said('bot'));

  await session.setOffline(false);
  await chat.shows(said('bot'), 'You can see where your order is');
  await chat.shows('ol.lines .customer', /^(?!.*Waiting for the network)/);
  await chat.shows(readings, /^Read on this device in (less than 1|\d+) ms · Order tracking$/);

  await session.setOffline(true);
  await chat.press(ownBell);
  await chat.shows(standing, 'Your request is kept on this device and tried again by itself.');
  await session.setOffline(false);
  await chat.shows(standing, 'Your request is stored.');
});
