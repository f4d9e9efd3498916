import { lines, modelReady, openChat, readings, said, site, test } from './support/story.ts';

const question = 'where is my parcel?? order 1042';

test('a first message is read on the device and answered by a bot that says it is one', async ({ customer, deskbell }) => {
  const chat = await openChat(customer, deskbell);
  await modelReady(chat);
  await chat.send('#message', question);
  await chat.shows(said('customer'), question);
  await chat.shows(readings, /^Read on this device in (less than 1|\d+) ms · Order tracking$/);
  await chat.shows(said('bot'), `I am the automated assistant of ${site.name}, not a person.`);
  await chat.shows(said('bot'), 'You can see where your order is in the confirmation e-mail');
  await chat.shows(lines, question, /./);
});
