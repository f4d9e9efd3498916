import {
  type Deskbell,
  expect,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  reply,
  said,
  standing,
  take,
  test,
  transcript,
  waiting,
  write,
} from '../support/deskbell.ts';
import { withProfile } from '../support/profile.ts';

const question = 'where is my parcel?? order 1042';
const notLasting = 'Your browser does not let us keep this chat: it lasts until you leave this page.';

/** A message is answered, the bell is heard, and a person answers: all of it in one visit. */
async function wholeStory(page: Page, agentPage: Page, deskbell: Deskbell, lasting: boolean): Promise<void> {
  const chat = await openWidget(page, deskbell);
  await expect(chat.getByText(notLasting)).toHaveCount(lasting ? 0 : 1);
  await write(chat, question);
  await expect(said(chat, 'bot')).toHaveCount(1);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await openConsole(agentPage, deskbell);
  await expect(waiting(agentPage)).toHaveCount(1);
  await expect(waiting(agentPage)).toContainText('Rang the bell');
  await take(agentPage, waiting(agentPage));
  await expect(transcript(agentPage)).toContainText(question);
  await reply(agentPage, 'It left us on Tuesday.');
  await expect(said(chat, 'agent')).toHaveText(['It left us on Tuesday.']);
}

// As browsers do it: Safari and Firefox with cookies off; a web view without DOM storage; Safari's old private mode and
// a full disk; a disk that fills up in the middle; Firefox's private windows of old, whose databases fail.
for (const { how, block, lasting } of [
  {
    how: 'that throws when it is looked at',
    lasting: false,
    block: () => {
      const denied = () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      };
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
        Object.defineProperty(window, name, { get: denied });
      }
    },
  },
  {
    how: 'that is null',
    lasting: false,
    block: () => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
        Object.defineProperty(window, name, { value: null });
      }
    },
  },
  {
    how: 'that refuses every write',
    lasting: false,
    block: () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };
    },
  },
  {
    how: 'that is full after the first entries',
    lasting: true,
    block: () => {
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function (name, value) {
        if (value.length > 40) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
        setItem.call(this, name, value);
      };
    },
  },
  {
    how: 'whose databases fail',
    lasting: true,
    block: () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The database does not allow mutations.', 'InvalidStateError');
      };
    },
  },
]) {
  test(`with a storage ${how} everything works for the life of the page`, async ({ page, context, newPage, deskbell }) => {
    await context.addInitScript(block);
    await wholeStory(page, await newPage(), deskbell, lasting);
  });
}

test("with the browser's own setting that blocks all data of websites everything works for the life of the page", async ({
  newPage,
  deskbell,
  guard,
  launchOptions,
}) => {
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await withProfile({ launchOptions, guard }, blocked, async (context) => {
    const page = await context.newPage();
    await page.goto(deskbell.shop.origin);
    const storage = page.evaluate(() => String(localStorage)).catch(String);
    expect(await storage).toContain('SecurityError');
    await wholeStory(page, await newPage(), deskbell, false);
  });
});
