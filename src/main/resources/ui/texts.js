// All texts, in each language.

export const languages = new Map([['en', 'English'], ['es', 'Español']]);

const EN = {
  skip: 'Skip to the page', pages: 'Pages', language: 'Language', theme: 'Colours',
  auto: 'As the system', light: 'Light', dark: 'Dark', close: 'Close', cancel: 'Cancel',
  cluster: 'Cluster',
  token: 'Token', useToken: 'Use it', tokenTitle: 'Your token',
  tokenWhy: 'This cluster shows and does what a token may. It stays in this tab, until you close it.',
  noNode: 'No node answers. This page goes on as soon as one does.',
  moved: (from, to) => `${from} stopped answering. This page now talks to ${to}.`,
  cannotRead: why => `This can't be read at present: ${why}`,
  leader: 'leader', follower: 'follower', candidate: 'candidate', down: 'no answer',
  coordinator: 'coordinator',
  termApplied: (term, applied) => `term ${term} · ${applied}`,
  lagging: n => `${n} behind`,
  answering: (n, all) => `${n} of ${all} members answer`,
  leaderIs: (who, term) => `${who} leads in term ${term}`,
  storeIs: (used, quota) => `${used} of ${quota} stored`,
  talksTo: who => `seen from ${who}`,
  shards: 'Small circles are the shards in use, with their numbers, at the member where they live. Point at one to see its namespaces.', noShards: 'No shard is in use yet: write a key.',
  namespaces: 'Shards and their namespaces',
  log: 'The log', sampled: 'looked at once a second',
  entriesPerSecond: 'entries per second', laneOf: who => `Entries applied by ${who} in the last minute`,
  member: 'member', role: 'role', term: 'term', applied: 'applied up to', lag: 'behind',
  disk: 'on disk', lane: 'applied, last minute',
  timeline: 'What happens', pause: 'Pause', goOn: 'Go on', export: 'Save as text',
  nothingYet: 'Nothing yet.', waitingEvents: n => `${n} more since you paused`,
  lookedFirst: (who, n) => `${who} says that there are ${n} members`,
  memberCame: who => `${who} became a member`, memberLeft: who => `${who} is no member any longer`,
  stopped: who => `${who} stopped answering`, answersAgain: who => `${who} answers again`,
  downed: who => `${who} lost its seat in the cluster`, seated: who => `${who} has its seat in the cluster`,
  version: (who, version) => `${who} runs version ${version} now`,
  leads: (who, term) => `${who} leads, in term ${term}`, noLeader: 'There is no leader',
  coordinates: who => `The coordinator lives on ${who} now`,
  shardWoke: (shard, names, node) => `Shard ${shard} (${some(names)}) lives on ${node}`,
  shardMoved: (shard, names, from, to) => `Shard ${shard} (${some(names)}) moved from ${from} to ${to}`,
  storeFull: 'The store is full: writes that add data are refused',
  storeRoom: 'The store has room again',
  keys: 'Keys', services: 'Services', sessions: 'Sessions and locks', namespace: 'Namespace',
  filter: 'Filter', before: 'Before', after: 'After', reading: 'Reading …', noneFound: 'Nothing is like that.',
  ofMany: (from, to, all) => `${from}–${to} of ${all}`, save: 'Save', delete: 'Delete', undo: 'Undo',
  notDone: 'That was not done', noName: 'without a name', empty: '(empty)',
  keysIn: folder => `Keys in ${folder}`, allKeys: 'All keys', folder: 'Folder', key: 'Key', value: 'Value',
  newKey: 'New key', noKeys: 'There is no key here.', emptyName: '(the folder itself)',
  chooseKey: 'Choose a key to see what is in it.', keyExists: 'There is such a key already',
  deleteKey: 'Delete this key?', keyGone: 'This key was deleted.', noSuchKey: 'There is no such key.',
  shownAs: 'Shown as', text: 'Text', json: 'JSON', hex: 'Bytes (hex)', noJson: 'This is not JSON.',
  changedAt: index => `changed at index ${index}`, createdAt: index => `made at index ${index}`,
  flagsAre: flags => `flags ${flags}`, lockedBy: who => `locked by ${who}`, notLocked: 'not locked',
  latestChanges: 'Changes since you opened it', saved: 'Saved.', faster: 'Somebody was faster.',
  fasterWhy: index => `The key was changed at index ${index}, after what you had before you. Nothing of yours was written. It has now:`,
  takeTheirs: 'Take what is there', keepMine: 'Write mine over it',
  passing: 'passing', warning: 'warning', critical: 'critical', none: 'no check',
  chooseService: 'Choose a service to see its instances.', noServices: 'No service is registered.',
  noInstances: 'There is no instance.', register: 'Register', deregister: 'Deregister',
  maintenance: 'Maintenance', endMaintenance: 'End maintenance', onNode: node => `on ${node}`,
  deregisterService: 'Deregister this instance?', name: 'Name', idIfOther: 'Id, if not the name',
  address: 'Address', port: 'Port', tags: 'Tags, with commas between them',
  checkUrl: 'Check: a URL, or host:port, every 5 s',
  locks: 'Locks', allSessions: 'Sessions', noSessions: 'There is no session.', noLocks: 'No lock is held or waited for.',
  locksBelow: 'Below the key', look: 'Look', heldBy: who => `held by ${who}`, heldTimes: n => `times taken: ${n}`,
  manyKeys: n => `There are ${n} keys: say below which the locks are.`,
  ttlIs: ttl => `TTL ${ttl}`, noTtl: 'no TTL', deletesKeys: 'its end deletes its keys',
  releasesKeys: 'its end releases its keys', destroy: 'Destroy', destroySession: 'Destroy this session?',
};

const ES = {
  skip: 'Ir a la página', pages: 'Páginas', language: 'Idioma', theme: 'Colores',
  auto: 'Como el sistema', light: 'Claro', dark: 'Oscuro', close: 'Cerrar', cancel: 'Cancelar',
  cluster: 'Clúster',
  token: 'Token', useToken: 'Usarlo', tokenTitle: 'Tu token',
  tokenWhy: 'Este clúster muestra y hace lo que puede un token. Queda en esta pestaña hasta que la cierres.',
  noNode: 'Ningún nodo responde. La página sigue en cuanto responda uno.',
  moved: (from, to) => `${from} dejó de responder. Esta página habla ahora con ${to}.`,
  cannotRead: why => `No se puede leer por ahora: ${why}`,
  leader: 'líder', follower: 'seguidor', candidate: 'candidato', down: 'no responde',
  coordinator: 'coordinador',
  termApplied: (term, applied) => `mandato ${term} · ${applied}`,
  lagging: n => `${n} detrás`,
  answering: (n, all) => `responden ${n} de ${all} miembros`,
  leaderIs: (who, term) => `${who} lidera en el mandato ${term}`,
  storeIs: (used, quota) => `${used} de ${quota} guardados`,
  talksTo: who => `visto desde ${who}`,
  shards: 'Los círculos pequeños son los fragmentos en uso, con su número, junto al miembro donde viven. Señala uno para ver sus espacios de nombres.', noShards: 'Aún no se usa ningún fragmento: escribe una clave.',
  namespaces: 'Los fragmentos y sus espacios de nombres',
  log: 'El registro', sampled: 'mirado una vez por segundo',
  entriesPerSecond: 'entradas por segundo', laneOf: who => `Entradas aplicadas por ${who} en el último minuto`,
  member: 'miembro', role: 'papel', term: 'mandato', applied: 'aplicado hasta', lag: 'detrás',
  disk: 'en disco', lane: 'aplicado, último minuto',
  timeline: 'Lo que pasa', pause: 'Pausar', goOn: 'Seguir', export: 'Guardar como texto',
  nothingYet: 'Nada aún.', waitingEvents: n => `${n} más desde la pausa`,
  lookedFirst: (who, n) => `${who} dice que hay ${n} miembros`,
  memberCame: who => `${who} es ahora miembro`, memberLeft: who => `${who} ya no es miembro`,
  stopped: who => `${who} dejó de responder`, answersAgain: who => `${who} responde de nuevo`,
  downed: who => `${who} perdió su asiento en el clúster`, seated: who => `${who} tiene su asiento en el clúster`,
  version: (who, version) => `${who} usa ahora la versión ${version}`,
  leads: (who, term) => `${who} lidera, en el mandato ${term}`, noLeader: 'No hay líder',
  coordinates: who => `El coordinador vive ahora en ${who}`,
  shardWoke: (shard, names, node) => `El fragmento ${shard} (${some(names)}) vive en ${node}`,
  shardMoved: (shard, names, from, to) => `El fragmento ${shard} (${some(names)}) pasó de ${from} a ${to}`,
  storeFull: 'No queda espacio: se rechazan las escrituras que añaden datos',
  storeRoom: 'Vuelve a haber espacio',
  keys: 'Claves', services: 'Servicios', sessions: 'Sesiones y cerrojos', namespace: 'Espacio de nombres',
  filter: 'Filtrar', before: 'Antes', after: 'Después', reading: 'Leyendo …', noneFound: 'Nada es así.',
  ofMany: (from, to, all) => `${from}–${to} de ${all}`, save: 'Guardar', delete: 'Borrar', undo: 'Deshacer',
  notDone: 'No se ha hecho', noName: 'sin nombre', empty: '(vacío)',
  keysIn: folder => `Claves en ${folder}`, allKeys: 'Todas las claves', folder: 'Carpeta', key: 'Clave', value: 'Valor',
  newKey: 'Clave nueva', noKeys: 'Aquí no hay ninguna clave.', emptyName: '(la carpeta misma)',
  chooseKey: 'Elige una clave para ver qué contiene.', keyExists: 'Ya existe esa clave',
  deleteKey: '¿Borrar esta clave?', keyGone: 'Esta clave se ha borrado.', noSuchKey: 'No existe esa clave.',
  shownAs: 'Mostrar como', text: 'Texto', json: 'JSON', hex: 'Bytes (hex)', noJson: 'Esto no es JSON.',
  changedAt: index => `cambiada en el índice ${index}`, createdAt: index => `creada en el índice ${index}`,
  flagsAre: flags => `flags ${flags}`, lockedBy: who => `la tiene ${who}`, notLocked: 'sin cerrojo',
  latestChanges: 'Cambios desde que la abriste', saved: 'Guardado.', faster: 'Alguien fue más rápido.',
  fasterWhy: index => `La clave cambió en el índice ${index}, después de lo que tenías delante. No se ha escrito nada tuyo. Ahora contiene:`,
  takeTheirs: 'Tomar lo que hay', keepMine: 'Escribir lo mío encima',
  passing: 'bien', warning: 'aviso', critical: 'crítico', none: 'sin control',
  chooseService: 'Elige un servicio para ver sus instancias.', noServices: 'No hay ningún servicio registrado.',
  noInstances: 'No hay ninguna instancia.', register: 'Registrar', deregister: 'Dar de baja',
  maintenance: 'Mantenimiento', endMaintenance: 'Terminar el mantenimiento', onNode: node => `en ${node}`,
  deregisterService: '¿Dar de baja esta instancia?', name: 'Nombre', idIfOther: 'Id, si no es el nombre',
  address: 'Dirección', port: 'Puerto', tags: 'Etiquetas, separadas por comas',
  checkUrl: 'Control: una URL, o host:puerto, cada 5 s',
  locks: 'Cerrojos', allSessions: 'Sesiones', noSessions: 'No hay ninguna sesión.', noLocks: 'Nadie tiene ni espera un cerrojo.',
  locksBelow: 'Debajo de la clave', look: 'Mirar', heldBy: who => `lo tiene ${who}`, heldTimes: n => `veces tomado: ${n}`,
  manyKeys: n => `Hay ${n} claves: di debajo de cuál están los cerrojos.`,
  ttlIs: ttl => `TTL ${ttl}`, noTtl: 'sin TTL', deletesKeys: 'su fin borra sus claves',
  releasesKeys: 'su fin suelta sus claves', destroy: 'Destruir', destroySession: '¿Destruir esta sesión?',
};

let current = 'en';

export function setLanguage(wanted) {
  const short = (wanted ?? 'en').slice(0, 2);
  current = languages.has(short) ? short : 'en';
}

export const language = () => current;

/** The text of this name, about what it is about. */
export function t(name, ...about) {
  const text = (current === 'es' ? ES : EN)[name];
  return typeof text === 'function' ? text(...about) : text;
}

export const number = (value, digits = 0) => value.toLocaleString(current, {
  minimumFractionDigits: digits, maximumFractionDigits: digits,
});

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${number(value, unit && value < 10 ? 1 : 0)} ${units[unit]}`;
}

function some(names) {
  const shown = names.slice(0, 3).map(name => name.length > 40 ? `${name.slice(0, 39)}…` : name);
  return shown.join(', ') + (names.length > 3 ? ', …' : '');
}

/** For the test that both have the same. */
export const both = [EN, ES];
