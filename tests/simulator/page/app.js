// The chat page: one employee, one app, live.
import { el, icon, avatar, appMark, byId, call, toast, timeOf, shortDay, listTime, momentOf } from './dom.js';
import { adviceFor, drawMessage, summary } from './cards.js';
import { drawMenu } from './menu.js';
import { Panel } from './panel.js';

const address = new URL(location.href);
const state = { corp: null, app: null, person: null, people: [], messages: new Map(), lines: new Map(), busy: new Map(), deliveries: new Map(), unread: 0, colleague: null, atEnd: true };
const phone = matchMedia('(max-width: 899px)');
const wide = matchMedia('(min-width: 1280px)');
const base = () => `/sim/corps/${encodeURIComponent(state.corp.corp_id)}/apps/${state.app.agent_id}/users/${encodeURIComponent(state.person.user_id)}`;
const addressOf = (user, agent = state.app.agent_id) => `/?corp=${encodeURIComponent(state.corp.corp_id)}&app=${agent}&user=${encodeURIComponent(user)}`;

const panel = new Panel(byId('panel'), { choose: openChooser, hide: () => showPanel(false), changed: drawStrip, address: (user) => addressOf(user) });
const context = {
  get user() { return state.person.user_id; },
  get app() { return state.app.name; },
  busy: (message) => state.busy.get(message.id),
  press,
  profile: (user) => toast(`员工 ${state.people.find((person) => person.user_id === user)?.name ?? user}`),
};

function recentPeople(user) {
  const key = `recent-${state.corp.corp_id}`;
  const known = JSON.parse(localStorage.getItem(key) ?? '[]').filter((other) => other !== user);
  localStorage.setItem(key, JSON.stringify([user, ...known].slice(0, 6)));
  return known;
}
async function findPerson(user) {
  const answer = await call(`/sim/corps/${encodeURIComponent(state.corp.corp_id)}/users?limit=20&q=${encodeURIComponent(user)}`);
  return answer.items.find((person) => person.user_id.toLowerCase() === user.toLowerCase());
}

async function begin() {
  document.querySelectorAll('[data-icon]').forEach((holder) => holder.replaceWith(Object.assign(el('span', {}, icon(holder.dataset.icon)), { className: holder.className })));
  const { corps } = await call('/sim/corps');
  if (!corps.length || !corps[0].apps.length) { byId('lines').append(el('div.empty', {}, '组织文件里没有企业或应用。')); return; }
  state.corp = corps.find((corp) => corp.corp_id === address.searchParams.get('corp')) ?? corps[0];
  state.app = state.corp.apps.find((app) => String(app.agent_id) === address.searchParams.get('app')) ?? state.corp.apps[0];
  state.people = (await call(`/sim/corps/${encodeURIComponent(state.corp.corp_id)}/users?limit=60`)).items;
  const wanted = address.searchParams.get('user') ?? JSON.parse(localStorage.getItem(`recent-${state.corp.corp_id}`) ?? '[]')[0];
  state.person = (wanted && await findPerson(wanted)) || state.people[0];
  if (!state.person) { byId('lines').append(el('div.empty', {}, '这家企业还没有员工。')); return; }
  history.replaceState(null, '', addressOf(state.person.user_id));
  drawTitle();
  byId('title').textContent = state.app.name;
  await drawPeople();
  drawRail();
  drawStrip();
  showPanel(wide.matches);
  const query = `corp=${encodeURIComponent(state.corp.corp_id)}&agent=${state.app.agent_id}&user=${encodeURIComponent(state.person.user_id)}`;
  state.query = query;
  takeState(await call('/sim/state'));
  await listen(query);
  await readAll();
  for (const record of (await call('/sim/calls?tail=1&limit=40')).items) panel.addCall(record);
  act('enter', {});
  new ResizeObserver(() => { if (state.atEnd) toEnd(); }).observe(byId('lines'));
  panel.watchServer();
}

// Everything that happened so far: at the start, after a lost connection, after a reset. What comes live while it is read is newer and stays.
async function readAll() {
  const heard = new Set();
  state.heard = heard;
  const deliveries = (await call('/sim/deliveries?tail=1&limit=200')).items;
  const messages = (await call(`/sim/messages?${state.query}&tail=1&limit=200`)).items;
  for (const known of [state.messages, state.deliveries]) for (const [id, record] of known) if (!heard.has(record)) known.delete(id);
  for (const record of deliveries) if (!state.deliveries.has(record.id)) state.deliveries.set(record.id, record);
  for (const record of deliveries.slice(-40)) panel.addDelivery(record);
  for (const message of messages) if (!state.messages.has(message.id)) keep(message);
  drawLines();
}

function takeState(news) {
  const wasReset = state.resets !== undefined && state.resets !== news.resets;
  state.resets = news.resets;
  panel.setState(news);
  drawMenu(byId('menu-bar'), news.menus[`${state.corp.corp_id}/${state.app.agent_id}`]?.button ?? [], chooseMenu, toggleKeyboard);
  if (wasReset) { panel.clear(); readAll().catch((problem) => toast(problem.message)); }
}

async function drawPeople() {
  const recent = [];
  for (const user of recentPeople(state.person.user_id)) {
    const person = state.people.find((other) => other.user_id === user) ?? await findPerson(user).catch(() => undefined);
    if (person && recent.length < 3) recent.push(person);
  }
  for (const person of state.people) if (recent.length < 3 && person.user_id !== state.person.user_id && !recent.includes(person)) recent.push(person);
  panel.setPerson(state.person, recent);
}

// Settles when the events come.
function listen(query) {
  const events = new EventSource(`/sim/events?${query}`);
  let wasLost = false;
  const isOpen = new Promise((resolve) => events.addEventListener('open', resolve, { once: true }));
  events.addEventListener('open', () => {
    if (wasLost) readAll().catch((problem) => toast(problem.message));
    wasLost = false;
    panel.setLive(true);
  });
  events.addEventListener('error', () => { if (!wasLost) toast('与模拟器的连接断开，正在重连'); wasLost = true; panel.setLive(false); });
  events.addEventListener('behind', () => readAll().catch((problem) => toast(problem.message)));
  events.addEventListener('state', (event) => takeState(JSON.parse(event.data)));
  events.addEventListener('message', (event) => {
    const message = JSON.parse(event.data);
    keep(message);
    state.heard?.add(message);
    if (!state.colleague) drawLine(message);
    drawTalks();
  });
  events.addEventListener('delivery', (event) => {
    const record = JSON.parse(event.data);
    panel.addDelivery(record);
    if (record.user_id.toLowerCase() !== state.person.user_id.toLowerCase()) return;
    state.deliveries.set(record.id, record);
    state.heard?.add(record);
    if (record.state === 'accepted' && waitingKinds.has(record.kind)) expectAnswer();
    const message = [...state.messages.values()].find((other) => other.delivery === record.id);
    if (message && !state.colleague) drawLine(message);
  });
  events.addEventListener('call', (event) => panel.addCall(JSON.parse(event.data)));
  return isOpen;
}

// The app has the message and has not answered yet: as if somebody were typing.
const waitingKinds = new Set(['text', 'image', 'click']);
let typingEnds;
function expectAnswer() {
  const sent = [...state.messages.values()].filter((message) => message.from === 'user').at(-1);
  if ([...state.messages.values()].some((message) => message.from === 'app' && sent && Number(message.id) > Number(sent.id))) return;
  byId('typing').hidden = false;
  clearTimeout(typingEnds);
  typingEnds = setTimeout(() => { byId('typing').hidden = true; }, 8000);
}

function keep(message) {
  const known = state.messages.get(message.id);
  if (known && known.updates !== message.updates) state.busy.delete(message.id);
  if (!known && message.from === 'app') {
    byId('typing').hidden = true;
    if (document.hidden || state.colleague) state.unread += 1;
  }
  state.messages.set(message.id, message);
  drawTitle();
}

function drawTitle() {
  const count = state.unread ? `(${state.unread}) ` : '';
  document.title = `${count}${state.person.name} · ${state.app.name} · 企业微信模拟器`;
}
function readNow() {
  if (document.hidden || state.colleague) return;
  state.unread = 0;
  drawTitle();
  drawTalks();
}

// ---- the lines
function noteOf(message) {
  const notes = [];
  const delivery = state.deliveries.get(message.delivery);
  if (delivery?.state === 'failed') notes.push(el('div.note.bad', {}, '服务器没有收下，企业微信已放弃'));
  if (delivery?.state === 'dropped') notes.push(el('div.note.bad', {}, '按故障设置丢弃，服务器收不到'));
  if (delivery && delivery.state !== 'failed' && delivery.attempts.some((attempt) => attempt.status !== 200)) notes.push(el('div.note', {}, `第 ${delivery.attempts.length} 次投递`));
  if (message.was_cut) notes.push(el('div.note.bad', {}, '超出长度，已被截断'));
  for (const text of adviceFor(message)) notes.push(el('div.note.bad', {}, text));
  return notes;
}
function lineOf(message) {
  if (message.recalled) return el('div.moment', {}, '消息已被撤回');
  const isCard = !['text', 'markdown'].includes(message.kind);
  const body = el(`div.body${isCard ? '.wide' : ''}`, {}, drawMessage(context, message), ...noteOf(message));
  const hooks = { 'data-testid': 'message', 'data-from': message.from, 'data-kind': message.card_type || message.kind };
  if (message.from === 'app') return el('div.line', hooks, appMark('middle'), body);
  return el('div.line.me', { ...hooks, 'data-state': sendingState(message) }, avatar(state.person), body, sendingMark(message));
}

// sending, sent or failed
function sendingState(message) {
  const delivery = state.deliveries.get(message.delivery);
  if (message.delivery === '0' || ['failed', 'dropped'].includes(delivery?.state)) return 'failed';
  return !delivery || delivery.state === 'accepted' ? 'sent' : 'sending';
}
function sendingMark(message) {
  const now = sendingState(message);
  if (now === 'sending') return el('span.mark', { role: 'img', 'aria-label': '发送中' }, el('span.spin'));
  if (now !== 'failed') return null;
  const again = message.kind === 'text' ? () => act('text', { content: message.content.content }) : () => toast('请重新选择并发送');
  return el('button.mark.failed', { type: 'button', 'aria-label': '发送失败，重新发送', title: '重新发送', onclick: again }, icon('warn'));
}
function needsMoment(message) {
  const at = Date.parse(message.at);
  const before = [...state.messages.values()].filter((other) => Number(other.id) < Number(message.id)).at(-1);
  return !before || at - Date.parse(before.at) > 5 * 60000;
}
function isAtEnd() { const lines = byId('lines'); return lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80; }
function toEnd() { const lines = byId('lines'); lines.scrollTop = lines.scrollHeight; state.atEnd = true; byId('newer').hidden = true; }

function drawLines() {
  const lines = byId('lines');
  lines.replaceChildren();
  state.lines.clear();
  if (!state.messages.size) lines.append(el('div.empty', { id: 'nothing' }, appMark('large'), el('p', {}, `向「${state.app.name}」说一句话试试`), el('p.hint', {}, '例：今天有什么要做')));
  for (const message of [...state.messages.values()].sort((a, b) => Number(a.id) - Number(b.id))) drawLine(message, true);
  toEnd();
  drawTalks();
}
function drawLine(message, isFirst = false) {
  const lines = byId('lines');
  const follow = isAtEnd();
  byId('nothing')?.remove();
  const made = lineOf(message);
  made.dataset.id = message.id;
  const old = state.lines.get(message.id);
  state.lines.set(message.id, made);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(made);
    if (message.updates) made.querySelector('.card')?.classList.add('updated');
    if (focused) made.querySelector('button:not(:disabled), a')?.focus();
  } else {
    if (needsMoment(message)) lines.append(el('div.moment', {}, momentOf(new Date(message.at), panel.now())));
    lines.append(made);
  }
  if (isFirst) return;
  if (follow || (!old && message.from === 'user')) toEnd(); else if (!old) byId('newer').hidden = false;
}

function drawTalks() {
  const last = [...state.messages.values()].at(-1);
  const search = byId('talk-search').value.trim().toLowerCase();
  const talks = state.corp.apps.filter((app) => app.name.toLowerCase().includes(search)).map((app) => {
    const isHere = app.agent_id === state.app.agent_id && !state.colleague;
    const mine = app.agent_id === state.app.agent_id;
    return el('li', {}, el('button.talk', { 'aria-current': isHere && 'true', onclick: () => openApp(app) }, appMark('large'), el('b', {}, app.name),
      el('time', {}, mine && last ? listTime(new Date(last.at), panel.now()) : ''), el('small', {}, mine && last ? summary(last) : '应用'), mine && state.unread > 0 && el('span.badge', { 'aria-label': `${state.unread} 条未读` }, String(state.unread))));
  });
  const others = state.people.filter((person) => person.user_id !== state.person.user_id && (!search || person.name.includes(search) || person.user_id.toLowerCase().includes(search))).slice(0, search ? 30 : 12);
  const people = others.map((person) => el('li', {}, el('button.talk', { 'aria-current': state.colleague === person && 'true', onclick: () => openColleague(person) }, avatar(person, 'large'), el('b', {}, person.name), el('time'),
    el('small', {}, [person.departments?.[0]?.name, person.position].filter(Boolean).join(' · ')))));
  byId('talks').replaceChildren(...talks, ...people);
}
function openApp(app) {
  byId('shell').classList.remove('listing');
  if (app.agent_id !== state.app.agent_id) { location.href = addressOf(state.person.user_id, app.agent_id); return; }
  state.colleague = null;
  byId('composer').hidden = false;
  byId('title').textContent = app.name;
  drawLines();
  readNow();
}
function openColleague(person) {
  state.colleague = person;
  byId('shell').classList.remove('listing');
  byId('composer').hidden = true;
  byId('title').textContent = person.name;
  byId('lines').replaceChildren(el('div.colleague', {}, avatar(person, 'large'), el('p', {}, '同事之间的聊天不在模拟范围内。'),
    el('a.primary', { href: addressOf(person.user_id), target: '_blank', style: 'display:inline-flex;align-items:center' }, `以${person.name}的身份打开`)));
  drawTalks();
}

function drawRail() {
  const items = [['talk', '消息'], ['mail', '邮件'], ['sheet', '文档'], ['calendar', '日程'], ['grid', '工作台'], ['people', '通讯录']];
  byId('rail').replaceChildren(avatar(state.person), ...items.map(([name, label], index) => {
    const open = { 0: () => openApp(state.app), 4: openHome, 5: openChooser }[index] ?? (() => toast(`${label}不在模拟范围内`));
    return el('button.rail-item', { 'aria-current': index === 0 && 'page', onclick: open }, icon(name), label);
  }));
}
function openHome() {
  if (!state.app.home_url) { toast('这个应用没有设置主页'); return; }
  window.open(openAs(state.app.home_url), '_blank', 'noopener');
}
function drawStrip() {
  if (!state.person) return;
  const now = panel.now();
  const text = `${state.person.name} ${shortDay(now)} ${timeOf(now)} ${panel.active.size} ${panel.isServerAway}`;
  const strip = byId('strip');
  if (strip.dataset.text === text) return;
  strip.dataset.text = text;
  strip.replaceChildren(el('span.who', {}, avatar(state.person, 'tiny'), state.person.name), el('span.when', {}, icon('clock'), `${shortDay(now)} ${timeOf(now)}`,
    panel.isServerAway && el('span.tag.danger', {}, '服务器无回应'), panel.active.size > 0 && el('span.tag.danger', {}, `故障 ${panel.active.size}`)), icon('down'));
  strip.setAttribute('aria-label', `模拟器控制：当前员工 ${state.person.name}`);
}

// ---- acting; what is typed or pressed before the page knows whose it is waits until it does
async function act(name, body) {
  try {
    await begun;
    const answer = await call(`${base()}/${name}`, { method: 'POST', body });
    if (answer.error) toast(answer.error);
    if (answer.delivery_id === '0') toast('应用没有配置回调');
    return !answer.error;
  } catch (problem) {
    toast(problem.message);
    return false;
  }
}
async function press(message, key, selected) {
  state.busy.set(message.id, key);
  drawLine(message);
  const accepted = await act('press', { message_id: message.id, key, selected });
  setTimeout(() => { if (state.busy.delete(message.id)) drawLine(state.messages.get(message.id)); }, accepted ? 4000 : 0);
}

// ---- menu
function toggleKeyboard() {
  if (!phone.matches) { byId('text').focus(); return; }
  const shown = !byId('composer').classList.toggle('menus');
  if (shown) byId('text').focus();
}
async function chooseMenu(entry) {
  const key = entry.key ?? entry.url ?? entry.name;
  if (entry.type === 'view') window.open(openAs(entry.url), '_blank', 'noopener');
  if (entry.type?.startsWith('pic_')) { state.picture = key; byId('file').click(); return; }
  if (await act('menu', { key }) && waitingKinds.has(entry.type)) expectAnswer();
}
function openAs(url) { return `/sim/open?user=${encodeURIComponent(state.person.user_id)}&url=${encodeURIComponent(url)}`; }

// ---- panel and chooser
function showPanel(shown) {
  byId('shell').classList.remove('starting');
  byId('shell').classList.toggle('no-panel', !shown);
  byId('panel').hidden = !shown;
  byId('veil').hidden = !shown || wide.matches;
  byId('panel-toggle').setAttribute('aria-expanded', String(shown));
  if (shown && !wide.matches) byId('panel').querySelector('button').focus();
}
async function openChooser() {
  byId('chooser').showModal();
  byId('chooser-search').value = '';
  byId('chooser-search').focus();
  await searchPeople();
}
async function searchPeople() {
  const query = byId('chooser-search').value.trim();
  const { items, next } = await call(`/sim/corps/${encodeURIComponent(state.corp.corp_id)}/users?limit=60&q=${encodeURIComponent(query)}`);
  if (query !== byId('chooser-search').value.trim()) return;
  byId('chooser-list').replaceChildren(...items.map((person) => el('li.person', {},
    el('button', { type: 'button', onclick: () => { location.href = addressOf(person.user_id); } }, avatar(person), el('span', {}, el('b', {}, person.name), el('small', {}, [person.user_id, person.departments?.[0]?.name, person.position].filter(Boolean).join(' · ')))),
    el('a', { href: addressOf(person.user_id), target: '_blank', 'aria-label': `在新标签页以${person.name}的身份打开` }, '新标签页'))), next && el('li.hint', {}, '还有更多，请输入姓名查找。'), !items.length && el('li.hint', {}, '没有这位员工。'));
  byId('chooser-list').querySelectorAll(':scope > :not(li)').forEach((stray) => stray.remove());
}

function bind() {
  byId('write').addEventListener('submit', async (event) => {
    event.preventDefault();
    const content = byId('text').value.trim();
    if (!content) return;
    byId('text').value = '';
    byId('text').style.height = '';
    if (!await act('text', { content })) byId('text').value = content;
  });
  byId('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('write').requestSubmit();
  });
  byId('text').addEventListener('input', (event) => { event.target.style.height = 'auto'; event.target.style.height = `${Math.min(event.target.scrollHeight + 2, 120)}px`; });
  byId('picture').addEventListener('click', () => byId('file').click());
  byId('file').addEventListener('change', async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    const base64 = btoa(text);
    event.target.value = '';
    if (state.picture) await act('menu', { key: state.picture, base64 });
    state.picture = null;
    const kind = file.type.startsWith('audio/') || file.name.endsWith('.amr') ? 'voice' : file.type.startsWith('video/') ? 'video' : 'image';
    if (await act(kind, { base64, filename: file.name })) expectAnswer();
  });
  byId('place').addEventListener('click', () => byId('place-dialog').showModal());
  byId('place-form').addEventListener('submit', async () => {
    const body = { label: byId('place-label').value, latitude: Number(byId('place-latitude').value), longitude: Number(byId('place-longitude').value) };
    if (await act('location', body)) expectAnswer();
  });
  byId('newer').addEventListener('click', toEnd);
  byId('home').addEventListener('click', openHome);
  byId('back').addEventListener('click', () => byId('shell').classList.add('listing'));
  byId('panel-toggle').addEventListener('click', () => showPanel(byId('panel').hidden));
  byId('strip').addEventListener('click', () => showPanel(true));
  byId('veil').addEventListener('click', () => showPanel(false));
  byId('talk-search').addEventListener('input', drawTalks);
  byId('chooser-search').addEventListener('input', searchPeople);
  document.querySelectorAll('[data-close]').forEach((button) => button.addEventListener('click', () => button.closest('dialog').close()));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !wide.matches && !byId('panel').hidden && !document.querySelector('dialog[open]')) showPanel(false); });
  document.addEventListener('visibilitychange', readNow);
  byId('lines').addEventListener('scroll', () => { state.atEnd = isAtEnd(); if (state.atEnd) byId('newer').hidden = true; }, { passive: true });
  byId('lines').addEventListener('load', () => { if (state.atEnd) toEnd(); }, true);
}

bind();
const begun = begin();
begun.catch((problem) => toast(problem.message));
