// Events in plain words, each with its time since the first. Can be paused and exported.

import { button, fill, h } from './dom.js';
import { number, t } from './texts.js';

const KEPT = 1000;

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
    this.draw();
  }

  /** The latest is on top; the first one has the time 0. */
  add([name, ...about], at = Date.now()) {
    const event = { at, name, about };
    (this.paused ? this.waiting : this.events).push(event);
    this.events.splice(0, this.events.length - KEPT);
    this.waiting.splice(0, this.waiting.length - KEPT);
    this.draw();
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.textContent = t(this.paused ? 'goOn' : 'pause');
    this.pause.setAttribute('aria-pressed', String(this.paused));
    this.events.push(...this.waiting.splice(0));
    this.draw();
  }

  draw() {
    this.count.textContent = this.waiting.length ? t('waitingEvents', this.waiting.length) : '';
    if (!this.paused) {
      fill(this.list, this.events.length
        ? this.events.toReversed().map(event => h('li', {},
          h('time', { datetime: new Date(event.at).toISOString() }, this.since(event)),
          h('span', {}, sentence(event))))
        : h('li', { class: 'muted' }, t('nothingYet')));
    }
  }

  since(event) {
    const millis = event.at - this.events[0].at;
    return `+${number(millis / 1000, 1)} s`;
  }

  save() {
    const lines = this.events.map(event =>
      `${new Date(event.at).toISOString()}\t${this.since(event)}\t${sentence(event)}\n`);
    const url = URL.createObjectURL(new Blob(lines, { type: 'text/plain' }));
    h('a', { href: url, download: 'flotilla-events.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

const sentence = event => t(event.name, ...event.about);
