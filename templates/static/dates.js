// Days and moments are typed and read as 2026-11-25 and 2026-11-25 16:30 wherever there is a mouse: a browser would show them as its own
// language has them, whatever that of the page is. Its calendar stays, behind a button. On phones, and without scripts, its own input does.
{
  const pad = (number, digits = 2) => String(number).padStart(digits, '0');

  // What somebody typed, as the server reads it: 2026/1/5, 2026年1月5日, 20260105, 1-5 (of this year), with 9:05 after it for a moment. Else as it was.
  function tidied(typed, isMoment) {
    const [, day, time] = /^(.*?)(?:[\sT]+(\d{1,2}[:：]\d{2}))?$/.exec(typed.trim());
    const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(day) ?? /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(day);
    if (!digits) return typed;
    const [year, month, date] = [Number(digits[1] ?? new Date().getFullYear()), Number(digits[2]), Number(digits[3])];
    const real = new Date(Date.UTC(year, month - 1, date));
    if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== date) return typed;
    const clock = isMoment ? ` ${(time ?? '09:00').replace('：', ':').padStart(5, '0')}` : '';
    return `${pad(year, 4)}-${pad(month)}-${pad(date)}${clock}`;
  }

  function button(title) {
    const made = document.createElement('button');
    Object.assign(made, { type: 'button', className: 'date-open', title, tabIndex: -1 });
    made.setAttribute('aria-label', title);
    made.innerHTML = '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#calendar"></use></svg>';
    return made;
  }

  function dress(native) {
    const isMoment = native.type === 'datetime-local';
    const form = isMoment ? { hint: '年-月-日 时:分', pattern: '\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}', size: 16 } : { hint: '年-月-日', pattern: '\\d{4}-\\d{2}-\\d{2}', size: 10 };
    const typed = native.cloneNode();
    typed.type = 'text';
    typed.value = native.value.replace('T', ' ');
    Object.assign(typed, { placeholder: form.hint, pattern: form.pattern, title: `例如 ${isMoment ? '2026-11-25 16:30' : '2026-11-25'}`, autocomplete: 'off' });
    typed.dataset.date = '';
    for (const name of ['id', 'name', 'required', 'aria-invalid', 'aria-describedby', 'class']) native.removeAttribute(name);
    native.className = 'date-native';
    native.tabIndex = -1;
    native.setAttribute('aria-hidden', 'true');
    const box = document.createElement('span');
    box.className = isMoment ? 'date moment' : 'date';
    native.replaceWith(box);
    const open = button('打开日历');
    box.append(typed, open, native);
    typed.addEventListener('change', () => { typed.value = tidied(typed.value, isMoment); });
    open.addEventListener('click', () => {
      native.value = tidied(typed.value, isMoment).replace(' ', 'T');
      native.showPicker();
    });
    native.addEventListener('input', (event) => { event.stopPropagation(); typed.value = native.value.replace('T', ' '); });
    native.addEventListener('change', (event) => {
      event.stopPropagation();
      typed.value = native.value.replace('T', ' ');
      typed.dispatchEvent(new Event('change', { bubbles: true }));
      typed.focus();
    });
  }

  const dressAll = (place) => {
    for (const native of place.querySelectorAll('input[type=date]:not(.date-native), input[type=datetime-local]:not(.date-native)')) dress(native);
  };
  if ('showPicker' in HTMLInputElement.prototype && matchMedia('(pointer: fine)').matches) {
    dressAll(document);
    document.addEventListener('htmx:load', (event) => dressAll(event.target));
  }
}
