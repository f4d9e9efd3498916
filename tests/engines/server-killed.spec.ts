import { openChat, ownBell, said, standing, test } from './support/story.ts';

const notSent = 'Waiting for the network: it will be sent by itself';

test('what is written while the server is away is kept, and delivered when it is back', async ({ customer, deskbell }) => {
  const chat = await openChat(customer, deskbell);
  await deskbell.kill();
  await chat.send('#message', 'where is my parcel?? order 1042');
  await chat.shows('ol.lines .customer', notSent);
  await chat.shows(said('bot'));

  await deskbell.start();
  await chat.shows(said('bot'), 'You can see where your order is');
  await chat.shows('ol.lines .customer', /^(?!.*Waiting for the network)/);
});

test('a bell rung while the server is away is kept, and rings when it is back', async ({ customer, deskbell }) => {
  const chat = await openChat(customer, deskbell);
  await deskbell.kill();
  await chat.press(ownBell);
  await chat.shows(standing, 'Your request is kept on this device and tried again by itself.');
  await chat.shows('.standing a', 'contact page');
  await deskbell.start();
  await chat.shows(standing, 'Your request is stored.');
});
