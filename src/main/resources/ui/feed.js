// A list of what arrives, the latest on top; drawn a few times a second, however much arrives.

import { button, fill, h } from './dom.js';
import { number, t } from './texts.js';

const KEPT = 200;
const PACE = 250;

export class Feed {
  /** `row` makes an element of an item, `text` what is searched in. */
  constructor({ label, row, text, none, signal }) {
    this.row = row;
    this.text = text;
    this.none = none;
    this.items = [];
    this.passed = 0;
    this.paused = false;
    this.search = h('input', {
      type: 'search', placeholder: t('filter'), 'aria-label': `${t('filter')}: ${label}`, oninput: () => this.draw(),
    });
    this.count = h('span', { class: 'muted' });
    this.pause = button(t('pause'), () => this.toggle(), { 'aria-pressed': 'false' });
    this.list = h('ol', { class: 'events', tabindex: '0', 'aria-label': label });
    this.element = h('div', {}, h('div', { class: 'heading list' }, this.search, this.count, this.pause), this.list);
    signal.addEventListener('abort', () => clearTimeout(this.timer), { once: true });
    this.draw();
  }

  add(item) {
    if (this.paused) {
      this.passed++;
    } else {
      this.items.push(item);
      this.items.splice(0, this.items.length - KEPT);
    }
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.draw();
    }, PACE);
  }

  toggle() {
    this.paused = !this.paused;
    this.passed = 0;
    this.pause.textContent = t(this.paused ? 'goOn' : 'pause');
    this.pause.setAttribute('aria-pressed', String(this.paused));
    this.draw();
  }

  draw() {
    this.count.textContent = this.paused ? t('passedBy', number(this.passed)) : t('latestKept', KEPT);
    if (this.paused && this.passed) {
      return;
    }
    const wanted = this.search.value.toLowerCase();
    const found = this.items.filter(item => this.text(item).toLowerCase().includes(wanted));
    fill(this.list, found.length
      ? found.toReversed().map(this.row)
      : h('li', { class: 'muted' }, this.items.length ? t('noneFound') : this.none));
  }
}
