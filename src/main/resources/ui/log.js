// The page Log: what is done to keys and sessions of the namespace, as it is done.

import { here } from './api.js';
import { brief } from './bytes.js';
import { fill, h } from './dom.js';
import { Feed } from './feed.js';
import { listen } from './stream.js';
import { number, t } from './texts.js';

export function show(root, prefix, signal) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const feed = new Feed({
    label: t('log'), row, none: t('nothingDone'), signal,
    text: ({ Op, Key, Prefix, Session }) => `${Op} ${Key ?? Prefix ?? ''} ${Session ?? ''}`,
  });
  const below = h('input', { value: prefix });
  fill(root,
    h('h1', {}, t('log')), problem,
    h('section', { class: 'panel' },
      h('form', {
        class: 'inline',
        onsubmit: event => {
          event.preventDefault();
          location.hash = `#log/${encodeURIComponent(below.value)}`;
        },
      }, h('label', {}, `${t('keysBelow')} `, below), h('button', {}, t('look'))),
      feed.element));
  const what = prefix ? `prefix=${encodeURIComponent(prefix)}` : 'sessions';
  listen(here(`/v1/watch?${what}`), signal, ({ name, data }) => {
    problem.hidden = true;
    if (name === 'change') {
      feed.add(JSON.parse(data));
    }
  }, failure => {
    problem.hidden = false;
    problem.textContent = t('cannotRead', failure.message);
  });
}

function row({ Index, Time, Op, Key, Prefix, Value, Session, Keys }) {
  const name = Key ?? Prefix ?? '';
  return h('li', {},
    h('time', { datetime: Time, title: Time }, new Date(Time).toLocaleTimeString()),
    h('span', {},
      h('strong', {}, Op), ' ', h('bdi', {}, name),
      Value ? [' = ', h('bdi', {}, brief(Value, 120))] : null,
      Keys ? ` (${number(Keys.length)})` : null,
      h('span', { class: 'muted' }, ` · ${number(Index)}${Session ? ` · ${Session}` : ''}`)));
}
