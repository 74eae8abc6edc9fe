// A question before something that is hard to take back (hx-confirm), in the product's own dialog: what happens as the
// heading, what follows below, the verb of the pressed button on the button. Asked from an open dialog, it takes that
// one's place until it is answered.
{
  const part = (kind, className, text) => {
    const element = document.createElement(kind);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  // "删除这个部门？它的员工……" → the question, and what follows.
  const parts_of = (question) => {
    const end = question.indexOf('？') + 1;
    return end === 0 ? [question, ''] : [question.slice(0, end), question.slice(end)];
  };

  const verb_of = (form) => (form.querySelector('[type=submit]')?.textContent ?? '').trim() || '确定';

  const box_for = (question, verb) => {
    const [heading, follows] = parts_of(question);
    const box = part('section', 'confirm');
    const title = part('h2', '', heading);
    title.id = 'confirm-title';
    const actions = part('div', 'form-actions');
    const cancel = part('button', 'btn', '取消');
    const go = part('button', 'btn primary danger', verb);
    for (const button of [cancel, go]) button.type = 'button';
    actions.append(cancel, go);
    box.append(title);
    if (follows) box.append(part('p', 'hint', follows));
    box.append(actions);
    return { box, cancel, go };
  };

  document.addEventListener('htmx:confirm', (event) => {
    const question = event.detail.question;
    if (!question) return;
    event.preventDefault();
    const dialog = document.getElementById('dialog');
    const was_open = dialog.open;
    const behind = [...dialog.children];
    for (const child of behind) child.hidden = true;
    const { box, cancel, go } = box_for(question, verb_of(event.detail.elt));
    const back_to = document.activeElement;
    dialog.append(box);
    dialog.setAttribute('aria-labelledby', 'confirm-title');
    if (!was_open) dialog.showModal();
    cancel.focus();
    const leave = () => {
      dialog.removeEventListener('close', closed);
      box.remove();
      dialog.setAttribute('aria-labelledby', 'dialog-title');
      if (was_open) for (const child of behind) child.hidden = false;
      else dialog.replaceChildren();
    };
    const closed = () => { leave(); back_to?.focus(); };
    dialog.addEventListener('close', closed);
    cancel.addEventListener('click', () => {
      if (!was_open) return dialog.close();
      leave();
      back_to?.focus();
    });
    go.addEventListener('click', () => {
      leave();
      if (!was_open) dialog.close();
      event.detail.issueRequest(true);
    });
  });
}
