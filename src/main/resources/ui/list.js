// A list of which a page is shown at a time: thousands of rows would make a browser slow.

import { button, fill, h } from './dom.js';
import { number, t } from './texts.js';

const ROWS = 100;

export class List {
  /** `row` makes an element of an item, `text` what is searched in. */
  constructor({ label, row, text, none }) {
    this.row = row;
    this.text = text;
    this.none = none;
    this.items = null;
    this.first = 0;
    this.search = h('input', {
      type: 'search', placeholder: t('filter'), 'aria-label': `${t('filter')}: ${label}`,
      oninput: () => {
        this.first = 0;
        this.draw();
      },
    });
    this.back = button('‹', () => this.turn(-ROWS), { 'aria-label': t('before') });
    this.next = button('›', () => this.turn(ROWS), { 'aria-label': t('after') });
    this.count = h('span', { class: 'muted', role: 'status' });
    this.rows = h('ul', { class: 'rows', 'aria-label': label });
    this.element = h('div', { class: 'list' },
      h('div', { class: 'heading' }, this.search, this.count, this.back, this.next), this.rows);
    fill(this.rows, h('li', { class: 'muted' }, t('reading')));
  }

  show(items) {
    this.items = items;
    this.draw();
  }

  turn(by) {
    this.first += by;
    this.draw();
  }

  draw() {
    if (!this.items) {
      return;
    }
    const wanted = this.search.value.toLowerCase();
    const found = wanted
      ? this.items.filter(item => this.text(item).toLowerCase().includes(wanted))
      : this.items;
    this.first = Math.max(0, Math.min(this.first, Math.floor((found.length - 1) / ROWS) * ROWS));
    const shown = found.slice(this.first, this.first + ROWS);
    this.back.hidden = this.next.hidden = found.length <= ROWS;
    this.back.disabled = this.first === 0;
    this.next.disabled = this.first + ROWS >= found.length;
    this.count.textContent = found.length > ROWS
      ? t('ofMany', number(this.first + 1), number(this.first + shown.length), number(found.length))
      : number(found.length);
    this.keepFocus(() => fill(this.rows, shown.length
      ? shown.map(this.row)
      : h('li', { class: 'muted' }, this.items.length ? t('noneFound') : this.none)));
  }

  /** Who goes through the list by keyboard stays where he is when it changes. */
  keepFocus(change) {
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    change();
    if (focused) {
      [...this.rows.querySelectorAll('[data-name]')].find(e => e.dataset.name === focused)?.focus();
    }
  }
}
