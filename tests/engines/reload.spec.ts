import { expect, launcher, lines, openChat, said, test } from './support/story.ts';

test('after a reload the conversation is still there, and goes on', async ({ customer, deskbell }) => {
  const chat = await openChat(customer, deskbell);
  await chat.send('#message', 'where is my parcel?? order 1042');
  await chat.shows(said('bot'), 'You can see where your order is');
  const before = await chat.texts(lines);

  await customer.reload();
  await customer.press(launcher);
  await expect.poll(() => chat.texts(lines)).toEqual(before);
  await chat.send('#message', 'where do I find my invoice');
  await chat.shows(said('bot'), /./, 'Your invoice is next to the order');
});
