// The page Topics: what is said on one, as it is said, and to say something.

import { ask, here } from './api.js';
import { brief } from './bytes.js';
import { button, fill, h } from './dom.js';
import { Feed } from './feed.js';
import { listen } from './stream.js';
import { t } from './texts.js';

export function show(root, topic, signal) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const name = h('input', { value: topic, required: true });
  fill(root,
    h('h1', {}, t('topics')), problem,
    h('section', { class: 'panel' },
      h('form', {
        class: 'inline',
        onsubmit: event => {
          event.preventDefault();
          location.hash = `#topics/${encodeURIComponent(name.value)}`;
        },
      }, h('label', {}, `${t('topic')} `, name), h('button', {}, t('subscribe'))),
      topic ? h('h2', { class: 'name' }, h('bdi', {}, topic)) : h('p', { class: 'muted' }, t('chooseTopic'))));
  if (topic) {
    talk(root, topic, signal, problem);
  }
}

function talk(root, topic, signal, problem) {
  const path = here(`/v1/topics/${encodeURIComponent(topic)}`);
  const fails = (what, failure) => {
    problem.hidden = false;
    problem.textContent = what(failure.message);
  };
  const feed = new Feed({ label: t('messages'), row, text: said => said.text, none: t('nothingSaid'), signal });
  const text = h('textarea', { rows: 3, 'aria-label': t('message') });
  const say = button(t('publish'), async () => {
    try {
      await ask(path, { method: 'POST', body: text.value });
      text.value = '';
      problem.hidden = true;
    } catch (failure) {
      fails(why => `${t('notDone')}: ${why}`, failure);
    }
  }, { class: 'primary' });
  root.append(h('section', { class: 'panel' }, text, h('div', { class: 'actions' }, say)),
    h('section', { class: 'panel' }, feed.element));
  listen(path, signal, ({ name, data }) => {
    problem.hidden = true;
    const said = SAID[name]?.(data);
    if (said) {
      feed.add({ text: said, at: new Date() });
    }
  }, failure => fails(why => t('cannotRead', why), failure));
}

const SAID = {
  message: data => data || t('empty'),
  base64: data => brief(data, 500) ?? t('empty'),
  gap: () => t('eventsMissing'),
};

const row = ({ text, at }) => h('li', {},
  h('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
  h('span', { class: 'said' }, h('bdi', {}, text.length > 2000 ? `${text.slice(0, 2000)}…` : text)));
