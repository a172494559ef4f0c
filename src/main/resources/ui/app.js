// The frame: which page is shown, in which language, light or dark.

import { takeOver } from './control.js';
import { arrive, tell, watch } from './failover.js';
import { languages, setLanguage, language, t } from './texts.js';
import { button, fill, h } from './dom.js';
import { chooseNamespace, json, namespace } from './api.js';
import { askToken, token } from './dialog.js';
import * as cluster from './cluster.js';
import * as keys from './keys.js';
import * as log from './log.js';
import * as replicas from './replicas.js';
import * as services from './services.js';
import * as sessions from './sessions.js';
import * as topics from './topics.js';

const ANONYMOUS = '00000000-0000-0000-0000-000000000002';

const PAGES = { cluster, keys, services, sessions, topics, log, replicas };

let leave = null;

takeOver();
const moved = arrive();
setLanguage(localStorage.getItem('lang') || navigator.languages.find(l => languages.has(l.slice(0, 2))));
setTheme(localStorage.getItem('theme') || 'auto');
frame();
show();
if (moved) {
  tell(t('moved', moved, location.host));
}
addEventListener('hashchange', show);
addEventListener('pagehide', () => leave?.abort()); // a page that is kept for later holds no connection
addEventListener('pageshow', event => event.persisted && show());
greet();
watch();

/** Where there are tokens, nothing is refused to who has none: it is left out. So the page asks at once. */
async function greet() {
  const self = token() ? {} : await json('/v1/acl/token/self', { takes: [401] }).catch(() => ({}));
  if (self.AccessorID === ANONYMOUS && !token()) {
    await newToken();
  }
}

async function newToken() {
  if (await askToken()) {
    show();
  }
}

function place() {
  const [page, ...rest] = location.hash.slice(1).split('/');
  return { page: page in PAGES ? page : 'cluster', rest: decoded(rest.join('/')) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function show() {
  takeOver();
  const { page, rest } = place();
  leave?.abort();
  leave = new AbortController();
  for (const link of document.querySelectorAll('#pages a')) {
    const current = link.hash === `#${page}`;
    current ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  document.title = `${t(page)} – Flotilla`;
  const main = document.getElementById('main');
  const section = h('div', { class: `page ${page}` });
  fill(main, section);
  PAGES[page].show(section, rest, leave.signal);
}

function frame() {
  document.documentElement.lang = language();
  const skip = document.getElementById('skip');
  skip.textContent = t('skip');
  skip.onclick = event => {
    event.preventDefault();
    document.getElementById('main').focus();
  };
  const pages = document.getElementById('pages');
  pages.setAttribute('aria-label', t('pages'));
  fill(pages, Object.keys(PAGES).map(page => h('a', { href: `#${page}` }, t(page))));
  fill(document.getElementById('settings'), namespaceChoice(), languageChoice(), themeChoice(), button(t('token'), newToken));
}

/** What keys, services and sessions are of. */
function namespaceChoice() {
  return h('label', { class: 'namespace' }, `${t('namespace')} `, h('input', {
    value: namespace(),
    size: 8,
    spellcheck: 'false',
    onchange: event => {
      chooseNamespace(event.target.value);
      event.target.value = namespace();
      show();
    },
  }));
}

function languageChoice() {
  return choice('language', [...languages], language(), chosen => {
    localStorage.setItem('lang', chosen);
    setLanguage(chosen);
    frame();
    show();
  });
}

function themeChoice() {
  const names = ['auto', 'light', 'dark'].map(theme => [theme, t(theme)]);
  return choice('theme', names, localStorage.getItem('theme') || 'auto', theme => {
    localStorage.setItem('theme', theme);
    setTheme(theme);
  });
}

function choice(name, options, current, choose) {
  return h('select', { 'aria-label': t(name), onchange: event => choose(event.target.value) },
    options.map(([value, text]) => h('option', { value, selected: value === current }, text)));
}

function setTheme(theme) {
  theme === 'auto'
    ? document.documentElement.removeAttribute('data-theme')
    : document.documentElement.setAttribute('data-theme', theme);
}
