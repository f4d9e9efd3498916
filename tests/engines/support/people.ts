import { agent, type Deskbell } from '../../support/deskbell.ts';
import type { Screen } from './screen.ts';

/** What somebody said, and what happened in between. */
export const lines = 'ol.lines :is(.text, .notice)';

/** What one of them said. */
export const said = (who: 'customer' | 'bot' | 'agent') => `ol.lines .${who} .text`;

/** The line under a message that was read: where, how fast, and as what. */
export const readings = 'ol.lines summary';

/** What became of the bell. */
export const standing = '.standing [role=status]';

/** The widget's own bell. */
export const ownBell = '#app header button.bell';

/** Where the customer writes. */
export const composer = '#message';

/** The loader's bell, in the shop's page. */
export const bell = 'section > .dock > button.bell';

/** The button that opens and closes the chat. */
export const launcher = 'button.launcher';

/** The chat in the shop's page. */
export function chatIn(shop: Screen): Screen {
  return shop.frame('iframe');
}

/** Visits the shop and opens the chat there. */
export async function openChat(customer: Screen, desk: Deskbell): Promise<Screen> {
  await customer.visit(desk.shop.origin);
  await customer.press(launcher);
  const chat = chatIn(customer);
  await chat.shows(composer, '');
  return chat;
}

/** Waits until the model is loaded. */
export async function modelReady(chat: Screen): Promise<void> {
  await chat.shows('.reader', 'Messages are read on this device');
}

/** Signs in to the console. */
export async function signIn(console: Screen, desk: Deskbell): Promise<void> {
  await console.visit(`${desk.origin}/console`);
  await console.fill('input[type=email]', agent.email);
  await console.send('input[type=password]', agent.password);
}

/** Says that the agent is there. */
export async function goOnline(console: Screen): Promise<void> {
  await console.press('[role=switch]', 'Online');
}

/** The conversations that wait for a person. */
export const waiting = '#waiting-heading + ul > li';

/** Opens the waiting conversation and takes it. */
export async function take(console: Screen): Promise<void> {
  await console.press(`${waiting} a`);
  await console.press('button', 'Take');
}

/** Writes to the customer. */
export async function reply(console: Screen, text: string): Promise<void> {
  await console.send('textarea', text);
}
