/** The page's own style: light or dark as the reader's system is, and one column where the screen is narrow. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2024; --faint: #5b6470; --line: #d9dee4; --bar: #a9b8c9;
  --critical: #1f6feb; --good: #1a7f37; --bad: #c62828; --expected: #1c2024; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181d; --text: #e6e9ed; --faint: #9aa5b1; --line: #323a44;
  --bar: #4c5a6b; --critical: #58a6ff; --good: #56d364; --bad: #ff7b72; --expected: #e6e9ed; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
p { margin: .25rem 0; }
a { color: var(--critical); }
ul { margin: .25rem 0; padding-left: 1.25rem; }
.faint { color: var(--faint); }
.good { color: var(--good); } .bad { color: var(--bad); }
.badge { font-weight: 600; }
.step { display: grid; grid-template-columns: 16rem minmax(0, 1fr) 15.5rem; gap: 0 .75rem; align-items: center;
  padding: .1rem 0; font-size: .875rem; }
.step:hover { background: color-mix(in srgb, var(--line) 40%, transparent); }
.name { text-align: right; }
.track { position: relative; height: 1rem; border-left: 1px solid var(--line); border-right: 1px solid var(--line); }
.bar { position: absolute; top: .15rem; bottom: .15rem; min-width: 2px; border-radius: 2px; background: var(--bar); }
.critical .bar { background: var(--critical); }
.critical .name, .critical .time { font-weight: 600; }
.failed .bar { background: var(--bad); }
.failed .name, .failed .time { color: var(--bad); }
.expected { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--expected); }
.time { font-variant-numeric: tabular-nums; }
.scale { color: var(--faint); font-size: .75rem; }
.scale .track { border-color: transparent; }
.scale .track span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.scale .track span:first-child { transform: none; }
.scale .track span:last-child { transform: translateX(-100%); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
th { white-space: nowrap; }
code { font: .85em ui-monospace, monospace; }
details summary { cursor: pointer; color: var(--faint); font-size: .875rem; }
@media (max-width: 45rem) {
  body { padding: 1rem; }
  .step { grid-template-columns: minmax(0, 1fr) auto; padding: .3rem 0; }
  .name { text-align: left; } .time { text-align: right; }
  .track { grid-column: 1 / -1; grid-row: 2; }
  .scale .name, .scale .time { display: none; }
}
@media print { body { max-width: none; } }
`;
