// The controls beside the chat: employee, clock, faults, traffic.
import { el, icon, avatar, byId, call, toast, dayOf, clockOf, weekday } from './dom.js';

const faults = [
  { kind: 'delay', label: '接口延迟', field: 'ms', value: 800, unit: 'ms' },
  { kind: 'error', label: '返回错误码', note: 'message/send', api: 'message/send', field: 'errcode', value: 45009 },
  { kind: 'duplicate_delivery', label: '重复投递回调', field: 'copies', value: 2, unit: '次' },
  { kind: 'reorder', label: '回调乱序' },
  { kind: 'drop_delivery', label: '回调丢失' },
  { kind: 'partial_list', label: '通讯录只返回部分' },
];
const rareFaults = [
  { kind: 'delay', label: 'gettoken 很慢', api: 'gettoken', field: 'ms', value: 3000, unit: 'ms' },
  { kind: 'delay_delivery', label: '回调延迟', field: 'ms', value: 2000, unit: 'ms' },
  { kind: 'drop', label: '接口无回应', api: 'message/send', note: 'message/send' },
  { kind: 'lost_response', label: '已处理但结果丢失', api: 'message/send' },
  { kind: 'http_status', label: '接口状态码', field: 'status', value: 502 },
  { kind: 'garbage', label: '返回乱码' },
  { kind: 'empty_list', label: '通讯录返回空' },
  { kind: 'department_forbidden', label: '部门无权限（60011）' },
  { kind: 'cursor_loop', label: '分页游标循环' },
];
const keyOf = (fault) => `${fault.kind}/${fault.api ?? ''}`;

export class Panel {
  constructor(root, handlers) {
    this.root = root;
    this.handlers = handlers;
    this.ahead = 0;
    this.log = [];
    this.seen = new Map();
    this.active = new Map();
    this.#build();
    setInterval(() => this.#tick(), 1000);
  }

  now() { return new Date(Date.now() + this.ahead); }

  #build() {
    const head = el('header.panel-head', {}, icon('flask'), el('h2', {}, '模拟器控制'), el('span.tag.warn', {}, '仅供演示'), el('span.grow'),
      el('button.icon-button', { 'aria-label': '收起控制面板', title: '收起', onclick: this.handlers.hide }, icon('side')));
    this.person = el('button.now-person', { type: 'button', 'aria-haspopup': 'dialog', onclick: this.handlers.choose });
    this.recent = el('div.recent');
    this.clockNow = el('div.clock-now', { 'aria-live': 'off' });
    this.clockNote = el('p.hint');
    this.running = el('span.running', {}, '走时中');
    this.steps = [['+1 小时', () => 3600], ['+1 天', () => 86400], ['到次日 02:00', () => this.#untilTwo()]].map(([label, seconds]) =>
      el('button.chip', { type: 'button', onclick: () => this.advance(seconds()) }, label));
    this.steps.push(el('button.chip', { type: 'button', 'aria-haspopup': 'dialog', onclick: () => this.#askMoment() }, '指定…'));
    this.server = el('p.server', { role: 'status', 'data-testid': 'server-state' }, el('span.dot'), el('span', {}, '正在检查服务器…'));
    this.isServerAway = false;
    this.faultTag = el('span.tag.danger', { hidden: true });
    this.flow = el('ul.flow', { 'aria-label': '接口调用与回调' });
    this.figures = el('dl.figures');
    this.root.append(head,
      el('section.block', {}, el('div.block-head', {}, el('h3', {}, '当前员工')), this.person, this.recent, this.server),
      el('section.block', {}, el('div.block-head', {}, el('h3', {}, '时钟'), this.running), this.clockNow, this.clockNote, el('div.chips', {}, this.steps),
        el('div.tip', {}, icon('timer'), el('span', {}, '推进时，经过的定时、提醒和公海划入会在服务器上依次执行。'))),
      el('section.block', {}, el('div.block-head', {}, el('h3', {}, '故障'), this.faultTag), faults.map((fault) => this.#faultRow(fault)),
        el('details', {}, el('summary', {}, '更多故障'), rareFaults.map((fault) => this.#faultRow(fault)),
          el('div.chips', {}, el('button.chip', { type: 'button', onclick: () => this.#invalidate() }, '令牌立即失效'),
            el('button.chip', { type: 'button', onclick: () => this.#clearFaults() }, '全部恢复')))),
      el('section.block', {}, el('div.block-head', {}, el('h3', {}, '流水'), el('span.links', {}, el('button.link', { type: 'button', onclick: () => this.#export() }, '导出'),
        el('button.link', { type: 'button', onclick: () => { this.log = []; this.#drawFlow(); } }, '清空'))), this.flow, this.figures));
    this.#tick();
    byId('moment-form').addEventListener('submit', (event) => this.#momentChosen(event));
  }

  #faultRow(fault) {
    const id = `fault-${keyOf(fault).replace(/\W/g, '-')}`;
    const value = fault.field && el('input.value', { type: 'number', value: fault.value, 'aria-label': `${fault.label}：${fault.unit ?? fault.field}` });
    const toggle = el('input.switch', { type: 'checkbox', id, role: 'switch', 'data-fault': keyOf(fault), 'data-testid': `fault-${fault.kind}${fault.api ? `-${fault.api.replace('/', '-')}` : ''}` });
    toggle.addEventListener('change', () => this.#switchFault(fault, toggle, value));
    return el('div.fault', {}, el('label', { htmlFor: id }, fault.label, fault.note && el('small', {}, ` ${fault.note}`)), value, fault.unit && el('span.unit', {}, fault.unit), toggle);
  }

  async #switchFault(fault, toggle, value) {
    try {
      if (toggle.checked) {
        const body = { kind: fault.kind, api: fault.api ?? '' };
        if (fault.field) body[fault.field] = Number(value.value);
        await call('/sim/faults', { method: 'POST', body });
      } else {
        for (const id of this.active.get(keyOf(fault)) ?? []) await call(`/sim/faults/${id}`, { method: 'DELETE' });
      }
    } catch (problem) {
      toggle.checked = !toggle.checked;
      toast(problem.message);
    }
  }
  // Asks now and then whether the server answers, while somebody looks.
  watchServer() {
    const look = async () => {
      if (document.hidden) return;
      const found = await call('/sim/server').catch(() => null);
      if (!found) return;
      const place = found.server.replace(/^https?:\/\//, '');
      const words = !found.answers ? `服务器没有回应 · ${place}` : !found.ready ? `服务器未就绪（${found.status}）· ${place}` : `服务器在线 · ${place}`;
      this.isServerAway = !found.ready;
      this.server.className = `server ${found.ready ? 'on' : 'off'}`;
      if (this.server.lastChild.textContent !== words) this.server.lastChild.textContent = words;
      this.handlers.changed();
    };
    look();
    setInterval(look, 5000);
    document.addEventListener('visibilitychange', look);
  }
  setLive(isLive) { if (!isLive) { this.server.className = 'server off'; this.server.lastChild.textContent = '与模拟器的连接断开，正在重连…'; } }
  clear() { this.log = []; this.#drawFlow(); }

  async #invalidate() { await call('/sim/tokens/invalidate', { method: 'POST' }); toast('所有 access_token 已失效'); }
  async #clearFaults() { await call('/sim/faults', { method: 'DELETE' }); }

  // State from the event stream.
  setState(state) {
    this.ahead = state.clock.ahead_ms;
    this.forwards = state.clock.forwards;
    this.active = new Map();
    for (const fault of state.faults.filter((item) => item.active)) {
      const known = [...faults, ...rareFaults].find((item) => keyOf(item) === `${fault.kind}/${fault.api}`);
      const key = known ? keyOf(known) : `${fault.kind}/${fault.api}`;
      this.active.set(key, [...(this.active.get(key) ?? []), fault.id]);
    }
    for (const toggle of this.root.querySelectorAll('[data-fault]')) toggle.checked = this.active.has(toggle.dataset.fault);
    this.faultTag.hidden = this.active.size === 0;
    this.faultTag.textContent = `${this.active.size} 项开启`;
    this.#tick();
    this.handlers.changed();
  }

  setPerson(person, recent) {
    const place = person.departments?.[0]?.name ?? '';
    this.person.replaceChildren(avatar(person, 'tiny'), el('b', {}, person.name), el('small', {}, [person.user_id, place].filter(Boolean).join(' · ')), icon('down'));
    this.person.setAttribute('aria-label', `当前员工 ${person.name}，切换`);
    this.recent.replaceChildren(...(recent.length ? ['最近'] : []), ...recent.map((other) =>
      el('a.chip.person-chip', { href: this.handlers.address(other.user_id), title: '在新标签页打开', target: '_blank' }, avatar(other, 'tiny'), other.name)));
  }

  #tick() {
    const now = this.now();
    this.clockNow.textContent = `${dayOf(now)} ${clockOf(now)}`;
    this.clockNote.textContent = `${weekday(now)} · Asia/Shanghai · 只能向前${this.forwards === false ? ' · 未连接服务器时钟' : ''}`;
    this.handlers.changed?.();
  }
  #untilTwo() {
    const now = this.now();
    const next = Date.parse(`${dayOf(new Date(now.getTime() + 86400000))}T02:00:00+08:00`);
    return Math.ceil((next - now.getTime()) / 1000);
  }
  async advance(seconds) {
    this.steps.forEach((step) => { step.disabled = true; });
    this.running.classList.add('busy');
    this.running.textContent = '推进中…';
    try {
      await call('/sim/clock', { method: 'PUT', body: { advance_seconds: seconds } });
    } catch (problem) {
      toast(problem.message);
    }
    this.steps.forEach((step) => { step.disabled = false; });
    this.running.classList.remove('busy');
    this.running.textContent = '走时中';
  }
  #askMoment() {
    const now = this.now();
    byId('moment-input').value = `${dayOf(new Date(now.getTime() + 86400000))}T09:00`;
    byId('moment').showModal();
  }
  #momentChosen(event) {
    if (event.submitter?.value !== 'ok') return;
    const seconds = Math.ceil((Date.parse(`${byId('moment-input').value}:00+08:00`) - this.now().getTime()) / 1000);
    if (!(seconds > 0)) { event.preventDefault(); toast('时钟只能向前，请选更晚的时间'); return; }
    this.advance(seconds);
  }

  addCall(record) {
    const name = ['message/send', 'appchat/send', 'webhook/send'].includes(record.api) ? `${record.api} ${record.detail}` : record.api;
    const lost = record.status === 0;
    const good = !lost && record.errcode === 0 && record.status === 200;
    this.#add({ id: `c${record.id}`, at: record.at, what: `${record.method} ${name}`, title: record.detail,
      result: lost ? '无回应' : record.status !== 200 ? `HTTP ${record.status}` : `${record.errcode}${good ? ` · ${Math.round(record.ms)}ms` : record.fault ? ' 故障' : ''}`, state: good ? 'good' : 'bad' });
  }
  addDelivery(record) {
    const name = `回调 ${record.kind} ${record.detail}`;
    if (!record.attempts.length) this.#add({ id: `d${record.id}.0`, at: record.at, what: name, result: record.state === 'dropped' ? '丢弃' : '…', state: 'idle' });
    record.attempts.forEach((attempt, index) => this.#add({ id: `d${record.id}.${index}`, at: record.at, what: index ? `${name}（第 ${index + 1} 次）` : name,
      title: attempt.problem, result: `${attempt.status || '无回应'} · ${Math.round(attempt.ms)}ms`, state: attempt.status === 200 ? 'good' : 'bad' }));
  }
  #add(row) {
    const known = this.log.findIndex((other) => other.id === row.id);
    if (known >= 0) this.log[known] = row; else this.log.unshift(row);
    this.log.length = Math.min(this.log.length, 300);
    this.drawing ??= requestAnimationFrame(() => { this.drawing = undefined; this.#drawFlow(); });
  }
  #drawFlow() {
    this.flow.replaceChildren(...this.log.slice(0, 60).map((row) => el('li', { title: row.title || row.what }, el('time', {}, clockOf(new Date(row.at))), el('span.what', {}, row.what), el(`span.${row.state}`, {}, row.result))));
    if (!this.log.length) this.flow.replaceChildren(el('li.hint', {}, '还没有调用。'));
  }
  #export() {
    const url = URL.createObjectURL(new Blob([JSON.stringify(this.log, null, 1)], { type: 'application/json' }));
    el('a', { href: url, download: 'wecom-traffic.json' }).click();
    URL.revokeObjectURL(url);
  }
}
