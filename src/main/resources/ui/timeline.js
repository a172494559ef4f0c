// Events in plain words. A story begins after a quiet time; each event has its time since its story's first.

import { button, fill, h } from './dom.js';
import { number, t } from './texts.js';

const KEPT = 1000;
const QUIET = 30_000;

export class Timeline {
  constructor() {
    this.events = [];
    this.waiting = [];
    this.paused = false;
    this.list = h('ol', { class: 'events', tabindex: '0', 'aria-label': t('timeline') });
    this.pause = button(t('pause'), () => this.toggle(), { 'aria-pressed': 'false' });
    this.count = h('span', { class: 'muted' });
    this.element = h('section', { class: 'panel' },
      h('div', { class: 'heading' },
        h('h2', {}, t('timeline')), this.count, this.pause, button(t('export'), () => this.save())),
      this.list);
    fill(this.list, h('li', { class: 'muted' }, t('nothingYet')));
  }

  /** The latest is on top. */
  add(text, at) {
    if (this.paused) {
      this.waiting.push({ text, at });
      this.waiting.splice(0, this.waiting.length - KEPT);
      this.count.textContent = t('waitingEvents', this.waiting.length);
      return;
    }
    const before = this.events.at(-1);
    const begins = !before || at - before.at > QUIET;
    const event = { text, at, first: begins ? at : before.first };
    this.events.push(event);
    this.list.querySelector('li.muted')?.remove();
    this.list.prepend(h('li', begins ? { class: 'begins' } : {},
      h('time', { datetime: new Date(at).toISOString(), title: new Date(at).toLocaleString() }, since(event)),
      h('span', {}, text)));
    if (this.events.length > KEPT) {
      this.events.shift();
      this.list.lastElementChild.remove();
    }
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.textContent = t(this.paused ? 'goOn' : 'pause');
    this.pause.setAttribute('aria-pressed', String(this.paused));
    this.count.textContent = '';
    this.waiting.splice(0).forEach(({ text, at }) => this.add(text, at));
  }

  save() {
    const lines = this.events.map(event =>
      `${new Date(event.at).toISOString()}\t${relative(event)}\t${event.text}\n`);
    const url = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }));
    h('a', { href: url, download: 'flotilla-events.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

const since = event => event.at === event.first ? new Date(event.at).toLocaleTimeString() : relative(event);

const relative = ({ at, first }) => `${at < first ? '−' : '+'}${number(Math.abs(at - first) / 1000, 2)} s`;
