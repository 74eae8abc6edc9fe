// Plays WeCom's JS-SDK (https://developer.work.weixin.qq.com/document/path/90514) for pages that are opened as in its webview: a page that did not
// register with whole signatures, or asks for what it did not list, gets nothing. The place is `sim_place` of the session store.
window.ww = (() => {
  let registered;
  const isWhole = (signed) => /^[0-9a-f]{40}$/.test(signed?.signature) && signed.nonceStr && Number.isInteger(signed.timestamp);
  const place = () => JSON.parse(sessionStorage.getItem('sim_place') ?? '{"latitude":31.2304,"longitude":121.4737,"accuracy":30}');
  return {
    register(options) {
      registered = (async () => {
        const url = location.href.split('#')[0];
        if (!isWhole(await options.getConfigSignature(url))) throw { errMsg: 'config:fail invalid signature', errCode: 40093 };
        if (options.getAgentConfigSignature && !isWhole(await options.getAgentConfigSignature(url))) throw { errMsg: 'agentConfig:fail invalid signature', errCode: 40093 };
        return options;
      })();
      registered.then(() => options.onConfigSuccess?.({ errMsg: 'config:ok' }), (problem) => options.onConfigFail?.(problem));
    },
    async getLocation({ type } = {}) {
      const options = await registered;
      if (!options?.jsApiList.includes('getLocation')) throw { errMsg: 'getLocation:fail the permission value is offline verifying' };
      const found = place();
      if (found.denied) throw { errMsg: 'getLocation:fail auth deny' };
      return { ...found, type, speed: '0.0', errMsg: 'getLocation:ok' };
    },
  };
})();
