// Checking in at a customer. Inside WeCom's webview its own script says where the phone is; it is loaded when somebody presses the button, and only
// there. At a desk, or when the phone does not tell, the place is typed.
{
  const isInWeCom = /wxwork\//i.test(navigator.userAgent);
  const page = () => window.location.href.split('#')[0];
  let sdk;

  async function sign(kind) {
    const answer = await fetch(`/app/jssdk/sign?kind=${kind}&url=${encodeURIComponent(page())}`);
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.detail ?? '暂时不能定位，请稍后再试');
    return body;
  }

  const load = () => new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = '/app/jssdk/script.js';
    script.onload = done;
    script.onerror = () => failed(new Error('企业微信的脚本没有载入，请检查网络后再试'));
    document.head.append(script);
  });

  // config for the company, agentConfig for the app: https://developer.work.weixin.qq.com/document/path/94313
  async function begin() {
    const signed = await sign('config');
    await load();
    const refused = () => new Error('企业微信没有接受这个页面，请联系管理员检查可信域名');
    await new Promise((done, failed) => window.ww.register({
      corpId: signed.corpId,
      agentId: signed.agentId,
      jsApiList: ['getLocation'],
      getConfigSignature: () => signed,
      getAgentConfigSignature: () => sign('agent'),
      onConfigSuccess: done,
      onConfigFail: () => failed(refused()),
      onAgentConfigFail: () => failed(refused()),
    }));
    return window.ww;
  }

  function say(form, words) {
    const line = form.querySelector('[data-check-in-says]');
    line.textContent = words;
    line.hidden = !words;
  }

  // `place` without coordinates: only what is typed; null: no check-in.
  function show(form, place) {
    const block = form.querySelector('[data-check-in-place]');
    const isLocated = Boolean(place?.latitude !== undefined && place?.latitude !== null);
    block.hidden = !place;
    block.querySelector('[name=address]').disabled = !place;
    for (const name of ['latitude', 'longitude']) {
      const input = block.querySelector(`[name=${name}]`);
      input.disabled = !isLocated;
      input.value = isLocated ? place[name] : '';
    }
    form.querySelector('[data-check-in]').hidden = Boolean(place);
    form.querySelector('[name=content]').required = !place;
    form.querySelector('[name=method]').value = place ? 'visit' : 'call';
    form.querySelector('[name=method]').disabled = Boolean(place);
    if (!place) return say(form, '');
    const accuracy = Number(place.accuracy) > 0 ? `，误差约 ${Math.round(place.accuracy)} 米` : '';
    block.querySelector('[data-check-in-where]').textContent = isLocated ? `已定位：${Number(place.latitude).toFixed(5)}, ${Number(place.longitude).toFixed(5)}${accuracy}` : '没有定位，以填写的地点为准';
    block.querySelector('[name=address]').focus();
  }

  async function locate(form, button) {
    button.disabled = true;
    say(form, '正在定位…');
    try {
      sdk ??= begin();
      const place = await (await sdk).getLocation({ type: 'gcj02' });
      show(form, place);
      say(form, '');
    } catch (problem) {
      sdk = undefined;
      show(form, {});
      say(form, problem instanceof Error ? `${problem.message}；也可以直接填写地点。` : '没有得到位置：请允许企业微信使用定位后再试，或直接填写地点。');
    }
    button.disabled = false;
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-check-in]');
    if (button && isInWeCom) locate(button.form, button);
    if (button && !isInWeCom) {
      show(button.form, {});
      say(button.form, '电脑浏览器里请填写您所在的地点；在手机企业微信里打开这个页面，可以自动定位。');
    }
    const cancel = event.target.closest('[data-check-in-cancel]');
    if (cancel) show(cancel.form, null);
  });
}
