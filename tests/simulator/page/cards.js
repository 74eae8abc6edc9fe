// Draws what an app can send: every message kind and the five template cards in all their states.
import { el, icon, appMark } from './dom.js';

const isLink = (url) => /^https?:\/\//i.test(url ?? '');

// `context`: { user, app, open(url), press(message, key, selected), busy(message) }
function link(context, url, properties, ...children) {
  if (!isLink(url)) return el('span', {}, ...children);
  const href = `/sim/open?user=${encodeURIComponent(context.user)}&url=${encodeURIComponent(url)}`;
  return el('a', { href, target: '_blank', rel: 'noopener', title: url, ...properties }, ...children);
}

// Text of an app message: links written as <a href>, and bare addresses.
export function richText(context, text) {
  const out = [];
  const pattern = /<a\s+href=["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）】]+)/gi;
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    out.push(text.slice(from, found.index));
    out.push(link(context, found[1] ?? found[3], {}, found[2] ?? found[3]));
    from = found.index + found[0].length;
  }
  out.push(text.slice(from));
  return out.filter((part) => part !== '');
}

function inline(context, text) {
  const out = [];
  const pattern = /\*\*([^*]+)\*\*|`([^`\n]+)`|\[([^\]]+)\]\((https?:[^)\s]+)\)|<font\s+color=["'](info|comment|warning)["']>([\s\S]*?)<\/font>/g;
  let from = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > from) out.push(text.slice(from, found.index));
    if (found[1]) out.push(el('strong', {}, ...inline(context, found[1])));
    else if (found[2]) out.push(el('code', {}, found[2]));
    else if (found[3]) out.push(link(context, found[4], {}, found[3]));
    else out.push(el(`span.md-${found[5]}`, {}, ...inline(context, found[6])));
    from = found.index + found[0].length;
  }
  out.push(text.slice(from));
  return out.filter((part) => part !== '');
}

function markdown(context, text) {
  const box = el('div.markdown');
  let quote = null;
  for (const line of text.split('\n')) {
    const quoted = /^>\s?(.*)$/.exec(line);
    if (quoted) {
      quote ??= box.appendChild(el('blockquote'));
      quote.append(el('p', {}, ...inline(context, quoted[1])));
      continue;
    }
    quote = null;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    box.append(heading ? el(heading[1].length < 4 ? 'h3' : 'h4', {}, ...inline(context, heading[2])) : el('p', {}, ...inline(context, line)));
  }
  return box;
}

function source(context, message, card) {
  const from = card.source ?? {};
  const hasColour = !['vote_interaction', 'multiple_interaction'].includes(card.card_type);
  const row = el(`div.source.c${hasColour ? from.desc_color ?? 0 : 0}`, {}, isLink(from.icon_url) ? el('img', { src: from.icon_url, alt: '' }) : appMark('tiny'),
    el('span', {}, from.desc || context.app), el('span.grow'));
  if (card.action_menu) row.append(actionMenu(context, message, card.action_menu));
  return row;
}

function actionMenu(context, message, menu) {
  const list = el('ul', { hidden: true }, menu.action_list.map((action) =>
    el('li', {}, el('button', { type: 'button', onclick: () => { list.hidden = true; context.press(message, action.key); } }, action.text))));
  const toggle = el('button', { type: 'button', 'aria-label': menu.desc || '更多操作', 'aria-expanded': 'false', 'aria-haspopup': 'true' }, icon('more'));
  toggle.addEventListener('click', () => { list.hidden = !list.hidden; toggle.setAttribute('aria-expanded', String(!list.hidden)); });
  const box = el('div.more', {}, toggle, list);
  box.addEventListener('focusout', (event) => { if (!box.contains(event.relatedTarget)) { list.hidden = true; toggle.setAttribute('aria-expanded', 'false'); } });
  box.addEventListener('keydown', (event) => { if (event.key === 'Escape') { list.hidden = true; toggle.focus(); } });
  return box;
}

function titles(context, card) {
  const main = card.main_title ?? {};
  if (!main.title && !main.desc) return null;
  const url = card.card_action?.type === 1 ? card.card_action.url : '';
  return el('div.titles', {}, main.title && el('h3', {}, isLink(url) ? link(context, url, {}, main.title) : main.title),
    main.desc && el('p.desc', {}, main.desc));
}

function quote(context, area) {
  if (!area || (!area.title && !area.quote_text)) return null;
  const inside = [area.title && el('b', {}, area.title), area.quote_text].filter(Boolean);
  return area.type === 1 && isLink(area.url) ? link(context, area.url, { className: 'quote' }, ...inside) : el('div.quote', {}, ...inside);
}

function rows(context, list) {
  if (!list?.length) return null;
  return el('dl.rows', {}, list.flatMap((row) => [el('dt', {}, row.keyname), el('dd', {}, rowValue(context, row))]));
}
function rowValue(context, row) {
  if (row.type === 1) return link(context, row.url, {}, row.value ?? row.url);
  if (row.type === 2) return el('a', { href: `/sim/media/${row.media_id}`, download: row.value ?? '' }, row.value ?? '附件');
  if (row.type === 3) return el('a', { href: '#', title: row.userid, onclick: (event) => { event.preventDefault(); context.profile(row.userid); } }, row.value ?? row.userid);
  return row.value ?? '';
}

function picture(context, card) {
  const parts = [];
  if (card.card_image) {
    const shown = el('img.hero', { src: card.card_image.url, alt: '' });
    shown.style.aspectRatio = String(card.card_image.aspect_ratio ?? 1.3);
    parts.push(shown);
  }
  return parts;
}
function beside(context, area) {
  if (!area) return null;
  const inside = [el('img', { src: area.image_url, alt: '' }), el('div', {}, area.title && el('b', {}, area.title), area.desc && el('span', {}, area.desc))];
  return area.type === 1 ? link(context, area.url, { className: 'beside' }, ...inside) : el('div.beside', {}, ...inside);
}

function pick(list, disabled, onchange) {
  const id = `pick-${crypto.randomUUID()}`;
  const select = el('select', { id, disabled, 'data-question': list.question_key }, list.option_list.map((option) =>
    el('option', { value: option.id, selected: option.id === list.selected_id }, option.text)));
  if (onchange) select.addEventListener('change', onchange);
  return el('div.pick', {}, el('label', { htmlFor: id }, list.title || '选择'), el('div.pick-box', {}, select, icon('down')));
}
function vote(box, message, closed) {
  const kind = box.mode === 1 ? 'checkbox' : 'radio';
  const shown = closed && box.option_list.some((option) => option.is_checked) ? box.option_list.filter((option) => option.is_checked) : box.option_list;
  return el('fieldset.options', { 'data-question': box.question_key, 'aria-label': '选项' }, shown.map((option) =>
    el(`label.option${closed ? '.off' : ''}`, {}, el('input', { type: kind, name: `vote-${message.id}`, value: option.id, checked: !!option.is_checked, disabled: closed }), option.text)));
}
function selectedIn(card) {
  const found = {};
  for (const select of card.querySelectorAll('select[data-question]')) found[select.dataset.question] = [select.value];
  for (const group of card.querySelectorAll('fieldset[data-question]')) found[group.dataset.question] = [...group.querySelectorAll('input:checked')].map((input) => input.value);
  return found;
}

function pressable(context, message, text, style, key) {
  const busy = context.busy(message) === key;
  return el(`button.card-button.s${style}${busy ? '.busy' : ''}`, { type: 'button', disabled: !!context.busy(message), 'aria-busy': busy, onclick: (event) =>
    context.press(message, key, selectedIn(event.currentTarget.closest('.card'))) }, busy && el('span.spin'), text);
}
function buttons(context, message, card) {
  return el('div.buttons', {}, (card.button_list ?? []).map((button) => {
    const style = [1, 2, 3, 4].includes(button.style) ? button.style : 1;
    if (button.type === 1) return link(context, button.url, { className: `card-button s${style}` }, button.text);
    return pressable(context, message, button.text, style, button.key);
  }));
}
const done = (text) => el('button.card-button.done', { type: 'button', disabled: true }, text);

function interaction(context, message, card) {
  const closed = message.replaced_button || card.replace_text;
  const parts = [];
  if (card.button_selection) parts.push(pick(card.button_selection, !!closed || card.button_selection.disable));
  if (card.checkbox) parts.push(vote(card.checkbox, message, !!closed || card.checkbox.disable));
  for (const list of card.select_list ?? []) parts.push(pick(list, !!closed || list.disable));
  if (closed) parts.push(done(closed));
  else if (card.button_list) parts.push(buttons(context, message, card));
  else if (card.submit_button) parts.push(pressable(context, message, card.submit_button.text, 1, card.submit_button.key));
  return parts;
}

// What clients show of each card type; anything else in the payload is ignored.
const common = ['card_type', 'source', 'main_title', 'task_id', 'card_action', 'replace_text'];
const shown = {
  text_notice: ['action_menu', 'quote_area', 'emphasis_content', 'sub_title_text', 'horizontal_content_list', 'jump_list'],
  news_notice: ['action_menu', 'quote_area', 'image_text_area', 'card_image', 'vertical_content_list', 'horizontal_content_list', 'jump_list'],
  button_interaction: ['action_menu', 'quote_area', 'sub_title_text', 'horizontal_content_list', 'button_selection', 'button_list'],
  vote_interaction: ['checkbox', 'submit_button'],
  multiple_interaction: ['select_list', 'submit_button'],
};
function visiblePart(card) {
  const names = [...common, ...(shown[card.card_type] ?? [])];
  return Object.fromEntries(Object.entries(card).filter(([name]) => names.includes(name)));
}

function templateCard(context, message) {
  const card = visiblePart(message.content);
  const jumps = (card.jump_list ?? []).map((jump) => link(context, jump.url, { className: 'jump' }, jump.title, icon('chevron')));
  const body = el('div.card-in', {}, ...[titles(context, card),
    card.emphasis_content?.title && el('div.emphasis', {}, el('b', {}, card.emphasis_content.title), el('span', {}, card.emphasis_content.desc ?? '')),
    quote(context, card.quote_area), card.sub_title_text && el('p.sub', {}, card.sub_title_text), beside(context, card.image_text_area),
    card.vertical_content_list?.length && el('div.upright', {}, card.vertical_content_list.map((block) => el('div', {}, el('b', {}, block.title), el('span', {}, block.desc ?? '')))),
    rows(context, card.horizontal_content_list), ...interaction(context, message, card)].filter(Boolean));
  const head = source(context, message, card);
  const image = picture(context, card);
  const box = el(`article.card${jumps.length ? '.has-jumps' : ''}`, { 'data-card': card.card_type, 'aria-label': card.main_title?.title || card.sub_title_text || '卡片' });
  if (image.length) {
    const top = el('div.card-in', {}, head);
    top.style.paddingBottom = '10px';
    box.append(top, ...image, body);
  } else {
    body.prepend(head);
    box.append(body);
  }
  box.append(...jumps);
  return box;
}

function textCard(context, message) {
  const card = message.content;
  const lines = (card.description ?? '').split(/<br\s*\/?>/i).flatMap((part) => {
    const found = [...part.matchAll(/<div class=["'](gray|highlight|normal)["']>([\s\S]*?)<\/div>|([^<]+)/gi)];
    return found.map((piece) => el(`p${piece[1] === 'gray' ? '.desc' : piece[1] === 'highlight' ? '.md-warning' : '.sub'}`, {}, (piece[2] ?? piece[3]).trim())).filter((p) => p.textContent);
  });
  return el('article.card.has-jumps', {}, el('div.card-in', {}, el('h3', {}, card.title), ...lines), link(context, card.url, { className: 'jump' }, card.btntxt || '详情', icon('chevron')));
}

function news(context, message) {
  const articles = message.content.articles ?? [];
  const box = el('article.card');
  articles.forEach((article, index) => {
    const image = article.picurl || (article.thumb_media_id && `/sim/media/${article.thumb_media_id}`);
    if (index === 0 && image) { const hero = el('img.hero', { src: image, alt: '' }); hero.style.aspectRatio = '2.35'; box.append(hero); }
    const inside = [el('div', {}, el('b', {}, article.title), (article.description || article.digest) && el('div.desc', {}, article.description || article.digest)), icon('chevron')];
    box.append(link(context, article.url || article.content_source_url, { className: 'jump' }, ...inside));
  });
  return box;
}

function fileCard(mark, name, note, id) {
  return el('a.file-card', { href: `/sim/media/${id}`, download: name }, icon(mark), el('span', {}, name, el('small', {}, note)));
}

function sizeOf(bytes) {
  if (!Number.isFinite(bytes)) return '点击下载';
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// Lengths that WeCom advises (建议不超过); what is longer may be cut by a client.
const advised = [
  ['来源', (card) => [card.source?.desc], () => 20],
  ['标题', (card) => [card.main_title?.title], (card) => (card.card_type === 'vote_interaction' ? 16 : 36)],
  ['标题说明', (card) => [card.main_title?.desc], (card) => (['vote_interaction', 'multiple_interaction'].includes(card.card_type) ? 160 : 44)],
  ['关键数据', (card) => [card.emphasis_content?.title], () => 14],
  ['关键数据说明', (card) => [card.emphasis_content?.desc], () => 22],
  ['二级文本', (card) => [card.sub_title_text], () => 160],
  ['行名', (card) => (card.horizontal_content_list ?? []).map((row) => row.keyname), () => 5],
  ['行值', (card) => (card.horizontal_content_list ?? []).map((row) => row.value), () => 30],
  ['跳转', (card) => (card.jump_list ?? []).map((jump) => jump.title), () => 18],
  ['内容标题', (card) => (card.vertical_content_list ?? []).map((block) => block.title), () => 38],
  ['内容', (card) => (card.vertical_content_list ?? []).map((block) => block.desc), () => 160],
  ['按钮', (card) => [...(card.button_list ?? []).map((button) => button.text), card.submit_button?.text, card.replace_text], () => 10],
  ['选项', (card) => (card.checkbox?.option_list ?? []).map((option) => option.text), () => 17],
  ['选项', (card) => [card.button_selection, ...(card.select_list ?? [])].flatMap((list) => list?.option_list ?? []).map((option) => option.text), () => 16],
];
export function adviceFor(message) {
  if (message.kind !== 'template_card') return [];
  const card = message.content;
  return advised.flatMap(([name, texts, most]) => texts(card).filter((text) => [...(text ?? '')].length > most(card))
    .map((text) => `${name}超过建议的 ${most(card)} 字：${[...text].length} 字`)).slice(0, 3);
}

// The element for a message, without avatar and time.
export function drawMessage(context, message) {
  const content = message.content;
  switch (message.kind) {
    case 'text': return el('div.bubble', {}, ...(message.from === 'app' ? richText(context, content.content) : [content.content]));
    case 'markdown': return markdown(context, content.content);
    case 'template_card': return templateCard(context, message);
    case 'textcard': return textCard(context, message);
    case 'news': case 'mpnews': return news(context, message);
    case 'image': return el('a', { href: `/sim/media/${content.media_id}`, target: '_blank', rel: 'noopener' }, el('img.picture', { src: `/sim/media/${content.media_id}`, alt: content.filename || '图片' }));
    case 'voice': return fileCard('voice', '语音', 'AMR', content.media_id);
    case 'video': return fileCard('video', content.title || '视频', content.description || 'MP4', content.media_id);
    case 'file': return fileCard('file', content.filename || '文件', sizeOf(content.bytes), content.media_id);
    case 'link': return el('a.file-card', { href: content.url, target: '_blank', rel: 'noopener' }, icon('chevron'), el('span', {}, content.title || content.url, el('small', {}, content.url)));
    case 'location': return el('div.file-card', {}, icon('place'), el('span', {}, '位置', el('small', {}, content.label)));
    default: return el('div.bubble', {}, `[${message.kind}]`);
  }
}

// One line for the list of conversations.
export function summary(message) {
  const content = message.content;
  if (message.recalled) return '消息已撤回';
  switch (message.kind) {
    case 'text': return content.content.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
    case 'markdown': return content.content.replace(/<[^>]*>|[#>*`]/g, '').replace(/\s+/g, ' ').trim();
    case 'template_card': return `[卡片] ${content.main_title?.title || content.sub_title_text || ''}`;
    case 'textcard': return `[卡片] ${content.title}`;
    case 'news': case 'mpnews': return `[图文] ${content.articles?.[0]?.title ?? ''}`;
    default: return { image: '[图片]', voice: '[语音]', video: '[视频]', file: '[文件]', location: '[位置]', link: '[链接]' }[message.kind] ?? `[${message.kind}]`;
  }
}
