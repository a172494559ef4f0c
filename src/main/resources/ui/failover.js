// When the node that this page is from stops answering, the page is loaded again from another one.

import { passedOn, runningNodes } from './control.js';
import { t } from './texts.js';
import { h } from './dom.js';

const KNOCK = 3000;
const PACE = 5000;

let others = [];
let searching = false;

/** The members as they are known now. */
export function remember(members) {
  const origins = members.filter(member => member.HttpAddress).map(origin);
  others = origins.filter(other => other !== location.origin);
}

function origin({ HttpAddress, Address }) {
  const colon = HttpAddress.lastIndexOf(':');
  const host = HttpAddress.slice(0, colon);
  const any = ['0.0.0.0', '::', '[::]'].includes(host);
  return `${location.protocol}//${any ? Address : host}${HttpAddress.slice(colon)}`;
}

/** A page that asks nothing would not notice. */
export function watch() {
  setInterval(() => document.hidden || suspect(), PACE);
}

/** A request got no answer: is the node gone? */
export async function suspect() {
  if (searching) {
    return;
  }
  searching = true;
  let notice = null;
  while (!await answers(location.origin)) {
    const running = await runningNodes();
    const next = await first(running ?? others);
    if (next) {
      move(next, running ? passedOn(location.hash) : location.hash);
      return;
    }
    notice ??= tell(t('noNode'));
    await new Promise(done => setTimeout(done, 1000));
  }
  notice?.remove();
  searching = false;
}

/** Not what it answers, which a page of another origin can't see: only that it does. */
async function answers(origin) {
  try {
    const mode = origin === location.origin ? 'same-origin' : 'no-cors';
    await fetch(`${origin}/alive`, { mode, cache: 'no-store', signal: AbortSignal.timeout(KNOCK) });
    return true;
  } catch {
    return false;
  }
}

function first(origins) {
  const knocks = origins.map(async origin => {
    if (await answers(origin)) {
      return origin;
    }
    throw new Error();
  });
  return Promise.any(knocks).catch(() => null);
}

/**
 * Storage belongs to an origin; so what was chosen goes along, but never the token. What gives the right
 * to crash nodes goes only to one whose process runs.
 */
function move(next, hash) {
  const kept = new URLSearchParams({
    from: location.host,
    lang: localStorage.getItem('lang') ?? '',
    theme: localStorage.getItem('theme') ?? '',
    ns: sessionStorage.getItem('namespace') ?? '',
  });
  location.replace(`${next}/ui/?${kept}${hash}`);
}

/** On the page that was loaded instead: says so, once. */
export function arrive() {
  const kept = new URLSearchParams(location.search);
  const from = kept.get('from');
  if (!from) {
    return;
  }
  for (const [name, storage] of [['lang', localStorage], ['theme', localStorage]]) {
    if (kept.get(name)) {
      storage.setItem(name, kept.get(name));
    }
  }
  if (kept.get('ns')) {
    sessionStorage.setItem('namespace', kept.get('ns'));
  }
  history.replaceState(null, '', `/ui/${location.hash}`);
  return from;
}

export function tell(text) {
  const notice = h('p', { class: 'notice' }, text, ' ',
    h('button', { type: 'button', onclick: () => notice.remove() }, t('close')));
  document.getElementById('notices').append(notice);
  return notice;
}
