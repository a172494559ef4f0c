// What is in a key: looked at in three ways, edited by compare-and-set.

import { asText, brief, decoded, hex } from './bytes.js';
import { button, fill, h } from './dom.js';
import { bytes, number, t } from './texts.js';

const SHOWN = 256 * 1024;
const LATEST = 8;

export class ValuePanel {
  /** `does`: save (index, flags, body) and remove (index), which tell whether nobody was faster; read. */
  constructor(key, does) {
    this.does = does;
    this.entry = undefined;
    this.history = [];
    this.message = h('div', { role: 'status' });
    this.facts = h('p', { class: 'facts' });
    this.text = h('textarea', {
      rows: 12, spellcheck: 'false', 'aria-label': t('value'), oninput: () => this.controls(),
    });
    this.form = h('select', { 'aria-label': t('shownAs'), onchange: () => this.load() },
      ['text', 'json', 'hex'].map(form => h('option', { value: form }, t(form))));
    this.saving = button(t('save'), () => this.save(this.entry.ModifyIndex), { class: 'primary' });
    this.undo = button(t('undo'), () => this.load());
    this.removing = button(t('delete'), () => this.remove(), { class: 'danger' });
    this.changes = h('ol', { class: 'events' });
    this.body = h('div', { class: 'value' },
      this.facts, this.form, this.text,
      h('div', { class: 'actions' }, this.removing, this.undo, this.saving),
      h('h3', {}, t('latestChanges')), this.changes);
    this.element = h('div', {}, h('h2', { class: 'name' }, h('bdi', {}, key)), this.message, this.body);
    this.body.hidden = true;
  }

  /** As it is now, or null if there is no such key. */
  show(entry) {
    const edited = this.edited();
    this.note(entry);
    this.body.hidden = !entry;
    if (!entry) {
      this.say(t(this.entry ? 'keyGone' : 'noSuchKey'));
      this.entry = null;
    } else if (edited && entry.ModifyIndex !== this.entry.ModifyIndex) {
      this.conflict(entry);
    } else {
      this.entry = entry;
      this.load();
    }
  }

  edited() {
    return Boolean(this.entry) && !this.text.readOnly && this.text.value !== this.loaded;
  }

  /** Shows what is stored. Only what is text can be edited without changing it unseen. */
  load() {
    const raw = decoded(this.entry.Value);
    const text = asText(raw);
    const form = text === null ? 'hex' : this.form.value;
    this.form.value = form;
    const shown = form === 'hex' ? hex(raw) : form === 'json' ? indented(text) : text;
    this.text.value = shown;
    this.loaded = this.text.value;
    this.text.readOnly = form !== 'text' || this.loaded !== text || raw.length > SHOWN;
    this.say(form === 'json' && shown === text ? t('noJson') : '');
    this.controls();
    fill(this.facts, [
      bytes(raw.length),
      t('changedAt', number(this.entry.ModifyIndex)),
      t('createdAt', number(this.entry.CreateIndex)),
      t('flagsAre', this.entry.Flags),
      this.entry.Session ? t('lockedBy', this.entry.Session) : t('notLocked'),
    ].map(fact => h('span', { class: 'fact' }, fact)));
  }

  controls() {
    this.saving.hidden = this.text.readOnly;
    this.undo.hidden = !this.edited();
    this.saving.disabled = !this.edited();
  }

  async save(index) {
    const body = this.text.value;
    await this.attempt(async () => {
      if (await this.does.save(index, this.entry.Flags, body)) {
        this.loaded = body; // what comes now is this
        this.say(t('saved'));
        this.controls();
      } else {
        this.conflict(await this.does.read());
      }
    });
  }

  async remove() {
    await this.attempt(async () => {
      if (!await this.does.remove(this.entry.ModifyIndex)) {
        this.conflict(await this.does.read());
      }
    });
  }

  async attempt(act) {
    try {
      await act();
    } catch (failure) {
      this.say(`${t('notDone')}: ${failure.message}`);
    }
  }

  conflict(now) {
    fill(this.message, h('div', { class: 'problem' },
      h('p', {}, h('strong', {}, t('faster')), ' ', t('fasterWhy', number(now.ModifyIndex))),
      h('pre', {}, brief(now.Value, 500) ?? t('empty')),
      h('div', { class: 'actions' },
        button(t('takeTheirs'), () => {
          this.entry = now;
          this.load();
        }),
        button(t('keepMine'), () => this.save(now.ModifyIndex)))));
  }

  say(text) {
    fill(this.message, text ? h('p', { class: 'problem' }, text) : []);
  }

  note(entry) {
    const index = entry?.ModifyIndex ?? null;
    if (this.history[0]?.index === index) {
      return;
    }
    this.history.unshift({ index, at: new Date(), text: entry ? brief(entry.Value, 80) ?? t('empty') : t('keyGone') });
    this.history.splice(LATEST);
    fill(this.changes, this.history.map(({ index, at, text }) => h('li', {},
      h('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
      h('span', {}, index ? `${number(index)}: ` : '', h('bdi', {}, text)))));
  }
}

function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
