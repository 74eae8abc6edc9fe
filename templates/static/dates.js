// Days, moments and times are typed and read as 2026-11-25, 2026-11-25 16:30 and 16:30 wherever there is a mouse: a browser would show them as
// its own language has them, whatever that of the page is. What it picks them with stays, behind a button. On phones, and without scripts, its
// own input does. The same for files: a browser names its button in its own language.
{
  const kinds = {
    date: { hint: '年-月-日', example: '2026-11-25', pattern: '\\d{4}-\\d{2}-\\d{2}', open: '打开日历', name: 'date' },
    'datetime-local': { hint: '年-月-日 时:分', example: '2026-11-25 16:30', pattern: '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}', open: '打开日历', name: 'date with-time' },
    time: { hint: '时:分', example: '16:30', pattern: '\\d{2}:\\d{2}', open: '选择时间', name: 'date time' },
  };
  const pad = (number, digits = 2) => String(number).padStart(digits, '0');

  function clock(typed) {
    const parts = /^(\d{1,2})[:：](\d{2})$|^(\d{2})(\d{2})$/.exec(typed);
    return parts && `${pad(parts[1] ?? parts[3])}:${parts[2] ?? parts[4]}`;
  }

  // What somebody typed, as the server reads it: 2026/1/5, 2026年1月5日, 20260105, 1-5 (of this year), with 9:05 after it for a moment. Else as it was.
  function tidied(typed, type) {
    const plain = typed.trim();
    if (type === 'time') return clock(plain) ?? typed;
    const [, day, time] = /^(.*?)(?:[\sT]+(\d{1,2}[:：]\d{2}))?$/.exec(plain);
    const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(day);
    if (!digits) return typed;
    const [year, month, date] = [Number(digits[1] ?? new Date().getFullYear()), Number(digits[2]), Number(digits[3])];
    const real = new Date(Date.UTC(year, month - 1, date));
    if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== date) return typed;
    return `${pad(year, 4)}-${pad(month)}-${pad(date)}${type === 'date' ? '' : ` ${clock(time ?? '09:00')}`}`;
  }

  function button(title, icon) {
    const made = document.createElement('button');
    Object.assign(made, { type: 'button', className: 'date-open', title, tabIndex: -1 });
    made.setAttribute('aria-label', title);
    made.innerHTML = `<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#${icon}"></use></svg>`;
    return made;
  }

  function hideBehind(native, box) {
    for (const name of ['id', 'name', 'required', 'aria-invalid', 'aria-describedby', 'aria-label', 'class']) native.removeAttribute(name);
    native.className = 'date-native';
    native.tabIndex = -1;
    native.setAttribute('aria-hidden', 'true');
    native.replaceWith(box);
  }

  function dress(native) {
    const { type } = native;
    const kind = kinds[type];
    const typed = native.cloneNode();
    typed.type = 'text';
    typed.value = native.value.replace('T', ' ');
    Object.assign(typed, { placeholder: kind.hint, pattern: kind.pattern, title: `例如 ${kind.example}`, autocomplete: 'off' });
    typed.dataset.date = '';
    const box = document.createElement('span');
    box.className = kind.name;
    hideBehind(native, box);
    const open = button(kind.open, type === 'time' ? 'clock' : 'calendar');
    box.append(typed, open, native);
    const take = () => { typed.value = native.value.replace('T', ' '); };
    typed.addEventListener('change', () => { typed.value = tidied(typed.value, type); });
    open.addEventListener('click', () => {
      native.value = tidied(typed.value, type).replace(' ', 'T');
      native.showPicker();
    });
    native.addEventListener('input', (event) => { event.stopPropagation(); take(); });
    native.addEventListener('change', (event) => {
      event.stopPropagation();
      take();
      typed.dispatchEvent(new Event('change', { bubbles: true }));
      typed.focus();
    });
  }

  // The input itself lies over the whole, so that clicks, the keyboard and dropping a file are still its own.
  function dressFile(input) {
    const drop = input.closest('.drop');
    const box = drop ?? document.createElement('span');
    const chosen = document.createElement('span');
    chosen.className = 'hint chosen';
    chosen.setAttribute('aria-hidden', 'true');
    input.classList.add('file-native');
    if (!drop) {
      box.className = 'file';
      const label = document.createElement('span');
      label.className = 'btn';
      label.textContent = '选择文件';
      label.setAttribute('aria-hidden', 'true');
      input.replaceWith(box);
      box.append(label, chosen, input);
    } else {
      input.before(chosen);
    }
    const tell = () => { chosen.textContent = [...input.files].map((file) => file.name).join('、') || (drop ? '' : '还没有选择'); };
    input.addEventListener('change', tell);
    tell();
  }

  const dressAll = (place) => {
    for (const input of place.querySelectorAll('input[type=file]:not(.file-native)')) dressFile(input);
    if (!('showPicker' in HTMLInputElement.prototype) || !matchMedia('(pointer: fine)').matches) return;
    for (const type of Object.keys(kinds)) for (const native of place.querySelectorAll(`input[type=${type}]:not(.date-native)`)) dress(native);
  };
  dressAll(document);
  document.addEventListener('htmx:load', (event) => dressAll(event.target));
}
