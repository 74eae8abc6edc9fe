// The chat page: one employee, one app, live.
import { el, icon, avatar, appMark, byId, call, toast, timeOf, shortDay, listTime, momentOf } from './dom.js';
import { drawMessage, summary } from './cards.js';
import { Panel } from './panel.js';

const address = new URL(location.href);
const state = { corp: null, app: null, person: null, people: [], messages: new Map(), lines: new Map(), busy: new Map(), menus: {}, deliveries: new Map(), unread: 0, colleague: null };
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
  document.title = `${state.person.name} · ${state.app.name} · 企业微信模拟器`;
  byId('title').textContent = state.app.name;
  await drawPeople();
  drawRail();
  drawStrip();
  showPanel(wide.matches);
  const query = `corp=${encodeURIComponent(state.corp.corp_id)}&agent=${state.app.agent_id}&user=${encodeURIComponent(state.person.user_id)}`;
  (await call(`/sim/messages?${query}&tail=1&limit=200`)).items.forEach(keep);
  drawLines();
  for (const record of (await call('/sim/calls?tail=1&limit=40')).items) panel.addCall(record);
  for (const record of (await call('/sim/deliveries?tail=1&limit=40')).items) panel.addDelivery(record);
  listen(query);
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

function listen(query) {
  const events = new EventSource(`/sim/events?${query}`);
  let wasLost = false;
  events.addEventListener('open', async () => {
    if (!wasLost) return;
    wasLost = false;
    (await call(`/sim/messages?${query}&tail=1&limit=200`)).items.forEach(keep);
    drawLines();
  });
  events.addEventListener('error', () => { if (!wasLost) toast('与模拟器的连接断开，正在重连'); wasLost = true; });
  events.addEventListener('state', (event) => {
    const news = JSON.parse(event.data);
    state.menus = news.menus;
    panel.setState(news);
    drawMenu();
  });
  events.addEventListener('message', (event) => {
    const message = JSON.parse(event.data);
    keep(message);
    drawLine(message);
    drawTalks();
  });
  events.addEventListener('delivery', (event) => {
    const record = JSON.parse(event.data);
    state.deliveries.set(record.id, record);
    panel.addDelivery(record);
    for (const message of state.messages.values()) if (message.delivery === record.id) drawLine(message);
  });
  events.addEventListener('call', (event) => panel.addCall(JSON.parse(event.data)));
}

function keep(message) {
  const known = state.messages.get(message.id);
  if (known && known.updates !== message.updates) state.busy.delete(message.id);
  if (!known && message.from === 'app' && document.hidden) state.unread += 1;
  state.messages.set(message.id, message);
}

// ---- the lines
function noteOf(message) {
  const notes = [];
  const delivery = state.deliveries.get(message.delivery);
  if (delivery?.state === 'failed') notes.push(el('div.note.bad', {}, '服务器没有收下，企业微信已放弃'));
  if (delivery && delivery.state !== 'failed' && delivery.attempts.some((attempt) => attempt.status !== 200)) notes.push(el('div.note', {}, `第 ${delivery.attempts.length} 次投递`));
  if (message.was_cut) notes.push(el('div.note.bad', {}, '超出长度，已被截断'));
  return notes;
}
function lineOf(message) {
  if (message.recalled) return el('div.moment', {}, '消息已被撤回');
  const isCard = !['text', 'markdown'].includes(message.kind);
  const body = el(`div.body${isCard ? '.wide' : ''}`, {}, drawMessage(context, message), ...noteOf(message));
  return message.from === 'app' ? el('div.line', {}, appMark('middle'), body) : el('div.line.me', {}, avatar(state.person), body);
}
function needsMoment(message) {
  const at = Date.parse(message.at);
  const before = [...state.messages.values()].filter((other) => Number(other.id) < Number(message.id)).at(-1);
  return !before || at - Date.parse(before.at) > 5 * 60000;
}
function isAtEnd() { const lines = byId('lines'); return lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80; }
function toEnd() { const lines = byId('lines'); lines.scrollTop = lines.scrollHeight; byId('newer').hidden = true; }

function drawLines() {
  const lines = byId('lines');
  lines.replaceChildren();
  state.lines.clear();
  if (!state.messages.size) lines.append(el('div.empty', { id: 'nothing' }, appMark('large'), el('p', {}, `向「${state.app.name}」说一句话试试`), el('p.hint', {}, '例：今天有什么要做')));
  for (const message of [...state.messages.values()].sort((a, b) => Number(a.id) - Number(b.id))) drawLine(message, true);
  toEnd();
  for (const image of lines.querySelectorAll('img')) image.addEventListener('load', toEnd, { once: true });
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
  if (follow || message.from === 'user') { toEnd(); made.querySelector('img')?.addEventListener('load', toEnd, { once: true }); } else if (!old) byId('newer').hidden = false;
}

function drawTalks() {
  const last = [...state.messages.values()].at(-1);
  const search = byId('talk-search').value.trim().toLowerCase();
  const talks = state.corp.apps.filter((app) => app.name.toLowerCase().includes(search)).map((app) => {
    const isHere = app.agent_id === state.app.agent_id && !state.colleague;
    const mine = app.agent_id === state.app.agent_id;
    return el('li', {}, el('button.talk', { 'aria-current': isHere && 'true', onclick: () => openApp(app) }, appMark('large'), el('b', {}, app.name),
      el('time', {}, mine && last ? listTime(new Date(last.at), panel.now()) : ''), el('small', {}, mine && last ? summary(last) : '应用')));
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
  window.open(`/sim/open?user=${encodeURIComponent(state.person.user_id)}&url=${encodeURIComponent(state.app.home_url)}`, '_blank', 'noopener');
}
function drawStrip() {
  if (!state.person) return;
  const now = panel.now();
  const text = `${state.person.name} ${shortDay(now)} ${timeOf(now)} ${panel.active.size}`;
  const strip = byId('strip');
  if (strip.dataset.text === text) return;
  strip.dataset.text = text;
  strip.replaceChildren(el('span.who', {}, avatar(state.person, 'tiny'), state.person.name), el('span.when', {}, icon('clock'), `${shortDay(now)} ${timeOf(now)}`,
    panel.active.size > 0 && el('span.tag.danger', {}, `故障 ${panel.active.size}`)), icon('down'));
  strip.setAttribute('aria-label', `模拟器控制：当前员工 ${state.person.name}`);
}

// ---- acting
async function act(name, body) {
  try {
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
function drawMenu() {
  const menu = state.menus[`${state.corp.corp_id}/${state.app.agent_id}`]?.button ?? [];
  const text = JSON.stringify(menu);
  const bar = byId('menu-bar');
  if (bar.dataset.text === text) return;
  bar.dataset.text = text;
  bar.hidden = !menu.length;
  byId('composer').classList.toggle('menus', menu.length > 0);
  const keyboard = el('div', {}, el('button.menu-top', { type: 'button', 'aria-label': '键盘', onclick: toggleKeyboard }, icon('keyboard')));
  bar.replaceChildren(keyboard, ...menu.map((entry) => menuEntry(entry)));
}
function toggleKeyboard() {
  if (!phone.matches) { byId('text').focus(); return; }
  const shown = !byId('composer').classList.toggle('menus');
  if (shown) byId('text').focus();
}
function chooseMenu(entry) {
  if (entry.type === 'view') window.open(`/sim/open?user=${encodeURIComponent(state.person.user_id)}&url=${encodeURIComponent(entry.url)}`, '_blank', 'noopener');
  act('menu', { key: entry.key ?? entry.url ?? entry.name });
}
function menuEntry(entry) {
  const children = entry.sub_button ?? [];
  if (!children.length) return el('div', {}, el('button.menu-top', { type: 'button', onclick: () => chooseMenu(entry) }, entry.name));
  const list = el('ul.sub-menu', { hidden: true, role: 'menu' }, children.map((child) => el('li', { role: 'none' }, el('button', { type: 'button', role: 'menuitem', onclick: () => { close(); chooseMenu(child); } }, child.name))));
  const top = el('button.menu-top', { type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false' }, icon('list'), entry.name);
  const close = () => { list.hidden = true; top.setAttribute('aria-expanded', 'false'); };
  top.addEventListener('click', () => { const opens = list.hidden; list.hidden = !opens; top.setAttribute('aria-expanded', String(opens)); if (opens) list.querySelector('button').focus({ focusVisible: false }); });
  const box = el('div', {}, top, list);
  box.addEventListener('focusout', (event) => { if (!box.contains(event.relatedTarget)) close(); });
  box.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll('button')];
    const at = items.indexOf(document.activeElement);
    if (event.key === 'Escape') { close(); top.focus(); }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length].focus(); }
  });
  return box;
}

// ---- panel and chooser
function showPanel(shown) {
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
    act('image', { base64: btoa(text), filename: file.name });
    event.target.value = '';
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
  document.addEventListener('visibilitychange', () => { state.unread = 0; });
}

bind();
begin().catch((problem) => toast(problem.message));
