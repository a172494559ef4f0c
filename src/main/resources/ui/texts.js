// All texts, in each language.

export const languages = new Map([['en', 'English'], ['es', 'Español']]);

const EN = {
  skip: 'Skip to the page', pages: 'Pages', language: 'Language', theme: 'Colours',
  auto: 'System', light: 'Light', dark: 'Dark', close: 'Close', cancel: 'Cancel',
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
  seenFrom: who => `Seen from ${who} from here on`, eventsMissing: 'Some events are missing here',
  someOf: some, answersAgain: who => `${who} answers again`,
  lostRefused: who => `${who} stopped answering: its ports are closed`,
  lostNoAnswer: who => `Nothing answers at ${who}`,
  lostSilent: who => `${who} has acknowledged nothing for 1.5 s`,
  joins: who => `${who} joins`, seated: who => `${who} is in the cluster`,
  left: (who, why) => `${who} is out: ${{
    Crashed: 'it crashed', Silent: 'it was silent', Cut: 'it was cut off', Left: 'it left',
    Removed: 'it was removed', Replaced: 'its next life took its place' }[why] ?? why}`,
  claimed: (names, index) => `${names}: claimed at index ${index}`,
  written: (names, index, millis) => `${names}: the first write since is stored, at index ${index}, ${millis} ms after the claim`,
  leads: (who, term) => `${who} leads, in term ${term}`, noLeader: 'There is no leader',
  shardWoke: (shard, names, node) => `Shard ${shard} (${names}) lives on ${node}`,
  shardMoved: (shard, names, from, to) => `Shard ${shard} (${names}) moved from ${from} to ${to}`,
  crashAndRejoin: 'Crash and rejoin', addMember: 'Add a member', processes: 'The processes of the nodes',
  writesPerSecond: 'writes per second', load: 'What became of the writes',
  acksOfLatest: 'Acknowledged writes in each tenth of the last 30 seconds; where there were none is marked',
  stopWriting: 'Stop writing', readBackNow: 'Read back now',
  acknowledged: n => `${n} acknowledged`, unknown: n => `${n} unknown`, refused: n => `${n} refused`,
  notReadBack: 'not read back yet', lost: (n, all) => `${n} lost of ${all} read back`,
  longestGap: millis => `longest gap ${millis} ms`, gapNow: millis => `none acknowledged for ${millis} ms`,
  thisNode: 'This node', everyTwoSeconds: 'looked at every two seconds', answersPerSecond: 'answers per second',
  flushMillis: 'flushing to disk, ms', replicateMillis: 'replicating as leader, ms',
  fencedBy: token => `fencing token ${token}`, picked: 'What the balancer picks', pickNow: 'Ask it 20 times',
  ofPicks: (n, all) => `${n} of ${all}`, checkChanges: 'Changes of its checks', noCheckChange: 'None since you opened it.',
  topics: 'Topics', topic: 'Topic', subscribe: 'Subscribe', publish: 'Publish', message: 'A message', messages: 'Messages',
  chooseTopic: 'Name a topic to hear what is said on it.', nothingSaid: 'Nothing was said since you subscribed.',
  nothingDone: 'Nothing was done since you began to look.', keysBelow: 'Keys below',
  passedBy: n => `${n} since you paused`, latestKept: n => `the latest ${n}`,
  replicas: 'Replicas', verifyNow: 'Verify now', digest: 'digest (SHA-256)', state: 'state',
  replicasWhy: 'Each member computes the digest of all it holds at one common index of the log.',
  inSync: n => `All ${n} that answered hold the same.`, notInSync: 'They do not hold the same.',
  same: 'the same', noDigest: 'no answer', group: n => `variant ${n}`,
  do_crash: 'kill -9', do_pause: 'Pause', do_continue: 'Continue', do_restart: 'Start again',
  process_running: 'running', process_paused: 'paused', process_ended: 'ended',
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
  auto: 'Sistema', light: 'Claro', dark: 'Oscuro', close: 'Cerrar', cancel: 'Cancelar',
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
  seenFrom: who => `Visto desde ${who} a partir de aquí`, eventsMissing: 'Aquí faltan algunos eventos',
  someOf: some, answersAgain: who => `${who} responde de nuevo`,
  lostRefused: who => `${who} dejó de responder: sus puertos están cerrados`,
  lostNoAnswer: who => `Nada responde en ${who}`,
  lostSilent: who => `${who} no ha confirmado nada en 1,5 s`,
  joins: who => `${who} se está uniendo`, seated: who => `${who} está en el clúster`,
  left: (who, why) => `${who} está fuera: ${{
    Crashed: 'se cayó', Silent: 'callaba', Cut: 'quedó aislado', Left: 'se fue',
    Removed: 'lo quitaron', Replaced: 'su siguiente vida tomó su lugar' }[why] ?? why}`,
  claimed: (names, index) => `${names}: reclamado en el índice ${index}`,
  written: (names, index, millis) => `${names}: guardada la primera escritura desde entonces, en el índice ${index}, ${millis} ms después`,
  leads: (who, term) => `${who} lidera, en el mandato ${term}`, noLeader: 'No hay líder',
  shardWoke: (shard, names, node) => `El fragmento ${shard} (${names}) vive en ${node}`,
  shardMoved: (shard, names, from, to) => `El fragmento ${shard} (${names}) pasó de ${from} a ${to}`,
  crashAndRejoin: 'Caer y volver', addMember: 'Añadir un miembro', processes: 'Los procesos de los nodos',
  writesPerSecond: 'escrituras por segundo', load: 'Qué fue de las escrituras',
  acksOfLatest: 'Escrituras confirmadas en cada décima de los últimos 30 segundos; se marca donde no hubo ninguna',
  stopWriting: 'Dejar de escribir', readBackNow: 'Releer ahora',
  acknowledged: n => `${n} confirmadas`, unknown: n => `${n} inciertas`, refused: n => `${n} rechazadas`,
  notReadBack: 'aún sin releer', lost: (n, all) => `${n} perdidas de ${all} releídas`,
  longestGap: millis => `pausa más larga ${millis} ms`, gapNow: millis => `ninguna confirmada desde hace ${millis} ms`,
  thisNode: 'Este nodo', everyTwoSeconds: 'mirado cada dos segundos', answersPerSecond: 'respuestas por segundo',
  flushMillis: 'llevar a disco, ms', replicateMillis: 'replicar como líder, ms',
  fencedBy: token => `token de vallado ${token}`, picked: 'Qué elige el balanceador', pickNow: 'Preguntarle 20 veces',
  ofPicks: (n, all) => `${n} de ${all}`, checkChanges: 'Cambios de sus controles', noCheckChange: 'Ninguno desde que lo abriste.',
  topics: 'Temas', topic: 'Tema', subscribe: 'Suscribirse', publish: 'Publicar', message: 'Un mensaje', messages: 'Mensajes',
  chooseTopic: 'Di un tema para oír qué se dice en él.', nothingSaid: 'Nada se ha dicho desde que te suscribiste.',
  nothingDone: 'Nada se ha hecho desde que miras.', keysBelow: 'Claves debajo de',
  passedBy: n => `${n} desde la pausa`, latestKept: n => `las últimas ${n}`,
  replicas: 'Copias', verifyNow: 'Verificar ahora', digest: 'resumen (SHA-256)', state: 'estado',
  replicasWhy: 'Cada miembro calcula el resumen de todo lo que guarda en un mismo índice del registro.',
  inSync: n => `Los ${n} que respondieron guardan lo mismo.`, notInSync: 'No guardan lo mismo.',
  same: 'lo mismo', noDigest: 'sin respuesta', group: n => `variante ${n}`,
  do_crash: 'kill -9', do_pause: 'Pausar', do_continue: 'Continuar', do_restart: 'Arrancar de nuevo',
  process_running: 'en marcha', process_paused: 'en pausa', process_ended: 'terminado',
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

function some(names, count) {
  const shown = names.slice(0, 3).map(name => name.length > 40 ? `${name.slice(0, 39)}…` : name);
  return shown.join(', ') + (count > shown.length ? ` + ${number(count - shown.length)}` : '');
}

/** For the test that both have the same. */
export const both = [EN, ES];
