// The words people read, in their language, and what each language writes in its own way: numbers, times, plurals.

import { listens, share, spread } from '{{asset:tabs.js}}';

/** Where the words of each language lie. */
const files = {{locales}};
const aliases = { in: 'id', iw: 'he', nn: 'nb', no: 'nb' };

/** The wanted language that we have, as it was wanted (for its numbers and times), and under our name for it. */
const choose = () => {
  const wanted = [new URLSearchParams(location.search).get('language'), ...navigator.languages, 'en'];
  for (const tag of wanted) {
    const [language] = (tag ?? '').toLowerCase().split(/[-_]/);
    const name = aliases[language] ?? language;
    if (!Object.hasOwn(files, name)) continue;
    try {
      return [new Intl.Locale(tag.replaceAll('_', '-')).baseName, name];
    } catch {
      return [name, name];
    }
  }
};

const fetchWords = async (name) => {
  const answer = await fetch(files[name]);
  if (!answer.ok) throw new Error(`${files[name]}: ${answer.status}`);
  return answer.json();
};

/** Fetches the words, writes the shell's sentences in them, and offers all of it to the widget. */
export const speak = async () => {
  const [wanted, name] = choose();
  let language = wanted;
  const words = await fetchWords(name).catch(() => {
    language = 'en';
    return fetchWords('en');
  });

  Object.assign(document.documentElement, { lang: language, dir: words.dir });
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = words.shell[element.dataset.word];
  document.title = document.querySelector('main').ariaLabel = words.shell.title;

  const plural = new Intl.PluralRules(language);
  const write = (number, options) => new Intl.NumberFormat(language, options).format(number);
  const date = (at, options) => new Intl.DateTimeFormat(language, options).format(at);
  const fill = (text, name, value) => text.replace(`{${name}}`, () => value);
  /** Days from now, by this device's calendar. */
  const daysAway = (at) => Math.round((new Date(at).setHours(12, 0, 0, 0) - new Date().setHours(12, 0, 0, 0)) / 86_400_000);

  let audio;

  /** What the widget calls. Times are milliseconds since 1970. */
  globalThis.deskbell = {
    listens,
    share,
    spread,
    /** The text with this key, `group.name`; nothing if there is none. */
    say(key) {
      const [group, name] = key.split('.');
      return words[group]?.[name] ?? '';
    },
    fill,
    /** The form for `number` of the text with this key. */
    count(key, number) {
      const forms = deskbell.say(key);
      return fill(forms[plural.select(number)] ?? forms.other, 'count', write(number));
    },
    number: (number) => write(number),
    /** What the page says of the customer, `name`, `email` or `token`; nothing if it says nothing. */
    customer: (what) => `${globalThis.customer?.[what] ?? ''}`,
    /** Tells whoever builds the page why what it says of the customer does not count. */
    warn: (why) => console.warn('Deskbell: identify:', why),
    /** Tells the bootstrap script. */
    dispatch: (what) => dispatchEvent(new Event(what)),
    percent: (share) => write(share, { style: 'percent' }),
    tenths: (tenths) => write(tenths / 10, { minimumFractionDigits: 1 }),
    time: (at) => date(at, { timeStyle: 'short' }),
    iso: (at) => new Date(at).toISOString(),
    day(at) {
      const away = daysAway(at);
      if (away < -1 || away > 1) return date(at, { weekday: 'long', day: 'numeric', month: 'long', ...(away < -300 && { year: 'numeric' }) });
      const [first, ...rest] = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(away, 'day');
      return first.toLocaleUpperCase(language) + rest.join('');
    },
    stamp: (at) => date(at, { dateStyle: 'long', timeStyle: 'short' }),
    /** The address of a site's contact page, in this language. */
    contact: (site) => `/contact/${site}?language=${language}`,
    /** Saves a text as a file on this device. */
    save(name, text) {
      const href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
      Object.assign(document.createElement('a'), { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    },
    /** Two soft notes. A browser that does not let us play keeps silent. */
    chime() {
      try {
        audio ??= new AudioContext();
        audio.resume();
        for (const [after, pitch] of [[0, 659], [0.12, 880]]) {
          const [note, volume] = [audio.createOscillator(), audio.createGain()];
          const at = audio.currentTime + after;
          note.frequency.value = pitch;
          volume.gain.setValueAtTime(0.08, at);
          volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
          note.connect(volume).connect(audio.destination);
          note.start(at);
          note.stop(at + 0.5);
        }
      } catch (error) {
        console.info('Deskbell: no sound here.', error);
      }
    },
  };
};
