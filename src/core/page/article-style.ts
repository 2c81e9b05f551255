/** A line length of 38 em, muted colours in light and dark mode, and a print style that writes out link targets. */
export const ARTICLE_STYLE = `
:root{color-scheme:light dark;--paper:#fdfcf9;--ink:#1f2328;--soft:#626a73;--line:#e3dfd6;--accent:#0d6271;--wash:#f3f0e8}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e3e1dc;--soft:#9aa2aa;--line:#2d3238;--accent:#6cc3d0;--wash:#1d2125}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;padding:clamp(1rem,4vw,3.5rem) 1.25rem 5rem;background:var(--paper);color:var(--ink);font:1.0625rem/1.7 Charter,"Iowan Old Style",Georgia,"Noto Serif CJK SC","Noto Serif SC","Source Han Serif SC","Songti SC",SimSun,serif;text-rendering:optimizeLegibility;overflow-wrap:break-word}
:lang(zh) body{line-height:1.85;font-family:"PingFang SC","Hiragino Sans GB","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","Microsoft YaHei",sans-serif;text-autospace:normal}
:lang(zh) h1{letter-spacing:0}
article{max-width:38em;margin:0 auto}
.cover{display:block;width:100%;height:auto;border-radius:10px;margin:0 0 2.25rem}
.byline{margin:0;display:flex;gap:1rem;justify-content:space-between;color:var(--soft);font-size:.875rem;letter-spacing:.01em}
.byline span{color:var(--accent);font-weight:600}
h1,h2,h3,h4{line-height:1.28;text-wrap:balance;font-weight:700;font-family:"Helvetica Neue",Helvetica,Arial,"PingFang SC","Hiragino Sans GB","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",sans-serif}
h1{font-size:clamp(1.7rem,5vw,2.35rem);margin:.55rem 0 1rem;letter-spacing:-.012em}
h2{font-size:1.3rem;margin:2.6rem 0 .8rem}
h3{font-size:1.06rem;margin:1.9rem 0 .5rem}
.summary{margin:0 0 1.1rem;color:var(--soft);font-size:1.06rem;line-height:1.6}
.badges{display:flex;flex-wrap:wrap;gap:.5rem;margin:0 0 2.5rem;padding:0 0 1.6rem;border-bottom:1px solid var(--line);list-style:none;font:.8rem/1.4 "Helvetica Neue",Arial,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
.badges li{margin:0;padding:.22rem .7rem;border:1px solid var(--line);border-radius:99px;color:var(--soft)}
.badges .kind{border-color:var(--accent);color:var(--accent);font-weight:600}
p,ul,ol,blockquote,pre,table{margin:0 0 1.1em}
ul,ol{padding-left:1.35em}
li{margin:.4em 0}
li::marker{color:var(--accent)}
li.task-list-item{list-style:none;margin-left:-1.35em}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.18em}
img{max-width:100%;height:auto}
blockquote{margin-left:0;padding:.7em 1.1em;border-left:3px solid var(--accent);background:var(--wash);border-radius:0 6px 6px 0;color:var(--soft)}
blockquote p:last-child{margin:0}
hr{border:0;border-top:1px solid var(--line);margin:2.6rem 0 1.4rem}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;background:var(--wash);padding:.1em .35em;border-radius:4px}
pre{padding:1em 1.2em;overflow-x:auto;background:var(--wash);border-radius:8px}
pre code{padding:0;background:none}
table{display:block;overflow-x:auto;border-collapse:collapse;font-size:.94em}
th,td{padding:.45em .9em;border-bottom:1px solid var(--line);text-align:left}
sup a{padding:0 .14em;text-decoration:none;font-size:.85em;font-weight:600}
sup{line-height:0}
.footnotes{margin-top:2.5rem;padding-top:1.2rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem;line-height:1.6}
.footnotes h2{margin:0 0 .6rem;font-size:.95rem}
.footnotes p{margin:0}
.footnotes a[data-footnote-backref]{text-decoration:none}
:target{background:var(--wash);outline:6px solid var(--wash);border-radius:2px}
@media print{
:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--accent:#000;--wash:#f4f4f4}
body{padding:0;font-size:10.5pt}
article{max-width:none}
.cover{max-height:7cm;width:auto}
h2,h3{break-after:avoid}
li,blockquote,table,pre{break-inside:avoid}
a[href^="http"]::after{content:" (" attr(href) ")";font-size:.85em;color:#444}
a[data-footnote-backref]{display:none}
}
`.replace(/\n/g, '');
