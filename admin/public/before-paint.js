// Runs before the first paint, so that a dark page does not begin with a white flash or with the wrong language.
(function () {
  try {
    var stored = JSON.parse(localStorage.getItem('contenthub.preferences') || '{}');
    var dark = stored.scheme === 'dark' || (stored.scheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
    var zh = stored.language ? stored.language === 'zh' : /^zh/i.test(navigator.language);
    document.documentElement.dataset.mantineColorScheme = dark ? 'dark' : 'light';
    document.documentElement.lang = zh ? 'zh-CN' : 'en';
  } catch {}
})();
