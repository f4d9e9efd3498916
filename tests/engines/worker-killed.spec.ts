import { modelReady, openChat, ownBell, readings, said, standing, test } from './support/story.ts';
import { Relay } from './support/relay.ts';
import type { Deskbell, Screen } from './support/story.ts';

const question = 'where is my parcel?? order 1042';

/** Opens the chat behind a relay that gives another triage worker. */
async function withWorker(
  customer: Screen,
  deskbell: Deskbell,
  worker: string,
  story: (chat: Screen) => Promise<void>,
): Promise<void> {
  const relay = await Relay.start(deskbell.origin, (path) => (path.includes('/triage-worker-') ? worker : undefined));
  deskbell.shop.deskOrigin = relay.origin;
  try {
    await story(await openChat(customer, deskbell));
  } finally {
    await relay.stop();
  }
}

/** Says that it is ready, as the real one does, and dies over the first message that it is to read. */
const dying = `
  addEventListener('message', ({ data }) => ('Load' in JSON.parse(data) ? postMessage('"Ready"') : close()));
  postMessage('"Started"');`;

test('where the triage worker does not start a message is read on the server, and the bell works', async ({
  customer,
  deskbell,
}) => {
  await withWorker(customer, deskbell, 'close();', async (chat) => {
    await chat.send('#message', question);
    await chat.shows(said('bot'), 'You can see where your order is');
    await chat.shows(readings, 'Read on the server · Order tracking');
    await chat.press(ownBell);
    await chat.shows(standing, 'Your request is stored.');
  });
});

test('where the triage worker dies over a message that message is sent all the same, and the bell works', async ({
  customer,
  deskbell,
}) => {
  await withWorker(customer, deskbell, dying, async (chat) => {
    await modelReady(chat);
    await chat.send('#message', question);
    await chat.shows(said('bot'), 'You can see where your order is');
    await chat.shows(readings, 'Read on the server · Order tracking');
    await chat.press(ownBell);
    await chat.shows(standing, 'Your request is stored.');
  });
});
