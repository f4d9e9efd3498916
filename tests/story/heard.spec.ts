import {
  bell,
  expect,
  goOnline,
  type FrameLocator,
  launcher,
  modelReady,
  openConsole,
  openWidget,
  ownBell,
  type Page,
  reply,
  said,
  standing,
  take,
  test,
  waiting,
  write,
} from '../support/deskbell.ts';

// What a screen reader finds, state by state. Headings, regions and live regions are where people expect them, every
// button says what it does, and nothing is there for the eye alone.

/** What the loader shows in the merchant's page. */
const loader = (page: Page) => page.locator('deskbell-chat section');
const main = (chat: FrameLocator) => chat.getByRole('main');
const bellCard = (chat: FrameLocator) => chat.locator('.standing');

test('a closed chat is a region with two buttons: a person, and the chat, which says that it is closed', async ({
  page,
  deskbell,
}) => {
  await page.goto(deskbell.shop.origin);
  await expect(launcher(page)).toBeVisible();
  await expect(loader(page)).toMatchAriaSnapshot(`
    - region "Chat and help":
      - status
      - button "Talk to a human"
      - button "Chat with us"
  `);
  await expect(launcher(page)).toHaveAttribute('aria-expanded', 'false');
});

test('an open chat says whose it is, who answers and how to write, and the assistant answers under its own name', async ({
  page,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await expect(bell(page)).toBeHidden();
  await expect(loader(page)).toMatchAriaSnapshot(`
    - region "Chat and help":
      - status
      - button "Close chat" [expanded]
      - iframe
  `);
  await expect(main(chat)).toMatchAriaSnapshot(`
    - main "Chat":
      - heading "Fern & Field" [level=1]
      - status: Automated assistant
      - button "Talk to a human"
      - button "More options"
      - button "Close the chat"
      - region "Conversation":
        - paragraph: Hello! This is the chat of Fern & Field.
        - paragraph: /An automated assistant answers first\\. Nobody is online right now\\./
        - list "Suggested messages":
          - listitem:
            - button "Where is my order?"
        - log "Messages":
          - list
      - status
      - status
      - text: Your message
      - textbox "Your message":
        - /placeholder: Write a message…
      - button "Send"
      - paragraph: Messages are read on this device
  `);

  await write(chat, 'where is my parcel?? order 1042');
  await expect(said(chat, 'bot')).toHaveCount(1);
  await expect(chat.getByRole('region', { name: 'Conversation' })).toMatchAriaSnapshot(`
    - region "Conversation":
      - paragraph: Hello! This is the chat of Fern & Field.
      - log "Messages":
        - list:
          - listitem: Today
          - listitem:
            - paragraph:
              - text: You
              - time
            - paragraph: where is my parcel?? order 1042
            - group: /Read on this device in .* ms · Order tracking/
          - listitem:
            - paragraph:
              - text: Automated assistant
              - time
            - paragraph: /I am the automated assistant of Fern & Field, not a person\\./
      - list "Suggested messages":
        - listitem:
          - button "The tracking does not move"
      - group "Did this help?":
        - button "Yes"
        - button "No"
  `);
});

test('who waits hears what became of the bell and how to be reached; then who is there, by name', async ({
  page,
  newPage,
  deskbell,
}) => {
  const chat = await openWidget(page, deskbell);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await expect(bellCard(chat)).toMatchAriaSnapshot(`
    - status:
      - strong: Your request is stored.
      - text: Nobody is online right now. A person will read this conversation and answer here.
    - list "Other ways to reach a person":
      - listitem:
        - link "Write on the contact page (opens in a new tab)"
    - text: How can we reach you if you leave?
    - textbox "How can we reach you if you leave?":
      - /placeholder: E-mail or phone
    - button "Leave it"
    - alert
  `);

  const agentPage = await openConsole(await newPage(), deskbell);
  await goOnline(agentPage);
  await expect(standing(chat)).toContainText('You are next in line.');
  await expect(bellCard(chat)).toMatchAriaSnapshot(`
    - status:
      - strong: Your request is stored.
      - text: You are next in line. 1 person is online.
    - group: Cannot wait? Say how we can reach you
  `);
  await expect(main(chat).locator('#app header')).toMatchAriaSnapshot(`
    - heading "Fern & Field" [level=1]
    - status: Waiting for a person
    - button "A person is called"
    - button "More options"
    - button "Close the chat"
  `);

  await take(agentPage, waiting(agentPage));
  await reply(agentPage, 'Good day.');
  await expect(said(chat, 'agent')).toHaveCount(1);
  await expect(main(chat)).toMatchAriaSnapshot(`
    - main "Chat":
      - heading "Fern & Field" [level=1]
      - status: Sam, a person
      - button "A person is here"
      - region "Conversation":
        - log "Messages":
          - list:
            - listitem: Today
            - listitem: You asked for a person.
            - listitem: Sam joined the conversation. The assistant is silent now.
            - listitem:
              - paragraph:
                - text: Sam, a person
                - time
              - paragraph: Good day.
  `);
});

test('who is offline hears that, and under the message that it is kept', async ({ page, deskbell, guard }) => {
  guard.expectOutage(deskbell.origin, '/v1/');
  const chat = await openWidget(page, deskbell);
  await modelReady(chat);
  await ownBell(chat).click();
  await expect(standing(chat)).toContainText('Your request is stored.');
  await deskbell.kill();
  await write(chat, 'is anybody there?');
  await expect(chat.getByText('Waiting for the network: it will be sent by itself')).toBeVisible();
  await expect(chat.getByText('Reconnecting…')).toBeVisible();
  await expect(main(chat)).toMatchAriaSnapshot(`
    - main "Chat":
      - region "Conversation":
        - log "Messages":
          - list:
            - listitem: Today
            - listitem: You asked for a person.
            - listitem:
              - paragraph: You
              - paragraph: is anybody there?
              - paragraph: "Waiting for the network: it will be sent by itself"
      - status: Reconnecting…
  `);
});
