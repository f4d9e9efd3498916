import { agent, goOnline, lines, openChat, ownBell, reply, said, signIn, take, test } from './support/story.ts';

test("an agent's answer shows with the agent's name, and the bot is silent", async ({ customer, open, deskbell }) => {
  const console = await open();
  await signIn(console, deskbell);
  await goOnline(console);
  const chat = await openChat(customer, deskbell);
  await chat.press(ownBell);
  await take(console);
  await chat.shows(lines, 'You asked for a person.', `${agent.name} joined the conversation.`);

  await reply(console, 'What can I do for you?');
  await chat.shows(said('agent'), 'What can I do for you?');
  await chat.shows('ol.lines .agent .speaker bdi', agent.name);
  await chat.shows(ownBell, 'A person is here');

  await chat.send('#message', 'Where is my parcel?');
  await console.shows('.said.customer .text', 'Where is my parcel?');
  await chat.shows(said('bot'));
});
