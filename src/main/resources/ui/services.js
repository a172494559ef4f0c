// The page Services: all of them with their health at a glance; of one, its instances and checks.

import { follow, here, put } from './api.js';
import { ask, confirmed } from './dialog.js';
import { button, fill, h } from './dom.js';
import { List } from './list.js';
import { number, t } from './texts.js';

const at = name => `#services/${encodeURIComponent(name)}`;
const SIGNS = { passing: '✓', warning: '!', critical: '✕', none: '–' };
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
  fill(root,
    h('div', { class: 'heading' }, h('h1', {}, t('services')),
      button(t('register'), register, { class: 'primary' })),
    problem,
    h('div', { class: `two ${name ? 'chosen' : ''}` },
      h('section', { class: 'panel first' }, all(name, signal, failed).element),
      h('section', { class: 'panel second' }, name
        ? [h('a', { class: 'back', href: '#services/' }, `‹ ${t('services')}`),
          h('h2', { class: 'name' }, h('bdi', {}, name)), instances]
        : h('p', { class: 'muted' }, t('chooseService')))));
  if (name) {
    follow(here(`/v1/health/service/${encodeURIComponent(name)}`), signal, found => {
      problem.hidden = true;
      fill(instances, found?.length ? found.map(instance) : h('p', { class: 'muted' }, t('noInstances')));
    }, failed);
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
