import { rm } from 'node:fs/promises';
import { StaticHost } from '../support/offline.ts';
import { composer, expect, modelReady, ownBell, reply, said, take, test as base } from './support/story.ts';

const test = base.extend<{ host: StaticHost }>({
  host: async ({}, use) => {
    const host = await StaticHost.start();
    await use(host);
    await host.stop();
    await rm(host.folder, { recursive: true });
  },
});

// A hundred files are fetched and hashed first, which takes a busy machine its time.
test.describe.configure({ timeout: 300_000 });

test('the offline demonstration is customer and agent in one page, and goes on with the network off', async ({
  host,
  customer: page,
}) => {
  const chat = page.frame('#customer iframe').frame('iframe');
  const console = page.frame('#agent iframe');
  await page.visit(host.address);
  await expect.poll(() => page.texts('#agent h2'), { timeout: 150_000 }).toHaveLength(1);
  await modelReady(chat);
  await chat.send(composer, 'where is my parcel?? order 1042');
  await chat.shows(said('bot'), 'You can see where your order is');
  await page.shows('#decision', /^The assistant answers.*Read on this device in (less than 1|\d+) ms\.$/);
  await chat.press(ownBell);
  await take(console);
  await reply(console, 'It left us on Tuesday.');
  await chat.shows(said('agent'), 'It left us on Tuesday.');

  await host.stop();
  await page.reload();
  await chat.shows(said('agent'), 'It left us on Tuesday.');
  await chat.shows(ownBell, 'A person is here');
  await chat.send(composer, 'Thank you!');
  await console.press('a', 'Thank you!');
  await reply(console, 'You are welcome.');
  await chat.shows(said('agent'), 'It left us on Tuesday.', 'You are welcome.');
});
