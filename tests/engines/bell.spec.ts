import { bell, chatIn, goOnline, lines, signIn, standing, test, waiting } from './support/story.ts';

test('one press on the bell of a fresh page, before anything else, reaches an agent', async ({
  customer,
  open,
  deskbell,
}) => {
  const console = await open();
  await signIn(console, deskbell);
  await goOnline(console);

  await customer.visit(deskbell.shop.origin);
  await customer.press(bell);
  await console.shows(waiting, 'Rang the bell');
  const chat = chatIn(customer);
  await chat.shows(standing, /^Your request is stored\. You are next in line.*1 person is online/);
  await chat.shows(lines, 'You asked for a person.');
});
