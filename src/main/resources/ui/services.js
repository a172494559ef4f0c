// The page Services: all of them with their health at a glance; of one, its instances and checks.

import { follow, here, json, pause, put } from './api.js';
import { ask, confirmed } from './dialog.js';
import { button, fill, h } from './dom.js';
import { List } from './list.js';
import { number, t } from './texts.js';

const at = name => `#services/${encodeURIComponent(name)}`;
const SIGNS = { passing: '✓', warning: '!', critical: '✕', none: '–' };
const PICKS = 20;
const HISTORY = 50;
const ORDER = ['none', 'passing', 'warning', 'critical'];

export const worst = statuses =>
  statuses.reduce((a, b) => ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a, 'none');

export function show(root, name, signal) {
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const failed = failure => {
    problem.hidden = false;
    problem.textContent = t('cannotRead', failure.message);
  };
  const instances = h('div', { class: 'instances' });
  const picked = h('ul', { class: 'rows picks', 'aria-label': t('picked') });
  const changed = h('ol', { class: 'events', tabindex: '0', 'aria-label': t('checkChanges') });
  const history = new History(changed);
  fill(root,
    h('div', { class: 'heading' }, h('h1', {}, t('services')),
      button(t('register'), register, { class: 'primary' })),
    problem,
    h('div', { class: `two ${name ? 'chosen' : ''}` },
      h('section', { class: 'panel first' }, all(name, signal, failed).element),
      h('section', { class: 'panel second' }, name
        ? [h('a', { class: 'back', href: '#services/' }, `‹ ${t('services')}`),
          h('h2', { class: 'name' }, h('bdi', {}, name)), instances,
          h('div', { class: 'heading' }, h('h3', {}, t('picked')),
            button(t('pickNow'), () => pick(name, picked, signal))), picked,
          h('h3', {}, t('checkChanges')), changed]
        : h('p', { class: 'muted' }, t('chooseService')))));
  if (name) {
    follow(here(`/v1/health/service/${encodeURIComponent(name)}`), signal, found => {
      problem.hidden = true;
      history.note(found ?? []);
      fill(instances, found?.length ? found.map(instance) : h('p', { class: 'muted' }, t('noInstances')));
    }, failed);
  }
}

/** What became of the checks since somebody looks: one that flaps is seen to. */
class History {
  constructor(element) {
    this.element = element;
    this.statuses = null;
    fill(element, h('li', { class: 'muted' }, t('noCheckChange')));
  }

  note(instances) {
    const now = new Map(instances.flatMap(({ Service, Checks }) => Checks.map(check =>
      [`${check.Node}\n${Service.ID}\n${check.CheckID}`, { check, id: Service.ID }])));
    for (const [name, { check, id }] of this.statuses ? now : []) {
      const before = this.statuses.get(name)?.check.Status;
      if (before !== check.Status) {
        this.add(before, check, id);
      }
    }
    this.statuses = now;
  }

  add(before, check, id) {
    this.element.querySelector('li.muted')?.remove();
    const at = new Date();
    this.element.prepend(h('li', {},
      h('time', { datetime: at.toISOString() }, at.toLocaleTimeString()),
      h('span', {}, h('bdi', {}, `${id}: ${check.Name || check.CheckID} `),
        before ? [badge(before), ' → '] : null, badge(check.Status))));
    if (this.element.children.length > HISTORY) {
      this.element.lastElementChild.remove();
    }
  }
}

/** As clients ask it: each pick is one, and moves the turn on. */
async function pick(name, picked, signal) {
  const counts = new Map();
  try {
    for (let i = 0; i < PICKS && !signal.aborted; i++) {
      const { Address, Port, Policy } = await json(here(`/v1/balance/${encodeURIComponent(name)}`), { signal });
      const whom = `${Address}:${Port} (${Policy})`;
      counts.set(whom, (counts.get(whom) ?? 0) + 1);
      await pause(0, signal);
    }
    fill(picked, [...counts].map(([whom, n]) => h('li', {}, h('span', { class: 'row' },
      h('bdi', {}, whom), h('span', { class: 'count' }, t('ofPicks', number(n), PICKS))))));
  } catch (failure) {
    fill(picked, h('li', { class: 'muted' }, failure.message));
  }
}

/** Two reads: which services there are, and how their checks are. */
function all(chosen, signal, failed) {
  let names = null;
  let checks = new Map();
  const list = new List({
    label: t('services'), row: name => row(name, checks.get(name) ?? [], chosen), text: name => name, none: t('noServices'),
  });
  const draw = () => names && list.show(names);
  follow(here('/v1/catalog/services'), signal, found => {
    names = Object.keys(found ?? {}).sort();
    draw();
  }, failed);
  follow(here('/v1/health/state/any'), signal, found => {
    checks = Map.groupBy(found ?? [], check => check.ServiceName);
    draw();
  }, failed);
  return list;
}

function row(name, checks, chosen) {
  const health = worst(checks.map(check => check.Status));
  const count = Object.entries(Object.groupBy(checks, check => check.Status))
    .map(([status, of]) => `${SIGNS[status] ?? ''} ${number(of.length)}`).join('  ');
  return h('li', {}, h('a', {
    href: at(name), 'data-name': name, class: 'row', 'aria-current': name === chosen ? 'true' : null,
  }, badge(health), h('bdi', {}, name), h('span', { class: 'count muted' }, count)));
}

const badge = status => h('span', { class: `badge ${status}` }, `${SIGNS[status] ?? '?'} ${t(status) ?? status}`);

function instance({ Node, Service, Checks }) {
  const down = Checks.find(check => check.CheckID === `_service_maintenance:${Service.ID}`);
  const address = `${Service.Address || Node.Address}:${Service.Port}`;
  return h('article', { class: 'instance' },
    h('div', { class: 'heading' },
      h('h3', {}, badge(worst(Checks.map(check => check.Status))), ' ', h('bdi', {}, Service.ID)),
      button(t(down ? 'endMaintenance' : 'maintenance'), () => maintain(Service.ID, !down)),
      button(t('deregister'), () => deregister(Node.Node, Service.ID), { class: 'danger' })),
    h('p', { class: 'facts' }, [
      address, t('onNode', Node.Node), ...(Service.Tags ?? []).map(tag => `#${tag}`),
      ...Object.entries(Service.Meta ?? {}).map(([key, value]) => `${key} = ${value}`),
    ].map(fact => h('span', { class: 'fact' }, fact))),
    h('ul', { class: 'checks' }, Checks.map(check => h('li', {},
      badge(check.Status), ' ', h('bdi', {}, check.Name || check.CheckID),
      check.Notes ? h('span', { class: 'muted' }, ` ${check.Notes}`) : null,
      check.Output ? h('pre', { tabindex: '0' }, check.Output) : null))));
}

async function attempt(act) {
  try {
    await act();
  } catch (failure) {
    await confirmed(t('notDone'), failure.message, t('close'));
  }
}

async function maintain(id, on) {
  await attempt(() => put(here(
    `/v1/agent/service/maintenance/${encodeURIComponent(id)}?enable=${on}`), ''));
}

/** By its node, as ids are unique on one only. */
async function deregister(node, id) {
  if (await confirmed(t('deregisterService'), `${id} (${node})`, t('deregister'))) {
    await attempt(() => put(here('/v1/catalog/deregister'), { Node: node, ServiceID: id }));
  }
}

async function register() {
  const given = await ask(t('register'), null, [
    { name: 'name', label: t('name'), required: true },
    { name: 'id', label: t('idIfOther') },
    { name: 'address', label: t('address'), value: '127.0.0.1' },
    { name: 'port', label: t('port'), type: 'number' },
    { name: 'tags', label: t('tags') },
    { name: 'check', label: t('checkUrl'), placeholder: 'http://127.0.0.1:8080/health' },
  ], t('register'));
  if (!given) {
    return;
  }
  const tags = given.tags.split(',').map(tag => tag.trim()).filter(tag => tag);
  const http = given.check.includes('://');
  const check = { [http ? 'HTTP' : 'TCP']: given.check, Interval: '5s', Timeout: '2s' };
  await attempt(async () => {
    await put(here('/v1/agent/service/register'), {
      Name: given.name,
      ...(given.id ? { ID: given.id } : {}),
      Address: given.address,
      Port: Number(given.port) || 0,
      Tags: tags,
      ...(given.check ? { Check: check } : {}),
    });
    location.hash = at(given.name);
  });
}
