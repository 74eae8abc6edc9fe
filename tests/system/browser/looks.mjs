// What a careful eye finds on a page, as sentences: [] where there is nothing. Everything is measured, nothing is guessed.

// Runs in the page; `fingers`: what can be touched must be as large as a finger.
function measure({ fingers }) {
  const found = new Set();
  const box = (element) => element.getBoundingClientRect();
  // What only screen readers get lies in a box of a pixel.
  const shown = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    for (let at = element; at && at !== document.body; at = at.parentElement)
      if (getComputedStyle(at).display !== 'contents' && (box(at).width <= 2 || box(at).height <= 2)) return false;
    return true;
  };
  const say = (what, element, more) => {
    const words = (element.innerText ?? element.value ?? '').trim().replace(/\s+/g, ' ').slice(0, 20);
    found.add(`${what}: <${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${words} ${more}`);
  };

  if (document.documentElement.scrollWidth > window.innerWidth) found.add(`scrolls sideways to ${document.documentElement.scrollWidth}`);
  const headings = document.querySelectorAll('h1').length;
  if (headings !== 1) found.add(`${headings} main headings`);

  // ---- colours: WCAG's ratio of a text to what lies behind it
  const channels = (colour) => {
    const numbers = (/rgba?\(([^)]+)\)/.exec(colour)?.[1] ?? '0 0 0 / 0').split(/[ ,/]+/).map(Number);
    return [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => value / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (element) => {
    const behind = ground(element);
    const both = [luminance(over(channels(getComputedStyle(element).color), behind)), luminance(behind)];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  };

  // ---- texts: legible, whole, inside
  const texts = new Set(document.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea'));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (node.textContent.trim() && !node.parentElement.closest('script, style, option, datalist, svg')) texts.add(node.parentElement);
  for (const element of texts) {
    if (!shown(element)) continue;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 12) say('too small', element, style.fontSize);
    if (!element.closest(':disabled') && contrast(element) < 4.5) say('too faint', element, contrast(element).toFixed(2));
    const holder = element.closest('[title]') ?? element;
    if (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && !holder.title && element.tagName !== 'INPUT')
      say('cut off', element, `${element.scrollWidth} > ${element.clientWidth}`);
    let frame = element.parentElement;
    while (frame && getComputedStyle(frame).overflowX === 'visible') frame = frame.parentElement;
    const edge = frame && frame !== document.documentElement && frame !== document.body ? null : window.innerWidth;
    if (edge && box(element).right > edge + 1) say('beyond the edge', element, `${Math.round(box(element).right)}`);
  }

  // ---- what can be touched, save links within running text
  const touchable = 'button, summary, select, input:not([type=hidden]), textarea, a[href]';
  for (const element of fingers ? document.querySelectorAll(touchable) : []) {
    if (!shown(element) || element.matches(':disabled') || element.closest('.skip') || element.matches('.date-native, .file-native')) continue;
    if (element.tagName === 'A' && getComputedStyle(element).display === 'inline') continue;
    const area = /checkbox|radio/.test(element.type) ? (element.closest('label') ?? element) : element;
    const grown = getComputedStyle(area, '::after');
    const isGrown = grown.content !== 'none' && grown.position === 'absolute';
    const width = Math.max(box(area).width, isGrown ? parseFloat(grown.width) : 0);
    const height = Math.max(box(area).height, isGrown ? parseFloat(grown.height) : 0);
    if (width < 39.5 || height < 39.5) say('hard to touch', element, `${Math.round(width)} × ${Math.round(height)}`);
  }
  return [...found];
}

export const faults = (page, options = {}) => page.evaluate(measure, options);

// What people read of a page, without its marks; and words in it that are meant for programs.
export function textOf(html) {
  return html.replace(/<(script|style|svg|template)\b.*?<\/\1>/gs, ' ').replace(/<[^>]+>/g, ' ')
    .replace(/&[a-z]+;|&#\d+;/g, ' ').replace(/\s+/g, ' ');
}
export const forPrograms = /(?<![\w./@-])(?:[a-z]{2,}(?:_[a-z0-9]+)+|[a-z]{2,}\.[a-z_]{2,}(?<!\.(?:xlsx|csv|pdf|docx?|png|jpe?g|txt|cn|com))|true|false|null|undefined|NaN)(?![\w./@-])|\[object|\{\{/g;
