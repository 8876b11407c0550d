/** The one style sheet: light and dark by the reader's setting, contrast of WCAG 2.2 AA in both, one column where it is narrow. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #13161b);
  --surface: light-dark(#ffffff, #1c2027);
  --sunken: light-dark(#eef0f4, #14171d);
  --text: light-dark(#1a2230, #e9ecf1);
  --quiet: light-dark(#566072, #a7b0bf);
  --line: light-dark(#d6dbe4, #353c48);
  --accent: light-dark(#1d5bb8, #86b3ff);
  --on-accent: light-dark(#ffffff, #0d1523);
  --good: light-dark(#136c3f, #66d79f);
  --good-ground: light-dark(#e3f5eb, #14301f);
  --bad: light-dark(#a8201a, #ff968e);
  --bad-ground: light-dark(#fdeceb, #3a1a18);
  --warn: light-dark(#7a5200, #f1bf55);
  --warn-ground: light-dark(#fdf3dc, #35290d);
  --radius: 10px;
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
a { color: var(--accent); text-underline-offset: 2px; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 1.1rem; letter-spacing: -0.01em; }
h2 { font-size: 1.08rem; line-height: 1.3; margin: 0 0 .7rem; }
h3 { font-size: .95rem; margin: 1.1rem 0 .4rem; }
p { margin: 0 0 .8rem; max-width: 70ch; }
ol, ul { margin: 0 0 .8rem; padding-left: 1.4rem; }
li { margin: .25rem 0; max-width: 75ch; }
code, pre, .mono { font-family: var(--mono); font-size: .88em; }
code { background: var(--sunken); border-radius: 5px; padding: .1em .35em; overflow-wrap: anywhere; }
pre { background: var(--sunken); border: 1px solid var(--line); border-radius: var(--radius); padding: .8rem 1rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 .8rem; }
.quiet { color: var(--quiet); }
.small { font-size: .86rem; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--surface); padding: .5rem .8rem; z-index: 2; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.bar { display: flex; align-items: center; gap: 1rem; padding: .7rem 1.5rem; background: var(--surface); border-bottom: 1px solid var(--line); flex-wrap: wrap; }
.brand { font-weight: 700; letter-spacing: -0.02em; font-size: 1.1rem; color: var(--text); text-decoration: none; display: flex; gap: .5rem; align-items: center; }
.brand svg { width: 22px; height: 22px; }
.brand .tick { stroke: var(--on-accent); } .brand .disc { fill: var(--accent); }
.where { color: var(--quiet); overflow-wrap: anywhere; }
.who { margin-left: auto; display: flex; gap: .8rem; align-items: center; }
.who form { margin: 0; }
.tabs { display: flex; gap: .2rem; padding: 0 1.3rem; background: var(--surface); border-bottom: 1px solid var(--line); flex-wrap: wrap; }
.tabs a { padding: .65rem .7rem; color: var(--quiet); text-decoration: none; border-bottom: 2px solid transparent; }
.tabs a:hover { color: var(--text); }
.tabs a[aria-current] { color: var(--text); border-color: var(--accent); font-weight: 600; }
main { max-width: 1120px; margin: 0 auto; padding: 1.8rem 1.5rem 4rem; }
.head { display: flex; gap: 1rem; align-items: end; justify-content: space-between; flex-wrap: wrap; margin: 0 0 1rem; }
.head > * { margin-bottom: 0; } .head > form.search { flex: 1 1 16rem; max-width: 620px; margin: 0; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 1.2rem 1.3rem; margin: 0 0 1.2rem; }
.card > :last-child { margin-bottom: 0; }
.narrow { max-width: 620px; }
.grid { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); margin-bottom: 1.2rem; }
.grid > .card { margin: 0; }
.grid.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); align-items: start; }
.tiles { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); margin: 0 0 1.2rem; padding: 0; list-style: none; }
.tile { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: .8rem 1rem; margin: 0; }
.tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-weight: 650; }
.choices { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); margin: 0 0 1.2rem; padding: 0; list-style: none; }
.choices li { margin: 0; }
.choice { display: block; height: 100%; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: .9rem 1rem; color: var(--text); text-decoration: none; }
.choice:hover { border-color: var(--accent); }
.choice b { display: block; }
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .35rem 1.2rem; margin: 0 0 .8rem; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.scroll { position: relative; overflow-x: auto; margin: 0 0 1.2rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .8rem 1rem 0; font-weight: 600; }
th, td { text-align: left; padding: .6rem 1rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--quiet); font-weight: 600; font-size: .84rem; white-space: nowrap; }
tbody th { font-weight: 500; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
.badge { display: inline-block; border-radius: 99px; padding: .08rem .6rem; font-size: .82rem; font-weight: 600; background: var(--sunken); color: var(--text); white-space: nowrap; }
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.warn { background: var(--warn-ground); color: var(--warn); }
.notice { border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: var(--radius); padding: .8rem 1rem; margin: 0 0 1.2rem; background: var(--surface); }
.notice.good { border-left-color: var(--good); background: var(--good-ground); }
.notice.bad { border-left-color: var(--bad); background: var(--bad-ground); }
.notice.warn { border-left-color: var(--warn); background: var(--warn-ground); }
.notice > :last-child { margin-bottom: 0; }
form.fields { display: grid; gap: .9rem; max-width: 620px; }
label { font-weight: 600; display: block; margin-bottom: .25rem; }
.hint { color: var(--quiet); font-size: .87rem; margin: .2rem 0 0; }
input, select, textarea { font: inherit; color: inherit; background: var(--ground); border: 1px solid light-dark(#8a94a6, #6f7a8c); border-radius: 7px; padding: .48rem .65rem; width: 100%; }
textarea { min-height: 11rem; font-family: var(--mono); font-size: .88rem; }
input[type=checkbox], input[type=radio] { width: auto; }
form.search { display: flex; gap: .6rem; align-items: end; flex-wrap: wrap; margin: 0 0 1.2rem; }
form.search > div { flex: 1 1 14rem; }
form.search > .hint { flex: 1 0 100%; margin: 0; max-width: none; }
form.search > .check { flex: none; margin: 0; padding: .5rem 0; }
.check { display: flex; gap: .45rem; align-items: center; } .check label { margin: 0; font-weight: 500; }
button, .button { font: inherit; font-weight: 600; border: 1px solid transparent; border-radius: 7px; padding: .48rem .95rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; display: inline-block; line-height: 1.4; }
button:hover, .button:hover { filter: brightness(1.08); }
button.plain, .button.plain { background: transparent; color: var(--text); border-color: light-dark(#8a94a6, #6f7a8c); }
button.danger, .button.danger { background: var(--bad); color: light-dark(#ffffff, #2b0a08); }
.actions { display: flex; gap: .6rem; flex-wrap: wrap; align-items: center; }
td .actions { flex-wrap: nowrap; }
.head > .button { white-space: nowrap; }
.button.big { font-size: 1.05rem; padding: .7rem 1.3rem; }
.empty { text-align: center; padding: 2.6rem 1.3rem; } .empty p { margin-left: auto; margin-right: auto; }
.badges { display: flex; gap: .3rem; flex-wrap: wrap; }
.below { display: block; }
.wraps { overflow-wrap: anywhere; min-width: 14rem; }
.check { display: flex; gap: .45rem; align-items: center; } .check label { margin: 0; font-weight: 500; }
.legend { display: flex; gap: .9rem; margin: .3rem 0 .6rem; max-width: none; } .legend.ends { justify-content: space-between; }
.legend .done { color: var(--accent); } .legend .refused { color: var(--bad); }
.whole { white-space: nowrap; }
.card > div + .hint { margin-top: .7rem; }
.copy { display: flex; gap: .5rem; align-items: stretch; }
.copy code { flex: 1; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 7px; user-select: all; }
.copy button { display: none; white-space: nowrap; }
.scripted .copy button { display: block; }
.lights { list-style: none; padding: 0; margin: 0; }
.lights li { display: flex; gap: .7rem; align-items: baseline; padding: .35rem 0; }
.lights .lamp { flex: none; width: .8rem; height: .8rem; border-radius: 50%; border: 2px solid var(--quiet); align-self: center; }
.lights .on .lamp { background: var(--good); border-color: var(--good); }
.chart { width: 100%; height: 64px; display: block; }
.chart .done { fill: var(--accent); } .chart .refused { fill: var(--bad); } .chart .base { stroke: var(--line); }
.diff { font-family: var(--mono); font-size: .86rem; }
.diff del { background: var(--bad-ground); color: var(--bad); text-decoration: none; display: block; padding: .1rem .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.diff ins { background: var(--good-ground); color: var(--good); text-decoration: none; display: block; padding: .1rem .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.diff del::before { content: "- "; } .diff ins::before { content: "+ "; }
dl.diffs { margin: 0; } dl.diffs dt { margin-bottom: .25rem; } dl.diffs dd { margin: 0 0 .9rem; }
.pages { display: flex; gap: .8rem; justify-content: space-between; align-items: center; flex-wrap: wrap; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.card > h3:first-child { margin-top: 0; }
ul.plain, ul.columns { list-style: none; padding: 0; } dd > ul.plain, dd > p { margin: 0 0 .2rem; }
ul.plain li, ul.columns li { margin: 0; padding: .12rem 0; break-inside: avoid; }
ul.columns { columns: 15rem; column-gap: 1.5rem; }
.grid.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); align-items: start; }
.wraps { overflow-wrap: anywhere; min-width: 9rem; }
.badges { display: flex; gap: .3rem; flex-wrap: wrap; }
summary { cursor: pointer; font-weight: 600; } details[open] > summary { margin-bottom: .8rem; }
@media (max-width: 640px) {
  .bar, .tabs { padding-left: 1rem; padding-right: 1rem; }
  main { padding: 1.2rem 1rem 3rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; }
  th, td { padding: .55rem .7rem; }
}
@media (prefers-reduced-motion: no-preference) { a, button, .choice { transition: filter .1s, border-color .1s; } }
`;
